"""Ask a language model for drafts and put those that pass the filters into the review queue."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from quizzes.proposing import ModelUnavailable, propose_drafts

MOST = 1000


class Command(BaseCommand):
    help = "Ask the model at ITEMS_MODEL_URL about texts of the bank; its drafts wait for review like others."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the bank and how many texts to ask about."""
        parser.add_argument("--bank", default="", help="slug of one bank")
        parser.add_argument("--limit", type=int, default=20, help=f"texts to ask about, up to {MOST}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, and tell what came of it."""
        if not 1 <= options["limit"] <= MOST:
            raise CommandError(f"--limit is from 1 to {MOST}.")
        try:
            counts = propose_drafts(bank=options["bank"], limit=options["limit"])
        except ModelUnavailable as error:
            raise CommandError(str(error)) from None
        self.stdout.write(", ".join(f"{name} {count}" for name, count in counts.items()))
