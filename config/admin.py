"""The admin of the whole site: its first page shows what waits for an editor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.views import next_page
from qbank.models import Bank, IngestReport, ReaderReport
from quizzes.draft_queue import waiting
from quizzes.models import FlawReport, Item


@dataclass(frozen=True)
class Waiting:
    """A heap of work: how much of it there is, and where it is done."""

    label: str | Promise
    count: int
    url: str
    about: str = ""  # which bank, where there are several


def heaps(user: User) -> Iterator[Waiting]:
    """Yield what waits, of what the editor may do (one query a heap)."""
    if user.has_perm("qbank.change_readerreport"):
        found = ReaderReport.objects.filter(state=ReaderReport.State.OPEN).count()
        address = f"{reverse('admin:qbank_readerreport_changelist')}?state__exact=open"
        yield Waiting(_("Mistakes that readers reported"), found, address)
    if user.has_perm("quizzes.change_flawreport"):
        found = FlawReport.objects.filter(state=FlawReport.State.OPEN).count()
        address = f"{reverse('admin:quizzes_flawreport_changelist')}?state__exact=open"
        yield Waiting(_("Flaws of items that learners reported"), found, address)
    if user.has_perm("quizzes.change_item"):
        yield Waiting(_("Drafts to review"), waiting().order_by().count(), reverse("drafts"))
        flagged = Item.objects.filter(state=Item.State.PUBLISHED, statistics__is_flagged=True).count()
        address = f"{reverse('admin:quizzes_item_changelist')}?statistics__is_flagged__exact=1"
        yield Waiting(
            _("Items that their statistics speak against"), flagged, f"{address}&state__exact=published"
        )
    if user.has_perm("qbank.view_ingestreport"):
        yield from last_problems()


def last_problems() -> Iterator[Waiting]:
    """Yield the problems of each bank's last import."""
    latest = IngestReport.objects.filter(bank=OuterRef("pk")).order_by("-created_at", "-pk")
    pks = Bank.objects.annotate(latest=Subquery(latest.values("pk")[:1])).values_list("latest", flat=True)
    for report in IngestReport.objects.filter(pk__in=list(pks)).select_related("bank").order_by("bank_id"):
        address = reverse("admin:qbank_ingestreport_change", args=[report.pk])
        yield Waiting(_("Problems of the last import"), len(report.problems), address, report.bank.slug)


class BankAdminSite(AdminSite):
    """Django's admin, under the site's name."""

    site_header = _("Runnable Bank")
    site_title = _("Runnable Bank")
    index_template = "admin/waiting.html"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the site's sign-in, which counts tries and moves histories: the admin has none."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect(next_page(request) or "admin:index")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show what waits above the list of all tables."""
        found = list(heaps(request.user)) if isinstance(request.user, User) else []
        return super().index(request, {**(extra_context or {}), "waiting": found})
