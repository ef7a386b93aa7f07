"""Turn a parsed question into what is stored: Markdown, safe HTML, plain text for search, checksums."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from qbank.core.bigrams import tokens
from qbank.core.checks import place_finding
from qbank.core.document import ParsedFile, ParsedQuestion, Problem
from qbank.core.figures import Description
from qbank.core.render import Rendered, render, render_inline
from qbank.core.rewrite import Finding, Surroundings, plain_text

# Where a question stands in its file, and what it has in no language, is not part of what a text says.
_ABOUT = ("id", "slug", "number", "lab", "difficulty", "frequency")
_PLACES = ("line", "end_line", "answer_line", "section", *_ABOUT)
_SAID = tuple(f.name for f in fields(ParsedQuestion) if f.name not in _PLACES)


@dataclass(frozen=True)
class Stored:
    """The fields of a QuestionText and of its SearchText, and what rendering complained of."""

    text: dict[str, Any]
    search: dict[str, str]
    problems: tuple[Problem, ...]


def checksum(question: ParsedQuestion) -> str:
    """Return the SHA-256 of everything the author wrote for a text."""
    said = {name: getattr(question, name) for name in _SAID}
    said["items"] = [item.markdown for item in question.items]
    return _sha256(json.dumps(said, ensure_ascii=False, sort_keys=True))


def stem_checksum(question: ParsedQuestion) -> str:
    """Return the SHA-256 of title, stem, choices and answer."""
    return _sha256("\0".join([question.title, question.stem, *question.choices, question.answer]))


def store_question(
    file: ParsedFile, question: ParsedQuestion, lines: Sequence[str], around: Surroundings
) -> Stored:
    """Render every part of a question."""
    findings: list[Finding] = []
    figures: dict[str, Description] = {}
    around = replace(around, figure=_noting(around, figures))

    def keep(rendered: Rendered) -> str:
        findings.extend(rendered.findings)
        return rendered.html

    def line(markdown: str) -> str:
        return keep(render_inline(markdown, around))

    def block(markdown: str) -> str:
        return keep(render(markdown, around)) if markdown.strip() else ""

    answer = render(question.answer, around)
    text: dict[str, Any] = {
        "path": file.path,
        "line": question.line,
        "title": question.title[:500],
        "title_html": line(question.title),
        "stem": question.stem,
        "stem_html": block(question.stem),
        "gist": question.gist,
        "gist_html": line(question.gist) if question.gist else "",
        "answer": question.answer,
        "answer_html": keep(answer),
        "toc": [{"id": name, "title": title} for name, title in answer.toc],
        "key_points": [{"text": point, "html": line(point)} for point in question.key_points],
        "mistakes": [
            {"claim": claim, "claim_html": line(claim), "correction": right, "correction_html": block(right)}
            for claim, right in question.mistakes
        ],
        "follow_ups": [
            {"question": asked, "question_html": line(asked), "answer": said, "answer_html": block(said)}
            for asked, said in question.follow_ups
        ],
        "sources": [{"text": source, "html": line(source)} for source in question.sources],
        "figures": [],
        "items_source": [{"markdown": item.markdown, "line": item.line} for item in question.items],
        "choices": [{"text": choice, "html": line(choice)} for choice in question.choices],
        "choice_key": list(question.key),
        "has_math": question.has_math,
        "has_code": question.has_code,
        "placeholder": question.placeholder,
        "checksum": checksum(question),
        "stem_checksum": stem_checksum(question),
    }
    text["figures"] = [{"reference": name, **said} for name, said in figures.items()]
    problems = tuple(dict.fromkeys(place_finding(f, file.path, question, lines) for f in findings))
    return Stored(text, _search_fields(text, answer.plain), problems)


def _noting(around: Surroundings, figures: dict[str, Description]) -> Callable[[str], Description | None]:
    """Return the reading of figures that notes each one read."""

    def figure(reference: str) -> Description | None:
        found = around.figure(reference)
        if found is not None:
            figures[reference] = found
        return found

    return figure


def _search_fields(text: dict[str, Any], answer: str) -> dict[str, str]:
    """Gather what search finds a text by: its title, and all else that a reader sees."""
    parts = [text["gist_html"], text["stem_html"]]
    parts += [choice["html"] for choice in text["choices"]]
    after = [point["html"] for point in text["key_points"]]
    after += [mistake["correction_html"] for mistake in text["mistakes"]]
    after += [
        follow_up[f"{name}_html"] for follow_up in text["follow_ups"] for name in ("question", "answer")
    ]
    title = " ".join(plain_text(text["title_html"]).split())
    body = "\n".join(filter(None, [*map(plain_text, parts), answer, *map(plain_text, after)]))
    return {
        "title_plain": title,
        "body_plain": body,
        "title_tokens": " ".join(tokens(title)),
        "body_tokens": " ".join(tokens(body)),
    }


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
