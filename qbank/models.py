"""The bank's rows. A question is language-free; each of its texts is one language of it."""

from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from qbank.filters import LONGEST_SLUG, LONGEST_TAG
from qbank.managers import QuestionQuerySet, QuestionTextQuerySet, TopicQuerySet
from qbank.reader_reports import ReaderReport

__all__ = [
    "Bank",
    "IngestReport",
    "Picture",
    "Question",
    "QuestionText",
    "ReaderReport",
    "SearchText",
    "Slug",
    "Tag",
    "Topic",
]


class Bank(models.Model):
    """A body of questions with one licence and origin."""

    slug = models.SlugField(_("name in addresses"), unique=True)
    name = models.JSONField(_("name"), default=dict)  # language → name
    description = models.JSONField(_("description"), default=dict, blank=True)  # language → a sentence
    language = models.CharField(_("Language"), max_length=16, default="zh-hans")  # of the originals
    licence = models.CharField(_("licence"), max_length=64, blank=True)
    licence_url = models.URLField(_("address of the licence"), blank=True)
    source_url = models.URLField(_("address of the source"), blank=True)
    attribution = models.CharField(_("attribution"), max_length=300, blank=True)
    open_keys = models.BooleanField(_("exports may hold keys"), default=False)
    glossary = models.JSONField(default=list, blank=True, editable=False)  # its terms, Term.as_json
    fingerprint = models.CharField(
        max_length=64, blank=True, editable=False
    )  # of the files and the code last read
    sought = models.JSONField(default=list, editable=False)  # paths of all pictures that the files name
    cited = models.JSONField(default=list, editable=False)  # references of all figures that the files name
    version = models.PositiveIntegerField(
        _("version"), default=0
    )  # grows with each import that changes something
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("bank")
        verbose_name_plural = _("banks")

    def __str__(self) -> str:
        return self.slug


class Topic(models.Model):
    """A chapter of a bank."""

    bank = models.ForeignKey(Bank, on_delete=models.CASCADE, related_name="topics", verbose_name=_("bank"))
    slug = models.SlugField(_("name in addresses"), max_length=LONGEST_SLUG, unique=True, allow_unicode=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    title = models.JSONField(_("title"), default=dict)  # language → title
    description = models.JSONField(_("description"), default=dict)  # language → one sentence

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ("bank_id", "order", "id")

    def __str__(self) -> str:
        return self.title.get(get_language() or "") or self.slug

    def get_absolute_url(self) -> str:
        return reverse("topic", args=[self.slug])


class Tag(models.Model):
    """A free word on texts, in their language."""

    name = models.CharField(_("name"), max_length=LONGEST_TAG, unique=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Question(models.Model):
    """The bank's unit, in no language; it keeps its history while its texts change."""

    class State(models.TextChoices):
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    bank = models.ForeignKey(Bank, on_delete=models.CASCADE, related_name="questions", verbose_name=_("bank"))
    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, related_name="questions", verbose_name=_("topic")
    )
    key = models.CharField(_("identifier"), max_length=200)  # explicit id, else made at the first import
    slug = models.SlugField(_("name in addresses"), max_length=200, unique=True, allow_unicode=True)
    number = models.CharField(_("number"), max_length=20, blank=True)  # as the author numbers it
    order = models.PositiveIntegerField(_("order"), default=0)  # place in the bank
    lab = models.SlugField(_("lab"), blank=True)
    difficulty = models.PositiveSmallIntegerField(_("difficulty"), null=True, blank=True)  # 1..3
    frequency = models.PositiveSmallIntegerField(_("frequency"), null=True, blank=True)  # 1..3
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PUBLISHED)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("bank_id", "order", "id")
        constraints = (
            models.UniqueConstraint(fields=("bank", "key"), name="question_key_unique_in_bank"),
            models.CheckConstraint(
                condition=models.Q(difficulty__isnull=True) | models.Q(difficulty__range=(1, 3)),
                name="question_difficulty_1_to_3",
            ),
            models.CheckConstraint(
                condition=models.Q(frequency__isnull=True) | models.Q(frequency__range=(1, 3)),
                name="question_frequency_1_to_3",
            ),
        )
        indexes = (models.Index(fields=("topic", "state", "order")),)

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("question", args=[self.slug])


class QuestionText(models.Model):
    """A question in one language: the author's Markdown and the safe HTML made from it at ingest."""

    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="texts", verbose_name=_("question")
    )
    language = models.CharField(_("Language"), max_length=16)
    tags = models.ManyToManyField(Tag, blank=True, related_name="texts")
    path = models.CharField(_("file"), max_length=500)
    line = models.PositiveIntegerField(_("line"))
    title = models.CharField(_("title"), max_length=500)
    title_html = models.TextField(blank=True)
    stem = models.TextField(blank=True)  # Markdown between title and answer, where a dialect has such a thing
    stem_html = models.TextField(blank=True)
    gist = models.TextField(_("one-sentence answer"), blank=True)
    gist_html = models.TextField(blank=True)
    answer = models.TextField(_("answer"), blank=True)  # Markdown
    answer_html = models.TextField(blank=True)  # sanitised
    toc = models.JSONField(default=list)  # [{"id": "...", "title": "..."}]
    key_points = models.JSONField(default=list)  # [{"text": "...", "html": "..."}]
    mistakes = models.JSONField(default=list)  # [{"claim", "claim_html", "correction", "correction_html"}]
    follow_ups = models.JSONField(default=list)  # [{"question", "question_html", "answer", "answer_html"}]
    sources = models.JSONField(default=list)  # [{"text": "...", "html": "..."}]
    figures = models.JSONField(default=list)  # stored numbers of labs: [{"reference", "title", "runs", …}]
    items_source = models.JSONField(
        default=list
    )  # [{"markdown": "...", "line": 12}]: holds keys, never serialised
    choices = models.JSONField(default=list)  # of an imported choice question
    choice_key = models.JSONField(default=list)  # its key: never serialised
    has_math = models.BooleanField(default=False)
    has_code = models.BooleanField(default=False)
    placeholder = models.BooleanField(_("placeholder"), default=False)
    changed_at = models.DateTimeField(
        null=True, blank=True
    )  # when it last changed so much that one learns anew
    checksum = models.CharField(max_length=64)  # SHA-256 of everything the author wrote for this text
    stem_checksum = models.CharField(
        max_length=64
    )  # SHA-256 of title, stem and answer: finds a text that has moved

    objects = QuestionTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        constraints = (models.UniqueConstraint(fields=("question", "language"), name="one_text_a_language"),)

    def __str__(self) -> str:
        return self.title

    def changed_since(self, moment: datetime) -> bool:
        """Tell whether who learnt it at that moment knows another text: it has changed much since."""
        return self.changed_at is not None and self.changed_at > moment


class SearchText(models.Model):
    """What search knows of a text; a full-text index of each database's own follows it (migration 0002)."""

    text = models.OneToOneField(
        QuestionText, on_delete=models.CASCADE, primary_key=True, related_name="search_text"
    )
    title_plain = models.TextField()
    body_plain = models.TextField()
    title_tokens = models.TextField()
    body_tokens = models.TextField()

    def __str__(self) -> str:
        return self.title_plain


class SearchWord(models.Model):
    """A word that search suggests where it finds nothing: a name of a term, a tag, a word of titles."""

    bank = models.ForeignKey(Bank, on_delete=models.CASCADE, related_name="words")
    text = models.CharField(max_length=80)
    typed = models.TextField(blank=True)  # its spellings in pinyin and by initials, a space round each
    concept = models.PositiveIntegerField(null=True)  # words of one place in a bank's glossary mean the same
    avoided = models.BooleanField(default=False)  # it leads to the other words of its concept

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("bank", "concept", "text"), name="one_word_of_a_concept"),
        )

    def __str__(self) -> str:
        return self.text


class Slug(models.Model):
    """An address that a question once had; it redirects."""

    slug = models.SlugField(_("name in addresses"), max_length=200, unique=True, allow_unicode=True)
    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="old_slugs", verbose_name=_("question")
    )

    class Meta:
        verbose_name = _("earlier address")
        verbose_name_plural = _("earlier addresses")

    def __str__(self) -> str:
        return self.slug


class Picture(models.Model):
    """A picture of a bank, copied into our own media under its checksum."""

    bank = models.ForeignKey(Bank, on_delete=models.CASCADE, related_name="pictures", verbose_name=_("bank"))
    source = models.CharField(_("path in the bank"), max_length=500)  # path in the bank
    file = models.CharField(_("stored as"), max_length=200)  # path under MEDIA_ROOT
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = (
            models.UniqueConstraint(fields=("bank", "source"), name="picture_source_unique_in_bank"),
        )

    def __str__(self) -> str:
        return self.source


class IngestReport(models.Model):
    """What one import found."""

    bank = models.ForeignKey(Bank, on_delete=models.CASCADE, related_name="reports", verbose_name=_("bank"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    summary = models.JSONField(default=dict)  # counts: files, questions, added, changed, retired …
    files = models.JSONField(default=list)  # [{"path", "dialect", "language", "questions"}]
    problems = models.JSONField(default=list)  # [{"path", "line", "code", "message", "remedy"}]

    class Meta:
        verbose_name = _("ingest report")
        verbose_name_plural = _("ingest reports")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.bank} {self.created_at:%Y-%m-%d %H:%M}"
