"""The pages around a sitting: choose, begin, add up, list."""

from __future__ import annotations

import secrets
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.origin import own_origin
from accounts.services import ensure_learner, find_learner
from qbank.models import Topic
from quizzes import wording
from quizzes.core.blueprint import (
    DEFAULT_NUMBER,
    MOST,
    Blueprint,
    BlueprintError,
    Mode,
    read_blueprint,
    read_seed,
    read_version,
)
from quizzes.core.items import Kind
from quizzes.core.timing import SPEAK_SECONDS, THINK_SECONDS, exam_seconds
from quizzes.marking import AttemptError, read_rows
from quizzes.models import KIND_LABELS, MODE_LABELS, Attempt, AttemptItem
from quizzes.pages import response_text
from quizzes.pool import Pool, count_items, describe
from quizzes.services import start_attempt
from quizzes.sheets import add_up, face, plain, revealed, state, told
from quizzes.sitting import in_learners_time, in_time_of, own_attempt, page_language

NUMBERS = (5, 10, 20, 30, MOST)
LATEST = 5
A_PAGE = 20


@in_learners_time
@require_safe
def quizzes(request: HttpRequest) -> HttpResponse:
    """Show what a quiz can be made of, with how many items there are; and the learner's latest attempts."""
    counts = count_items(Blueprint())
    attempts = Attempt.objects.of(find_learner(request)).counted().order_by("-started_at")
    context = {
        "total": sum(counts["kind"].values()),
        "topics": topic_counts(counts["topic"]),
        "kinds": kind_counts(counts["kind"]),
        "difficulties": [(value, counts["difficulty"].get(value, 0)) for value in ("1", "2", "3")],
        "modes": MODE_LABELS.items(),
        "numbers": NUMBERS,
        "default_number": DEFAULT_NUMBER,
        "attempts": name_topics(attempts[: LATEST + 1]),
        "latest": LATEST,
    }
    response = render(request, "quizzes/quizzes.html", context)
    patch_vary_headers(response, ["Cookie"])
    return response


@in_learners_time
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """List the learner's own quizzes, the latest first."""
    attempts = Attempt.objects.of(find_learner(request)).counted().order_by("-started_at", "pk")
    page = Paginator(attempts, A_PAGE).get_page(request.GET.get("page"))
    response = render(request, "quizzes/own.html", {"page": page, "attempts": name_topics(page.object_list)})
    patch_vary_headers(response, ["Cookie"])
    return response


@own_origin
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Show what a quiz would hold, without its items; a POST begins it, with a seed of its own if need be."""
    given = request.GET
    try:
        blueprint = read_blueprint(dict(given.lists()), known_topics=topic_slugs())
        seed = read_seed(given["seed"]) if given.get("seed") else ""
        version = read_version(given["pool"]) if given.get("pool") else ""
    except BlueprintError as error:
        problems = [wording.blueprint_text(problem) for problem in error.problems]
        return render(request, "quizzes/new.html", {"problems": problems}, status=400)
    if given.get("weak"):
        return choose_weak_spots(request, blueprint)
    if request.method == "POST":
        return begin(request, blueprint, seed or draw_seed(), version)
    if not seed:
        return uncached(redirect(quiz_url(blueprint, seed=draw_seed())))
    return preview(request, blueprint, seed, version)


def uncached(response: HttpResponse) -> HttpResponse:
    """Let nobody keep an answer that the next request may not get."""
    patch_cache_control(response, no_store=True)
    return response


def draw_seed() -> str:
    """Draw a seed that can be read aloud."""
    return str(secrets.randbelow(10**6))


def choose_weak_spots(request: HttpRequest, blueprint: Blueprint) -> HttpResponse:
    """Put the learner's weak topics into the address, by name: whoever gets it sees the same quiz."""
    topics = AttemptItem.objects.weak_topics(find_learner(request))
    if not topics:
        return uncached(render(request, "quizzes/new.html", {"problems": [wording.NO_WEAK_SPOTS]}))
    return uncached(redirect(quiz_url(blueprint.about(topics), seed=draw_seed())))


def preview(
    request: HttpRequest, blueprint: Blueprint, seed: str, version: str, *, status: int = 200
) -> HttpResponse:
    """Show how many items of what the quiz would hold, and whether the pool is the one of the address."""
    pool = Pool(blueprint, page_language())
    drawn = describe(pool.draw(seed))
    kinds = [kind for _, kind, _ in drawn]
    context = {
        "blueprint": blueprint,
        "mode_label": MODE_LABELS[Mode(blueprint.mode)],
        "seed": seed,
        "total": pool.size,
        "drawn": drawn,
        "topics": topic_counts(tallied(topic for topic, _, _ in drawn)),
        "kinds": kind_counts(tallied(kinds)),
        "foreign": sum(language != page_language() for _, _, language in drawn),
        "minutes": exam_seconds(kinds, blueprint.minutes) // 60,
        "think": blueprint.think or THINK_SECONDS,
        "speak": blueprint.speak or SPEAK_SECONDS,
        "has_changed": version not in ("", pool.version),
        "address": quiz_url(blueprint, seed=seed, version=pool.version),
    }
    return render(request, "quizzes/new.html", context, status=status)


def tallied(values: Any) -> dict[str, int]:
    """Count equal values."""
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return counts


def begin(request: HttpRequest, blueprint: Blueprint, seed: str, version: str) -> HttpResponse:
    """Begin the quiz; where the pool has changed since it was looked at, show it anew instead."""
    try:
        attempt = start_attempt(
            learner=lambda: ensure_learner(request),
            blueprint=blueprint,
            seed=seed,
            language=page_language(),
            pool_version=version,
        )
    except AttemptError as error:
        if error.code == "pool":
            return preview(request, blueprint, seed, version, status=409)
        problems = [wording.ATTEMPT_TEXTS[error.code]]
        return render(request, "quizzes/new.html", {"problems": problems}, status=409)
    return redirect(attempt)


def quiz_url(blueprint: Blueprint, *, seed: str = "", version: str = "") -> str:
    """Return the address of a quiz; without a seed it leads to a new draw."""
    rest = [(name, value) for name, value in (("seed", seed), ("pool", version)) if value]
    return f"{reverse('quiz-new')}?{urlencode([*blueprint.as_query(), *rest])}"


@never_cache
@require_safe
def results(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the score as a whole, by topic and by kind; what was wrong and why; how to try again."""
    found = own_attempt(request, pk)
    rows = read_rows(found)
    if found.is_exam and not found.is_over():
        return redirect("quiz-finish", pk)
    added = add_up(found, rows)
    missed = [row for row in rows if row.score is None or row.score < 1]
    titles = dict(Topic.objects.values_list("slug", "title"))
    retry = Blueprint(items=tuple(row.item.ref for row in missed), number=len(missed) or 1)
    context = {
        "attempt": found,
        "mode_label": MODE_LABELS[Mode(found.mode)],
        "rows": [(row, state(row)) for row in rows],
        "results": added,
        "topics": [(tally, titles.get(tally.name, {})) for tally in added.by_topic],
        "kinds": [(tally, KIND_LABELS[Kind(tally.name)]) for tally in added.by_kind],
        "missed": [missed_line(row) for row in missed if found.is_over() or row.answered_at],
        "ungraded": [row.position for row in rows if state(row) == "ungraded"],
        "retry_url": quiz_url(retry) if missed else "",
        "again_url": quiz_url(
            Blueprint.from_json(found.blueprint), seed=found.seed, version=found.pool_version
        ),
        "seconds": added.seconds,
        "allowed": int((found.ends_at - found.started_at).total_seconds()) if found.ends_at else 0,
        "is_late": "late" in request.GET,
    }
    if found.is_interview:
        context["card"] = [card_line(row) for row in rows]
    page = "quizzes/scorecard.html" if found.is_interview else "quizzes/results.html"
    with in_time_of(found.learner):
        return render(request, page, context)


def missed_line(row: AttemptItem) -> dict[str, Any]:
    """Return what the list of what was not right says of an item."""
    return {
        "row": row,
        "stem": plain(face(row)["stem_html"]),
        "said": response_text(row),
        "told": told(row),
    }


def card_line(row: AttemptItem) -> dict[str, Any]:
    """Return a question of an interview as the scorecard shows it; points only where they were shown."""
    points = (revealed(row) or {}).get("points", [])
    ticked = set((row.self_marks or {}).get("points", []))
    asked = row.begun_at is not None
    ends = row.spoke_at or row.revealed_at
    return {
        "row": row,
        "asked": asked,
        "stem": plain(face(row)["stem_html"]),
        "state": state(row),
        "think": int((ends - row.begun_at).total_seconds()) if row.begun_at and ends else None,
        "speak": int((row.revealed_at - row.spoke_at).total_seconds())
        if row.spoke_at and row.revealed_at
        else None,
        "points": [(point, i in ticked) for i, point in enumerate(points)] if row.answered_at else [],
        "ticked": len(ticked),
        "text": (row.response or {}).get("text", ""),
    }


def topic_slugs() -> list[str]:
    """Return the names of all topics."""
    return list(Topic.objects.values_list("slug", flat=True))


def topic_counts(counts: Mapping[str, int]) -> list[tuple[Topic, int]]:
    """Return topics with their numbers of items, in the bank's order."""
    return [(topic, counts[topic.slug]) for topic in Topic.objects.filter(slug__in=counts)]


def name_topics(attempts: Iterable[Attempt]) -> list[Attempt]:
    """Give each attempt the `topics` that it asks about, in the bank's order (one query)."""
    found = list(attempts)
    asked = Topic.objects.filter(questions__items__asked__attempt__in=found)
    by_attempt = defaultdict(list)
    for topic in asked.annotate(attempt=F("questions__items__asked__attempt")).distinct() if found else ():
        by_attempt[topic.attempt].append(topic)  # type: ignore[attr-defined]
    for attempt in found:
        attempt.topics = by_attempt[attempt.pk]  # type: ignore[attr-defined]
    return found


def kind_counts(counts: Mapping[str, int]) -> list[tuple[str, Any, int]]:
    """Return kinds with their names and numbers of items."""
    return [
        (kind.value, label, counts[kind.value]) for kind, label in KIND_LABELS.items() if kind.value in counts
    ]
