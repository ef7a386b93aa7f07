"""The page of progress, and the log to take away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.services import find_learner
from quizzes.cards import settings_of
from quizzes.exports import csv_lines, log_rows
from quizzes.progress import (
    WEEKS,
    DayCell,
    forecast,
    heat_map,
    reviews_since,
    standing,
    true_retention,
)
from quizzes.sitting import in_learners_time

CELL, LEFT, TOP = 20, 26, 18  # of the heat map, in its own units


@in_learners_time
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """Show what was reviewed, what is coming, what is mastered and what is really retained."""
    learner, now = find_learner(request), timezone.now()
    calendar = settings_of(learner).calendar
    cells = heat_map(learner, calendar, now)
    coming = forecast(learner, now)
    most = max((day.due + day.new for day in coming), default=0) or 1
    context = {
        "standing": standing(learner, now),
        "week": reviews_since(learner, calendar.day_of(now) - timedelta(days=6)),
        "cells": [(cell, LEFT + CELL * cell.week, TOP + CELL * cell.weekday) for cell in cells],
        "months": _months(cells),
        "reviewed": [cell for cell in reversed(cells) if cell.reviews],
        "busiest": max(cells, key=lambda cell: cell.reviews),
        "map_width": LEFT + CELL * WEEKS,
        "forecast": [
            (day, 16 - 15 * day.due / most, 15 * day.due / most, 16 - 15 * (day.due + day.new) / most,
             15 * day.new / most)
            for day in coming
        ],
        "due_total": sum(day.due for day in coming),
        "new_total": sum(day.new for day in coming),
        "retention": true_retention(learner, now),
        "wanted": round(100 * settings_of(learner).retention),
    }  # fmt: skip
    return render(request, "quizzes/review/progress.html", context)


def _months(cells: list[DayCell]) -> list[tuple[DayCell, int]]:
    """Return the first day shown of each month that has room for its name, with its place."""
    found: list[tuple[DayCell, int]] = []
    for cell in cells:
        if cell.weekday == 0 and (not found or found[-1][0].day.month != cell.day.month):
            found.append((cell, LEFT + CELL * cell.week))
    close = len(found) > 1 and found[1][1] - found[0][1] < 2 * CELL
    return found[1:] if close else found


@never_cache
@require_safe
def log_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Give the whole log as CSV."""
    return _file(csv_lines(log_rows(find_learner(request))), "text/csv; charset=utf-8", "reviews.csv")


@never_cache
@require_safe
def log_json(request: HttpRequest) -> StreamingHttpResponse:
    """Give the whole log as JSON."""
    return _file(_json_list(request), "application/json", "reviews.json")


def _json_list(request: HttpRequest) -> Iterator[str]:
    before = "[\n"
    for row in log_rows(find_learner(request)):
        yield before + json.dumps(row, ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _file(parts: Iterator[str], content_type: str, name: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(parts, content_type=content_type, headers=headers)
