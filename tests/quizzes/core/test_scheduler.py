"""The scheduler is py-fsrs without chance, and its log says everything."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.core.items import Kind
from quizzes.core.scheduler import (
    DEFAULT_PARAMETERS,
    CardState,
    Log,
    ParametersError,
    Phase,
    Rating,
    Schedule,
    check_parameters,
    is_leech,
    preview_intervals,
    rate_mark,
    replay,
    retrievability,
    review_card,
)

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
NEW = CardState(due=START)
gaps = st.integers(1, 400 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds))
steps = st.lists(st.tuples(st.sampled_from(Rating), gaps), max_size=30)
schedules = st.floats(0.7, 0.97).map(lambda retention: Schedule(retention=retention))


def log_of(steps: list[tuple[Rating, timedelta]]) -> list[Log]:
    now, found = START, []
    for rating, gap in steps:
        now += gap
        found.append(Log(rating, now))
    return found


@pytest.mark.parametrize("retention", [0.8, 0.9, 0.95])
def test_a_random_log_of_1000_reviews_gives_what_py_fsrs_gives(retention: float) -> None:
    chance = random.Random(1000)
    theirs = fsrs.Scheduler(desired_retention=retention, enable_fuzzing=False)
    schedule = Schedule(retention=retention)
    cards = [(NEW, fsrs.Card(card_id=i, due=START)) for i in range(40)]
    now, phases = START, set()
    for turn in range(1000):
        now += timedelta(seconds=chance.expovariate(1 / 20_000))
        i = chance.randrange(len(cards))
        rating = Rating(chance.choices((1, 2, 3, 4), (2, 1, 6, 1))[0])
        ours, (peer, _) = (
            review_card(cards[i][0], rating, now, schedule)[0],
            theirs.review_card(cards[i][1], fsrs.Rating(rating.value), now),
        )
        cards[i] = ours, peer
        phases.add(ours.phase)
        for name in ("due", "stability", "difficulty", "step", "last_review"):
            assert getattr(ours, name) == getattr(peer, name), (turn, name)
        assert ours.phase == peer.state.value
        later = now + timedelta(days=5)
        assert retrievability(ours, later, schedule) == theirs.get_card_retrievability(peer, later)
    assert phases == {Phase.LEARNING, Phase.REVIEW, Phase.RELEARNING}
    assert sum(card.reps for card, _ in cards) == 1000


@pytest.mark.parametrize("retention", [0.8, 0.9])
def test_replaying_the_log_gives_what_py_fsrs_reschedules(retention: float) -> None:
    chance = random.Random(7)
    logs = log_of(
        [(Rating(chance.randint(1, 4)), timedelta(hours=chance.randint(1, 900))) for _ in range(60)]
    )
    theirs = fsrs.Scheduler(desired_retention=retention, enable_fuzzing=False).reschedule_card(
        fsrs.Card(card_id=1, due=START),
        [fsrs.ReviewLog(1, fsrs.Rating(log.rating.value), log.time, None) for log in logs],
    )
    ours = replay(logs, Schedule(retention=retention), new=NEW)[-1]
    assert (ours.due, ours.stability, ours.difficulty) == (theirs.due, theirs.stability, theirs.difficulty)


@given(steps, schedules)
def test_replaying_gives_what_reviewing_gave(
    steps: list[tuple[Rating, timedelta]], schedule: Schedule
) -> None:
    card, states = NEW, [NEW]
    for log in log_of(steps):
        card, _ = review_card(card, log.rating, log.time, schedule)
        states.append(card)
    assert replay(log_of(steps), schedule, new=NEW) == states


@given(st.lists(st.tuples(st.sampled_from(Rating), gaps), max_size=12), st.randoms(), schedules)
def test_a_log_means_the_same_in_whatever_order_it_comes(
    steps: list[tuple[Rating, timedelta]], chance: random.Random, schedule: Schedule
) -> None:
    logs = log_of(steps)
    shuffled = list(logs)
    chance.shuffle(shuffled)
    assert replay(shuffled, schedule, new=NEW) == replay(logs, schedule, new=NEW)


@given(steps, gaps, schedules)
def test_the_intervals_shown_are_those_given(
    steps: list[tuple[Rating, timedelta]], gap: timedelta, schedule: Schedule
) -> None:
    card = replay(log_of(steps), schedule, new=NEW)[-1]
    now = (card.last_review or START) + gap
    shown = preview_intervals(card, now, schedule)
    assert {rating: review_card(card, rating, now, schedule)[0].due for rating in Rating} == {
        rating: now + interval for rating, interval in shown.items()
    }
    assert shown[Rating.AGAIN] <= shown[Rating.HARD] <= shown[Rating.GOOD] <= shown[Rating.EASY]


def test_the_first_intervals_are_those_of_the_model() -> None:
    shown = preview_intervals(NEW, START)
    assert list(shown.values()) == [
        timedelta(minutes=1),
        timedelta(minutes=5, seconds=30),
        timedelta(minutes=10),
        timedelta(days=8),
    ]


def test_a_wish_to_remember_more_shortens_the_intervals() -> None:
    card = review_card(NEW, Rating.EASY, START)[0]
    later = START + timedelta(days=8)
    due = [review_card(card, Rating.GOOD, later, Schedule(retention=r))[0].due for r in (0.97, 0.9, 0.8)]
    assert due == sorted(due)
    assert due[0] < due[1] < due[2]


def test_only_forgetting_what_was_learnt_is_a_lapse() -> None:
    card = review_card(NEW, Rating.AGAIN, START)[0]
    assert card.lapses == 0
    card = review_card(card, Rating.EASY, START + timedelta(minutes=1))[0]
    card = review_card(card, Rating.AGAIN, START + timedelta(days=9))[0]
    assert (card.phase, card.lapses, card.reps) == (Phase.RELEARNING, 1, 3)
    assert review_card(card, Rating.AGAIN, START + timedelta(days=9, minutes=10))[0].lapses == 1


def test_eight_lapses_make_a_leech() -> None:
    assert [is_leech(n) for n in (7, 8, 9)] == [False, True, True]
    assert is_leech(3, threshold=3)


def test_a_clock_that_went_back_counts_as_standing() -> None:
    card = review_card(NEW, Rating.GOOD, START)[0]
    after, log = review_card(card, Rating.GOOD, START - timedelta(days=3))
    assert log.time == after.last_review == START
    assert after.due > START


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    from zoneinfo import ZoneInfo

    there = START.astimezone(ZoneInfo("Asia/Shanghai"))
    assert review_card(NEW, Rating.GOOD, there) == review_card(NEW, Rating.GOOD, START)


def test_weights_out_of_bounds_are_all_named() -> None:
    assert check_parameters(list(DEFAULT_PARAMETERS)) == DEFAULT_PARAMETERS
    with pytest.raises(ParametersError) as caught:
        check_parameters([-1.0, *DEFAULT_PARAMETERS[1:20], 9.0])
    assert [problem[:5] for problem in caught.value.problems] == ["w[0] ", "w[20]"]
    with pytest.raises(ParametersError):
        check_parameters([1.0])
    with pytest.raises(ParametersError):
        check_parameters([float("nan"), *DEFAULT_PARAMETERS[1:]])


@pytest.mark.parametrize(
    ("kind", "score", "ms", "hinted", "rating"),
    [
        (Kind.SINGLE, 1.0, 5_000, False, Rating.GOOD),
        (Kind.SINGLE, 1.0, 61_000, False, Rating.HARD),
        (Kind.SINGLE, 1.0, None, False, Rating.GOOD),
        (Kind.SINGLE, 1.0, 5_000, True, Rating.HARD),
        (Kind.SINGLE, 0.0, 5_000, False, Rating.AGAIN),
        (Kind.MATCHING, 0.75, 5_000, False, Rating.AGAIN),
        (Kind.OPEN, 0.0, 5_000, False, Rating.AGAIN),
        (Kind.OPEN, 0.5, 5_000, False, Rating.HARD),
        (Kind.OPEN, 1.0, 600_000, False, Rating.GOOD),
        (Kind.OPEN, 1.0, 600_000, True, Rating.HARD),
    ],
)
def test_a_mark_gives_a_rating_but_never_easy(
    kind: Kind, score: float, ms: int | None, hinted: bool, rating: Rating
) -> None:
    assert rate_mark(kind, score, ms, hinted=hinted) is rating


def test_every_kind_that_the_machine_marks_has_a_bound_of_slowness() -> None:
    from quizzes.core.scheduler import SLOW_MS

    assert set(SLOW_MS) == set(Kind) - {Kind.OPEN}
