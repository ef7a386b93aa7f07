"""The pages of the review queue, for editors only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from itertools import groupby
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.origin import own_origin
from quizzes.core.authored import ItemError
from quizzes.core.generation.strategies import STRATEGIES
from quizzes.core.items import BLANK, Kind
from quizzes.draft_queue import (
    LISTED,
    Filters,
    accepted_of,
    counts_of,
    faces_of,
    rule_rows,
    waiting,
    written_back,
)
from quizzes.drafts import DraftError, discard_draft, publish_draft, refresh_drafts, reopen_draft
from quizzes.models import KIND_LABELS, Decision, Item

PERMISSION = "quizzes.change_item"
View = Callable[..., HttpResponse]


def for_editors(view: View) -> View:
    """Let editors in; ask everybody else to sign in, and turn away who may not."""

    @never_cache
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not (user.is_staff and user.has_perm(PERMISSION)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


@for_editors
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """Show the first draft that waits."""
    wanted = _filters(request)
    return _show(request, wanted, waiting(wanted).first())


@own_origin
@for_editors
@require_http_methods(["GET", "HEAD", "POST"])
def review_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one draft; a POST decides it and goes on to the next."""
    wanted = _filters(request)
    item = get_object_or_404(Item.objects.filter(provenance__isnull=False), pk=pk)
    if request.method != "POST":
        return _show(request, wanted, item)
    following = _following(wanted, pk)
    try:
        done = _decide(request, item)
    except ItemError as error:
        problems = [f"{problem.line}: {problem.message} {problem.remedy}" for problem in error.problems]
        return _show(request, wanted, item, problems=problems, status=400)
    except DraftError as error:
        return _show(request, wanted, item, problems=[str(PROBLEMS[error.code])], status=409)
    if done == "reopened":
        return redirect(_address(item.pk, wanted))
    target = _address(following, wanted) if following else _address(None, wanted)
    return redirect(f"{target}{'&' if '?' in target else '?'}done={pk}")


PROBLEMS = {
    "decided": _("This draft has been decided already."),
    "slug": _("Leave the mark {#…} at the end of the heading as it is."),
    "twice": _("This mark stands on another item."),
}


def _decide(request: HttpRequest, item: Item) -> str:
    """Do what the form says; raises ItemError, DraftError."""
    act = request.POST.get("act", "")
    if act == "publish":
        publish_draft(
            item=item, by=request.user, markdown=request.POST.get("markdown", "").replace("\r\n", "\n")
        )
    elif act == "reopen":
        reopen_draft(item=item)
        return "reopened"
    elif request.POST.get("reason") in Decision.Reason.values:
        discard_draft(item=item, reason=request.POST["reason"], by=request.user)
    else:
        raise PermissionDenied
    return "decided"


def _filters(request: HttpRequest) -> Filters:
    strategy = request.GET.get("strategy", "")
    known = {*STRATEGIES, "model"}
    return Filters(
        strategy if strategy in known else "",
        request.GET.get("language", "")[:16],
        request.GET.get("bank", "")[:50],
    )


def _following(wanted: Filters, pk: int) -> int | None:
    """Return the draft after one, in the order of the queue; the first where it is the last."""
    order = list(waiting(wanted).values_list("pk", flat=True)[:LISTED])
    if pk not in order:
        return order[0] if order else None
    rest = [*order[order.index(pk) + 1 :], *order[: order.index(pk)]]
    return rest[0] if rest else None


def _address(pk: int | None, wanted: Filters) -> str:
    path = reverse("draft", args=[pk]) if pk else reverse("drafts")
    return f"{path}?{wanted.query()}" if wanted.query() else path


def _show(
    request: HttpRequest,
    wanted: Filters,
    item: Item | None,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Lay a draft out, with its source and what the filters said."""
    done = request.GET.get("done", "")
    heap = counts_of(waiting())
    context: dict[str, Any] = {
        "wanted": wanted,
        "heaps": heap,
        "total": sum(count for _name, count in heap),
        "problems": problems or [],
        "reasons": [(place, value, label) for place, (value, label) in enumerate(Decision.Reason.choices, 1)],
        "done": Item.objects.filter(pk=done).first() if done.isdecimal() and len(done) < 19 else None,
    }
    if item is not None:
        related = ("answer", "provenance", "text", "question__topic", "question__bank")
        item = Item.objects.select_related(*related).get(pk=item.pk)
        whole = item.whole()
        following = _following(wanted, item.pk)
        context |= {
            "item": item,
            "kind_label": KIND_LABELS[Kind(item.kind)],
            "stem_html": item.stem_html.replace(BLANK, "____"),
            "faces": faces_of(whole),
            "accepted": accepted_of(whole),
            "rationale_html": whole.rationale,
            "is_draft": item.state == Item.State.DRAFT,
            "markdown": request.POST.get("markdown") or item.provenance.markdown,
            "next_address": _address(following, wanted) if following else "",
            "here": _address(item.pk, wanted),
        }
    return render(request, "quizzes/drafts/draft.html", context, status=status)


@for_editors
@require_safe
def review_rules(request: HttpRequest) -> HttpResponse:
    """Show how each rule fares with its editors: which of them to mend."""
    return render(request, "quizzes/drafts/rules.html", {"rows": rule_rows()})


@own_origin
@for_editors
@require_POST
def generate_drafts(request: HttpRequest) -> HttpResponse:
    """Generate the drafts of the whole bank anew; some hundred questions a second."""
    refresh_drafts()
    return redirect("drafts")


@for_editors
@require_safe
def written_back_markdown(request: HttpRequest) -> HttpResponse:
    """Give the published items that stand in no file yet, as Markdown under the path of their files."""
    parts = []
    for path, items in groupby(written_back(), key=lambda item: item.text.path if item.text else ""):
        parts += [f"<!-- {path} -->\n", *(item.provenance.markdown for item in items)]
    return HttpResponse("\n".join(parts), content_type="text/markdown; charset=utf-8")
