"""Attempts of every mode, driven at random against a small model of what must be true."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Learner
from qbank.models import Bank
from quizzes.core.blueprint import Blueprint
from quizzes.core.grading import ResponseError, grade
from quizzes.core.timing import GRACE
from quizzes.exams import flag_item
from quizzes.interviews import begin_speaking, skip_question
from quizzes.marking import AttemptError, close_due, finish_attempt, read_rows
from quizzes.models import Attempt, AttemptItem
from quizzes.services import record_response, reveal_answer, start_attempt
from quizzes.sheets import revealed, state, told
from tests.quizzes.bank import right, wrong

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "25"))
STEPS = int(os.environ.get("MACHINE_STEPS", "30"))
MARKS: Counter[int] = Counter()
RUN: Counter[str] = Counter()


def count_marks(rows: list[AttemptItem]) -> None:
    """Follow marks: settings.MARK_HOOKS names it."""
    MARKS.update(row.pk for row in rows)


class Sitting(RuleBasedStateMachine):
    """A learner, their windows, their slow network, and a stranger.

    The model: `saved` (an exam's responses), `marked` (those that are fixed, with their scores), `turn` (an
    interview's question), the clock, and whether it is over.
    """

    @initialize(
        mode=st.sampled_from(["practice", "exam", "interview"]),
        seed=st.integers(0, 9),
        number=st.integers(3, 6),
    )
    def begin(self, mode: str, seed: int, number: int) -> None:
        RUN[mode] += 1
        self.now = NOON
        self.learner, self.stranger = Learner.objects.create(), Learner.objects.create()
        kinds = ("open",) if mode == "interview" else ()
        wanted = Blueprint(number=number, mode=mode, kinds=kinds, minutes=10 if mode == "exam" else 0)
        self.attempt = start_attempt(
            learner=self.learner, blueprint=wanted, seed=str(seed), language="zh-hans", now=NOON
        )
        self.mode = mode
        self.count = self.attempt.items.count()
        self.end = NOON + timedelta(minutes=10) if mode == "exam" else None
        self.frozen = self.asked()
        self.saved: dict[int, Any] = {}
        self.marked: dict[int, float] = {}
        self.shown: set[int] = set()
        self.turn = 1
        self.over = False
        self.late: list[tuple[int, Any, int | None]] = []  # what was sent and has not arrived

    # --- helpers ---

    def asked(self) -> list[Any]:
        rows = self.attempt.items.order_by("position")
        return list(rows.values_list("position", "item_id", "order"))

    def row(self, position: int) -> AttemptItem:
        return self.attempt.items.whole().get(position=position)

    def given(self, position: int) -> dict[str, Any]:
        return {"attempt": self.attempt, "position": position, "learner": self.learner, "now": self.now}

    def place(self, number: int) -> int:
        return number % self.count + 1

    def is_past(self) -> bool:
        return self.end is not None and self.now > self.end + GRACE

    def response(self, row: AttemptItem, rightly: bool) -> Any:
        if row.item.kind == "open" and self.mode == "exam" and not self.closed():
            return {"text": "right" if rightly else "wrong"}
        return right(row) if rightly else wrong(row)

    def closed(self) -> bool:
        return self.over or self.is_past()

    def close(self) -> None:
        """What the end makes of an exam: machine-marked responses are marked, open ones are shown."""
        self.over = True
        if self.mode != "exam":
            return
        for position, response in self.saved.items():
            row = self.row(position)
            if row.item.kind == "open":
                self.shown.add(position)
            else:
                self.marked[position] = grade(row.asked(), response).score

    def send(self, position: int, response: Any, revision: int | None) -> None:
        """Let a response arrive, and hold what the service does against the model."""
        RUN["responses"] += 1
        row = self.row(position)
        is_open = row.item.kind == "open"
        call = {**self.given(position), "response": response, "revision": revision}
        if self.mode == "exam" and not self.closed():
            if isinstance(response, dict) and is_open:
                response = {"text": response.get("text", "")} if response.get("text") else None
            if response != self.saved.get(position) and revision not in (None, row.revision):
                self.refused("stale", call)
                return
            record_response(**call)
            self.saved.pop(position, None)
            if response is not None:
                self.saved[position] = response
            return
        if self.mode == "exam" and not self.over:
            self.close()
        self.mark(row, response, call)

    def mark(self, row: AttemptItem, response: Any, call: dict[str, Any]) -> None:
        position, is_open = row.position, row.item.kind == "open"
        if is_open and not (isinstance(response, dict) and "points" in response):
            with_grade = {"points": []} if isinstance(response, dict) else response
            if response is None or not isinstance(with_grade, dict):
                self.refused(None, call)
                return
        if response is None:
            self.refused(None, call)
            return
        score = grade(row.asked(), response).score
        if position in self.marked:
            try:
                found = record_response(**call).score
            except AttemptError:
                found = self.marked[position]  # it is fixed, so another one is refused
            assert found == self.marked[position]
            return
        may = not self.over or (self.mode == "exam" and is_open and position in self.shown)
        if not may or (self.mode == "interview" and position != self.turn):
            self.refused(None, call)
        elif is_open and position not in self.shown:
            self.refused("hidden", call)
        else:
            assert record_response(**call).score == score
            self.marked[position] = score
            self.go_on(position)

    def go_on(self, position: int) -> None:
        if self.mode == "interview":
            self.turn += 1
            self.over = self.over or self.turn > self.count
        elif self.mode == "practice" and len(self.marked) == self.count:
            self.over = True

    def refused(self, code: str | None, call: dict[str, Any]) -> None:
        RUN["refused"] += 1
        with pytest.raises((AttemptError, ResponseError)) as caught:
            record_response(**call)
        assert code is None or caught.value.code == code

    # --- what may happen ---

    @rule(number=st.integers(0, 9), rightly=st.booleans(), seen=st.sampled_from(["none", "now", "old"]))
    def answer(self, number: int, rightly: bool, seen: str) -> None:
        row = self.row(self.place(number))
        revision = {"none": None, "now": row.revision, "old": max(0, row.revision - 1)}[seen]
        self.send(row.position, self.response(row, rightly), revision)

    @rule(number=st.integers(0, 9), rightly=st.booleans())
    def answer_twice(self, number: int, rightly: bool) -> None:
        row = self.row(self.place(number))
        response = self.response(row, rightly)
        for _ in range(2):
            self.send(row.position, response, None)

    @rule(number=st.integers(0, 9), rightly=st.booleans())
    def send_slowly(self, number: int, rightly: bool) -> None:
        row = self.row(self.place(number))
        self.late.append((row.position, self.response(row, rightly), row.revision))

    @rule(first=st.booleans())
    def arrive_out_of_order(self, first: bool) -> None:
        if self.late:
            self.send(*self.late.pop(0 if first else -1))

    @rule(number=st.integers(0, 9))
    def take_back(self, number: int) -> None:
        if self.mode == "exam" and not self.closed():
            self.send(self.place(number), None, None)

    @rule(number=st.integers(0, 9))
    def show_the_answer(self, number: int) -> None:
        position = self.place(number)
        row = self.row(position)
        may = (
            row.item.kind == "open"
            and not self.closed()
            and self.mode != "exam"
            and (self.mode == "practice" or position == self.turn or position in self.shown)
        )
        if may:
            reveal_answer(**self.given(position), text="mine")
            self.shown.add(position)
        else:
            with pytest.raises((AttemptError, ResponseError)):
                reveal_answer(**self.given(position))

    @rule(number=st.integers(0, 9))
    def speak_or_skip(self, number: int) -> None:
        position = self.place(number)
        if self.mode != "interview":
            for command in (begin_speaking, skip_question):
                with pytest.raises(AttemptError):
                    command(**self.given(position))
        elif self.over or position < self.turn:
            skip_question(**self.given(position))
        elif position > self.turn:
            for command in (begin_speaking, skip_question):
                with pytest.raises(AttemptError):
                    command(**self.given(position))
        elif number % 2:
            begin_speaking(**self.given(position))
        else:
            skip_question(**self.given(position))
            self.go_on(position)

    @rule(number=st.integers(0, 9), flagged=st.booleans())
    def flag(self, number: int, flagged: bool) -> None:
        position = self.place(number)
        if self.mode == "exam" and not self.closed():
            assert flag_item(**self.given(position), flagged=flagged).flagged is flagged
        else:
            with pytest.raises(AttemptError):
                flag_item(**self.given(position), flagged=flagged)

    @rule(seconds=st.sampled_from([1, 20, 120, 400]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def time_runs_out(self) -> None:
        if self.end:
            self.now = max(self.now, self.end + GRACE + timedelta(seconds=1))

    @rule()
    def hand_in(self) -> None:
        if not self.over:
            self.close()
        finish_attempt(attempt=self.attempt, learner=self.learner, now=self.now)

    @rule()
    def somebody_closes_what_is_due(self) -> None:
        closed = close_due(now=self.now, learner=self.learner)
        assert closed == int(self.is_past() and not self.over)
        if closed:
            self.close()

    @rule()
    def refresh(self) -> None:
        self.attempt = Attempt.objects.get(pk=self.attempt.pk)

    @rule(number=st.integers(0, 9))
    def a_stranger_tries(self, number: int) -> None:
        theirs = {**self.given(self.place(number)), "learner": self.stranger}
        for command, more in (
            (record_response, {"response": 0}),
            (reveal_answer, {}),
            (flag_item, {"flagged": True}),
            (skip_question, {}),
        ):
            with pytest.raises(AttemptError):
                command(**theirs, **more)
        with pytest.raises(AttemptError, match="strange"):
            finish_attempt(attempt=self.attempt, learner=self.stranger, now=self.now)

    # --- what is always true ---

    @invariant()
    def the_rows_are_as_the_model_says(self) -> None:
        if not hasattr(self, "attempt"):
            return
        stored = Attempt.objects.get(pk=self.attempt.pk)
        rows = list(stored.items.whole())
        assert (stored.finished_at is not None) is self.over
        assert {row.position: row.score for row in rows if row.score is not None} == self.marked
        if self.mode == "exam":
            kept = {row.position: row.response for row in rows if row.saved_at}
            texts = {p: (r["text"] if isinstance(r, dict) else r) for p, r in kept.items()}
            assert texts == {p: (r["text"] if isinstance(r, dict) else r) for p, r in self.saved.items()}
            assert stored.finished_at is None or stored.finished_at <= stored.ends_at
        assert self.asked() == self.frozen

    @invariant()
    def nothing_is_told_too_early_and_every_mark_is_told_once(self) -> None:
        if not hasattr(self, "attempt"):
            return
        for row in self.attempt.items.whole():
            assert (told(row) is not None) is (row.position in self.marked)
            assert (revealed(row) is not None) is (
                row.item.kind == "open" and row.position in self.shown | self.marked.keys()
            )
            assert MARKS[row.pk] == int(row.position in self.marked)
            if self.mode == "exam" and not self.over:
                assert state(row) in ("open", "saved")

    @invariant()
    def reading_late_shows_the_marks_and_writes_nothing(self) -> None:
        if not hasattr(self, "attempt") or self.over or not self.is_past():
            return
        attempt = Attempt.objects.get(pk=self.attempt.pk)  # its end is long ago by the real clock
        seen = {row.position: row.score for row in read_rows(attempt) if row.score is not None}
        wanted = {
            p: grade(self.row(p).asked(), r).score
            for p, r in self.saved.items()
            if self.row(p).item.kind != "open"
        }
        assert seen == wanted
        assert Attempt.objects.get(pk=self.attempt.pk).finished_at is None


def test_whatever_happens_the_model_holds(bank: Bank, settings: Any) -> None:
    settings.MARK_HOOKS = ["tests.quizzes.test_machine.count_marks"]
    MARKS.clear()
    RUN.clear()
    run_state_machine_as_test(
        Sitting,
        settings=hypothesis_settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(dict(RUN))
    assert {"practice", "exam", "interview", "responses", "refused"} <= set(RUN)
