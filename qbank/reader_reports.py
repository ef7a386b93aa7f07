"""Rows of mistakes that readers report on a page of the bank: which page and version, where, what kind."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Learner
from accounts.reports import Report

LONGEST_QUOTE = 300
LONGEST_PLACE = 200
LONGEST_TITLE = 500  # of a place


class ReaderReport(Report):
    """What a reader found wrong on a question's page, in the glossary, or in a lab."""

    class Kind(models.TextChoices):
        WRONG = "wrong", _("a fact is wrong")
        OUTDATED = "outdated", _("out of date")
        UNCLEAR = "unclear", _("unclear")
        TRANSLATION = "translation", _("the translation")
        TYPO = "typo", _("a slip of the pen")
        DISPLAY = "display", _("a formula or picture is broken")
        OTHER = "other", _("something else")

    class Page(models.TextChoices):
        QUESTION = "question", _("question")
        GLOSSARY = "glossary", _("glossary")
        LAB = "lab", _("lab")

    learner = models.ForeignKey(
        Learner, on_delete=models.CASCADE, related_name="reader_reports", verbose_name=_("learner")
    )
    page = models.CharField(_("page"), max_length=8, choices=Page)
    question = models.ForeignKey(
        "qbank.Question",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="reader_reports",
        verbose_name=_("question"),
    )
    lab = models.SlugField(_("lab"), blank=True)
    language = models.CharField(_("Language"), max_length=16)  # of the text that was read
    kind = models.CharField(_("What is wrong"), max_length=12, choices=Kind)
    place = models.CharField(max_length=LONGEST_PLACE, blank=True)  # the heading's id; "" for the whole page
    place_title = models.CharField(_("place"), max_length=LONGEST_TITLE, blank=True)  # as it was called
    quote = models.CharField(_("words chosen"), max_length=LONGEST_QUOTE, blank=True)
    checksum = models.CharField(max_length=64, blank=True)  # of the question's text that was read

    class Meta:
        verbose_name = _("reader report")
        verbose_name_plural = _("reader reports")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(page="question", question__isnull=False, lab="")
                | models.Q(page="glossary", question__isnull=True, lab="")
                | (models.Q(page="lab", question__isnull=True) & ~models.Q(lab="")),
                name="reader_report_names_its_page",
            ),
        )
        indexes = (models.Index(fields=("state", "-created_at"), name="reader_reports_waiting"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.question or self.lab or self.get_page_display()}"
