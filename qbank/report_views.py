"""Reporting a mistake on a page: kind, place, and a suggestion if one likes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import report_limits, seconds_to_wait
from accounts.origin import own_origin
from accounts.reports import REFUSALS, ReportError
from accounts.services import ensure_learner
from qbank.forms import ReportForm
from qbank.mistakes import report_mistake
from qbank.models import ReaderReport
from qbank.reader_reports import LONGEST_QUOTE
from qbank.reportable import PAGES, Reportable
from qbank.views import page_language


@never_cache
@own_origin
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, page: str, slug: str = "") -> HttpResponse:
    """Ask what is wrong with a page; a POST takes the report, and goes to the reader's own ones."""
    found = PAGES[page](slug, page_language())
    if found is None:
        raise Http404
    if request.method != "POST":
        return show(request, found, place=request.GET.get("place", ""), quote=request.GET.get("quote", ""))
    given = {name: request.POST.get(name, "") for name in ("kind", "place", "quote", "note")}
    if seconds := seconds_to_wait(request, *report_limits()):
        refused = show(request, found, **given, problem=REFUSALS["address"], status=429)
        refused["Retry-After"] = str(seconds)
        return refused
    form = ReportForm(given, places=[name for name, _ in found.places])
    if not form.is_valid():
        return show(request, found, **given, problem=REFUSALS[form.problem()], status=400)
    try:
        report_mistake(page=found, learner=ensure_learner(request), **form.cleaned_data)
    except ReportError as error:
        return show(request, found, **given, problem=REFUSALS[error.code], status=429)
    return redirect(f"{reverse('own-reports')}?{urlencode({'said': 'sent'})}")


def show(
    request: HttpRequest, page: Reportable, *, problem: Any = "", status: int = 200, **given: str
) -> HttpResponse:
    """Show the form as it was filled in; a place that the page does not have is the whole page."""
    context = {
        "page": page,
        "problem": problem,
        "report_kinds": ReaderReport.Kind.choices,
        "kind_given": given.get("kind", ""),
        "place_given": given.get("place", ""),
        "quote_given": given.get("quote", "").strip()[:LONGEST_QUOTE],
        "note_given": given.get("note", ""),
        "report_action": request.path,
    }
    return render(request, "qbank/report_mistake.html", context, status=status)
