"""Where a link or a picture of a file leads inside its bank."""

import posixpath
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from qbank.core.document import ParsedFile

Place = tuple[str, int]  # path and index of a question in its file


def bank_path(target: str, path: str) -> str | None:
    """Return the path in the bank that an address in the file `path` means, None when it leads out."""
    try:
        parts = urlsplit(target.strip())
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return None
    joined = posixpath.normpath(
        posixpath.join(posixpath.dirname(path), unquote(parts.path).replace("\\", "/"))
    )
    return None if joined.startswith("..") or joined == "." or "\x00" in joined else joined


class LinkIndex:
    """Know the questions of all files by path, id and the anchors that their titles make."""

    def __init__(self, files: Iterable[ParsedFile]) -> None:
        self.files = {file.path: file for file in files if file.questions}
        self.ids: dict[tuple[str, str], Place] = {}
        self._anchors: dict[str, dict[str, Place]] = {}  # of the files that links lead to
        for file in self.files.values():
            for index, question in enumerate(file.questions):
                if question.id:
                    self.ids.setdefault((question.id, file.language), (file.path, index))

    def anchors(self, path: str) -> dict[str, Place]:
        """Return the questions of a file by the anchors that their titles make."""
        if path not in self._anchors and path in self.files:
            found: dict[str, Place] = {}
            for index, question in enumerate(self.files[path].questions):
                for name in (question.title, question.number + question.title):
                    found.setdefault(fold_anchor(name), (path, index))
            self._anchors[path] = found
        return self._anchors.get(path, {})

    def find(self, target: str, path: str, language: str) -> Place | None:
        """Return the question that a link in a file leads to."""
        inside, _, anchor = target.partition("#")
        file = bank_path(inside, path) if inside else path
        if file is None:
            return None
        if anchor and (place := self.anchors(file).get(fold_anchor(anchor))):
            return place
        if inside and file in self.files:
            return (file, 0)
        name = anchor if not inside else posixpath.basename(file)
        return self.ids.get((name, language))


def fold_anchor(anchor: str) -> str:
    """Keep letters and digits only: heading, GitHub's anchor and hand-made anchor become the same."""
    text = unicodedata.normalize("NFKC", unquote(anchor)).casefold().removeprefix("user-content-")
    return re.sub(r"[\W_]", "", text)
