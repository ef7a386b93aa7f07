"""What readers report: what every such row has, how many one may send, and the list of one's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts.models import Learner

LONGEST_NOTE = 1000
LONGEST_REPLY = 2000
MOST_A_DAY = 20  # of one learner
MOST_WAITING = 100  # about one thing; more tell nothing new
DAY = timedelta(days=1)


class Report(models.Model):
    """What somebody found wrong, and what an editor answered."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    note = models.TextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    reply = models.TextField(_("reply"), blank=True, max_length=LONGEST_REPLY)
    created_at = models.DateTimeField(_("reported at"))
    updated_at = models.DateTimeField(_("updated at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        abstract = True


class ReportError(Exception):
    """A report not taken; `code`: "kind", "long", "characters", "many" (today), "full" (enough wait)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


REFUSALS = {
    "kind": _("Choose what is wrong."),
    "long": _("The note is too long."),
    "characters": _("The note holds characters that cannot be stored."),
    "address": _("Too many reports from your address. Please come back in an hour."),
    "many": _("Enough reports for today, thank you. Please come back tomorrow."),
    "full": _(
        "Enough reports about this wait for an answer already. Please come back when they are answered."
    ),
}
TOO_MANY = {"many", "full"}  # another time it may be taken


def refuse_too_many(*, of_the_learner: models.QuerySet[Report], waiting: int, now: datetime) -> None:
    """Raise ReportError: "many" where a learner has sent enough today, "full" where enough wait already."""
    of_today = of_the_learner.filter(created_at__gt=now - DAY).count()
    if of_today >= MOST_A_DAY:
        raise ReportError("many")
    if waiting >= MOST_WAITING:
        raise ReportError("full")


def fresh_answer() -> dict[str, object]:
    """Return the fields of a report that waits (again)."""
    return {"state": Report.State.OPEN, "reply": "", "answered_at": None}


def answer_reports(reports: models.QuerySet[Report], *, state: str, now: datetime) -> int:
    """Accept, decline or open reports again, and leave their replies; return how many there were."""
    answered = None if state == Report.State.OPEN else now
    return reports.exclude(state=state).update(state=state, answered_at=answered, updated_at=now)


@dataclass(frozen=True)
class OwnReport:
    """A report as whoever sent it sees it."""

    row: Report
    kind: str
    about: str
    url: str
    language: str  # of `about` and `place`
    place: str = ""
    quote: str = ""


def own_reports(learner: Learner | None) -> list[OwnReport]:
    """Return what a learner reported, the latest first, of each app named in LEARNER_REPORT_HOOKS."""
    if learner is None:
        return []
    hooks = [import_string(name) for name in settings.LEARNER_REPORT_HOOKS]
    found: Iterable[OwnReport] = (report for hook in hooks for report in hook(learner))
    return sorted(found, key=lambda report: report.row.created_at, reverse=True)
