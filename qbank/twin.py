"""A question's text as Markdown in our own format (content/README.md), without its items and their keys."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

import yaml
from django.conf import settings

from qbank.models import Question, QuestionText

HEADINGS = {
    "gist": ("一句话", "In one sentence"),
    "points": ("要点", "Key points"),
    "mistakes": ("常见错误", "Common mistakes"),
    "follow_ups": ("追问", "Follow-ups"),
    "sources": ("来源", "Sources"),
}
_PICTURE = re.compile(r"(!\[[^\]]*\]\()([^)\s]+)")


def write_markdown(question: Question, text: QuestionText, pictures: Mapping[str, str]) -> str:
    """Write a text that our own dialect reads back; `pictures`: path in the bank → under MEDIA_ROOT."""
    meta = {
        "id": question.key,
        "number": int(question.number) if question.number.isdecimal() else question.number,
        "title": text.title,
        "lab": question.lab,
        "difficulty": question.difficulty,
        "frequency": question.frequency,
        "tags": sorted(tag.name for tag in text.tags.all()),
    }
    kept = {key: value for key, value in meta.items() if value not in (None, "", [])}
    front = yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=10_000)
    body = "\n\n".join(part.strip() for part in _parts(text) if part.strip())

    def moved(picture: re.Match[str]) -> str:
        source = posixpath.normpath(posixpath.join(posixpath.dirname(text.path), picture[2]))
        return picture[1] + (settings.MEDIA_URL + pictures[source] if source in pictures else picture[2])

    return f"---\n{front}---\n\n{_PICTURE.sub(moved, body)}\n"


def _parts(text: QuestionText) -> Iterator[str]:
    """Yield the sections in the order of a page; what stands before any heading must come first."""
    has_heading = text.answer.startswith("## ")
    yield text.stem
    if not has_heading:
        yield text.answer
    yield _section(text, "gist", text.gist)
    if has_heading:
        yield text.answer
    yield _section(text, "points", _items(point["text"] for point in text.key_points))
    yield _section(text, "mistakes", _items(f"~~{m['claim']}~~\n{m['correction']}" for m in text.mistakes))
    yield _section(text, "follow_ups", _items(f"{f['question']}\n{f['answer']}" for f in text.follow_ups))
    yield _section(text, "sources", _items(source["text"] for source in text.sources))


def _section(text: QuestionText, name: str, body: str) -> str:
    """Write a section with its heading in the text's language, or nothing."""
    chinese, english = HEADINGS[name]
    heading = chinese if text.language.startswith("zh") else english
    return f"## {heading}\n\n{body}" if body else ""


def _items(items: Iterator[str]) -> str:
    """Write a list, each item's further lines under its first."""
    return "\n".join("- " + item.strip().replace("\n", "\n  ") for item in items)
