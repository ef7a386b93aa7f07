"""The pages of the sitting: choose, begin, answer, add up."""

from __future__ import annotations

import secrets
import uuid
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.origin import own_origin
from accounts.services import ensure_learner, find_learner
from qbank.models import Topic
from quizzes import wording
from quizzes.core.blueprint import DEFAULT_NUMBER, MOST, Blueprint, BlueprintError, read_blueprint, read_seed
from quizzes.core.grading import ResponseError
from quizzes.core.items import Kind
from quizzes.core.sheet import arrange_sheet
from quizzes.forms import move_step, read_order, read_response
from quizzes.models import KIND_LABELS, Attempt, AttemptItem
from quizzes.pages import ask_context, response_text, told_context
from quizzes.pool import Pool, load_pool
from quizzes.services import AttemptError, finish_attempt, record_response, reveal_answer, start_attempt
from quizzes.sheets import add_up, face, plain, revealed, state, told

NUMBERS = (5, 10, 20, 30, MOST)
LATEST = 5


def page_language() -> str:
    """Return the language of this page."""
    return get_language() or settings.LANGUAGE_CODE


@never_cache
@require_safe
def quizzes(request: HttpRequest) -> HttpResponse:
    """Show what a quiz can be made of, with how many items there are; and the learner's latest attempts."""
    pool = load_pool(Blueprint(), page_language())
    context = {
        "pool": pool,
        "topics": _topic_counts(pool),
        "kinds": _kind_counts(pool),
        "difficulties": [(value, pool.count_by("difficulty")[value]) for value in ("1", "2", "3")],
        "numbers": NUMBERS,
        "default_number": DEFAULT_NUMBER,
        "attempts": Attempt.objects.of(find_learner(request)).counted().order_by("-started_at")[:LATEST],
    }
    response = render(request, "quizzes/quizzes.html", context)
    patch_vary_headers(response, ["Cookie"])
    return response


@own_origin
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Show what a quiz would hold, without its items; a POST begins it."""
    try:
        blueprint = read_blueprint(dict(request.GET.lists()), known_topics=_topic_slugs())
        seed = read_seed(request.GET["seed"]) if request.GET.get("seed") else ""
    except BlueprintError as error:
        problems = [wording.blueprint_text(problem) for problem in error.problems]
        return render(request, "quizzes/new.html", {"problems": problems}, status=400)
    if not seed:
        response = redirect(quiz_url(blueprint, seed=str(secrets.randbelow(10**6))))
        patch_cache_control(response, no_store=True)
        return response
    if request.method == "POST":
        return _begin(request, blueprint, seed)
    pool = load_pool(blueprint, page_language())
    drawn = pool.among(pool.draw(seed))
    context = {
        "blueprint": blueprint,
        "seed": seed,
        "pool": pool,
        "drawn": drawn,
        "topics": _topic_counts(drawn),
        "kinds": _kind_counts(drawn),
        "foreign": sum(row.language != page_language() for row in drawn.rows),
        "address": quiz_url(blueprint, seed=seed),
    }
    return render(request, "quizzes/new.html", context)


def _begin(request: HttpRequest, blueprint: Blueprint, seed: str) -> HttpResponse:
    try:
        attempt = start_attempt(
            learner=lambda: ensure_learner(request), blueprint=blueprint, seed=seed, language=page_language()
        )
    except AttemptError as error:
        problems = [wording.ATTEMPT_TEXTS[error.code]]
        return render(request, "quizzes/new.html", {"problems": problems}, status=409)
    return redirect(attempt)


def quiz_url(blueprint: Blueprint, *, seed: str = "") -> str:
    """Return the address of a quiz; without a seed it leads to a new draw."""
    query = [*blueprint.as_query(), *([("seed", seed)] if seed else [])]
    return f"{reverse('quiz-new')}?{urlencode(query)}"


@never_cache
@require_safe
def attempt(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Go to the first item that is not answered, or to the results."""
    found = _own_attempt(request, pk)
    first = found.items.filter(answered_at=None).values_list("position", flat=True).first()
    if first is None or found.finished_at:
        return redirect("quiz-results", pk)
    return redirect("quiz-item", pk, first)


@never_cache
@own_origin
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, pk: uuid.UUID, position: int) -> HttpResponse:
    """Show one item, to be answered or as it was answered; a POST answers it."""
    found = _own_attempt(request, pk)
    rows = list(found.items.whole())
    row = next((row for row in rows if row.position == position), None)
    if row is None:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            return redirect(_answer(request, found, row))
        except ResponseError as error:
            problem = str(wording.RESPONSE_TEXTS[error.code])
        except AttemptError as error:
            problem = str(wording.ATTEMPT_TEXTS[error.code])
        row.refresh_from_db(fields=["response", "score", "answered_at", "revealed_at", "self_marks"])
    return render(request, "quizzes/item.html", _item_context(request, found, rows, row, problem))


def _answer(request: HttpRequest, found: Attempt, row: AttemptItem) -> str:
    """Do what the form asks: move a step, show an answer, or take the response. Return where to go."""
    address = reverse("quiz-item", args=[found.pk, row.position])
    sheet = arrange_sheet(row.item.sheet, row.order)
    post, learner = request.POST, found.learner
    if row.item.kind == Kind.ORDERING and "move" in post and row.answered_at is None:
        order, moved = move_step(read_order(post.getlist("order"), len(sheet["steps"])), post["move"])
        direction = post["move"].partition(":")[2]
        return f"{address}?{urlencode({'order': '.'.join(map(str, order)), 'moved': moved, 'by': direction})}"
    if row.item.kind == Kind.OPEN and "reveal" in post:
        reveal_answer(attempt=found, position=row.position, learner=learner, text=post.get("text", ""))
        return f"{address}#answer"
    response = read_response(row.item.kind, sheet, post)
    record_response(attempt=found, position=row.position, response=response, learner=learner)
    return f"{address}#feedback"


def _item_context(
    request: HttpRequest, found: Attempt, rows: list[AttemptItem], row: AttemptItem, problem: str
) -> dict[str, Any]:
    open_positions = [other.position for other in rows if other.answered_at is None and other is not row]
    later = [position for position in open_positions if position > row.position]
    shown = face(row)
    context: dict[str, Any] = {
        "attempt": found,
        "rows": [(other, state(other)) for other in rows],
        "row": row,
        "face": shown,
        "kind_label": KIND_LABELS[Kind(row.item.kind)],
        "is_foreign": row.item.language != page_language(),
        "problem": problem,
        "previous": row.position - 1,
        "next": row.position + 1 if row.position < len(rows) else 0,
        "next_open": (later or open_positions or [0])[0],
        "is_closed": found.finished_at is not None,
        "revealed": revealed(row),
        "told": told(row),
    }
    if row.answered_at is not None:
        return context | told_context(row)
    order = _order_asked(
        request.POST if request.method == "POST" else request.GET, len(shown.get("steps", []))
    )
    context |= ask_context(shown, stem_html=row.item.stem_html, given=request.POST, order=order)
    given = {f"{name}_given": request.POST.get(name, "") for name in ("number", "text")}
    moved = request.GET.get("moved", "")
    return (
        context
        | given
        | {"moved": int(moved) if moved in map(str, range(99)) else -1, "by": request.GET.get("by")}
    )


def _order_asked(query: QueryDict, size: int) -> list[int] | None:
    """Return the order of the steps that the address or the form holds; None when it holds none."""
    values = [part for value in query.getlist("order") for part in value.split(".")]
    try:
        return read_order(values, size) if size and values else None
    except ResponseError:
        return None


@never_cache
@own_origin
@require_POST
def finish(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """End an attempt and go to its results."""
    found = _own_attempt(request, pk)
    finish_attempt(attempt=found, learner=found.learner)
    return redirect("quiz-results", pk)


@never_cache
@require_safe
def results(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the score as a whole, by topic and by kind; what was wrong and why; how to try again."""
    found = _own_attempt(request, pk)
    rows = list(found.items.whole())
    added = add_up(found, rows)
    missed = [row for row in rows if row.score is None or row.score < 1]
    titles = dict(Topic.objects.values_list("slug", "title"))
    retry = Blueprint(items=tuple(row.item.ref for row in missed), number=len(missed) or 1)
    context = {
        "attempt": found,
        "rows": [(row, state(row)) for row in rows],
        "results": added,
        "topics": [(tally, titles.get(tally.name, {})) for tally in added.by_topic],
        "kinds": [(tally, KIND_LABELS[Kind(tally.name)]) for tally in added.by_kind],
        "missed": [
            {"row": row, "stem": plain(face(row)["stem_html"]), "said": response_text(row), "told": told(row)}
            for row in missed
        ],
        "retry_url": quiz_url(retry) if missed else "",
        "again_url": quiz_url(Blueprint.from_json(found.blueprint), seed=found.seed),
        "minutes": divmod(added.seconds, 60),
    }
    return render(request, "quizzes/results.html", context)


def _own_attempt(request: HttpRequest, pk: uuid.UUID) -> Attempt:
    """Return the learner's own attempt; anybody else's does not exist."""
    found = Attempt.objects.of(find_learner(request)).select_related("learner").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _topic_slugs() -> list[str]:
    return list(Topic.objects.values_list("slug", flat=True))


def _topic_counts(pool: Pool) -> list[tuple[Topic, int]]:
    """Return the topics of a pool with their numbers of items, in the bank's order."""
    counts = pool.count_by("topic")
    return [(topic, counts[topic.slug]) for topic in Topic.objects.filter(slug__in=counts)]


def _kind_counts(pool: Pool) -> list[tuple[str, Any, int]]:
    """Return the kinds of a pool with their names and numbers of items."""
    counts = pool.count_by("kind")
    return [
        (kind.value, label, counts[kind.value]) for kind, label in KIND_LABELS.items() if counts[kind.value]
    ]
