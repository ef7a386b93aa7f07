"""Add up hand ratings of a sample that `generate_items --format json` drew: validity by rule."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from quizzes.core.generation.bias import wilson


class Command(BaseCommand):
    help = (
        "Print how many of the rated drafts of each rule are valid, with 95 % intervals, and what was wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the ratings and the sample that they rate."""
        parser.add_argument("ratings", type=Path, help='{"1": {"valid": true}, …}')
        parser.add_argument(
            "sample", type=Path, help="what `generate_items --sample N --format json` printed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a Markdown table."""
        try:
            ratings = json.loads(options["ratings"].read_text())
            sample = json.loads(options["sample"].read_text())
            rated = [(sample[int(number) - 1], rating) for number, rating in ratings.items()]
            table = [(one["strategy"], bool(r["valid"]), r.get("reason", "")) for one, r in rated]
        except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
            raise CommandError(f"The ratings do not fit the sample: {error!r}") from None
        self.stdout.write("| rule | valid | of | share | 95 % |\n|---|---|---|---|---|")
        for name in [*sorted({name for name, _, _ in table}), "all"]:
            found = [valid for rule, valid, _ in table if name in (rule, "all")]
            low, high = wilson(sum(found), len(found))
            share = f"{sum(found) / len(found):.0%} | {low:.0%}–{high:.0%}" if found else "– | –"
            self.stdout.write(f"| {name} | {sum(found)} | {len(found)} | {share} |")
        reasons = Counter((rule, reason or "no reason") for rule, valid, reason in table if not valid)
        for (rule, reason), count in reasons.most_common():
            self.stdout.write(f"{rule}: {reason} {count}")
