"""Everything of one learner's sittings and memory, to take away."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from accounts.merging import row_as_json
from accounts.models import Learner
from quizzes.cards import Card, Review, settings_of
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

    Keys are file names; what was not answered comes without its key. Reviews taken back come too, with the
    moment. Cards and settings with the log are all that scheduling anew needs.
    """
    cards = learner.cards.select_related("question__bank").order_by("created_at", "id")
    reviews = learner.reviews.select_related("card__question__bank", "attempt_item")
    attempts = learner.attempts.prefetch_related("items__item").order_by("started_at", "id")
    return {
        "attempts.json": [_attempt(attempt) for attempt in attempts],
        "cards.json": [_names(card) | row_as_json(card, "id") for card in cards],
        "reviews.json": [_review(review) for review in reviews.order_by("reviewed_at", "id")],
        "settings.json": row_as_json(settings_of(learner)),
    }


def _names(card: Card) -> JSON:
    """Name what a card asks as anybody may."""
    return {"bank": card.question.bank.slug, "question": card.question.key, "item_key": card.item_key}


def _review(review: Review) -> JSON:
    asked = review.attempt_item
    place = {"attempt": str(asked.attempt_id), "position": asked.position} if asked else None
    return _names(review.card) | row_as_json(review, "id") | {"attempt_item": place}


def _attempt(attempt: Attempt) -> JSON:
    return row_as_json(attempt) | {
        "items": [
            {
                "ref": row.item.ref,
                "kind": row.item.kind,
                "version": row.item.version,
                **row_as_json(row, "id"),
            }
            for row in attempt.items.all()
        ]
    }
