"""What one takes away is everything of one's own, and enough to schedule anew."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import models
from django.test import Client

from accounts.merging import export_files
from accounts.models import Learner
from labs.learners import OF_THE_RUNNER
from labs.models import Adapter, LabRun
from qbank.mistakes import report_mistake
from qbank.models import ReaderReport
from qbank.reportable import question_page
from quizzes.core.scheduler import CardState, Log, Rating, Schedule, replay
from quizzes.flaws import report_flaw
from quizzes.memory import record_review, reschedule_cards, save_settings, undo_review
from quizzes.models import Attempt, AttemptItem, Card, FlawReport, MemorySettings, Review
from quizzes.services import record_response
from tests.accounts.test_account import run_of
from tests.quizzes.bank import right, wrong

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
# In which file, and where in it, the rows of each model are; and which of its fields are not for taking away.
FILES: dict[type[models.Model], tuple[str, set[str]]] = {
    Attempt: ("attempts.json", set()),
    AttemptItem: ("attempts.json/items", {"id"}),
    Card: ("cards.json", {"id"}),
    Review: ("reviews.json", {"id"}),
    MemorySettings: ("settings.json", set()),
    FlawReport: ("flaw_reports.json", {"id"}),
    ReaderReport: ("reader_reports.json", {"id"}),
    LabRun: ("runs.json", set(OF_THE_RUNNER)),
    Adapter: ("adapters.json", set()),
}
# How a relation is told: by names that anybody knows; the learner and what a row stands in need no word.
RELATIONS = {
    "item": ("ref",),
    "question": ("bank", "question"),
    "card": ("bank", "question", "item_key"),
    "attempt_item": ("attempt_item",),
    "run": ("run",),
    "attempt": (),
    "learner": (),
}


def owned() -> Iterable[type[models.Model]]:
    """Yield the models whose rows are a learner's, and those whose rows are theirs in turn."""
    for relation in Learner._meta.related_objects:
        yield relation.related_model
    yield AttemptItem


@pytest.fixture
def taken(attempt: Attempt, learner: Learner) -> dict[str, Any]:
    """Everything that is kept of a learner who did a little of everything."""
    for n, row in enumerate(attempt.items.whole().filter(item__kind__in=("single", "numeric", "cloze"))):
        record_response(
            attempt=attempt,
            position=row.position,
            response=right(row) if n % 2 else wrong(row),
            learner=learner,
            now=NOON,
        )
    rate_all(learner)
    undo_review(learner=learner, now=NOON + timedelta(days=20))
    save_settings(learner=learner, values={"retention": 0.85})
    report_flaw(attempt=attempt, position=1, kind="unclear", learner=learner, note="hm")
    page = question_page("rich", "zh-hans")
    assert page is not None
    report_mistake(page=page, learner=learner, kind="typo", note="hm")
    run = run_of(learner)
    Adapter.objects.create(
        learner=learner,
        run=run,
        name="x",
        checksum="0" * 64,
        size=1,
        parameters=1,
        created_at=NOON,
        config={},
    )
    return as_read(learner)


def as_read(learner: Learner) -> dict[str, Any]:
    files: dict[str, Any] = json.loads(json.dumps(export_files(user=None, learner=learner), default=str))
    return files


def rate_all(learner: Learner) -> None:
    for card in learner.cards.all():
        for turn, (days, rating) in enumerate([(1, 3), (5, 1), (6, 3), (20, 4)], start=card.reps):
            record_review(
                learner=learner,
                card=card,
                rating=Rating(rating),
                turn=turn,
                key=f"card-{card.pk}-{turn}",
                duration_ms=900,
                now=NOON + timedelta(days=days),
            )


def test_every_field_of_every_row_comes_along(taken: dict[str, Any]) -> None:
    assert set(owned()) == set(FILES), "a model of learners' rows that nobody takes away"
    for model, (path, left_out) in FILES.items():
        name, _, inner = path.partition("/")
        rows = taken[name] if isinstance(taken[name], list) else [taken[name]]
        rows = [part for row in rows for part in row[inner]] if inner else rows
        assert len(rows) == (model._default_manager.count()), path
        wanted = {field.name for field in model._meta.concrete_fields if not field.is_relation}
        for field in model._meta.concrete_fields:
            wanted |= set(RELATIONS[field.name]) if field.is_relation else set()
        for row in rows:
            assert wanted - left_out - set(row) == set(), path
            assert not left_out & set(row), path


def test_what_was_taken_back_comes_along_and_says_so(taken: dict[str, Any]) -> None:
    assert [bool(review["undone_at"]) for review in taken["reviews.json"]].count(True) == 1


def test_the_files_alone_schedule_anew(taken: dict[str, Any], learner: Learner) -> None:
    chosen = taken["settings.json"]
    schedule = Schedule(retention=chosen["retention"])
    assert reschedule_cards(learner=learner, now=NOON + timedelta(days=20)) > 0
    for card in taken["cards.json"]:
        names = {name: card[name] for name in ("bank", "question", "item_key")}
        log = [
            Log(Rating(review["rating"]), datetime.fromisoformat(review["reviewed_at"]))
            for review in taken["reviews.json"]
            if names.items() <= review.items() and not review["undone_at"]
        ]
        made = datetime.fromisoformat(card["created_at"])
        state = replay(log, schedule, new=CardState(due=made))[-1]
        stored = learner.cards.get(question__key=card["question"], item_key=card["item_key"])
        assert state == stored.state


def test_no_key_of_what_is_unanswered_comes_along(
    attempt: Attempt, learner: Learner, own_client: Client
) -> None:
    assert "SECRET" not in json.dumps(as_read(learner))
