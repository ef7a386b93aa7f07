"""Writes of flaw reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.merging import row_as_json
from accounts.models import Learner
from accounts.reports import (
    LONGEST_NOTE,
    OwnReport,
    ReportError,
    fresh_answer,
    refuse_too_many,
)
from accounts.services import lock_learner
from quizzes.core.folding import is_storable
from quizzes.marking import AttemptError
from quizzes.models import Attempt
from quizzes.quality import FlawReport
from quizzes.sheets import plain


@transaction.atomic
def report_flaw(
    *,
    attempt: Attempt,
    position: int,
    kind: str,
    learner: Learner,
    note: str = "",
    now: datetime | None = None,
) -> FlawReport:
    """Report a flaw of an item of the learner's own attempt; a second report takes the place of the first.

    Raises ReportError, or AttemptError: "position", "turn" (the interview has not come to it).
    """
    moment, text = now or timezone.now(), note.strip()
    owner = lock_learner(learner)  # so that the limit holds
    row = attempt.items.select_related("item").filter(attempt__learner=owner, position=position).first()
    if row is None:
        raise AttemptError("position")
    if attempt.is_interview and row.begun_at is None and not attempt.is_over(moment):
        raise AttemptError("turn")
    if kind not in FlawReport.Kind:
        raise ReportError("kind")
    if len(text) > LONGEST_NOTE:
        raise ReportError("long")
    if not is_storable(text):
        raise ReportError("characters")
    known = owner.flaw_reports.filter(item=row.item)
    if not known.exists():
        waiting = FlawReport.objects.filter(item=row.item, state=FlawReport.State.OPEN).count()
        refuse_too_many(of_the_learner=owner.flaw_reports.all(), waiting=waiting, now=moment)
    report, _ = owner.flaw_reports.update_or_create(
        item=row.item,
        defaults={"kind": kind, "note": text, "updated_at": moment, **fresh_answer()},
        create_defaults={"kind": kind, "note": text, "created_at": moment, "updated_at": moment},
    )
    return report


def merge_learners(*, into: Learner, other: Learner) -> None:
    """Give one learner's reports to another: of two on one item the receiver's stays."""
    mine = into.flaw_reports.order_by().values("item")
    other.flaw_reports.exclude(item__in=list(mine.values_list("item", flat=True))).update(learner=into)
    other.flaw_reports.all().delete()


def export_learner(learner: Learner) -> dict[str, Any]:
    """Return the learner's reports: one of the LEARNER_EXPORT_HOOKS."""
    reports = learner.flaw_reports.select_related("item").order_by("created_at", "id")
    return {"flaw_reports.json": [{"ref": report.item.ref} | row_as_json(report, "id") for report in reports]}


def own_reports(learner: Learner) -> Iterator[OwnReport]:
    """Yield the learner's reports: one of the LEARNER_REPORT_HOOKS."""
    for report in learner.flaw_reports.select_related("item__question"):
        yield OwnReport(
            row=report,
            kind=report.get_kind_display(),
            about=plain(report.item.stem_html),
            url=report.item.question.get_absolute_url(),
            language=report.item.language,
        )
