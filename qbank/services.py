"""Writes of the bank: one import, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.module_loading import import_string

from qbank.core.document import ParsedFile, Problem
from qbank.core.links import LinkIndex, bank_path
from qbank.core.rewrite import Image, Surroundings
from qbank.importing import Import, ImportResult
from qbank.models import Bank, IngestReport
from qbank.rendering import store_question
from qbank.reports import files_as_json, problems_as_json
from qbank.sources import Sources


class BankRejected(Exception):
    """The sources cannot be taken in; the database is as before."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def import_bank(*, sources: Sources) -> ImportResult:
    """Bring the database in line with a bank's files, or leave it as it is.

    Questions keep their identity; what vanished from the files is retired. The hooks of BANK_IMPORT_HOOKS run
    inside the transaction. Raises BankRejected when a file cannot be taken in.
    """
    if sources.fatal:
        raise BankRejected(sources.fatal)
    with transaction.atomic():
        result = Import(sources).run()
        for name in settings.BANK_IMPORT_HOOKS:
            if result.text_ids:
                import_string(name)(text_ids=result.text_ids)
        if result.changed:
            Bank.objects.filter(pk=result.bank.pk).update(version=F("version") + 1)
            result.bank.refresh_from_db()
        _report(result, sources)
    return result


def preview_bank(*, sources: Sources) -> list[Problem]:
    """List all problems an import would report, rendering included; touches neither database nor media."""
    index = LinkIndex(sources.files)
    problems = list(sources.problems)
    for file in sources.files:
        around = _surroundings(sources, file, index)
        for question in file.questions:
            problems += store_question(file, question, sources.lines[file.path], around).problems
    return sorted(problems, key=lambda p: (p.path, p.line, p.code))


def _surroundings(sources: Sources, file: ParsedFile, index: LinkIndex) -> Surroundings:
    """Stand in for pictures and links that an import would make."""

    def image(address: str) -> Image | None:
        return Image("/") if bank_path(address, file.path) in sources.pictures else None

    def link(target: str) -> str | None:
        return "/" if index.find(target, file.path, file.language) else None

    return Surroundings(file.language, image, link)


def _report(result: ImportResult, sources: Sources) -> None:
    """Keep what the import found, unless it is what the last one found."""
    problems = problems_as_json(result.problems)
    last = IngestReport.objects.filter(bank=result.bank).first()
    if result.changed or last is None or last.problems != problems:
        IngestReport.objects.create(
            bank=result.bank, summary=result.summary, files=files_as_json(sources), problems=problems
        )
