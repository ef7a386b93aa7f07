"""What is written when somebody reviews, takes back, puts aside, schedules anew, or answers a quiz."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import Learner
from qbank.models import Bank, Question
from quizzes.cards import Card, MemorySettings, Review
from quizzes.core.blueprint import Blueprint
from quizzes.core.scheduler import Phase, Rating, Schedule, replay, review_card
from quizzes.memory import (
    ReviewError,
    add_cards,
    bury_card,
    feed_marks,
    record_review,
    reschedule_cards,
    resume_card,
    save_settings,
    suspend_card,
    undo_review,
)
from quizzes.models import Attempt
from quizzes.services import record_response, reveal_answer, start_attempt
from tests.quizzes.bank import right, wrong
from tests.quizzes.test_transactions import Broken, fail, one_writer, while_uncommitted

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)  # in Shanghai


@pytest.fixture
def card(bank: Bank, learner: Learner) -> Card:
    add_cards(learner=learner, questions=Question.objects.filter(slug="rich"), now=NOON)
    return Card.objects.get()


def rate(card: Card, rating: int, now: datetime = NOON, **fields: Any) -> Review:
    turn = Card.objects.get(pk=card.pk).reps
    given: dict[str, Any] = {"turn": turn, "key": f"{turn}-{rating}-{now.timestamp()}"} | fields
    return record_review(learner=card.learner, card=card, rating=Rating(rating), now=now, **given)


def stored(card: Card) -> dict[str, Any]:
    return Card.objects.get(pk=card.pk).snapshot()


def test_a_question_is_put_into_review_once(bank: Bank, learner: Learner) -> None:
    questions = Question.objects.order_by("order")
    assert add_cards(learner=learner, questions=questions[:2]) == 2
    assert add_cards(learner=learner, questions=questions) == 1
    assert Card.objects.filter(phase=Phase.NEW).count() == 3


def test_a_review_schedules_its_card_and_is_kept(card: Card) -> None:
    review = rate(card, 3, duration_ms=4_000)
    found = Card.objects.get()
    expected, _ = review_card(card.state, Rating.GOOD, NOON)
    assert found.state == expected
    assert (review.rating, review.reviewed_at, review.duration_ms, review.source) == (
        3,
        NOON,
        4_000,
        "review",
    )
    assert (review.day, review.phase, review.turn) == (date(2026, 3, 4), Phase.NEW, 0)


def test_the_same_review_sent_twice_counts_once(card: Card) -> None:
    first = rate(card, 3, key="once")
    again = record_review(learner=card.learner, card=card, rating=Rating.GOOD, turn=0, key="once", now=NOON)
    assert again == first
    assert Card.objects.get().reps == Review.objects.count() == 1


def test_a_review_that_was_taken_back_does_not_come_again(card: Card) -> None:
    rate(card, 3, key="once")
    undo_review(learner=card.learner, now=NOON)
    record_review(learner=card.learner, card=card, rating=Rating.GOOD, turn=0, key="once", now=NOON)
    assert Card.objects.get().reps == 0


def test_a_second_tab_does_not_rate_a_card_that_was_rated_already(card: Card) -> None:
    rate(card, 3, turn=0)
    with pytest.raises(ReviewError, match="stale"):
        rate(card, 1, turn=0)
    assert Review.objects.get().rating == 3


def test_a_day_ends_where_the_learner_lives(card: Card) -> None:
    last = datetime(2026, 3, 4, 19, 59, tzinfo=UTC)  # 03:59 on the fifth in Shanghai
    assert rate(card, 3, last).day == date(2026, 3, 4)
    assert rate(card, 3, last + timedelta(minutes=1)).day == date(2026, 3, 5)
    save_settings(learner=card.learner, values={"time_zone": "America/New_York", "day_start": 0})
    card.learner.refresh_from_db()
    assert rate(card, 3, datetime(2026, 3, 6, 4, 59, tzinfo=UTC)).day == date(2026, 3, 5)
    assert rate(card, 3, datetime(2026, 3, 6, 5, 0, tzinfo=UTC)).day == date(2026, 3, 6)


def test_taking_back_is_for_today(card: Card) -> None:
    with pytest.raises(ReviewError, match="nothing"):
        undo_review(learner=card.learner, now=NOON)
    rate(card, 3)
    with pytest.raises(ReviewError, match="nothing"):
        undo_review(learner=card.learner, now=NOON + timedelta(days=1))


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 9 * 24 * 60)), min_size=1, max_size=6))
@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_taking_back_is_the_exact_inverse_of_reviewing(card: Card, reviews: list[tuple[int, int]]) -> None:
    Card.objects.filter(pk=card.pk).update(
        **{name: getattr(card, name) for name in ("phase", "step", "stability", "difficulty", "due")},
        last_review=None, reps=0, lapses=0, leech=False, suspended=False,
    )  # fmt: skip
    Review.objects.all().delete()
    save_settings(learner=card.learner, values={"leech_lapses": 1, "suspend_leeches": True})
    now, states = NOON, [stored(card)]
    for rating, minutes in reviews:
        now += timedelta(minutes=minutes)
        rate(card, rating, now)
        states.append(stored(card))
        undo_review(learner=card.learner, now=now)
        assert stored(card) == states[-2]
        rate(card, rating, now, key=f"again {now}")
        assert stored(card) == states[-1]


def test_taking_back_goes_on_over_all_of_today(card: Card) -> None:
    states = [stored(card)]
    for n, rating in enumerate((1, 3, 3, 4)):
        rate(card, rating, NOON + timedelta(minutes=10 * n))
        states.append(stored(card))
    for before in reversed(states[:-1]):
        undo_review(learner=card.learner, now=NOON + timedelta(hours=1))
        assert stored(card) == before
    assert Review.objects.live().count() == 0
    assert Review.objects.count() == 4


def lapse(card: Card, times: int) -> datetime:
    now = NOON
    rate(card, 4, now)
    for _ in range(times):
        now += timedelta(days=9)
        rate(card, 1, now)
        rate(card, 4, now + timedelta(minutes=10))
    return now + timedelta(minutes=10)


def test_what_is_forgotten_eight_times_is_a_leech_and_still_asked(card: Card) -> None:
    lapse(card, 7)
    assert not Card.objects.get().leech
    rate(card, 1, NOON + timedelta(days=200))
    found = Card.objects.get()
    assert (found.leech, found.suspended, found.lapses) == (True, False, 8)


def test_a_leech_is_suspended_when_the_learner_wants_it(card: Card) -> None:
    save_settings(learner=card.learner, values={"leech_lapses": 2, "suspend_leeches": True})
    now = lapse(card, 2)
    assert Card.objects.get().suspended
    resume_card(learner=card.learner, card=card)
    found = Card.objects.get()
    assert (found.leech, found.suspended) == (False, False)
    rate(card, 1, now + timedelta(days=30))
    assert Card.objects.get().suspended


def test_a_card_is_buried_until_tomorrow_or_suspended_until_taken_up(card: Card) -> None:
    active = Card.objects.active
    bury_card(learner=card.learner, card=card, now=NOON)
    assert not active(date(2026, 3, 4)).exists()
    assert active(date(2026, 3, 5)).exists()
    suspend_card(learner=card.learner, card=card)
    assert not active(date(2027, 1, 1)).exists()
    resume_card(learner=card.learner, card=card)
    assert active(date(2026, 3, 4)).exists()


def test_the_card_of_a_retired_question_pauses_and_keeps_its_history(card: Card) -> None:
    rate(card, 3)
    Question.objects.filter(slug="rich").update(state="retired")
    assert not Card.objects.active(date(2026, 3, 5)).exists()
    with pytest.raises(ReviewError, match="paused"):
        rate(card, 3, NOON + timedelta(days=1))
    Question.objects.filter(slug="rich").update(state="published")
    assert Card.objects.active(date(2026, 3, 5)).get().reps == 1


def test_a_stranger_cannot_rate_a_card(card: Card) -> None:
    with pytest.raises(ReviewError, match="paused"):
        record_review(learner=Learner.objects.create(), card=card, rating=Rating.GOOD, turn=0, key="k")


def test_settings_out_of_bounds_are_not_stored(learner: Learner) -> None:
    for values in ({"retention": 0.5}, {"retention": 0.99}, {"leech_lapses": 0}, {"day_start": 13}):
        with pytest.raises(ValidationError):
            save_settings(learner=learner, values=values)
    assert not MemorySettings.objects.exists()


def test_scheduling_anew_is_as_if_the_settings_had_always_held(card: Card) -> None:
    now = NOON
    for rating in (4, 3, 1, 3, 3):
        rate(card, rating, now)
        now += timedelta(days=12)
    logs = [(review.rating, review.reviewed_at) for review in Review.objects.in_order()]
    save_settings(learner=card.learner, values={"retention": 0.8})
    assert reschedule_cards(learner=card.learner, now=now) == 1
    state = card.state
    for rating, moment in logs:
        state, _ = review_card(state, Rating(rating), moment, Schedule(retention=0.8))
    assert Card.objects.get().state == state
    assert reschedule_cards(learner=card.learner, now=now) == 0


def test_after_scheduling_anew_a_review_of_today_can_still_be_taken_back(card: Card) -> None:
    rate(card, 4, NOON - timedelta(days=30))
    before_settings = save_settings(learner=card.learner, values={"retention": 0.8})
    rate(card, 3)
    reschedule_cards(learner=card.learner, now=NOON)
    undo_review(learner=card.learner, now=NOON)
    expected, _ = review_card(card.state, Rating.EASY, NOON - timedelta(days=30), before_settings.schedule)
    assert Card.objects.get().state == expected


def test_replaying_the_stored_log_gives_the_stored_card(card: Card) -> None:
    from quizzes.core.scheduler import Log

    for n, rating in enumerate((1, 3, 2, 3, 4, 1, 3)):
        rate(card, rating, NOON + timedelta(days=3 * n, minutes=n))
    logs = [Log(Rating(r.rating), r.reviewed_at) for r in Review.objects.in_order()]
    states = replay(logs, new=card.state)
    assert Card.objects.get().state == states[-1]
    assert [Card(**{}).restore(r.before) for r in Review.objects.all()] == [None] * 7


def answer(attempt: Attempt, kind: str, response: Any, now: datetime = NOON) -> Review:
    row = attempt.items.whole().filter(item__kind=kind, item__source="authored").get()
    given_ = response(row)
    if kind == "open":
        reveal_answer(attempt=attempt, position=row.position, learner=attempt.learner, now=now)
    record_response(attempt=attempt, position=row.position, response=given_, learner=attempt.learner, now=now)
    return Review.objects.get(key=f"quiz:{row.pk}")


@pytest.mark.parametrize(
    "kind", ["single", "multiple", "true_false", "cloze", "numeric", "matching", "ordering"]
)
def test_a_quiz_mark_is_a_review_of_the_items_card(attempt: Attempt, kind: str) -> None:
    now = attempt.started_at + timedelta(seconds=10)
    review = answer(attempt, kind, right, now)
    assert (review.rating, review.source, review.reviewed_at) == (Rating.GOOD, "quiz", now)
    assert review.card.item_key == review.attempt_item.item.key  # type: ignore[union-attr]
    assert review.duration_ms == 10_000


def test_a_wrong_answer_in_a_quiz_is_forgotten(attempt: Attempt) -> None:
    assert answer(attempt, "single", wrong).rating == Rating.AGAIN


def test_recalling_the_whole_answer_in_a_quiz_reviews_the_questions_own_card(
    attempt: Attempt, learner: Learner
) -> None:
    row = attempt.items.whole().filter(item__source="recall").first()
    assert row is not None
    add_cards(learner=learner, questions=[row.item.question])
    reveal_answer(attempt=attempt, position=row.position, learner=learner)
    record_response(
        attempt=attempt, position=row.position, response={"points": [], "grade": "partly"}, learner=learner
    )
    card = Card.objects.get()
    assert (card.item_key, card.reps, Review.objects.get().rating) == ("", 1, Rating.HARD)


def test_an_answer_sent_twice_is_one_review(attempt: Attempt) -> None:
    answer(attempt, "single", right)
    answer(attempt, "single", right)
    row = attempt.items.whole().get(item__kind="single", item__source="authored")
    feed_marks([row])
    assert Review.objects.count() == 1
    assert Card.objects.get().reps == 1


def test_the_same_item_in_two_quizzes_is_one_card(bank: Bank, learner: Learner) -> None:
    for seed, language in (("1", "zh-hans"), ("2", "en")):
        items = Blueprint(kinds=("single",), questions=("rich",))
        quiz = start_attempt(learner=learner, blueprint=items, seed=seed, language=language)
        row = quiz.items.whole().get()
        record_response(attempt=quiz, position=1, response=right(row), learner=learner)
    assert Card.objects.get().reps == 2


def test_a_mark_and_its_review_are_stored_together(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Review.objects, "bulk_create", fail)
    with pytest.raises(Broken):
        answer(attempt, "single", right)
    assert not attempt.items.exclude(answered_at=None).exists()
    assert not Card.objects.exists()


def test_a_quiz_mark_is_not_taken_back_and_bars_what_came_before(attempt: Attempt, learner: Learner) -> None:
    row = attempt.items.whole().get(item__kind="single", item__source="authored")
    add_cards(learner=learner, questions=[row.item.question], item_key=row.item.key, now=NOON)
    rate(Card.objects.get(), 3)
    answer(attempt, "single", right, NOON + timedelta(minutes=1))
    with pytest.raises(ReviewError, match="followed"):
        undo_review(learner=learner, now=NOON + timedelta(minutes=2))


def test_answering_costs_eight_queries_at_most(
    attempt: Attempt, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    row = attempt.items.whole().get(item__kind="single", item__source="authored")
    response = right(row)
    with django_assert_max_num_queries(10):  # with the two that nest a test's transaction
        record_response(attempt=attempt, position=row.position, response=response, learner=attempt.learner)


def test_the_marks_of_a_whole_exam_are_fed_in_four_queries(
    attempt: Attempt, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = list(attempt.items.whole())
    for n, row in enumerate(rows):
        row.attempt, row.score = attempt, float(n % 2)
        row.answered_at = NOON if n else None
    with django_assert_num_queries(4):  # the learner, the cards, new cards, reviews
        feed_marks(rows)
    with django_assert_num_queries(2):
        feed_marks(rows)
    assert Review.objects.count() == Card.objects.count() == len(rows) - 1


@one_writer
@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_that_rate_the_same_card_at_once_the_first_counts(card: Card) -> None:
    def rating(value: Rating) -> Review:
        return record_review(learner=card.learner, card=card, rating=value, turn=0, key=value.name, now=NOON)

    second = while_uncommitted(lambda: rating(Rating.GOOD), lambda: rating(Rating.AGAIN))
    assert isinstance(second, ReviewError)
    assert second.code == "stale"
    assert Review.objects.get().rating == Rating.GOOD


@one_writer
@pytest.mark.django_db(transaction=True)
def test_the_same_review_sent_twice_at_once_counts_once(card: Card) -> None:
    def rating() -> Review:
        return record_review(learner=card.learner, card=card, rating=Rating.GOOD, turn=0, key="k", now=NOON)

    assert while_uncommitted(rating, rating) == Review.objects.get()
    assert Card.objects.get().reps == 1


@one_writer
@pytest.mark.django_db(transaction=True)
def test_a_card_that_is_made_twice_at_once_is_made_once(bank: Bank, learner: Learner) -> None:
    questions = list(Question.objects.all())
    second = while_uncommitted(
        lambda: add_cards(learner=learner, questions=questions),
        lambda: add_cards(learner=learner, questions=questions),
    )
    assert second == 0
    assert Card.objects.count() == len(questions)


@pytest.mark.django_db(transaction=True)
def test_many_threads_that_rate_one_card_leave_a_whole_log(card: Card) -> None:
    def work(name: int) -> None:
        try:
            for n in range(5):
                try:
                    record_review(
                        learner=card.learner,
                        card=card,
                        rating=Rating.GOOD,
                        turn=n,
                        key=f"{name}-{n}",
                        now=NOON,
                    )
                except ReviewError:
                    continue
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    turns = sorted(Review.objects.values_list("turn", flat=True))
    assert turns == list(range(len(turns)))
    assert Card.objects.get().reps == len(turns) > 0
