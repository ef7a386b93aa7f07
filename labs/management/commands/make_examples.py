"""Run what the labs show before anybody clicks, over two seeds, and store it in labs/examples."""

from __future__ import annotations

import json
import multiprocessing
import resource
import tempfile
from argparse import ArgumentParser
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labs.core.config import Lab, Settings
from labs.core.examples import (
    SEEDS,
    STORE,
    Example,
    differences,
    example_path,
    planned,
    read_example,
    save_example,
)
from labs.registry import LABS
from labs.runner.child import finite

KEPT = ("point", "matrix", "node", "note")


class Command(BaseCommand):
    """Write the stored examples; what is there from the same base and the same torch stays as it is."""

    help = __doc__
    requires_system_checks = ()  # neither database nor pages take part

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("labs", nargs="*", help="slugs; all when none is named")
        parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
        parser.add_argument("--fresh", action="store_true", help="run again what is there")
        parser.add_argument(
            "--check", action="store_true", help="write nothing; run again and tell what does not repeat"
        )
        parser.add_argument("--defaults", action="store_true", help="only the default settings")
        parser.add_argument("--store", type=Path, default=STORE)

    def handle(self, *args: Any, **options: Any) -> None:
        unknown = [slug for slug in options["labs"] if slug not in LABS]
        if unknown:
            raise CommandError(f"no lab {', '.join(unknown)}: there are {', '.join(sorted(LABS))}")
        total, broken = 0.0, 0
        for lab, settings, seed in jobs(options):
            path = example_path(lab, settings, seed, options["store"])
            if options["check"]:
                broken += self.verify(lab, settings, seed, path)
            elif options["fresh"] or not up_to_date(path):
                example = run_apart(lab, settings, seed)
                save_example(path, example)
                total += example.cpu_seconds
                self.stdout.write(f"{example.cpu_seconds:6.1f} CPU s  {lab.slug}/{path.name}")
                self.stdout.flush()
        if broken:
            raise CommandError(f"{broken} of the stored runs did not repeat")
        if not options["check"]:
            self.stdout.write(f"{total:.0f} CPU seconds in all")

    def verify(self, lab: Lab, settings: Settings, seed: int, path: Path) -> bool:
        """Run a stored example again and tell whether anything but its times differs."""
        if not path.is_file():
            self.stdout.write(f"missing  {lab.slug}/{path.name}")
            return True
        found = differences(lab, read_example(path), run_apart(lab, settings, seed))
        self.stdout.write(f"{'differs' if found else 'repeats'}  {lab.slug}/{path.name}")
        for line in found[:8]:
            self.stdout.write(f"         {line}")
        return bool(found)


def jobs(options: dict[str, Any]) -> list[tuple[Lab, Settings, int]]:
    """List what is to be run, lab after lab."""
    labs = [lab for slug, lab in LABS.items() if slug in options["labs"] or not options["labs"]]
    last = 1 if options["defaults"] else None
    return [(lab, s, seed) for lab in labs for s in planned(lab)[:last] for seed in options["seeds"]]


def up_to_date(path: Path) -> bool:
    """Tell whether a file is there and was made from the present base by the present torch."""
    from labs.core.model import checksum  # torch only here: bad arguments are told without it

    if not path.is_file():
        return False
    result = read_example(path).result
    return bool(
        result["checksums"].get("base", checksum()) == checksum()
        and result["environment"]["torch"] == version("torch")
    )


def run_apart(lab: Lab, settings: Settings, seed: int) -> Example:
    """Run a lab in a process of its own, as a runner does, so that no run leaves anything to the next."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["labs.runner.warm"])  # imports torch once, for all of them
    with tempfile.NamedTemporaryFile("r", suffix=".json", encoding="utf-8") as file:
        process = processes.Process(target=run_here, args=(lab.slug, settings, seed, file.name))
        process.start()
        process.join()
        if process.exitcode:
            raise CommandError(f"{lab.slug} with seed {seed} ended with {process.exitcode}")
        found = json.load(file)
    return Example(lab.slug, settings, seed, found["cpu_seconds"], found["events"], found["result"])


def run_here(slug: str, settings: Settings, seed: int, target: str) -> None:
    """Run a lab and write what it reports, with the CPU seconds of the run itself."""
    experiment = import_module(LABS[slug].experiment)
    before = _cpu_seconds()
    events = [finite(event) for event in experiment.run(settings, seed)]
    spent = round(_cpu_seconds() - before, 1)
    found = {
        "cpu_seconds": spent,
        "events": [event for event in events if isinstance(event, dict) and event["type"] in KEPT],
        "result": events[-1]["result"],  # type: ignore[index]
    }
    Path(target).write_text(json.dumps(found, allow_nan=False), encoding="utf-8")


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
