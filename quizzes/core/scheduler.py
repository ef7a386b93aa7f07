"""When to ask again: spaced repetition by FSRS, on plain values, with no clock and no chance of its own.

The memory model is py-fsrs (`fsrs`), with its fuzz switched off: an interval shown is the interval given,
replaying a log gives what reviewing gave, and two logs joined give the same card whichever comes first.
Times are UTC; intervals in whole days count from the moment of the review.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import lru_cache

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from quizzes.core.items import Kind

LEAST_RETENTION, MOST_RETENTION = 0.7, 0.97
LEECH_LAPSES = 8
MASTERED_DAYS = 21.0  # a memory this stable counts as mastered
SECOND = 1000
SLOW_MS = {  # a right answer that took longer was hard; open items have no such bound
    Kind.SINGLE: 60 * SECOND,
    Kind.MULTIPLE: 90 * SECOND,
    Kind.TRUE_FALSE: 45 * SECOND,
    Kind.CLOZE: 90 * SECOND,
    Kind.NUMERIC: 120 * SECOND,
    Kind.MATCHING: 120 * SECOND,
    Kind.ORDERING: 120 * SECOND,
}


class Rating(IntEnum):
    """How well something was recalled."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class Phase(IntEnum):
    """Where a card stands; the values behind NEW are those of py-fsrs."""

    NEW = 0
    LEARNING = 1
    REVIEW = 2
    RELEARNING = 3


class ParametersError(ValueError):
    """Parameters that FSRS does not take; `problems` names each with its bounds."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Schedule:
    """What decides intervals: the wanted chance of recall, and the 21 weights of FSRS."""

    retention: float = 0.9
    parameters: tuple[float, ...] = DEFAULT_PARAMETERS


@dataclass(frozen=True)
class CardState:
    """What is remembered about one card. Stability is in days; difficulty from 1 to 10."""

    due: datetime
    phase: Phase = Phase.NEW
    step: int | None = None
    stability: float | None = None
    difficulty: float | None = None
    last_review: datetime | None = None
    reps: int = 0  # reviews so far
    lapses: int = 0  # times it was forgotten after it had been learnt


@dataclass(frozen=True)
class Log:
    """One review: what was said of the card, and when; `phase` is where the card stood before."""

    rating: Rating
    time: datetime
    phase: Phase = Phase.NEW


def check_parameters(values: Sequence[float]) -> tuple[float, ...]:
    """Return the weights as FSRS takes them; raises ParametersError with every one that is out of bounds."""
    if len(values) != len(DEFAULT_PARAMETERS):
        raise ParametersError([f"{len(values)} ≠ {len(DEFAULT_PARAMETERS)}"])
    bounds = zip(values, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    problems = [
        f"w[{i}] = {value:g}: {low:g} … {high:g}"
        for i, (value, low, high) in enumerate(bounds)
        if not low <= value <= high
    ]
    if problems:
        raise ParametersError(problems)
    return tuple(map(float, values))


@lru_cache(maxsize=64)
def _scheduler(schedule: Schedule) -> fsrs.Scheduler:
    return fsrs.Scheduler(
        parameters=schedule.parameters, desired_retention=schedule.retention, enable_fuzzing=False
    )


def _as_fsrs(card: CardState) -> fsrs.Card:
    state = fsrs.State.Learning if card.phase is Phase.NEW else fsrs.State(card.phase.value)
    return fsrs.Card(  # an id is given: without one, py-fsrs waits a millisecond to make one
        card_id=0,
        state=state,
        step=card.step,
        stability=card.stability,
        difficulty=card.difficulty,
        due=card.due,
        last_review=card.last_review,
    )


def review_card(
    card: CardState, rating: Rating, now: datetime, schedule: Schedule = Schedule()
) -> tuple[CardState, Log]:
    """Return the card after a review, and the entry of its log; a clock that went back counts as standing."""
    now = now.astimezone(UTC)
    if card.last_review is not None:
        now = max(now, card.last_review)
    after, _ = _scheduler(schedule).review_card(_as_fsrs(card), fsrs.Rating(rating.value), now)
    forgotten = card.phase is Phase.REVIEW and rating is Rating.AGAIN
    state = CardState(
        due=after.due,
        phase=Phase(after.state.value),
        step=after.step,
        stability=after.stability,
        difficulty=after.difficulty,
        last_review=after.last_review,
        reps=card.reps + 1,
        lapses=card.lapses + forgotten,
    )
    return state, Log(rating, now, card.phase)


def preview_intervals(
    card: CardState, now: datetime, schedule: Schedule = Schedule()
) -> dict[Rating, timedelta]:
    """Return how long each rating would put the card off."""
    return {rating: review_card(card, rating, now, schedule)[0].due - now for rating in Rating}


def in_order(log: Log) -> tuple[datetime, Rating]:
    """Give the key by which a log is sorted."""
    return log.time, log.rating


def replay(logs: Iterable[Log], schedule: Schedule = Schedule(), *, new: CardState) -> list[CardState]:
    """Return a new card before a log, and as each review leaves it, in the order of time: the last is now."""
    states = [new]
    for log in sorted(logs, key=in_order):
        states.append(review_card(states[-1], log.rating, log.time, schedule)[0])
    return states


def retrievability(card: CardState, now: datetime, schedule: Schedule = Schedule()) -> float:
    """Return the chance that the card is recalled now, 0 for a new one."""
    return _scheduler(schedule).get_card_retrievability(_as_fsrs(card), now.astimezone(UTC))


def is_leech(lapses: int, threshold: int = LEECH_LAPSES) -> bool:
    """Tell whether a card was forgotten so often that it should be rewritten, not repeated."""
    return lapses >= threshold


def rate_mark(kind: Kind, score: float, duration_ms: int | None, *, hinted: bool = False) -> Rating:
    """Turn a quiz mark into a rating: wrong is Again; right is Good, or Hard when hinted or slow.

    Partly right counts as wrong where the machine marks; whoever graded themselves “partly” found it Hard.
    Easy is given by hand alone.
    """
    if kind is Kind.OPEN:
        if score <= 0:
            return Rating.AGAIN
        return Rating.HARD if score < 1 or hinted else Rating.GOOD
    if score < 1:
        return Rating.AGAIN
    slow = duration_ms is not None and duration_ms > SLOW_MS[kind]
    return Rating.HARD if hinted or slow else Rating.GOOD
