"""The sitting's rows: items with their keys apart, attempts, and what was asked and answered in each."""

import uuid
from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Learner
from qbank.models import Question, QuestionText
from quizzes.cards import Card, MemorySettings, Review
from quizzes.core.blueprint import Mode
from quizzes.core.items import Item as ItemValue
from quizzes.core.items import Kind, arrange
from quizzes.core.sheet import join
from quizzes.core.timing import is_past
from quizzes.managers import AttemptItemQuerySet, AttemptQuerySet, ItemQuerySet
from quizzes.provenance import Decision, Provenance
from quizzes.quality import FlawReport, ItemStatistics

__all__ = [
    "Attempt",
    "AttemptItem",
    "Card",
    "Decision",
    "FlawReport",
    "Item",
    "ItemKey",
    "ItemStatistics",
    "MemorySettings",
    "Provenance",
    "Review",
]

KIND_LABELS = {
    Kind.SINGLE: _("Single choice"),
    Kind.MULTIPLE: _("Multiple choice"),
    Kind.TRUE_FALSE: _("True or false"),
    Kind.CLOZE: _("Cloze"),
    Kind.MATCHING: _("Matching"),
    Kind.ORDERING: _("Ordering"),
    Kind.NUMERIC: _("Numeric"),
    Kind.OPEN: _("Open"),
}
MODE_LABELS = {
    Mode.PRACTICE: _("Practice"),
    Mode.EXAM: _("Exam"),
    Mode.INTERVIEW: _("Mock interview"),
}


class Item(models.Model):
    """Something answerable, made from a text of a question, in one language. The key is another row: ItemKey.

    What is asked never changes under a row: an item whose content changes, or the order in which it is
    stored, gets a new row with the next version; the old one is retired, but still answerable in the attempts
    that drew it. Only its HTML may be rendered anew. `key` joins versions and languages.
    """

    class Source(models.TextChoices):
        AUTHORED = "authored", _("authored")
        IMPORTED = "imported", _("imported")
        RECALL = "recall", _("recall")
        GENERATED = "generated", _("generated")
        WRITTEN = "written", _("written here")

    class State(models.TextChoices):
        PUBLISHED = "published", _("published")
        DRAFT = "draft", _("draft")
        RETIRED = "retired", _("retired")

    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="items", verbose_name=_("question")
    )
    text = models.ForeignKey(
        QuestionText,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="items",
        verbose_name=_("text"),
    )
    ref = models.CharField(
        _("reference in addresses"), max_length=12, db_index=True
    )  # names the item in addresses: of bank, question and key
    question_hash = models.BigIntegerField(default=0)  # of the question's name: seeds make its turn of it
    key = models.CharField(_("identifier"), max_length=200)
    language = models.CharField(_("Language"), max_length=16)
    kind = models.CharField(
        _("kind"), max_length=12, choices=[(kind.value, label) for kind, label in KIND_LABELS.items()]
    )
    source = models.CharField(_("source"), max_length=10, choices=Source)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PUBLISHED)
    position = models.PositiveIntegerField(default=0)  # among the items of its text
    stem_html = models.TextField(_("what is asked"))
    sheet = models.JSONField(
        _("what is shown with it"), default=dict
    )  # options, terms, steps … as HTML: nothing that tells the key
    size = models.PositiveSmallIntegerField(default=0)  # how many things can be shown in another order
    checksum = models.CharField(
        _("checksum"), max_length=64
    )  # SHA-256 of what is asked, key included: not to be shown
    span_hash = models.CharField(
        _("checksum of the passage"), max_length=64
    )  # SHA-256 of the stretch of the text that it was made from
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ("question_id", "position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("question", "language", "key", "version"), name="item_version_unique"
            ),
            models.UniqueConstraint(
                fields=("question", "language", "key"),
                condition=~models.Q(state="retired"),
                name="one_live_version_an_item",
            ),
        )
        indexes = (
            models.Index(fields=("state", "kind")),
            models.Index(  # all that ranking a pool's questions needs
                fields=("state", "question", "question_hash", "text", "ref"), name="item_pool"
            ),
        )

    def __str__(self) -> str:
        return f"{self.question_id}/{self.key} ({self.language}, v{self.version})"

    def whole(self) -> ItemValue:
        """Put the item and its key together, to be marked or explained."""
        return join(kind=self.kind, slug=self.key, stem=self.stem_html, sheet=self.sheet, key=self.answer.key)


class ItemKey(models.Model):
    """What a learner may see only after they have answered."""

    item = models.OneToOneField(
        Item, on_delete=models.CASCADE, primary_key=True, related_name="answer", verbose_name=_("item")
    )
    key = models.JSONField(_("key"), default=dict)  # the key, the rationales, the key points

    class Meta:
        verbose_name = _("key")
        verbose_name_plural = _("keys")

    def __str__(self) -> str:
        return str(self.item)


class Attempt(models.Model):
    """One sitting of one learner."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(
        Learner, on_delete=models.CASCADE, related_name="attempts", verbose_name=_("learner")
    )
    blueprint = models.JSONField(_("blueprint"), default=dict)
    seed = models.CharField(_("seed"), max_length=40)
    mode = models.CharField(
        _("mode"),
        max_length=10,
        choices=[(mode.value, label) for mode, label in MODE_LABELS.items()],
        default=Mode.PRACTICE,
    )
    language = models.CharField(_("Language"), max_length=16)
    pool_version = models.CharField(
        _("version of the pool"), max_length=16
    )  # names the state of the pool it was drawn from
    started_at = models.DateTimeField(_("started at"))
    ends_at = models.DateTimeField(
        _("time is up at"), null=True, blank=True
    )  # of an exam: when its clock stands at zero
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ("-started_at",)
        indexes = (models.Index(fields=("learner", "-started_at")),)

    def __str__(self) -> str:
        return f"{self.learner_id} {self.started_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("quiz-attempt", args=[self.pk])

    @property
    def is_exam(self) -> bool:
        return self.mode == Mode.EXAM

    @property
    def is_interview(self) -> bool:
        return self.mode == Mode.INTERVIEW

    def is_overdue(self, now: datetime | None = None) -> bool:
        """Tell whether the clock has run out on an exam that nobody has closed yet."""
        return self.finished_at is None and is_past(self.ends_at, now or timezone.now())

    def is_over(self, now: datetime | None = None) -> bool:
        """Tell whether it takes no more responses, closed or not."""
        return self.finished_at is not None or self.is_overdue(now)


class AttemptItem(models.Model):
    """One item of an attempt: what was asked, frozen at the start, and what was answered."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("position"))  # from 1
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="asked", verbose_name=_("item"))
    order = models.JSONField(default=list)  # position shown → position in the item's sheet
    response = models.JSONField(_("response"), null=True, blank=True)  # in the positions shown
    revision = models.PositiveIntegerField(default=0)  # how often the response of an exam was saved
    saved_at = models.DateTimeField(null=True, blank=True)  # of an exam's response, not yet marked
    flagged = models.BooleanField(default=False)
    begun_at = models.DateTimeField(null=True, blank=True)  # of an interview's question: thinking from here
    spoke_at = models.DateTimeField(null=True, blank=True)  # … and speaking from here, until it is revealed
    revealed_at = models.DateTimeField(null=True, blank=True)  # of an open item's answer
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    duration_ms = models.PositiveIntegerField(
        _("duration in ms"), null=True, blank=True
    )  # since the answer before, or the start
    score = models.FloatField(_("score"), null=True, blank=True)  # 0..1
    self_marks = models.JSONField(
        _("own marks"), null=True, blank=True
    )  # of an open item: {"points": [0, 2], "grade": "partly"}

    objects = AttemptItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item asked")
        verbose_name_plural = _("items asked")
        ordering = ("attempt_id", "position")
        constraints = (
            models.UniqueConstraint(fields=("attempt", "position"), name="one_item_a_position"),
            models.UniqueConstraint(fields=("attempt", "item"), name="an_item_once_an_attempt"),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__range=(0, 1)), name="score_0_to_1"
            ),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True, answered_at__isnull=True)
                | models.Q(score__isnull=False, answered_at__isnull=False),
                name="scored_when_answered",
            ),
        )

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.position}"

    def asked(self) -> ItemValue:
        """Return the whole item as it was shown."""
        return arrange(self.item.whole(), self.order)
