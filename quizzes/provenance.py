"""Rows about where items come from: their provenance, and what editors decided of a span."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from qbank.models import Question


class Provenance(models.Model):
    """Where a generated item comes from, and what the filters said. It holds the key: for editors only."""

    item = models.OneToOneField(
        "quizzes.Item", on_delete=models.CASCADE, primary_key=True, related_name="provenance"
    )
    strategy = models.CharField(max_length=20)
    strategy_version = models.PositiveSmallIntegerField(default=1)
    seed = models.CharField(max_length=40, blank=True)
    span_start = models.PositiveIntegerField(default=0)  # characters of the answer's Markdown
    span_end = models.PositiveIntegerField(default=0)
    span_line = models.PositiveIntegerField(default=1)  # of the answer, from 1
    source = models.TextField(blank=True)  # the author's words, as they stood when it was made
    markdown = models.TextField()  # the item as authors write it
    verdicts = models.JSONField(default=list)  # [{"name", "passed", "reason"}]
    rank = models.PositiveSmallIntegerField(default=0)  # of the strategy, the best validity measured first
    stale = models.BooleanField(default=False)  # its source no longer stands in the answer
    fixed = models.BooleanField(default=False)  # an editor changed it

    def __str__(self) -> str:
        return f"{self.strategy} {self.item_id}"


class Decision(models.Model):
    """What an editor decided of a span; it outlives the item: the span never comes back as a draft."""

    class Verdict(models.TextChoices):
        PUBLISHED = "published", _("published")
        DISCARDED = "discarded", _("discarded")

    class Reason(models.TextChoices):
        LEAK = "leak", _("gives the key away")
        TWO_KEYS = "two_keys", _("more than one right answer")
        WRONG_KEY = "wrong_key", _("the key is wrong")
        UNANSWERABLE = "unanswerable", _("cannot be answered from the stem")
        IMPLAUSIBLE = "implausible", _("implausible distractors")
        VAGUE = "vague", _("too vague")
        TRIVIAL = "trivial", _("trivial")
        WORDING = "wording", _("badly worded")
        OTHER = "other", _("other")

    span_hash = models.CharField(max_length=64, unique=True)
    strategy = models.CharField(max_length=20, db_index=True)
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = models.CharField(max_length=14, choices=Reason, blank=True)
    fixed = models.BooleanField(default=False)
    question = models.ForeignKey(
        Question, on_delete=models.SET_NULL, null=True, blank=True, related_name="decisions"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ("-decided_at", "-id")

    def __str__(self) -> str:
        return f"{self.strategy} {self.verdict} {self.span_hash[:10]}"
