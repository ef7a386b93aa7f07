"""The pages of memory: today, a card, what to take back or put aside, all cards, wrong answers, settings."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Learner
from accounts.origin import own_origin
from accounts.services import ensure_learner, find_learner
from qbank.models import Question, Topic
from quizzes.cards import Card, Review, settings_of
from quizzes.core.grading import ResponseError, grade, tidy
from quizzes.core.items import Kind
from quizzes.core.scheduler import Rating, rate_mark
from quizzes.forms import move_step, read_order, read_response
from quizzes.memory import (
    ReviewError,
    add_cards,
    bury_card,
    record_review,
    reschedule_cards,
    resume_card,
    save_settings,
    suspend_card,
    undo_review,
)
from quizzes.models import AttemptItem
from quizzes.notebook import CARD_FILTERS, WRONG_FILTERS, card_list, practise_url, with_titles, wrong_cards
from quizzes.pages import ask_context, told_context
from quizzes.review_forms import RatingForm, SettingsForm
from quizzes.review_pages import (
    REVIEW_TEXTS,
    asked_row,
    card_context,
    page_language,
    preview_reschedule,
    rating_buttons,
)
from quizzes.sheets import face, revealed, told
from quizzes.sitting import in_learners_time, small_number
from quizzes.today import look_at_today, next_card
from quizzes.wording import RESPONSE_TEXTS

View = Callable[..., HttpResponse]
PAGE = 50
LONGEST_GLANCE = 10 * 60 * 1000  # ms: whoever left a card open longer was away
ACTS = {"bury": bury_card, "suspend": suspend_card, "resume": resume_card}
MOST_ADDED = 2000


@in_learners_time
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """Show what is to be reviewed today, and where to begin."""
    learner = find_learner(request)
    today = look_at_today(learner, timezone.now())
    context: dict[str, Any] = {
        "today": today,
        "has_cards": today.cards or Card.objects.of(learner).exists(),
        "said": _said(request),
        "can_undo": today.done > 0,
    }
    if not today.left:
        mine = Card.objects.of(learner).filter(item_key="").values("question")
        context["topics"] = Topic.objects.counting(Question.objects.published().exclude(pk__in=mine))
    return render(request, "quizzes/review/today.html", context)


def _said(request: HttpRequest) -> str:
    """Return what the page has to say about the step before, from a closed list."""
    code = request.GET.get("said", "")
    return str(REVIEW_TEXTS[code]) if code in REVIEW_TEXTS else code if code in ("undone", "buried") else ""


@in_learners_time
@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """Show the next card, or today's page when there is none."""
    learner, now = find_learner(request), timezone.now()
    found = next_card(learner, now)
    if found is None or learner is None:
        return redirect("review")
    row = asked_row(found)
    return render(request, "quizzes/review/card.html", _front(request, learner, found, row, now))


@in_learners_time
@require_safe
def card_of(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one card as it is asked now, whenever its turn is: browsers keep these pages for offline."""
    learner, found = _own_card(request, pk)
    if not Card.objects.filter(pk=found.pk).askable().exists():
        raise Http404
    row = asked_row(found)
    return render(request, "quizzes/review/card.html", _front(request, learner, found, row, timezone.now()))


def _front(
    request: HttpRequest, learner: Learner, found: Card, row: AttemptItem | None, now: datetime
) -> dict[str, Any]:
    context = card_context(found, row) | {
        "today": look_at_today(learner, now),
        "said": _said(request),
        "sending": uuid.uuid4().hex,
        "shown": int(now.timestamp() * 1000),
    }
    if row is None:
        return context | {"buttons": rating_buttons(found, now, settings_of(learner))}
    shown = face(row)
    query = request.POST if request.method == "POST" else request.GET
    asked = ask_context(
        shown,
        stem_html=row.item.stem_html,
        given=request.POST,
        order=_order_asked(query, len(shown.get("steps", []))),
    )
    moved = request.GET.get("moved", "")
    return (
        context
        | {"face": shown, "number_given": request.POST.get("number", ""), "text_given": ""}
        | asked
        | {"moved": int(moved) if moved in map(str, range(99)) else -1, "by": request.GET.get("by")}
    )


def _order_asked(query: Any, size: int) -> list[int] | None:
    """Return the order of the steps that the address or the form holds; None when it holds none."""
    values = [part for value in query.getlist("order") for part in value.split(".")]
    try:
        return read_order(values, size) if size and values else None
    except ResponseError:
        return None


@in_learners_time
@own_origin
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark the answer to a card's item and show it with its key; nothing is stored before it is rated."""
    learner, found = _own_card(request, pk)
    row, now = asked_row(found), timezone.now()
    if row is None or request.POST.get("turn") != str(found.reps):
        return _said_at("review-card", "stale")
    if row.item.kind == Kind.ORDERING and "move" in request.POST:
        return _moved(row, request)
    try:
        _mark(row, request, now)
    except ResponseError as error:
        context = _front(request, learner, found, row, now)
        return render(
            request, "quizzes/review/card.html", context | {"problem": RESPONSE_TEXTS[error.code]}, status=400
        )
    duration = _duration(request.POST.get("shown", ""), now)
    is_open = row.item.kind == Kind.OPEN
    suggested = Rating.GOOD if is_open else rate_mark(Kind(row.item.kind), row.score or 0, duration)
    context = card_context(found, row) | {
        "today": look_at_today(learner, now),
        "face": face(row),
        "revealed": revealed(row),
        "buttons": rating_buttons(
            found, now, settings_of(learner), suggested=suggested, wrong=suggested is Rating.AGAIN
        ),
        "sending": uuid.uuid4().hex,
        "shown": request.POST.get("shown", ""),
        "answered": True,
    }
    if not is_open:
        context |= {"told": told(row)} | told_context(row)
    return render(request, "quizzes/review/card.html", context)


def _mark(row: AttemptItem, request: HttpRequest, now: datetime) -> None:
    """Mark what the form holds, in the row alone; an open item's answer is only shown."""
    row.revealed_at = now
    if row.item.kind == Kind.OPEN:
        row.response = {"text": request.POST.get("text", "")[:20000]}
        return
    item = row.asked()
    response = read_response(row.item.kind, face(row), request.POST)
    row.score = grade(item, response).score
    row.response, row.answered_at = tidy(item, response), now


def _moved(row: AttemptItem, request: HttpRequest) -> HttpResponse:
    """Move a step of an ordering item, without script."""
    try:
        order = read_order(request.POST.getlist("order"), len(row.item.sheet["steps"]))
        order, moved = move_step(order, request.POST["move"])
    except ResponseError:
        return redirect("review-card")
    direction = request.POST["move"].partition(":")[2]
    query = urlencode({"order": ".".join(map(str, order)), "moved": moved, "by": direction})
    return redirect(f"{reverse('review-card')}?{query}")


def _duration(shown: str, now: datetime) -> int | None:
    """Return how many milliseconds ago a page was shown, or None when that is unknown or too long ago."""
    if not (shown.isascii() and shown.isdigit() and len(shown) < 17):
        return None
    ago = int(now.timestamp() * 1000) - int(shown)
    return ago if 0 <= ago <= LONGEST_GLANCE else None


@never_cache
@own_origin
@require_POST
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rating and go to the next card."""
    learner, found = _own_card(request, pk)
    form = RatingForm(request.POST)
    if not form.is_valid():
        return _said_at("review-card", "stale")
    given, now = form.cleaned_data, timezone.now()
    try:
        record_review(
            learner=learner,
            card=found,
            rating=Rating(given["rating"]),
            turn=given["turn"],
            key=given["sending"],
            duration_ms=_duration(str(given["shown"]), now),
            now=now,
        )
    except ReviewError as error:
        return _said_at("review-card", error.code)
    return redirect("review-card")


@never_cache
@own_origin
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back the latest rating of today; its card comes again."""
    learner = find_learner(request)
    if learner is None:
        return _said_at("review", "nothing")
    try:
        undo_review(learner=learner)
    except ReviewError as error:
        return _said_at("review", error.code)
    return _said_at("review-card", "undone")


@never_cache
@own_origin
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Bury a card till tomorrow, suspend it, or take it up again; go on, or back to the list it came from."""
    learner, found = _own_card(request, pk)
    if name not in ACTS:
        raise Http404
    try:
        ACTS[name](learner=learner, card=found)
    except ReviewError as error:
        return _said_at("review-card", error.code)
    back = request.POST.get("back", "")
    if back in CARD_FILTERS:
        return redirect(f"{reverse('review-cards')}?{urlencode({'state': back})}")
    return redirect("review-card")


@never_cache
@own_origin
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put a question, or all questions of a topic, into review."""
    questions = Question.objects.published().order_by("order", "id")
    if topic := request.POST.get("topic"):
        questions = questions.filter(topic__slug=topic)
    else:
        questions = questions.filter(slug=request.POST.get("question", ""))
    chosen = list(questions[:MOST_ADDED])
    if not chosen:
        raise Http404
    added = add_cards(learner=lambda: ensure_learner(request), questions=chosen)
    return redirect(f"{reverse('review')}?{urlencode({'added': added})}")


@in_learners_time
@require_safe
def cards(request: HttpRequest) -> HttpResponse:
    """List all cards of the learner, by how they stand."""
    learner, now = find_learner(request), timezone.now()
    state = request.GET.get("state", "all")
    state = state if state in CARD_FILTERS else "all"
    found = card_list(learner, state, now)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": with_titles(page.object_list, page_language()),
        "state": state,
        "filters": CARD_FILTERS,
        "day": settings_of(learner).calendar.day_of(now),
    }
    return render(request, "quizzes/review/cards.html", context)


@in_learners_time
@require_safe
def wrong(request: HttpRequest) -> HttpResponse:
    """Show the wrong-answer notebook: what was answered wrong or forgotten, from the log of reviews."""
    learner = find_learner(request)
    chosen = {name: request.GET.get(name, "") for name in (*WRONG_FILTERS, "topic")}
    found = wrong_cards(learner, now=timezone.now(), **chosen)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = with_titles(page.object_list, page_language())
    topics = Topic.objects.filter(questions__cards__in=Card.objects.of(learner).order_by().values("pk"))
    context = {
        "page": page,
        "rows": rows,
        "chosen": chosen,
        "filters": WRONG_FILTERS,
        "topics": topics.distinct(),
        "practise_url": practise_url([row.card for row in rows]),
        "any": any(chosen.values()) or bool(rows),
    }
    return render(request, "quizzes/review/wrong.html", context)


@in_learners_time
@own_origin
@require_http_methods(["GET", "HEAD", "POST"])
def review_settings(request: HttpRequest) -> HttpResponse:
    """Show and store how the learner wants to be asked."""
    chosen = settings_of(find_learner(request))
    data = request.POST if request.method == "POST" else None
    form = SettingsForm(data, instance=chosen, default_zone=settings.LEARNER_TIME_ZONE)
    if request.method == "POST" and form.is_valid():
        save_settings(learner=lambda: ensure_learner(request), values=form.values())
        return redirect(f"{reverse('review-settings')}?{urlencode({'saved': 1})}")
    context = {"form": form, "saved": "saved" in request.GET, "has_log": _has_log(request)}
    status = 400 if form.errors else 200
    return render(request, "quizzes/review/settings.html", context, status=status)


def _has_log(request: HttpRequest) -> bool:
    return Review.objects.of(find_learner(request)).live().exists()


@in_learners_time
@own_origin
@require_http_methods(["GET", "HEAD", "POST"])
def reschedule(request: HttpRequest) -> HttpResponse:
    """Show what replaying the whole log by today's settings would change; a POST does it."""
    learner, now = find_learner(request), timezone.now()
    if learner is None:
        return redirect("review")
    if request.method == "POST":
        moved = reschedule_cards(learner=learner, now=now)
        return redirect(f"{reverse('review-reschedule')}?{urlencode({'moved': moved})}")
    done = small_number(request.GET.get("moved"))
    context = {
        "summary": preview_reschedule(learner, now),
        "percent": round(100 * settings_of(learner).retention),
        "moved": "" if done is None else str(done),
    }
    return render(request, "quizzes/review/reschedule.html", context)


def _own_card(request: HttpRequest, pk: int) -> tuple[Learner, Card]:
    """Return the learner and their own card; anybody else's does not exist."""
    learner = find_learner(request)
    if learner is None:
        raise Http404
    cards = Card.objects.of(learner).select_related("question__topic", "question__bank")
    return learner, get_object_or_404(cards, pk=pk)


def _said_at(name: str, code: str) -> HttpResponse:
    return redirect(f"{reverse(name)}?{urlencode({'said': code})}")
