"""The part of the admin that all reports of readers share: read, look beside, answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.reports import Report, answer_reports

LISTED_NOTE = 80  # characters


class ReportAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What readers found wrong; an editor answers it. What they wrote is not changed."""

    actions = ("accept", "decline")
    answer_fields = ("state", "reply")  # all that an editor writes
    ordering = ("-state", "-created_at")  # open ones first
    date_hierarchy = "created_at"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Leave the answer alone to be written."""
        return [str(name) for name in self.get_fields(request, obj) if name not in self.answer_fields]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Ask for the state as a choice of three, seen at once."""
        widgets = {"state": forms.RadioSelect, "reply": forms.Textarea(attrs={"rows": 4, "cols": 60})}
        return super().get_form(request, obj, change, widgets=widgets, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: readers report."""
        return False

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:
        """Note when it was answered."""
        obj.updated_at = timezone.now()
        obj.answered_at = None if obj.state == Report.State.OPEN else obj.updated_at
        super().save_model(request, obj, form, change)

    @admin.display(description=_("note"))
    def short_note(self, report: Report) -> str:
        """Show the beginning of the note."""
        return report.note if len(report.note) <= LISTED_NOTE else f"{report.note[:LISTED_NOTE]}…"

    @admin.action(description=_("Accept"), permissions=["change"])
    def accept(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        """Accept reports without a word."""
        self._answer(request, queryset, Report.State.ACCEPTED)

    @admin.action(description=_("Decline"), permissions=["change"])
    def decline(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        """Decline reports without a word."""
        self._answer(request, queryset, Report.State.DECLINED)

    def _answer(self, request: HttpRequest, queryset: QuerySet[Report], state: str) -> None:
        chosen = self.model._default_manager.filter(pk__in=list(queryset.values_list("pk", flat=True)))
        count = answer_reports(chosen, state=state, now=timezone.now())
        self.message_user(request, _("%(count)s reports are answered.") % {"count": count})
