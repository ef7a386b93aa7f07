"""The shapes of the sitting's API. Only `ResultSerializer` and `RevealedSerializer` hold what tells a key."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.reports import LONGEST_NOTE
from quizzes.core.blueprint import DEFAULT_NUMBER, LONGEST_WORD, MOST, MOST_VALUES, Mode
from quizzes.core.items import Kind, OpenForm
from quizzes.core.timing import MOST_MINUTES, MOST_SECONDS
from quizzes.quality import FlawReport

KINDS = [kind.value for kind in Kind]
AHEAD = timedelta(minutes=1)  # by which a caller's clock may be fast


@extend_schema_field(OpenApiTypes.ANY)
class AnyField(serializers.JSONField):
    """Any JSON value."""


class FewField(serializers.ListField):
    """A list with a largest length; a longer one is refused before any of its values is looked at."""

    def __init__(self, **given: Any) -> None:
        super().__init__(max_length=MOST_VALUES, **given)

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the checked values; raises ValidationError."""
        if isinstance(data, list) and len(data) > MOST_VALUES:
            self.fail("max_length", max_length=MOST_VALUES)
        return super().to_internal_value(data)


class PastField(serializers.DateTimeField):
    """A moment that has been, by the server's clock; a minute is allowed for clocks that differ."""

    default_error_messages = {"future": _("This moment has not come yet.")}

    def to_internal_value(self, value: Any) -> datetime:
        """Return the moment, at the latest now; raises ValidationError."""
        moment, now = super().to_internal_value(value), timezone.now()
        if moment > now + AHEAD:
            self.fail("future")
        return min(moment, now)


class CountSerializer(serializers.Serializer[Any]):
    """A value that a blueprint may name, and how many items it has."""

    value = serializers.CharField()
    title = serializers.CharField()
    count = serializers.IntegerField()


class PoolSerializer(serializers.Serializer[Any]):
    """What a quiz can be made of."""

    items = serializers.IntegerField(help_text="How many items there are.")
    topics = CountSerializer(many=True)
    kinds = CountSerializer(many=True)
    difficulty = CountSerializer(many=True)
    most = serializers.IntegerField(help_text="The largest `number`.")
    default_number = serializers.IntegerField()
    modes = serializers.ListField(child=serializers.CharField())


class NewQuizSerializer(serializers.Serializer[Any]):
    """What a quiz shall be made of; an empty list leaves that side open."""

    topics = FewField(
        child=serializers.CharField(max_length=LONGEST_WORD), required=False, help_text="Slugs."
    )
    questions = FewField(
        child=serializers.CharField(max_length=LONGEST_WORD), required=False, help_text="Slugs."
    )
    tags = FewField(child=serializers.CharField(max_length=LONGEST_WORD), required=False)
    difficulty = FewField(child=serializers.IntegerField(min_value=1, max_value=3), required=False)
    kinds = FewField(child=serializers.ChoiceField(KINDS), required=False)
    items = FewField(
        child=serializers.RegexField(r"^[0-9a-f]{12}$", max_length=12),
        required=False,
        help_text="Names of single items (`ref`).",
    )
    number = serializers.IntegerField(min_value=1, max_value=MOST, default=DEFAULT_NUMBER)
    mode = serializers.ChoiceField([mode.value for mode in Mode], default=Mode.PRACTICE.value)
    seed = serializers.RegexField(
        r"^[A-Za-z0-9_-]{1,40}$",
        required=False,
        help_text="The same seed, blueprint and bank give the same quiz; drawn when missing.",
    )
    minutes = serializers.IntegerField(
        min_value=0, max_value=MOST_MINUTES, default=0, help_text="Of an exam; 0: by its items."
    )
    think = serializers.IntegerField(
        min_value=0, max_value=MOST_SECONDS, default=0, help_text="Seconds a question of an interview; 0: 60."
    )
    speak = serializers.IntegerField(
        min_value=0,
        max_value=MOST_SECONDS,
        default=0,
        help_text="Seconds a question of an interview; 0: 180.",
    )
    weak = serializers.BooleanField(
        default=False,
        help_text="Put your weakest topics in the place of `topics`; they are named in the answer.",
    )
    pool = serializers.RegexField(
        r"^[0-9a-f]{16}$", required=False, help_text="Refuse (400) when the pool is not in this state."
    )
    language = serializers.ChoiceField(
        ["zh-hans", "en"],
        required=False,
        help_text="Of the items, where they exist in it; else the request's.",
    )


class SourceSerializer(serializers.Serializer[Any]):
    """The question that an item was made from."""

    title = serializers.CharField()
    slug = serializers.CharField()
    url = serializers.CharField()
    lab = serializers.CharField(allow_blank=True, help_text="Slug of its lab, or empty.")
    sentence = serializers.CharField(
        allow_blank=True,
        help_text="The author's words that it was made from, in Markdown, where there are such.",
    )


class ResultSerializer(serializers.Serializer[Any]):
    """A mark, with the key and the reasons; only ever given after the response."""

    score = serializers.FloatField(help_text="0 to 1.")
    correct = serializers.BooleanField()
    parts = serializers.ListField(
        child=serializers.BooleanField(),
        help_text="Right or not: options, blanks, terms, places; points ticked.",
    )
    fraction = serializers.FloatField(help_text="Share of the right parts.")
    self_graded = serializers.BooleanField(help_text="The learner gave this mark.")
    key = AnyField(
        allow_null=True,
        help_text="As a response would be; of a cloze every accepted form; of a numeric {value, tolerance}.",
    )
    rationale_html = serializers.CharField(allow_blank=True)
    rationales_html = serializers.ListField(child=serializers.CharField(allow_blank=True))
    source = SourceSerializer()  # type: ignore[assignment]


class RevealedSerializer(serializers.Serializer[Any]):
    """The answer of an open item and its key points; only ever given after `reveal`."""

    points = serializers.ListField(child=serializers.CharField(), help_text="HTML; tick them by index.")
    gist_html = serializers.CharField(allow_blank=True)
    answer_html = serializers.CharField(allow_blank=True)


class AskedSerializer(serializers.Serializer[Any]):
    """One item of an attempt. Which of the lists it has depends on its kind."""

    position = serializers.IntegerField(help_text="From 1.")
    ref = serializers.CharField(help_text="Names the item in every language.")
    kind = serializers.ChoiceField(KINDS)
    language = serializers.CharField()
    stem_html = serializers.CharField(allow_blank=True, help_text="`____` stands for a blank.")
    options = serializers.ListField(child=serializers.CharField(), required=False, help_text="HTML.")
    terms = serializers.ListField(child=serializers.CharField(), required=False, help_text="HTML.")
    descriptions = serializers.ListField(child=serializers.CharField(), required=False, help_text="HTML.")
    steps = serializers.ListField(child=serializers.CharField(), required=False, help_text="HTML.")
    blanks = serializers.IntegerField(required=False, help_text="How many there are to fill.")
    points = serializers.IntegerField(required=False, help_text="How many key points the answer has.")
    form = serializers.ChoiceField(
        [form.value for form in OpenForm],
        required=False,
        help_text="What an open item asks for: the answer, its key points, or the term hidden in a sentence.",
    )
    state = serializers.ChoiceField(
        ["open", "right", "partly", "wrong", "saved", "ungraded"],
        help_text="saved: in a running exam, not yet marked; ungraded: an open answer after an exam.",
    )
    flagged = serializers.BooleanField()
    revision = serializers.IntegerField(help_text="How often the response was saved (exams).")
    response = AnyField(allow_null=True)
    revealed = RevealedSerializer(allow_null=True)
    result = ResultSerializer(allow_null=True, help_text="null before the response.")


class BriefSerializer(serializers.Serializer[Any]):
    """One sitting, without its items."""

    id = serializers.UUIDField()
    url = serializers.CharField(help_text="Of this attempt in the API.")
    page = serializers.CharField(help_text="Of this attempt on the site.")
    blueprint = serializers.DictField()
    seed = serializers.CharField()
    mode = serializers.CharField()
    language = serializers.CharField()
    pool_version = serializers.CharField()
    started_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True, help_text="When the clock of an exam is at zero.")
    seconds_left = serializers.IntegerField(allow_null=True, help_text="By the server's clock.")
    finished_at = serializers.DateTimeField(allow_null=True)


class AttemptSerializer(BriefSerializer):
    """One sitting, with its items. An interview shows a question only when its turn has come."""

    items = AskedSerializer(many=True)


class PositionSerializer(serializers.Serializer[Any]):
    """Name an item."""

    position = serializers.IntegerField(min_value=1, max_value=MOST)


class FlawSerializer(PositionSerializer):
    """Report what is wrong with an item; a second report takes the place of the first."""

    kind = serializers.ChoiceField(FlawReport.Kind.choices)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_NOTE)


class FlagSerializer(PositionSerializer):
    """Flag an item, or take the flag away."""

    flagged = serializers.BooleanField()


class NewResponseSerializer(serializers.Serializer[Any]):
    """A response. Its shape depends on the kind, and places are those shown.

    single `2` · multiple `[0, 2]` · true_false `true` · cloze `["…", "…"]` · matching `[1, 0]`, a description
    for each term · ordering `[2, 0, 1]`, the steps as first, second … · numeric `"1,024"` or `1024` ·
    open, after `reveal`, `{"points": [0, 2], "grade": "missed" | "partly" | "got"}`; in a running exam
    `{"text": "…"}`.
    """

    position = serializers.IntegerField(min_value=1, max_value=MOST)
    response = AnyField(allow_null=True, help_text="null takes an exam's response back.")
    revision = serializers.IntegerField(
        min_value=0, max_value=10**9, required=False, help_text="The one you saw (exams)."
    )
    answered_at = PastField(
        required=False,
        help_text="When it was, of what was kept offline (practice); exams go by the server's clock.",
    )


class RevealSerializer(serializers.Serializer[Any]):
    """Ask for the answer of an open item."""

    position = serializers.IntegerField(min_value=1, max_value=MOST)
    text = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="What you would answer."
    )


class TallySerializer(serializers.Serializer[Any]):
    """A sum over some items."""

    name = serializers.CharField(allow_blank=True)
    items = serializers.IntegerField()
    right = serializers.IntegerField()
    wrong = serializers.IntegerField(help_text="Answered, but not wholly right.")
    unanswered = serializers.IntegerField()
    score = serializers.FloatField(help_text="0 to 1: the mean over all items.")


class ResultsSerializer(serializers.Serializer[Any]):
    """An attempt added up."""

    finished_at = serializers.DateTimeField(allow_null=True)
    seconds = serializers.IntegerField()
    whole = TallySerializer()
    by_topic = TallySerializer(many=True)
    by_kind = TallySerializer(many=True)
    missed = serializers.ListField(child=serializers.IntegerField(), help_text="Positions not wholly right.")
    ungraded = serializers.ListField(
        child=serializers.IntegerField(), help_text="Open answers of an exam that wait for your grade."
    )
