"""Make the items of texts anew, for a bank that was imported before its items could be made."""

from typing import Any

from django.core.management.base import BaseCommand

from qbank.models import QuestionText
from quizzes.models import Item
from quizzes.services import sync_authored_items


class Command(BaseCommand):
    help = "Bring the items of every text in line with it; an import does this by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sync all texts and tell how many items there are."""
        sync_authored_items(list(QuestionText.objects.values_list("pk", flat=True)))
        self.stdout.write(f"{Item.objects.live().count()} items")
