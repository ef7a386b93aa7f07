"""Rows about how good items are: what their responses tell, and what learners report."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Learner
from accounts.reports import Report

FLAG_LABELS = {
    "easy": _("nearly everybody gets it"),
    "hard": _("hardly anybody gets it"),
    "flat": _("hardly discriminates"),
    "against": _("those who know get it wrong"),
}


class ItemStatistics(models.Model):
    """What the first responses to an item tell, as of the last roll-up."""

    item = models.OneToOneField(
        "quizzes.Item", on_delete=models.CASCADE, primary_key=True, related_name="statistics"
    )
    responses = models.PositiveIntegerField()  # first ones, one a learner
    facility = models.FloatField(null=True)
    discrimination = models.FloatField(null=True)
    flags = models.JSONField(default=list)  # of FLAG_LABELS
    is_flagged = models.BooleanField(_("flagged by statistics"), default=False, db_index=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # by rule: it became a draft
    rolled_up_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.item_id)


class FlawReport(Report):
    """What a learner found wrong with an item; one a learner and item."""

    class Kind(models.TextChoices):
        WRONG_KEY = "wrong_key", _("the key is wrong")
        SEVERAL_RIGHT = "several_right", _("more than one answer is right")
        UNCLEAR = "unclear", _("the question is unclear")
        GIVEN_AWAY = "given_away", _("the question gives its answer away")
        OUTDATED = "outdated", _("out of date")
        DISPLAY = "display", _("shown badly")
        OTHER = "other", _("something else")

    item = models.ForeignKey(
        "quizzes.Item", on_delete=models.CASCADE, related_name="flaw_reports", verbose_name=_("item")
    )
    learner = models.ForeignKey(
        Learner, on_delete=models.CASCADE, related_name="flaw_reports", verbose_name=_("learner")
    )
    kind = models.CharField(_("What is wrong"), max_length=14, choices=Kind)

    class Meta:
        verbose_name = _("flaw report")
        verbose_name_plural = _("flaw reports")
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(fields=("learner", "item"), name="one_flaw_report_a_learner_and_item"),
        )
        indexes = (models.Index(fields=("state", "item")),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.item_id}"
