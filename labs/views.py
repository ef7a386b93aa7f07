"""The labs' pages: the list, the playground, one lab, one run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.origin import own_origin
from accounts.services import ensure_learner, find_learner
from labs import client, grids, pages, playground, results, services
from labs.addresses import address_key
from labs.card import render_card
from labs.core.config import Lab, SettingsError
from labs.core.examples import Example, find_example
from labs.models import Adapter, LabRun
from labs.registry import LABS

NOT_SETTINGS = ("csrfmiddlewaretoken", "seed")


def lab_or_404(slug: str) -> Lab:
    """Return the lab of an address."""
    try:
        return LABS[slug]
    except KeyError:
        raise Http404 from None


@require_safe
def labs(request: HttpRequest) -> HttpResponse:
    """List the labs, lead to the playground, show the model card."""
    listed = sorted(LABS.values(), key=lambda lab: lab.number)
    return render(request, "labs/labs.html", {"labs": listed, "card": render_card()})


@never_cache
@require_safe
def play(request: HttpRequest) -> HttpResponse:
    """Ask the model what the address says; the same address asks the same."""
    status, page = playground.play(request.GET, find_learner(request))
    return _told(render(request, "labs/playground.html", page, status=status))


@never_cache
@require_safe
def replay(request: HttpRequest) -> HttpResponse:
    """Give the parts of the playground that an address changes, for the script that puts them in place."""
    status, page = playground.replay(request.GET)
    return _told(render(request, "labs/_answered.html", page, status=status))


def _told(response: HttpResponse) -> HttpResponse:
    """Say when to come back while the model does not answer."""
    if response.status_code == 503:
        response.headers["Retry-After"] = str(client.RETRY_SECONDS)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@own_origin
def delete_adapter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Delete one's own adapter; who only opens the address is led to the playground."""
    found = get_object_or_404(Adapter, pk=pk)
    if request.method == "POST":
        try:
            services.delete_adapter(adapter=found, learner=find_learner(request))
        except services.NotYourAdapter:
            raise PermissionDenied from None
    return redirect("playground")


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Lead from where the playground was to where it is."""
    query = request.GET.urlencode()
    return redirect(f"{reverse('playground')}{'?' if query else ''}{query}", permanent=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_origin
def lab(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a lab with the settings of the address; POST starts a run."""
    found = lab_or_404(slug)
    if request.method == "POST":
        return start(request, found)
    page = pages.lab_page(found, request.GET.dict())
    return render(request, "labs/lab.html", page, status=400 if page["problems"] else 200)


def start(request: HttpRequest, lab: Lab) -> HttpResponse:
    """Start a run and go to its page, or show the form again with what is in the way."""
    given = request.POST.dict()
    raw = {name: value for name, value in given.items() if name not in NOT_SETTINGS}
    seed = given.get("seed", 0)
    try:
        run = services.start_run(
            learner=find_learner(request) or partial(ensure_learner, request),
            lab=lab,
            raw_settings=raw,
            seed=seed,
            address_key=address_key(request),
        )
        return redirect(run)
    except SettingsError as error:
        return render(request, "labs/lab.html", pages.lab_page(lab, given, error), status=400)
    except services.ActiveRun as conflict:
        page = {**pages.lab_page(lab, given), "active": conflict.run}
        return render(request, "labs/lab.html", page, status=409)
    except services.QueueFull as full:
        busy = isinstance(full, services.AddressBusy)
        page = {**pages.lab_page(lab, given), "retry_after": full.retry_after, "address_busy": busy}
        response = render(request, "labs/lab.html", page, status=429)
        response.headers["Retry-After"] = str(full.retry_after)
        return response


@never_cache
@require_safe
def run(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a run: live while it runs, its verdict and data afterwards."""
    found = get_object_or_404(LabRun, pk=pk)
    learner = find_learner(request)
    mine = learner is not None and found.learner_id == learner.id
    page = pages.run_page(found, mine=mine)
    return render(request, "labs/run.html", {**page, "place": LabRun.objects.waiting_before(found)})


@require_http_methods(["GET", "HEAD", "POST"])
@own_origin
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop one's own run; who only opens the address is led to the run."""
    found = get_object_or_404(LabRun, pk=pk)
    if request.method != "POST":
        return redirect(found)
    try:
        services.cancel_run(run=found, learner=find_learner(request))
    except services.NotYourRun:
        raise PermissionDenied from None
    return redirect(found)


@never_cache
@require_safe
def run_figure(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """Draw one chart or map of a run as far as it is: what the page of a running lab puts in its place."""
    found = get_object_or_404(LabRun, pk=pk)
    figure = pages.figure_of(found, name)
    if figure is None:
        raise Http404
    return render(request, figure.template, {"figure": figure})


def example_or_404(request: HttpRequest, slug: str) -> Example:
    """Return the stored example that an address names."""
    lab = lab_or_404(slug)
    given = request.GET.dict()
    settings = {name: value for name, value in given.items() if name != "seed"}
    try:
        values, seed = services.read_settings(lab, settings, given.get("seed", 0))
    except SettingsError:
        raise Http404 from None
    found = find_example(lab, values, seed)
    if found is None:
        raise Http404
    return found


@require_safe
def example_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a stored example as JSON: settings, seed, points, result."""
    found = example_or_404(request, slug)
    return JsonResponse(vars(found), json_dumps_params={"ensure_ascii": False})


@require_safe
def example_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the table of a stored example as CSV."""
    found = example_or_404(request, slug)
    return csv_response(found.result, f"{slug}-seed-{found.seed}.csv")


@require_safe
def grid_csv(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Give a grid of stored examples as CSV, seed by seed."""
    lab = lab_or_404(slug)
    grid = next((grid for grid in lab.grids if grid.name == name), None)
    if grid is None:
        raise Http404
    return csv_file(grids.write_grid(lab, grid), f"{slug}-{name}.csv")


@require_safe
def run_csv(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the table of a result as CSV."""
    found = get_object_or_404(LabRun, pk=pk, status=LabRun.Status.SUCCEEDED)
    return csv_response(as_mapping(found.result), f"{found.lab}-{found.id}.csv")


def csv_response(result: Mapping[str, object], name: str) -> HttpResponse:
    """Give the table of a result as a file, its words in the language of the page."""
    return csv_file(results.write_csv(result, "en" if get_language() == "en" else "zh"), name)


def csv_file(text: str, name: str) -> HttpResponse:
    """Give a text as a CSV file."""
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def as_mapping(result: object) -> Mapping[str, object]:
    """Tell the type checker what the database holds: a succeeded run has a result."""
    assert isinstance(result, Mapping)
    return result
