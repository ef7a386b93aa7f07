"""Make the adapters that ship with the base again, and the figures that pages show of them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labs.core.example_adapters import RECIPES, write_adapters
from labs.core.model import BASE, WEIGHTS


class Command(BaseCommand):
    """Train each example adapter, measure it, write its file and its card."""

    help = __doc__
    requires_system_checks = ()  # neither database nor pages take part

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", type=Path, default=WEIGHTS, help="folder of the base and the files")
        parser.add_argument("--only", choices=sorted(RECIPES), help="one of them; the others stay")

    def handle(self, *args: Any, **options: Any) -> None:
        output: Path = options["output"]
        if not (output / BASE.name).exists():
            raise CommandError(f"There is no {BASE.name} in {output}: run pretrain first.")
        wanted = [options["only"]] if options["only"] else list(RECIPES)
        for name, made in write_adapters(output, wanted):
            share = made.card["task_accuracy"]
            self.stdout.write(
                f"{name}: {made.card['report']}; "
                f"held-out accuracy {share['base']:.1%} → {share['adapted']:.1%}"
            )
