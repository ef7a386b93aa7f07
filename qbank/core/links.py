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
    return None if joined.startswith("..") or joined == "." else joined


class LinkIndex:
    """Know the questions of all files by path, id and the anchors that their titles make."""

    def __init__(self, files: Iterable[ParsedFile]) -> None:
        self.places: dict[tuple[str, str], Place] = {}
        self.ids: dict[tuple[str, str], Place] = {}
        self.firsts: dict[str, Place] = {}
        for file in files:
            for index, question in enumerate(file.questions):
                place = (file.path, index)
                self.firsts.setdefault(file.path, place)
                for name in (question.title, question.number + question.title):
                    self.places.setdefault((file.path, fold_anchor(name)), place)
                if question.id:
                    self.ids.setdefault((question.id, file.language), place)

    def find(self, target: str, path: str, language: str) -> Place | None:
        """Return the question that a link in a file leads to."""
        inside, _, anchor = target.partition("#")
        file = bank_path(inside, path) if inside else path
        if file is None:
            return None
        if anchor and (place := self.places.get((file, fold_anchor(anchor)))):
            return place
        if inside and file in self.firsts:
            return self.firsts[file]
        name = anchor if not inside else posixpath.basename(file)
        return self.ids.get((name, language))


def fold_anchor(anchor: str) -> str:
    """Keep letters and digits only: heading, GitHub's anchor and hand-made anchor become the same."""
    text = unicodedata.normalize("NFKC", unquote(anchor)).casefold().removeprefix("user-content-")
    return re.sub(r"[\W_]", "", text)
