"""Read Markdown files into the database, or only tell what is in them."""

from __future__ import annotations

import json
import os
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from qbank.core.dialects import DIALECTS
from qbank.core.document import Problem
from qbank.importing import ImportResult
from qbank.origins import ArchiveRejected, unpacked
from qbank.reports import files_as_json, problems_as_json, write_html
from qbank.services import BankRejected, find_unchanged, import_bank, preview_bank
from qbank.sources import BankOptions, Sources, read_bank

PAUSE = 0.5  # seconds between looks at watched files
FEW = 8  # files of one dialect are listed one by one up to this many
# What the JSON tells of a question; the rest of a parsed question is our own format's.
JSON_FIELDS = (
    "line", "number", "title", "section", "stem", "answer", "choices", "key", "images",
    "has_math", "has_code", "placeholder", "end_line", "id", "difficulty", "frequency", "tags",
)  # fmt: skip


class Command(BaseCommand):
    """Ingest a bank."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take paths and how to report."""
        parser.add_argument(
            "paths",
            nargs="+",
            type=Path,
            metavar="PATH",
            help="a folder, a Markdown file, a git checkout, a .zip",
        )
        parser.add_argument("--bank", default="", help="name of the bank; default: the folder's")
        parser.add_argument("--licence", default="", help="of the bank; default: what _bank.yaml says")
        parser.add_argument("--source", default="", help="web address of the bank's origin")
        parser.add_argument("--attribution", default="", help="whom to name")
        parser.add_argument(
            "--dialect", default="", choices=["", *DIALECTS], help="do not guess, read it like this"
        )
        parser.add_argument("--dry-run", action="store_true", help="change nothing, only report")
        parser.add_argument(
            "--format", default="text", choices=["text", "json", "html"], help="of the report"
        )
        parser.add_argument("--strict", action="store_true", help="fail on any problem")
        parser.add_argument("--force", action="store_true", help="read everything again, changed or not")
        parser.add_argument("--watch", action="store_true", help="stay, and read again what changes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ingest once, or on each change until interrupted; exit with 1 when the bank is refused."""
        if not options["watch"]:
            return self.ingest(options)
        state: object = None
        try:
            while True:
                if (now := _times(options["paths"])) != state:
                    state = now
                    try:
                        self.ingest(options)
                    except CommandError as error:
                        self.stderr.write(str(error))
                time.sleep(PAUSE)
        except KeyboardInterrupt:
            return None

    def ingest(self, options: dict[str, Any]) -> None:
        """Read, import unless it is a dry run, report."""
        with ExitStack() as stack:
            try:
                paths = [stack.enter_context(unpacked(path)) for path in options["paths"]]
                self.packed = paths != options["paths"]
            except ArchiveRejected as error:
                raise CommandError(f"{error}\nNothing was changed.") from None
            self.ingest_paths(paths, options)

    def ingest_paths(self, paths: list[Path], options: dict[str, Any]) -> None:
        """Do it with paths that are folders and files."""
        self.detailed = options["dry_run"] or options["verbosity"] > 1
        said = BankOptions(
            name=options["bank"],
            dialect=options["dialect"],
            licence=options["licence"],
            source_url=options["source"],
            attribution=options["attribution"],
        )
        plain = not (
            options["dry_run"] or options["strict"] or options["force"] or options["format"] != "text"
        )
        if plain and (known := find_unchanged(paths=paths, options=said)):
            return self.write_unchanged(known)
        sources = read_bank(paths, options=said, progress=self.progress)
        result: ImportResult | None = None
        if sources.fatal:
            problems = list(sources.problems)
        elif options["dry_run"] or options["strict"]:
            problems = preview_bank(sources=sources)
        refused = bool(sources.fatal) or (options["strict"] and bool(problems))
        if not refused and not options["dry_run"]:
            try:
                result = import_bank(sources=sources, progress=partial(self.progress, what="questions"))
            except BankRejected as error:
                raise CommandError(str(error)) from None
            problems = result.problems
        self.write(options["format"], sources, problems, result)
        if refused:
            count = len(sources.fatal) or len(problems)
            raise CommandError(f"{count} problem{'s' * (count != 1)}; nothing was changed.")

    def progress(self, done: int, of: int, what: str = "files") -> None:
        """Count files, then questions written, on a terminal."""
        if of > 1 and self.stderr.isatty():
            self.stderr.write(f"\r{done}/{of} {what}", ending="\n" if done == of else "")

    def write(
        self, form: str, sources: Sources, problems: Sequence[Problem], result: ImportResult | None
    ) -> None:
        """Print the report in the form asked for."""
        if form == "json":
            self.write_json(sources, problems, result)
        elif form == "html":
            self.stdout.write(
                write_html(
                    bank=sources.bank.slug,
                    summary=_summary(sources, result),
                    files=files_as_json(sources),
                    problems=problems_as_json(problems),
                )
            )
        else:
            self.write_text(sources, problems, result)

    def write_unchanged(self, result: ImportResult) -> None:
        """Print what the last import found of a bank whose files are as they were."""
        for problem in result.problems:
            self.stdout.write(f"{problem} {problem.remedy}".rstrip())
        counts = f"{result.summary['files']} files, {result.summary['texts']} texts"
        self.stdout.write(f"{result.bank.slug}: {counts}, {len(result.problems)} problems; no change.")

    def write_json(self, sources: Sources, problems: Sequence[Problem], result: ImportResult | None) -> None:
        """Print all questions and problems, file by file."""
        files = [
            {
                "path": file.path,
                "dialect": file.dialect,
                "language": file.language,
                "questions": [
                    {name: value for name, value in asdict(q).items() if name in JSON_FIELDS}
                    for q in file.questions
                ],
                "problems": [_as_json(p) for p in problems if p.path == file.path],
            }
            for file in sources.files
        ]
        known = {file.path for file in sources.files}
        answer = {
            "bank": sources.bank.slug,
            "files": files,
            "problems": [{"path": p.path, **_as_json(p)} for p in problems if p.path not in known],
            "summary": _summary(sources, result),
        }
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))

    def files_read(self, sources: Sources) -> list[str]:
        """Tell each file's dialect and how many questions it holds; of many files of a kind their number."""
        kinds = Counter(file.dialect or "no dialect" for file in sources.files)
        lines = [
            f"{file.path}: {len(file.questions)} ({file.dialect or 'no dialect'}, {file.language or '?'})"
            for file in sources.files
            if self.detailed or kinds[file.dialect or "no dialect"] <= FEW
        ]
        many = {kind: count for kind, count in kinds.items() if count > FEW and not self.detailed}
        return lines + [f"{count} files: {kind}" for kind, count in many.items()]

    def write_text(self, sources: Sources, problems: Sequence[Problem], result: ImportResult | None) -> None:
        """Print counts, the dialect of each file, and problems as path:line: code: message."""
        for line in self.files_read(sources):
            self.stdout.write(line)
        for problem in problems:
            remedy = f" {problem.remedy}" if problem.remedy else ""
            path = problem.path if self.packed else _shown(problem.path, sources)
            line = f"{path}:{problem.line}: {problem.code}: {problem.message}{remedy}"
            (self.stderr if problem.fatal else self.stdout).write(line)
        counts = f"{len(sources.files)} files, {sources.question_count} texts, {len(problems)} problems"
        if result is None:
            self.stdout.write(f"{sources.bank.slug}: {counts}; nothing was written.")
        elif not result.changed:
            self.stdout.write(f"{sources.bank.slug}: {counts}; no change.")
        else:
            names = ("added", "changed", "retired", "restored", "moved", "unchanged")
            done = ", ".join(f"{result.summary[name]} {name}" for name in names if result.summary[name])
            self.stdout.write(
                self.style.SUCCESS(f"{sources.bank.slug}: {counts}; {done or 'description changed'}.")
            )


def _times(paths: Sequence[Path]) -> list[tuple[str, int, int]]:
    """Return names, sizes and times of all files at or below some paths, hidden ones left out."""
    found = []
    for path in paths:
        files = [path] if path.is_file() else []
        for folder, subfolders, names in os.walk(path):
            subfolders[:] = [name for name in subfolders if not name.startswith(".")]
            files += [Path(folder, name) for name in names]
        for file in files:
            with suppress(FileNotFoundError):
                state = file.stat()
                found.append((str(file), state.st_size, state.st_mtime_ns))
    return sorted(found)


def _summary(sources: Sources, result: ImportResult | None) -> dict[str, int]:
    """Return what an import counted, else what was read."""
    return result.summary if result else {"files": len(sources.files), "texts": sources.question_count}


def _shown(path: str, sources: Sources) -> str:
    """Return a problem's path as one can open it from here."""
    full = sources.root / path
    if not full.exists():
        return path
    return str(full.relative_to(Path.cwd())) if full.is_relative_to(Path.cwd()) else str(full)


def _as_json(problem: Problem) -> dict[str, object]:
    return {"line": problem.line, "code": problem.code, "message": problem.message, "remedy": problem.remedy}
