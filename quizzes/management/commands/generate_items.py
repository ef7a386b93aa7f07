"""Print what can be asked about files or about the bank, or put the drafts into the review queue."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from qbank.core.parser import parse_file
from quizzes.core.blueprint import SEED
from quizzes.core.generation.listing import Asking, Listed, list_items, read_question
from quizzes.core.generation.report import bias_text, draw_sample, item_text, sheet_text
from quizzes.core.generation.strategies import OFFERED, STRATEGIES
from quizzes.drafts import askings_of_bank, refresh_drafts

SUFFIXES = (".md", ".markdown")


class Command(BaseCommand):
    help = (
        "List the items of Markdown files (in the bank or not), or without a path those of the bank. "
        "With --store the bank's drafts go into the review queue."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare paths, format, seed and what to print."""
        parser.add_argument("paths", nargs="*", type=Path)
        parser.add_argument("--format", choices=["text", "json", "sheet"], default="text")
        parser.add_argument("--seed", default="1")
        parser.add_argument(
            "--strategy", action="append", choices=sorted(STRATEGIES), help="only these rules"
        )
        parser.add_argument("--drafts", action="store_true", help="leave out what is published at once")
        parser.add_argument("--rejected", action="store_true", help="print what a filter refused too")
        parser.add_argument("--bias", action="store_true", help="print figures of bias instead of items")
        parser.add_argument("--sample", type=int, metavar="N", help="draw N drafts of every strategy")
        parser.add_argument("--bank", default="", help="slug of one bank, where no path is given")
        parser.add_argument("--store", action="store_true", help="put the bank's drafts into the queue")

    def handle(self, *args: Any, **options: Any) -> None:
        """List, measure, sample or store."""
        if not SEED.fullmatch(options["seed"]):
            raise CommandError("A seed has up to 40 letters, digits, hyphens and underscores.")
        if options["store"]:
            if options["paths"]:
                raise CommandError("--store works on the bank: ingest the files, then run it without a path.")
            self._store(options)
            return
        heaps = list(_read(options["paths"]) if options["paths"] else askings_of_bank(options["bank"]))
        listed = [one for heap in heaps for one in self._list(heap, options)]
        if options["bias"]:
            self.stdout.write(bias_text(listed, sum(map(len, heaps))))
            return
        if options["sample"] or options["format"] == "sheet":
            listed = draw_sample(listed, each=options["sample"] or 10**6, seed=options["seed"])
        if options["format"] == "json":
            self.stdout.write(json.dumps([one.as_json() for one in listed], ensure_ascii=False, indent=1))
        elif options["format"] == "sheet":
            self.stdout.write(sheet_text(listed))
        else:
            self.stdout.write("\n\n".join(map(item_text, listed)))

    def _list(self, heap: list[Asking], options: dict[str, Any]) -> list[Listed]:
        found = list_items(
            heap,
            seed=options["seed"],
            strategies=options["strategy"] or OFFERED,
            rejected=options["rejected"],
        )
        return [one for one in found if not (options["drafts"] and one.state == "published")]

    def _store(self, options: dict[str, Any]) -> None:
        counts = refresh_drafts(
            seed=options["seed"], bank=options["bank"], strategies=options["strategy"] or OFFERED
        )
        self.stdout.write(", ".join(f"{name} {count}" for name, count in counts.items()))


def _read(paths: list[Path]) -> Iterator[list[Asking]]:
    """Yield the questions of each path, one language at a time; a folder is one bank."""
    for path in paths:
        if not path.exists():
            raise CommandError(f"There is no {path}.")
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES)
        heaps: dict[str, list[Asking]] = {}
        for file in files:
            name = file.name if path.is_file() else file.relative_to(path).as_posix()
            parsed = parse_file(file.read_bytes(), name)
            for question in parsed.questions:
                asking = read_question(question, path=name, language=parsed.language)
                heaps.setdefault(parsed.language, []).append(asking)
        if not heaps:
            raise CommandError(f"No question was recognised in {path}.")
        yield from heaps.values()
