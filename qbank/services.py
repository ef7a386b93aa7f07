"""Writes of the bank: one import, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string

from qbank.core.document import ParsedFile, Problem
from qbank.core.links import LinkIndex, bank_path
from qbank.core.rewrite import Image, Surroundings
from qbank.figures import describe_figure
from qbank.fingerprints import fingerprint, is_up_to_date
from qbank.importing import COUNTS, Import, ImportResult
from qbank.models import Bank, IngestReport
from qbank.rendering import store_question
from qbank.reports import files_as_json, problems_as_json
from qbank.sources import NO_OPTIONS, BankOptions, Sources, bank_slug, find_root, survey_files
from qbank.surveys import digest_file


class BankRejected(Exception):
    """The sources cannot be taken in; the database is as before."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def import_bank(
    *,
    sources: Sources,
    now: datetime | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> ImportResult:
    """Bring the database in line with a bank's files, or leave it as it is.

    Questions keep their identity; what vanished from the files is retired. The hooks of BANK_IMPORT_HOOKS run
    inside the transaction. `progress` hears how many
    texts are written, of how many. Raises BankRejected when a file cannot be taken in.
    """
    if sources.fatal:
        raise BankRejected(sources.fatal)
    with transaction.atomic():
        result = Import(sources, now or timezone.now(), progress).run()
        for name in settings.BANK_IMPORT_HOOKS:
            if result.text_ids:
                import_string(name)(text_ids=result.text_ids)
        if result.changed:
            Bank.objects.filter(pk=result.bank.pk).update(version=F("version") + 1)
            result.bank.refresh_from_db()
        _report(result, sources)
        _remember(result.bank, sources)
    return result


def find_unchanged(*, paths: Sequence[Path], options: BankOptions = NO_OPTIONS) -> ImportResult | None:
    """Return what an import would that finds nothing changed, None where it has to be done."""
    there = [path.resolve() for path in paths]
    if not all(path.exists() for path in there):
        return None
    root = find_root(there)
    bank = Bank.objects.filter(slug=bank_slug(root, options)).first()
    if bank and is_up_to_date(bank, survey_files(there, options), root):
        return _as_before(bank)
    return None


def _as_before(bank: Bank) -> ImportResult:
    """Return what an import would that finds nothing changed: the problems of the last report."""
    report = IngestReport.objects.filter(bank=bank).first()
    summary = dict.fromkeys(COUNTS, 0)
    problems: list[Problem] = []
    if report:
        summary |= {name: report.summary.get(name, 0) for name in ("files", "questions", "texts")}
        problems = [Problem(**problem) for problem in report.problems]
    return ImportResult(bank, summary | {"unchanged": summary["texts"]}, problems)


def preview_bank(*, sources: Sources) -> list[Problem]:
    """List all problems an import would report, rendering included; touches neither database nor media."""
    index = LinkIndex(sources.files)
    problems = list(sources.problems)
    for file in sources.files:
        around = _surroundings(sources, file, index)
        for question in file.questions:
            problems += store_question(file, question, sources.lines_of(file.path), around).problems
    return sorted(problems, key=lambda p: (p.path, p.line, p.code))


def _surroundings(sources: Sources, file: ParsedFile, index: LinkIndex) -> Surroundings:
    """Stand in for pictures and links that an import would make; figures are there already."""

    def image(address: str) -> Image | None:
        return Image("/") if bank_path(address, file.path) in sources.pictures else None

    def link(target: str) -> str | None:
        return "/" if index.find(target, file.path, file.language) else None

    figure = partial(describe_figure, language=file.language)
    return Surroundings(file.language, image, link, figure)


def _remember(bank: Bank, sources: Sources) -> None:
    """Note what was read, so that the next import of the same can tell at once."""
    sought = sorted(sources.sought)
    pictures = {source: picture.digest for source, picture in sources.pictures.items()}

    def digest_of(source: str) -> str:
        return pictures.get(source) or digest_file(sources.root / source)

    mark = fingerprint(bank, sources.survey, sought, sources.cited, digest_of)
    if (bank.fingerprint, bank.sought, bank.cited) != (mark, sought, sources.cited):
        bank.fingerprint, bank.sought, bank.cited = mark, sought, sources.cited
        bank.save(update_fields=["fingerprint", "sought", "cited", "updated_at"])


def _report(result: ImportResult, sources: Sources) -> None:
    """Keep what the import found, unless it is what the last one found."""
    problems = problems_as_json(result.problems)
    last = IngestReport.objects.filter(bank=result.bank).first()
    if result.changed or last is None or last.problems != problems:
        IngestReport.objects.create(
            bank=result.bank, summary=result.summary, files=files_as_json(sources), problems=problems
        )
