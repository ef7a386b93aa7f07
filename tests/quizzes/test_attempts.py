"""A sitting from start to end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Learner
from qbank.models import Bank
from quizzes.core.blueprint import Blueprint
from quizzes.core.grading import ResponseError
from quizzes.core.items import is_solved
from quizzes.marking import AttemptError, finish_attempt
from quizzes.models import Attempt, AttemptItem, Item
from quizzes.pool import Pool
from quizzes.services import record_response, reveal_answer, start_attempt
from quizzes.sheets import add_up
from tests.quizzes.bank import right, wrong

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def begin(learner: Learner, *, language: str = "zh-hans", seed: str = "7", **blueprint: Any) -> Attempt:
    return start_attempt(
        learner=learner, blueprint=Blueprint(**blueprint), seed=seed, language=language, now=NOON
    )


def row_of(attempt: Attempt, kind: str) -> AttemptItem:
    return attempt.items.whole().filter(item__kind=kind, item__source="authored").get()


def answer(row: AttemptItem, response: Any, **more: Any) -> AttemptItem:
    learner = row.attempt.learner
    if row.item.kind == "open":
        reveal_answer(attempt=row.attempt, position=row.position, learner=learner)
    return record_response(
        attempt=row.attempt, position=row.position, response=response, learner=learner, **more
    )


def test_the_same_seed_gives_the_same_quiz_in_both_languages(bank: Bank, learner: Learner) -> None:
    drawn = [
        [row.item.ref for row in begin(learner, number=4, language=language).items.whole()]
        for language in ("zh-hans", "zh-hans", "en")
    ]
    assert drawn[0] == drawn[1] == drawn[2]


def test_the_pages_language_is_asked_where_there_is_one(bank: Bank, learner: Learner) -> None:
    rows = begin(learner, number=50, language="en").items.whole()
    languages = {row.item.key: row.item.language for row in rows if row.item.question.slug == "rich"}
    assert (languages["both-zero"], languages["number"]) == ("en", "zh-hans")


def test_topics_tags_kinds_difficulty_and_names_narrow_the_pool(bank: Bank) -> None:
    def count(**blueprint: Any) -> int:
        return Pool(Blueprint(**blueprint), "zh-hans").size

    assert count() == 11
    assert count(topics=("cot",)) == 2
    assert count(questions=("rich",)) == count(tags=("LoRA",)) == count(tags=("adapter",)) == 9
    assert count(difficulty=(1,)) == 1
    assert count(kinds=("open",)) == 3
    assert count(kinds=("open",), topics=("cot",)) == 1
    ref = Item.objects.filter(key="number").get().ref
    assert count(items=(ref,)) == 1


def test_an_ordering_is_never_shown_solved(bank: Bank, learner: Learner) -> None:
    for seed in range(60):
        row = row_of(begin(learner, kinds=("ordering",), seed=str(seed)), "ordering")
        assert not is_solved(row.asked())


def test_no_match_no_attempt(bank: Bank, learner: Learner) -> None:
    with pytest.raises(AttemptError) as caught:
        begin(learner, questions=("nowhere",))
    assert caught.value.code == "empty"
    assert not Attempt.objects.exists()


def test_nobody_is_made_a_learner_for_nothing(bank: Bank) -> None:
    def newcomer() -> Learner:
        return Learner.objects.create()

    with pytest.raises(AttemptError):
        start_attempt(learner=newcomer, blueprint=Blueprint(questions=("nowhere",)), seed="1", language="en")
    assert not Learner.objects.exists()
    attempt = start_attempt(learner=newcomer, blueprint=Blueprint(), seed="1", language="en")
    assert attempt.learner == Learner.objects.get()


def test_right_and_wrong_are_marked_for_every_kind(attempt: Attempt) -> None:
    for row in attempt.items.whole():
        assert answer(row, right(row)).score == 1
    again = begin(attempt.learner, number=50)
    for row in again.items.whole():
        score = answer(row, wrong(row)).score
        assert score is not None
        assert score < 1


def test_the_same_response_twice_counts_once(attempt: Attempt) -> None:
    row = row_of(attempt, "multiple")
    first = answer(row, [0, 1], now=NOON)
    second = answer(row, [1, 0], now=NOON + timedelta(hours=1))
    assert first.answered_at == second.answered_at


def test_a_response_is_fixed(attempt: Attempt) -> None:
    row = row_of(attempt, "single")
    answer(row, wrong(row))
    with pytest.raises(AttemptError) as caught:
        answer(row, right(row))
    assert caught.value.code == "answered"
    row.refresh_from_db()
    assert row.score == 0


def test_a_refused_response_changes_nothing(attempt: Attempt) -> None:
    row = row_of(attempt, "numeric")
    with pytest.raises(ResponseError):
        answer(row, "12 ms")
    row.refresh_from_db()
    assert (row.response, row.answered_at) == (None, None)


def test_an_open_item_is_shown_first_and_keeps_what_was_written(attempt: Attempt) -> None:
    row, learner = row_of(attempt, "open"), attempt.learner
    with pytest.raises(AttemptError) as caught:
        record_response(attempt=attempt, position=row.position, response={"points": [0]}, learner=learner)
    assert caught.value.code == "hidden"
    reveal_answer(attempt=attempt, position=row.position, learner=learner, text="mine")
    reveal_answer(attempt=attempt, position=row.position, learner=learner, text="another")
    told = record_response(
        attempt=attempt, position=row.position, response={"points": [0], "grade": "got"}, learner=learner
    )
    assert told.response == {"text": "mine", "points": [0], "grade": "got"}
    assert told.self_marks == {"points": [0], "grade": "got"}
    assert told.score == 1


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_text_that_cannot_be_stored_is_refused(attempt: Attempt, text: str) -> None:
    given: dict[str, Any] = {"attempt": attempt, "learner": attempt.learner}
    with pytest.raises(ResponseError) as caught:
        reveal_answer(**given, position=row_of(attempt, "open").position, text=text)
    assert caught.value.code == "characters"
    with pytest.raises(ResponseError) as caught:
        record_response(**given, position=row_of(attempt, "cloze").position, response=[text, "x"])
    assert caught.value.code == "characters"


def test_only_open_items_have_an_answer_to_show(attempt: Attempt) -> None:
    with pytest.raises(ResponseError):
        reveal_answer(attempt=attempt, position=row_of(attempt, "single").position, learner=attempt.learner)


def test_nobody_answers_for_another(attempt: Attempt) -> None:
    stranger = Learner.objects.create()
    with pytest.raises(AttemptError, match="strange"):
        record_response(attempt=attempt, position=1, response=0, learner=stranger)
    with pytest.raises(AttemptError, match="strange"):
        finish_attempt(attempt=attempt, learner=stranger)


def test_the_last_answer_finishes_the_attempt(bank: Bank, learner: Learner) -> None:
    attempt = begin(learner, kinds=("single", "multiple"))
    for row in attempt.items.whole():
        assert Attempt.objects.get().finished_at is None
        answer(row, right(row))
    assert Attempt.objects.get().finished_at is not None


def test_a_finished_attempt_takes_no_more_answers(attempt: Attempt) -> None:
    row = row_of(attempt, "single")
    ended = finish_attempt(attempt=attempt, learner=attempt.learner, now=NOON)
    assert finish_attempt(attempt=attempt, learner=attempt.learner).finished_at == ended.finished_at == NOON
    with pytest.raises(AttemptError) as caught:
        answer(row, right(row))
    assert caught.value.code == "finished"


def test_durations_are_measured_between_answers(bank: Bank, learner: Learner) -> None:
    attempt = begin(learner, kinds=("single", "multiple", "numeric"))
    rows = [row_of(attempt, kind) for kind in ("multiple", "numeric")]
    times = [NOON + timedelta(seconds=20), NOON + timedelta(seconds=25)]
    told = [answer(row, right(row), now=now) for row, now in zip(rows, times, strict=True)]
    assert [row.duration_ms for row in told] == [20_000, 5_000]


def test_whoever_comes_back_after_months_is_still_marked(bank: Bank, learner: Learner) -> None:
    row = row_of(begin(learner, kinds=("multiple",)), "multiple")
    told = answer(row, right(row), now=NOON + timedelta(days=400))
    assert told.duration_ms == 24 * 3600 * 1000


def test_results_add_up_by_topic_and_kind(attempt: Attempt) -> None:
    rows = list(attempt.items.whole())
    for row in rows[:4]:
        answer(row, right(row))
    added = add_up(attempt, attempt.items.whole())
    assert (added.whole.items, added.whole.right, added.whole.unanswered) == (11, 4, 7)
    assert added.answered == 4
    assert sum(tally.items for tally in added.by_kind) == 11


def test_the_database_refuses_what_cannot_be(attempt: Attempt) -> None:
    row = attempt.items.get(position=1)
    for wrongs in ({"score": 0.5}, {"score": 2.0, "answered_at": NOON}, {"position": 2}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AttemptItem.objects.filter(pk=row.pk).update(**wrongs)


class Sitting(RuleBasedStateMachine):
    """Answer, answer again, look elsewhere, let a stranger try, end: first answers stay as they were."""

    def __init__(self) -> None:
        super().__init__()
        self.learner = Learner.objects.create()
        self.stranger = Learner.objects.create()
        self.attempt = begin(self.learner, number=5, seed=str(Attempt.objects.count()))
        self.told: dict[int, Any] = {}
        self.ended = False

    def rows(self) -> dict[int, AttemptItem]:
        return {row.position: row for row in self.attempt.items.whole()}

    @rule(position=st.integers(1, 5), rightly=st.booleans())
    def answer(self, position: int, rightly: bool) -> None:
        row = self.rows()[position]
        response = right(row) if rightly else wrong(row)
        given = {"attempt": self.attempt, "position": position, "learner": self.learner}
        if row.item.kind == "open" and not self.ended:
            reveal_answer(**given, text="x")
        if position in self.told and (self.told[position][1] == 1) is rightly:
            assert record_response(**given, response=response).score == self.told[position][1]
        elif self.ended or position in self.told:
            with pytest.raises(AttemptError):
                record_response(**given, response=response)
        else:
            told = record_response(**given, response=response)
            assert (told.score == 1) is rightly
            self.told[position] = (told.response, told.score)
            self.ended = len(self.told) == 5

    @rule(position=st.integers(1, 5))
    def a_stranger_tries(self, position: int) -> None:
        with pytest.raises(AttemptError, match="strange"):
            record_response(attempt=self.attempt, position=position, response=0, learner=self.stranger)

    @rule(position=st.integers(1, 5))
    def nonsense_is_refused(self, position: int) -> None:
        with pytest.raises((ResponseError, AttemptError)):
            record_response(
                attempt=self.attempt, position=position, response={"points": "?"}, learner=self.learner
            )

    @precondition(lambda self: len(self.told) > 2)
    @rule()
    def end(self) -> None:
        finish_attempt(attempt=self.attempt, learner=self.learner)
        self.ended = True

    @rule()
    def refresh(self) -> None:
        self.attempt = Attempt.objects.get(pk=self.attempt.pk)

    @invariant()
    def what_was_answered_stays(self) -> None:
        stored = {
            row.position: (row.response, row.score)
            for row in self.rows().values()
            if row.answered_at is not None
        }
        assert stored == self.told
        finished = Attempt.objects.values_list("finished_at", flat=True).get(pk=self.attempt.pk)
        assert (finished is not None) is self.ended


def test_whatever_happens_first_answers_stay(bank: Bank) -> None:
    run_state_machine_as_test(
        Sitting, settings=hypothesis_settings(max_examples=12, stateful_step_count=14, deadline=None)
    )


MARKED: list[tuple[int, float | None]] = []


def note_marks(rows: list[AttemptItem]) -> None:
    """Follow a mark, as a module of settings.MARK_HOOKS does."""
    MARKED.extend((row.position, row.score) for row in rows)


def test_a_mark_is_told_once_to_whoever_follows_marks(attempt: Attempt, settings: Any) -> None:
    settings.MARK_HOOKS = ["tests.quizzes.test_attempts.note_marks"]
    MARKED.clear()
    row = row_of(attempt, "single")
    for _ in range(2):
        answer(row, right(row))
    with pytest.raises(AttemptError):
        answer(row, wrong(row))
    assert [(row.position, 1.0)] == MARKED
