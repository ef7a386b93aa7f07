"""The clocks of a sitting: how long an exam takes, until when a response counts, what time was spent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from quizzes.core.items import Kind

GRACE = timedelta(seconds=5)  # a response sent at zero still has its way to go
SECONDS_AN_ITEM = 90
SECONDS_AN_OPEN_ITEM = 240
MOST_MINUTES = 300
THINK_SECONDS = 60
SPEAK_SECONDS = 180
LEAST_SECONDS, MOST_SECONDS = 10, 1800
LONGEST_MS = 24 * 3600 * 1000


def exam_seconds(kinds: Sequence[str], minutes: int = 0) -> int:
    """Return how long an exam takes: the minutes given, else by its items, in whole minutes."""
    if minutes:
        return minutes * 60
    by_items = sum(SECONDS_AN_OPEN_ITEM if kind == Kind.OPEN else SECONDS_AN_ITEM for kind in kinds)
    return -(-by_items // 60) * 60


def is_past(ends_at: datetime | None, now: datetime) -> bool:
    """Tell whether time is up, the grace of a response under way included."""
    return ends_at is not None and now > ends_at + GRACE


def seconds_left(ends_at: datetime | None, now: datetime) -> int:
    """Return the whole seconds that are left, rounded up; 0 when time is up."""
    return max(0, -int((now - ends_at).total_seconds() // 1)) if ends_at else 0


def spent_ms(since: datetime, until: datetime) -> int:
    """Return the milliseconds between two moments; whoever was away for days counts as a day."""
    return min(max(0, int((until - since).total_seconds() * 1000)), LONGEST_MS)
