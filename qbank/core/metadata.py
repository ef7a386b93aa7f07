"""What a bank, its topics and its questions say of themselves, held against what can be stored and linked."""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from qbank.core.document import ParsedFile, Problem

# characters; the columns of qbank.models are as wide
LONGEST = {
    "slug": 120,
    "language": 16,
    "licence": 64,
    "licence_url": 200,
    "source_url": 200,
    "attribution": 300,
    "id": 200,
    "number": 20,
    "lab": 50,
    "title": 500,
    "path": 500,
}
URLS = ("licence_url", "source_url")
SLUG = re.compile(r"[\w-]+")


def check_described(path: str, said: Mapping[str, str]) -> Iterator[Problem]:
    """Report values of a bank's or topic's description that forbid the import."""
    for name, value in said.items():
        yield from _too_long(path, 1, name, value)
        if name == "slug" and not SLUG.fullmatch(value):
            message = f"“{value}” is no slug."
            yield Problem(path, 1, "bad-slug", message, "Use letters, digits and hyphens.", fatal=True)
        if name in URLS and value and not _is_web_address(value):
            message = f"{name} is no address of the web: “{value}”."
            yield Problem(path, 1, "bad-url", message, "Begin it with https://.", fatal=True)


def check_questions(files: Iterable[ParsedFile]) -> Iterator[Problem]:
    """Report paths of files and values of questions that are longer than can be stored."""
    for file in files:
        yield from _too_long(file.path, 1, "path", file.path)
        for question in file.questions:
            for name in ("id", "number", "lab", "title"):
                yield from _too_long(file.path, question.line, name, str(getattr(question, name)))


def _too_long(path: str, line: int, name: str, value: str) -> Iterator[Problem]:
    most = LONGEST[name]
    if len(value) > most:
        message = f"{name} has {len(value)} characters; at most {most} are kept."
        yield Problem(path, line, "too-long", message, "Shorten it.", fatal=True)


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
