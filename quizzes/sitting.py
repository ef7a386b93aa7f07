"""The pages of one attempt: an item in practice, in an exam or in an interview, and the hand-in."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.limits import report_limits, seconds_to_wait
from accounts.models import Learner
from accounts.origin import own_origin
from accounts.reports import REFUSALS, TOO_MANY, ReportError
from accounts.services import GONE, LearnerGone, find_learner
from quizzes import wording
from quizzes.cards import settings_of
from quizzes.core.blueprint import Mode
from quizzes.core.grading import ResponseError, likely_points, suggest_grade
from quizzes.core.items import Kind
from quizzes.core.sheet import arrange_sheet
from quizzes.core.timing import SPEAK_SECONDS, THINK_SECONDS
from quizzes.exams import flag_item
from quizzes.flaws import report_flaw
from quizzes.forms import fill_form, move_step, read_order, read_response, read_saved
from quizzes.interviews import begin_speaking, skip_question
from quizzes.marking import AttemptError, finish_attempt, read_rows
from quizzes.models import KIND_LABELS, MODE_LABELS, Attempt, AttemptItem
from quizzes.pages import ask_context, told_context
from quizzes.quality import FlawReport
from quizzes.services import record_response, reveal_answer
from quizzes.sheets import face, is_to_come, plain, revealed, state, told

View = Callable[..., HttpResponse]
STEP = ("position", "attempt", "score", "answered_at", "saved_at", "revealed_at", "flagged", "begun_at")


def in_time_of(learner: Learner | None) -> timezone.override:
    """Show moments in the learner's time zone, within a `with`."""
    return timezone.override(ZoneInfo(settings_of(learner).calendar.zone))


def in_learners_time(view: View) -> View:
    """Show the dates of a page in the learner's time zone, and let nobody keep it."""

    @never_cache
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with in_time_of(find_learner(request)):
            return view(request, *args, **kwargs)

    return wrapper


def page_language() -> str:
    """Return the language of this page."""
    return get_language() or settings.LANGUAGE_CODE


def own_attempt(request: HttpRequest, pk: uuid.UUID) -> Attempt:
    """Return the learner's own attempt; anybody else's does not exist."""
    attempts = Attempt.objects.of(find_learner(request)).select_related("learner__memory_settings")
    found = attempts.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@never_cache
@require_safe
def attempt(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Go to the item whose turn it is, or to the results."""
    found = own_attempt(request, pk)
    if found.is_over():
        return redirect("quiz-results", pk)
    waiting = found.items.filter(answered_at=None)
    if found.is_interview:
        waiting = waiting.exclude(begun_at=None).order_by("-position")
    elif found.is_exam:
        waiting = waiting.filter(saved_at=None)
    first = waiting.values_list("position", flat=True).first()
    if first is None:
        return redirect("quiz-finish" if found.is_exam else "quiz-results", pk)
    return redirect("quiz-item", pk, first)


@never_cache
@own_origin
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, pk: uuid.UUID, position: int) -> HttpResponse:
    """Show one item, to be answered or as it was answered; a POST answers it."""
    problem = ""
    if request.method == "POST":
        sent = own_row(request, pk, position)
        try:
            return POSTS[sent.attempt.mode](request, sent.attempt, sent)
        except ResponseError as error:
            problem = str(wording.RESPONSE_TEXTS[error.code])
        except AttemptError as error:
            if error.code == "late":
                return refuse_late(request, pk)
            is_elsewhere = error.code == "stale" and "X-Autosave" in request.headers
            problem = str(wording.STALE_HERE if is_elsewhere else wording.ATTEMPT_TEXTS[error.code])
        except LearnerGone:
            if "X-Autosave" not in request.headers:
                raise
            problem = str(GONE)
        if "X-Autosave" in request.headers:
            return JsonResponse({"problem": problem}, status=409)
    found = own_attempt(request, pk)
    with in_time_of(found.learner):
        return show_item(request, found, position, problem)


def show_item(request: HttpRequest, found: Attempt, position: int, problem: str) -> HttpResponse:
    """Show an item as it stands in its attempt, with what was wrong with the response."""
    steps, row = read_item(found, position)
    if found.is_interview and not found.is_over() and row.begun_at is None:
        return redirect(found)
    context = item_context(request, found, steps, row, problem)
    if found.is_exam and not found.is_over():
        return render(request, "quizzes/exam.html", context | exam_context(request, row, context["face"]))
    if found.is_interview and not found.is_over() and row.answered_at is None:
        return render(request, "quizzes/interview.html", context | interview_context(found, row))
    return render(request, "quizzes/item.html", context)


def own_row(request: HttpRequest, pk: uuid.UUID, position: int) -> AttemptItem:
    """Return an item of the learner's own attempt, without its key; raises Http404."""
    rows = AttemptItem.objects.select_related("attempt__learner", "item")
    learner = find_learner(request)
    row = rows.filter(attempt=pk, attempt__learner=learner, position=position).first() if learner else None
    if row is None:
        raise Http404
    return row


def read_item(found: Attempt, position: int) -> tuple[list[AttemptItem], AttemptItem]:
    """Return how all items stand and the one asked for, whole; raises Http404."""
    if found.is_overdue():
        rows = read_rows(found)
        wanted = [row for row in rows if row.position == position]
    else:
        rows = list(found.items.only(*STEP))
        wanted = list(found.items.whole().filter(position=position))
    if not wanted:
        raise Http404
    return rows, wanted[0]


def refuse_late(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Say that time was up: to a script in a word, to a reader by the results."""
    if "X-Autosave" in request.headers:
        return JsonResponse({"problem": str(wording.ATTEMPT_TEXTS["late"])}, status=409)
    return redirect(f"{reverse('quiz-results', args=[pk])}?late=1")


def answer_practice(request: HttpRequest, found: Attempt, row: AttemptItem) -> HttpResponse:
    """Do what the form asks: move a step, show an answer, or take the response."""
    address = reverse("quiz-item", args=[found.pk, row.position])
    post, learner = request.POST, found.learner
    sheet = arrange_sheet(row.item.sheet, row.order)
    if row.item.kind == Kind.ORDERING and "move" in post and row.answered_at is None:
        return redirect(f"{address}?{urlencode(moved_to(post, len(sheet['steps'])))}")
    if row.item.kind == Kind.OPEN and "reveal" in post:
        reveal_answer(attempt=found, position=row.position, learner=learner, text=post.get("text", ""))
        return redirect(f"{address}#answer")
    response = read_response(row.item.kind, sheet, post)
    record_response(attempt=found, position=row.position, response=response, learner=learner)
    return redirect(f"{address}#feedback")


def moved_to(post: QueryDict, size: int) -> dict[str, Any]:
    """Return the query that shows the steps after the move that a form asks for."""
    move = str(post["move"])
    order, moved = move_step(read_order(post.getlist("order"), size), move)
    return {
        "order": ".".join(map(str, order)),
        "moved": moved,
        "by": move.partition(":")[2],
    }


def answer_exam(request: HttpRequest, found: Attempt, row: AttemptItem) -> HttpResponse:
    """Save what the form holds and go where it asks; after the end, let the learner grade an open answer."""
    if found.is_over() and row.item.kind == Kind.OPEN:
        return answer_practice(request, found, row)
    post, learner = request.POST, found.learner
    given: dict[str, Any] = {"attempt": found, "position": row.position, "learner": learner}
    address = reverse("quiz-item", args=[found.pk, row.position])
    sheet = arrange_sheet(row.item.sheet, row.order)
    if row.item.kind == Kind.ORDERING and "move" in post:
        query = moved_to(post, len(sheet["steps"]))
        response: Any = list(map(int, query["order"].split(".")))
        address += f"?moved={query['moved']}&by={query['by']}"
    else:
        response = read_saved(row.item.kind, sheet, post, stored=row.response)
    saved = record_response(**given, response=response, revision=small_number(post.get("revision")))
    if post.get("flag") in ("0", "1"):
        flag_item(**given, flagged=post["flag"] == "1")
    if "X-Autosave" in request.headers:
        return JsonResponse({"revision": saved.revision})
    if post.get("go") == "end":
        return redirect("quiz-finish", found.pk)
    go = small_number(post.get("go"))
    return redirect("quiz-item", found.pk, go) if go else redirect(address)


def small_number(value: str | None) -> int | None:
    """Return a whole number written in up to nine plain digits, None for anything else."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else None


def answer_interview(request: HttpRequest, found: Attempt, row: AttemptItem) -> HttpResponse:
    """Go on with a question: from thinking to speaking, to the answer, to the mark, to the next one."""
    post = request.POST
    given: dict[str, Any] = {"attempt": found, "position": row.position, "learner": found.learner}
    if "skip" in post:
        skip_question(**given)
    elif "speak" in post:
        begin_speaking(**given)
    elif "reveal" in post:
        reveal_answer(**given, text=post.get("text", ""))
    else:
        response = read_response(row.item.kind, arrange_sheet(row.item.sheet, row.order), post)
        record_response(**given, response=response)
    return redirect(found)


POSTS: dict[str, Callable[[HttpRequest, Attempt, AttemptItem], HttpResponse]] = {
    "practice": answer_practice,
    "exam": answer_exam,
    "interview": answer_interview,
}


def foreign_note(found: Attempt, row: AttemptItem) -> str:
    """Say why an item stands in another language than its page; nothing where it does not."""
    if row.item.language == page_language():
        return ""
    if found.language != page_language():
        return _("This quiz was begun in the other language and stays in it.")
    return _("This item exists only in the other language.")


def item_context(
    request: HttpRequest, found: Attempt, steps: list[AttemptItem], row: AttemptItem, problem: str
) -> dict[str, Any]:
    """Return what the page of an item shows in every mode."""
    open_positions = [
        other.position for other in steps if other.answered_at is None and other.position != row.position
    ]
    later = [position for position in open_positions if position > row.position]
    shown = face(row)
    context: dict[str, Any] = {
        "attempt": found,
        "mode_label": MODE_LABELS[Mode(found.mode)],
        "rows": [(other, state(other)) for other in steps],
        "row": row,
        "face": shown,
        "kind_label": KIND_LABELS[Kind(row.item.kind)],
        "is_foreign": row.item.language != page_language(),
        "foreign_note": foreign_note(found, row),
        "problem": problem,
        "previous": row.position - 1,
        "next": row.position + 1 if row.position < len(steps) else 0,
        "next_open": (later or open_positions or [0])[0],
        "is_closed": found.is_over(),
        "is_to_grade": found.is_over() and state(row) == "ungraded",
        "revealed": revealed(row),
        "told": told(row),
        "flaw_kinds": FlawReport.Kind.choices,
        "is_reported": "reported" in request.GET,
    }
    if row.answered_at is not None:
        return context | told_context(row)
    moved = request.GET.get("moved", "")
    posted = request.POST if request.method == "POST" else request.GET
    order = order_asked(posted, len(shown.get("steps", [])))
    context |= ask_context(shown, stem_html=row.item.stem_html, given=request.POST, order=order)
    given = {f"{name}_given": request.POST.get(name, "") for name in ("number", "text")}
    ticks = likely_ticks(row, context["revealed"])
    return (
        context
        | given
        | {"moved": int(moved) if moved in map(str, range(99)) else -1, "by": request.GET.get("by")}
        | {"ticks": ticks, "suggested": suggest_grade(len(ticks), shown.get("points", 0))}
    )


def likely_ticks(row: AttemptItem, answer: dict[str, Any] | None) -> tuple[int, ...]:
    """Return the key points to tick beforehand, once the answer is shown, by the words the learner wrote."""
    text = (row.response or {}).get("text", "") if answer else ""
    return likely_points(text, list(map(plain, answer["points"]))) if answer and text else ()


def exam_context(request: HttpRequest, row: AttemptItem, shown: dict[str, Any]) -> dict[str, Any]:
    """Return the form of an item of a running exam, filled with what is saved or was just refused."""
    is_refused = request.method == "POST" and "revision" in request.POST
    given = request.POST if is_refused else fill_form(row.item.kind, row.response)
    order = order_asked(given, len(shown.get("steps", [])))
    return ask_context(shown, stem_html=row.item.stem_html, given=given, order=order) | {
        "number_given": given.get("number", ""),
        "text_given": given.get("text", ""),
        "now": timezone.now(),
    }


def interview_context(found: Attempt, row: AttemptItem) -> dict[str, Any]:
    """Return the phase of an interview's question and its clock."""
    think = found.blueprint.get("think") or THINK_SECONDS
    speak = found.blueprint.get("speak") or SPEAK_SECONDS
    phase = "check" if row.revealed_at else "speak" if row.spoke_at else "think"
    since = row.spoke_at if phase == "speak" else row.begun_at
    seconds = speak if phase == "speak" else think
    return {
        "phase": phase,
        "think": think,
        "speak": speak,
        "until": since + timedelta(seconds=seconds) if since else None,
        "seconds": seconds,
        "now": timezone.now(),
    }


def order_asked(query: QueryDict, size: int) -> list[int] | None:
    """Return the order of the steps that the address or the form holds; None when it holds none."""
    values = [part for value in query.getlist("order") for part in value.split(".")]
    try:
        return read_order(values, size) if size and values else None
    except ResponseError:
        return None


@never_cache
@own_origin
@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show how the items of an exam stand before it is handed in; a POST ends the attempt."""
    found = own_attempt(request, pk)
    if request.method == "POST":
        try:
            finish_attempt(attempt=found, learner=found.learner)
        except AttemptError:
            raise Http404 from None
        return redirect("quiz-results", pk)
    if not found.is_exam or found.is_over():
        return redirect(found)
    steps = list(found.items.only(*STEP))
    context = {
        "attempt": found,
        "mode_label": MODE_LABELS[Mode(found.mode)],
        "rows": [(row, state(row)) for row in steps],
        "row": None,
        "saved": sum(row.saved_at is not None for row in steps),
        "unanswered": [row.position for row in steps if row.saved_at is None],
        "flagged": [row.position for row in steps if row.flagged],
        "now": timezone.now(),
    }
    with in_time_of(found.learner):
        return render(request, "quizzes/hand_in.html", context)


@never_cache
@own_origin
@require_http_methods(["GET", "HEAD", "POST"])
def flaw(request: HttpRequest, pk: uuid.UUID, position: int) -> HttpResponse:
    """Take a report of what is wrong with an item; a report that is refused gets a page of its own."""
    found = own_attempt(request, pk)
    row = found.items.select_related("item").filter(position=position).first()
    if row is None or is_to_come(row):
        raise Http404
    back = reverse("quiz-item", args=[pk, position])
    context: dict[str, Any] = {
        "attempt": found,
        "row": row,
        "flaw_kinds": FlawReport.Kind.choices,
        "back": back,
        "stem_html": face(row)["stem_html"],
    }
    if request.method != "POST":
        return render(request, "quizzes/flaw.html", context)
    kind, note = request.POST.get("kind", ""), request.POST.get("note", "")
    context |= {"kind_given": kind, "note_given": note}
    if seconds := seconds_to_wait(request, *report_limits()):
        refused = render(request, "quizzes/flaw.html", context | {"problem": REFUSALS["address"]}, status=429)
        refused["Retry-After"] = str(seconds)
        return refused
    try:
        report_flaw(attempt=found, position=position, learner=found.learner, kind=kind, note=note)
    except ReportError as error:
        context["problem"] = REFUSALS[error.code]
        return render(request, "quizzes/flaw.html", context, status=429 if error.code in TOO_MANY else 400)
    return redirect(f"{back}?reported=1#flaw")
