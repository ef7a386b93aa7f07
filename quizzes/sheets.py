"""What of an attempt may be seen when: the sheet before the response, the key only after it. All is JSON."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from quizzes.core.grading import grade
from quizzes.core.items import (
    BLANK,
    Cloze,
    Item,
    Matching,
    Multiple,
    Numeric,
    Open,
    OpenForm,
    Ordering,
    Single,
    TrueFalse,
)
from quizzes.core.results import Sat, Tally, tally, tally_by
from quizzes.core.sheet import arrange_sheet
from quizzes.models import Attempt, AttemptItem

JSON = dict[str, Any]
ANNOTATION = re.compile(r"<annotation\b.*?</annotation>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")


def plain(fragment: str) -> str:
    """Return the text of an HTML fragment."""
    return html.unescape(TAG.sub("", ANNOTATION.sub("", fragment))).strip()


def letter(index: int) -> str:
    """Name the place of an option: A, B, C …"""
    return chr(ord("A") + index) if index < 26 else str(index + 1)


def state(row: AttemptItem) -> str:
    """Tell how an item stands: "open", "right", "partly" or "wrong".

    In a running exam "saved", whose mark nobody knows yet; after it "ungraded", an open answer that its
    learner has still to grade. The item need not be read for it.
    """
    if row.score is not None:
        return "right" if row.score >= 1 else "partly" if row.score > 0 else "wrong"
    if row.saved_at is None:
        return "open"
    return "ungraded" if row.revealed_at else "saved"


def is_to_come(row: AttemptItem) -> bool:
    """Tell whether an interview has not come to this question yet: nothing of it is shown."""
    return row.attempt.is_interview and row.begun_at is None and row.attempt.finished_at is None


def face(row: AttemptItem) -> JSON:
    """Return what may be seen before the response; the row of the key is not read."""
    item = row.item
    shown = {
        "position": row.position,
        "kind": item.kind,
        "language": item.language,
        "state": state(row),
        "flagged": row.flagged,
        "revision": row.revision,
    }
    if is_to_come(row):
        return shown | {"ref": "", "stem_html": ""}
    return shown | {
        "ref": item.ref,
        "stem_html": item.stem_html.replace(BLANK, "____"),
        **arrange_sheet(item.sheet, row.order),
    }


def revealed(row: AttemptItem) -> JSON | None:
    """Return the answer and the key points of an open item, once they may be seen."""
    if row.revealed_at is None and row.answered_at is None:
        return None
    item = row.asked()
    if not isinstance(item, Open):
        return None
    is_whole = row.item.source == row.item.Source.RECALL and item.form != OpenForm.TERM
    text = row.item.text if is_whole else None
    return {
        "points": list(item.points),
        "gist_html": text.gist_html if text else "",
        "answer_html": text.answer_html if text else item.rationale,
    }


def told(row: AttemptItem) -> JSON | None:
    """Return the mark, the key and the reasons, or None before the response."""
    if row.answered_at is None:
        return None
    item = row.asked()
    mark = grade(item, row.response)
    return {
        "score": row.score,
        "correct": mark.correct,
        "parts": list(mark.parts),
        "fraction": mark.fraction,
        "self_graded": mark.self_graded,
        "key": key_of(item),
        "rationale_html": "" if isinstance(item, Open) else item.rationale,
        "rationales_html": rationales_of(item),
        "source": source_of(row),
    }


def key_of(item: Item) -> Any:
    """Return the key in the shape of a response; for a cloze, all forms that each blank accepts."""
    match item:
        case Cloze():
            return [list(accepted) for accepted in item.key]
        case Numeric():
            return {"value": str(item.key), "tolerance": str(item.tolerance)}
        case Multiple() | Matching() | Ordering():
            return list(item.key)
        case Single() | TrueFalse():
            return item.key
    return None


def rationales_of(item: Item) -> list[str]:
    """Return the reasons of the single options, in the order shown; of the verdicts true and false."""
    match item:
        case Single() | Multiple():
            return [option.rationale for option in item.options]
        case TrueFalse():
            return list(item.rationales)
    return []


def source_of(row: AttemptItem) -> JSON:
    """Tell from which question an item was made, from which of its author's words, and the question's lab."""
    question, text = row.item.question, row.item.text
    return {
        "title": text.title if text else question.slug,
        "slug": question.slug,
        "url": reverse("question", args=[question.slug]),
        "lab": question.lab,
        "sentence": provenance.source if (provenance := getattr(row.item, "provenance", None)) else "",
    }


@dataclass(frozen=True)
class Results:
    """An attempt added up."""

    whole: Tally
    by_topic: tuple[Tally, ...]
    by_kind: tuple[Tally, ...]
    seconds: int  # from the first item to the last answer; of an exam, to its end

    @property
    def answered(self) -> int:
        """How many items were answered."""
        return self.whole.items - self.whole.unanswered


def add_up(attempt: Attempt, rows: Iterable[AttemptItem]) -> Results:
    """Add up an attempt by topic and by kind, so far or in the end."""
    rows = list(rows)
    sat = [Sat(row.item.question.topic.slug, row.item.kind, row.score) for row in rows]
    times = [moment for row in rows for moment in (row.answered_at, row.revealed_at) if moment]
    if attempt.is_exam:
        times = [attempt.finished_at] if attempt.finished_at else []
    seconds = int((max(times) - attempt.started_at).total_seconds()) if times else 0
    return Results(tally(sat), tally_by(sat, "topic"), tally_by(sat, "kind"), max(0, seconds))
