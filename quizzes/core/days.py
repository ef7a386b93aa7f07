"""The learner's day: which one a moment belongs to, and when it ends.

A day is named by the date on which it begins, in the learner's time zone, at an hour of their choice: who
reviews at one in the night still belongs to the evening before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

DAY_START = 4  # o'clock
LATEST_START = 12


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Return the time zones that there are, by name."""
    places = (n for n in available_timezones() if "/" in n and not n.startswith(("Etc/", "posix/", "right/")))
    return (*sorted(places), "UTC")


@dataclass(frozen=True)
class Calendar:
    """How somebody counts days."""

    zone: str
    starts: int = DAY_START  # 0 … 12 o'clock

    def day_of(self, moment: datetime) -> date:
        """Return the day that a moment belongs to."""
        local = moment.astimezone(ZoneInfo(self.zone))
        # by the wall clock, not by elapsed time: the hour may be skipped or repeated when the clock changes
        return (local.replace(tzinfo=None) - timedelta(hours=self.starts)).date()

    def start_of(self, day: date) -> datetime:
        """Return the moment at which a day begins, in UTC."""
        return datetime.combine(day, time(self.starts), ZoneInfo(self.zone)).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """Return the moment at which a day ends and the next begins, in UTC."""
        return self.start_of(day + timedelta(days=1))
