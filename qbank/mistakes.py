"""Writes of readers' reports of mistakes; what becomes of them with their learner."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.merging import row_as_json
from accounts.models import Learner
from accounts.reports import OwnReport, fresh_answer, refuse_too_many
from accounts.services import lock_learner
from qbank.models import ReaderReport
from qbank.reader_reports import LONGEST_PLACE, LONGEST_TITLE
from qbank.reportable import Reportable, page_of


@transaction.atomic
def report_mistake(
    *,
    page: Reportable,
    learner: Learner,
    kind: str,
    place: str = "",
    quote: str = "",
    note: str = "",
    now: datetime | None = None,
) -> ReaderReport:
    """Report a mistake at a place of a page; the same sent again while it waits takes the place of the first.

    What the form checks is checked by then; a place whose id or name is longer than its column is cut.
    Raises ReportError: "many", "full".
    """
    moment = now or timezone.now()
    owner = lock_learner(learner)  # so that the limit holds
    where = {"page": page.page, "question": page.question, "lab": page.lab}
    title, place = page.name_of(place)[:LONGEST_TITLE], place[:LONGEST_PLACE]
    said = {"quote": quote, "note": note, "checksum": page.checksum, "place_title": title}
    open_ones = ReaderReport.objects.filter(**where, state=ReaderReport.State.OPEN)
    known = open_ones.filter(learner=owner, kind=kind, place=place, language=page.language).first()
    if known is None:
        refuse_too_many(of_the_learner=owner.reader_reports.all(), waiting=open_ones.count(), now=moment)
        known = ReaderReport(
            learner=owner, kind=kind, place=place, language=page.language, created_at=moment, **where
        )
    for name, value in (said | fresh_answer() | {"updated_at": moment}).items():
        setattr(known, name, value)
    known.save()
    return known


def merge_learners(*, into: Learner, other: Learner) -> None:
    """Give one learner's reports to another: one of the LEARNER_MERGE_HOOKS."""
    other.reader_reports.update(learner=into)


def export_learner(learner: Learner) -> dict[str, Any]:
    """Return the learner's reports: one of the LEARNER_EXPORT_HOOKS."""
    reports = learner.reader_reports.select_related("question__bank").order_by("created_at", "id")
    return {"reader_reports.json": [row_as_json(report, "id") | _question(report) for report in reports]}


def _question(report: ReaderReport) -> dict[str, str]:
    question = report.question
    return {"bank": question.bank.slug if question else "", "question": question.key if question else ""}


def own_reports(learner: Learner) -> Iterator[OwnReport]:
    """Yield the learner's reports: one of the LEARNER_REPORT_HOOKS."""
    reports = learner.reader_reports.select_related("question").prefetch_related("question__texts")
    for report in reports:
        about, url = title_of(report)
        yield OwnReport(
            row=report,
            kind=report.get_kind_display(),
            about=about,
            url=url,
            language=report.language,
            place=report.place_title,
            quote=report.quote,
        )


def title_of(report: ReaderReport) -> tuple[str, str]:
    """Return title and address of a report's page; of a question from its rows as loaded."""
    if report.question:
        texts = sorted(report.question.texts.all(), key=lambda text: text.language != report.language)
        return texts[0].title if texts else report.question.slug, report.question.get_absolute_url()
    found = page_of(report)
    return (found.title, found.url) if found else (report.lab, "")
