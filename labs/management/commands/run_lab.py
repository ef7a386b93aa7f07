"""Run a lab here and now, without the queue, and print its result."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from labs.core.config import SEED, Lab, Settings, SettingsError, parse_settings
from labs.core.events import Event
from labs.registry import LABS, get_lab


class Command(BaseCommand):
    """Run one lab and print what it found."""

    help = __doc__
    requires_system_checks = ()  # neither database nor pages take part

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("lab", choices=sorted(LABS))
        parser.add_argument("--seed", default="0")
        parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="assignments")
        parser.add_argument("--format", choices=("json", "text"), default="text")
        parser.add_argument("--language", choices=("zh", "en"), default="en", help="of the text format")

    def handle(self, *args: Any, **options: Any) -> None:
        lab = get_lab(options["lab"])
        settings, seed = read_settings(lab, options["assignments"], options["seed"])
        result = follow(import_module(lab.experiment).run(settings, seed), options["language"])
        report = {"lab": lab.slug, "seed": seed, "settings": settings, **result}
        if options["format"] == "json":
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
        else:
            self.stdout.write(describe(report, options["language"]))


def read_settings(lab: Lab, assignments: Iterable[str], seed: str) -> tuple[Settings, int]:
    """Return settings and seed, or raise CommandError with a line for each problem."""
    raw: dict[str, object] = dict(assignment.partition("=")[::2] for assignment in assignments)
    try:
        settings = parse_settings((SEED, *lab.parameters), {"seed": seed, **raw})
    except SettingsError as error:
        lines = [f"{problem.name}: {problem.message['en']}" for problem in error.problems]
        raise CommandError("\n".join(lines)) from error
    return settings, int(settings.pop("seed"))


def follow(events: Iterable[Event], language: str) -> dict[str, Any]:
    """Draw a bar while the events come and return the result; without a terminal draw nothing."""
    result: dict[str, Any] = {}
    with tqdm(file=sys.stderr, disable=not sys.stderr.isatty()) as bar:
        for event in events:
            if event["type"] == "progress":
                bar.total = event["total"]
                bar.update(event["done"] - bar.n)
            elif event["type"] == "note" and not bar.disable:
                bar.write(event["text"][language], file=sys.stderr)
            elif event["type"] == "result":
                result = event["result"]
    return result


def describe(report: dict[str, Any], language: str) -> str:
    """Write a report as plain text: what ran, the table, the verdict, the limits."""
    columns = report["table"]["columns"]
    cells = [[column["label"][language] for column in columns]]
    cells += [
        [_cell(row.get(column["key"]), language) for column in columns] for row in report["table"]["rows"]
    ]
    lines = [f"{report['lab']}, seed {report['seed']}, {json.dumps(report['settings'])}", ""]
    for row in cells[1:]:
        lines.append(row[0])
        lines += [f"  {label}: {value}" for label, value in zip(cells[0][1:], row[1:], strict=True) if value]
    lines += ["", f"{report['verdict']['outcome']}: {report['verdict']['text'][language]}", ""]
    lines += [f"- {limit[language]}" for limit in report["limits"]]
    return "\n".join(lines)


def _cell(value: Any, language: str) -> str:
    """Show one value of the table; nothing where it was not measured."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return str(value[language])
    return value if isinstance(value, str) else f"{value:.4g}"
