"""Everything of one learner's sittings and memory, to take away."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from accounts.models import Learner
from quizzes.cards import Review, settings_of
from quizzes.models import Attempt

JSON = dict[str, Any]
LOG_COLUMNS = (
    *("reviewed_at", "day", "bank", "question", "item", "rating", "source", "duration_ms", "phase"),
    *("stability_before", "difficulty_before", "due_before"),
)
CHUNK = 2000


def log_rows(learner: Learner | None) -> Iterator[JSON]:
    """Yield the whole log in the order of time, a review a row; reviews that were taken back are left out."""
    reviews = Review.objects.of(learner).live().order_by("reviewed_at", "id")
    reviews = reviews.select_related("card__question__bank")
    for review in reviews.iterator(chunk_size=CHUNK):
        card, before = review.card, review.before
        yield {
            "reviewed_at": review.reviewed_at.isoformat(),
            "day": review.day.isoformat(),
            "bank": card.question.bank.slug,
            "question": card.question.key,
            "item": card.item_key,
            "rating": review.rating,
            "source": review.source,
            "duration_ms": review.duration_ms,
            "phase": review.phase,
            "stability_before": before["stability"],
            "difficulty_before": before["difficulty"],
            "due_before": before["due"],
        }


def csv_lines(rows: Iterable[JSON]) -> Iterator[str]:
    """Write rows of the log as CSV, a line at a time; a cell that a spreadsheet would compute is quoted."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, LOG_COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _inert(value) for name, value in row.items()})
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _inert(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t")) else value


def export_learner(learner: Learner) -> dict[str, Any]:
    """Return the learner's attempts, cards, reviews and settings: one of the LEARNER_EXPORT_HOOKS.

    Keys are file names; what was not answered comes without its key.
    """
    chosen = settings_of(learner)
    names = ("retention", "new_limit", "review_limit", "two_buttons", "leech_lapses", "suspend_leeches")
    settings = {name: getattr(chosen, name) for name in (*names, "time_zone", "day_start", "parameters")}
    return {
        "attempts.json": [_attempt(attempt) for attempt in learner.attempts.prefetch_related("items__item")],
        "cards.json": [
            {
                "bank": card.question.bank.slug,
                "question": card.question.key,
                "item": card.item_key,
                **card.snapshot(),
                "buried_until": card.buried_until and card.buried_until.isoformat(),
                "created_at": card.created_at.isoformat(),
            }
            for card in learner.cards.select_related("question__bank").order_by("created_at", "id")
        ],
        "reviews.json": list(log_rows(learner)),
        "settings.json": settings,
    }


def _attempt(attempt: Attempt) -> JSON:
    names = ("blueprint", "seed", "mode", "language", "pool_version")
    own = {name: getattr(attempt, name) for name in names}
    moments = {name: getattr(attempt, name) for name in ("started_at", "finished_at")}
    return own | {
        "id": str(attempt.pk),
        **{name: value and value.isoformat() for name, value in moments.items()},
        "items": [
            {
                "position": row.position,
                "ref": row.item.ref,
                "kind": row.item.kind,
                "response": row.response,
                "score": row.score,
                "self_marks": row.self_marks,
                "duration_ms": row.duration_ms,
                "answered_at": row.answered_at and row.answered_at.isoformat(),
            }
            for row in attempt.items.all()
        ],
    }
