"""A learner's day begins where they live, at their hour."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.core.days import Calendar, zone_names

SHANGHAI = Calendar("Asia/Shanghai", 0)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))
calendars = st.builds(
    Calendar,
    st.sampled_from(
        ["Asia/Shanghai", "UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Pacific/Apia"]
    ),
    st.integers(0, 12),
)


def test_midnight_parts_two_days_where_the_learner_lives() -> None:
    before = datetime(2026, 3, 4, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Shanghai
    assert SHANGHAI.day_of(before) == date(2026, 3, 4)
    assert SHANGHAI.day_of(before + timedelta(seconds=1)) == date(2026, 3, 5)
    assert Calendar("UTC", 0).day_of(before + timedelta(seconds=1)) == date(2026, 3, 4)


def test_who_reviews_at_one_in_the_night_belongs_to_the_evening_before() -> None:
    one = datetime(2026, 3, 4, 17, tzinfo=UTC)  # 01:00 on the fifth in Shanghai
    assert Calendar("Asia/Shanghai", 4).day_of(one) == date(2026, 3, 4)
    assert Calendar("Asia/Shanghai", 4).day_of(one + timedelta(hours=3)) == date(2026, 3, 5)


def test_a_day_on_which_the_clock_changes_is_shorter_or_longer() -> None:
    berlin = Calendar("Europe/Berlin", 0)
    assert berlin.end_of(date(2026, 3, 29)) - berlin.start_of(date(2026, 3, 29)) == timedelta(hours=23)
    assert berlin.end_of(date(2026, 10, 25)) - berlin.start_of(date(2026, 10, 25)) == timedelta(hours=25)


@pytest.mark.parametrize(("starts", "hours"), [(0, 23), (4, 24)])
def test_the_hour_that_is_skipped_belongs_to_one_day(starts: int, hours: int) -> None:
    berlin = Calendar("Europe/Berlin", starts)
    day = date(2026, 3, 29)
    assert berlin.end_of(day) - berlin.start_of(day) == timedelta(hours=hours)


@given(moments, calendars)
def test_every_moment_lies_in_its_own_day(moment: datetime, calendar: Calendar) -> None:
    day = calendar.day_of(moment)
    slack = timedelta(hours=1)  # an hour that the clock repeats is named twice
    assert calendar.start_of(day) - slack <= moment < calendar.end_of(day) + slack


@given(moments, calendars)
def test_days_follow_each_other(moment: datetime, calendar: Calendar) -> None:
    day = calendar.day_of(moment)
    assert calendar.day_of(calendar.start_of(day)) == day
    assert calendar.end_of(day) == calendar.start_of(day + timedelta(days=1))


def test_zones_are_named_by_place() -> None:
    assert {"Asia/Shanghai", "Europe/Berlin", "UTC"} <= set(zone_names())
    assert not any(name.startswith(("Etc/", "posix/")) for name in zone_names())
