"""Roll up what responses tell of items."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from quizzes.statistics import roll_up_items


class Command(BaseCommand):
    help = "Close exams whose time is up; store facility, discrimination and flags of all items answered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--withdraw",
            action="store_true",
            help="make drafts of published items that those who know get wrong",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        counts = roll_up_items(withdraw=options["withdraw"])
        if options["verbosity"]:
            self.stdout.write("{items} items, {flagged} flagged, {withdrawn} withdrawn".format(**counts))
