"""What a learner's memory looks like: forecast, heat map, mastery by topic, true retention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import Count, Q

from accounts.models import Learner
from qbank.models import Question, Topic
from quizzes.cards import Card, Review, settings_of
from quizzes.core.days import Calendar
from quizzes.core.scheduler import MASTERED_DAYS, CardState, Phase, Rating, retrievability

WEEKS = 26
AHEAD_DAYS = 14
MONTHS = 12
SHADES = 4


@dataclass(frozen=True)
class Coming:
    """One day ahead: how many cards fall due, and how many new ones the daily limit lets in."""

    day: date
    due: int
    new: int


@dataclass(frozen=True)
class DayCell:
    """One day of the heat map; `shade` is 0 (nothing) … 4 (as much as the busiest day)."""

    day: date
    reviews: int
    shade: int
    week: int
    weekday: int  # 0: Monday


@dataclass(frozen=True)
class Mastery:
    """One topic: questions whose every card is stable, those being learnt, and all."""

    topic: Topic
    mastered: int
    started: int
    questions: int

    @property
    def percent(self) -> int:
        """The share that is mastered."""
        return 100 * self.mastered // self.questions

    @property
    def started_percent(self) -> int:
        """The share that was begun, mastered ones included."""
        return 100 * self.started // self.questions


@dataclass(frozen=True)
class Retention:
    """One month: of the cards that had been learnt and came up, how many were recalled."""

    month: date
    reviews: int
    recalled: int

    @property
    def percent(self) -> float:
        """The share that was recalled."""
        return 100 * self.recalled / self.reviews


@dataclass(frozen=True)
class Standing:
    """All topics, and what is in memory now."""

    topics: tuple[Mastery, ...]
    mastered: int
    questions: int
    recall: float | None  # the mean chance, over all cards that were reviewed, that one is recalled now


def forecast(learner: Learner | None, now: datetime) -> list[Coming]:
    """Count what falls due on each of the next days (one query); what is overdue counts today."""
    chosen = settings_of(learner)
    calendar, today = chosen.calendar, chosen.calendar.day_of(now)
    days = [today + timedelta(days=n) for n in range(AHEAD_DAYS)]
    counts = {
        f"until_{n}": Count("pk", filter=Q(due__lt=calendar.end_of(day)) & ~Q(phase=Phase.NEW))
        for n, day in enumerate(days)
    }
    cards = Card.objects.of(learner).filter(question__state="published", suspended=False)
    found = cards.aggregate(**counts, new=Count("pk", filter=Q(phase=Phase.NEW)))
    coming, before, new = [], 0, found["new"]
    for n, day in enumerate(days):
        let_in = min(new, chosen.new_limit)
        coming.append(Coming(day, found[f"until_{n}"] - before, let_in))
        before, new = found[f"until_{n}"], new - let_in
    return coming


def heat_map(learner: Learner | None, calendar: Calendar, now: datetime) -> list[DayCell]:
    """Count the reviews of each day of the last weeks (one query), from a Monday until today."""
    today = calendar.day_of(now)
    first = today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))
    rows = Review.objects.of(learner).live().filter(day__gte=first, day__lte=today)
    counts = dict(rows.order_by().values("day").annotate(n=Count("pk")).values_list("day", "n"))
    most = max(counts.values(), default=0)
    cells = []
    for n in range((today - first).days + 1):
        day = first + timedelta(days=n)
        reviews = counts.get(day, 0)
        shade = -(-SHADES * reviews // most) if reviews else 0
        cells.append(DayCell(day, reviews, shade, n // 7, n % 7))
    return cells


def standing(learner: Learner | None, now: datetime) -> Standing:
    """Tell, by topic, what is mastered and what was begun (three queries).

    A question is mastered when the least stable of its reviewed cards holds three weeks.
    """
    schedule = settings_of(learner).schedule
    cards = (
        Card.objects.of(learner)
        .filter(question__state="published", reps__gt=0)
        .order_by("question")
        .values_list("question__topic", "question", "stability", "last_review")
    )
    mastered: dict[int, int] = {}
    started: dict[int, int] = {}
    chances = []
    for (topic, _), several in groupby(cards, key=lambda row: row[:2]):
        least = MASTERED_DAYS
        for *_ids, stability, last_review in several:
            assert stability is not None  # the database holds that a reviewed card has one
            least = min(least, stability)
            state = CardState(due=now, phase=Phase.REVIEW, stability=stability, last_review=last_review)
            chances.append(retrievability(state, now, schedule))
        started[topic] = started.get(topic, 0) + 1
        mastered[topic] = mastered.get(topic, 0) + (least >= MASTERED_DAYS)
    published = Question.objects.published()
    counts = dict(published.order_by().values_list("topic").annotate(n=Count("pk")))
    topics = tuple(
        Mastery(topic, mastered.get(topic.pk, 0), started.get(topic.pk, 0), counts[topic.pk])
        for topic in Topic.objects.filter(pk__in=counts)
    )
    recall = sum(chances) / len(chances) if chances else None
    return Standing(topics, sum(mastered.values()), sum(counts.values()), recall)


def true_retention(learner: Learner | None, now: datetime) -> list[Retention]:
    """Count, by month, the learnt cards that came up in review, and those recalled (one query).

    Marks of quizzes do not count: they come before their time. The latest month comes first.
    """
    since = settings_of(learner).calendar.day_of(now).replace(day=1) - timedelta(days=31 * (MONTHS - 1))
    reviews = Review.objects.of(learner).live().by_hand().filter(phase=Phase.REVIEW)
    by_day = (  # months are added up here: the database would cut the date of each single row
        reviews.filter(day__gte=since.replace(day=1))
        .order_by()
        .values("day")
        .annotate(n=Count("pk"), recalled=Count("pk", filter=Q(rating__gt=Rating.AGAIN)))
    )
    months: dict[date, list[int]] = {}
    for row in by_day:
        month = months.setdefault(row["day"].replace(day=1), [0, 0])
        month[0] += row["n"]
        month[1] += row["recalled"]
    return [Retention(month, *months[month]) for month in sorted(months, reverse=True)[:MONTHS]]


def reviews_since(learner: Learner | None, day: date) -> int:
    """Count the reviews since a day."""
    return Review.objects.of(learner).live().filter(day__gte=day).count()
