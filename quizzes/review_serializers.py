"""What the API of memory takes and gives."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from quizzes.cards import Card, MemorySettings, Review
from quizzes.core.days import zone_names
from quizzes.core.scheduler import ParametersError, Phase, check_parameters
from quizzes.memory import KEY_PATTERN, LONGEST_KEY, LONGEST_MS
from quizzes.serializers import PastField

PHASES = [(phase.name.lower(), phase.name.lower()) for phase in Phase]
RATINGS = [(1, "again"), (2, "hard"), (3, "good"), (4, "easy")]
LARGEST = 2**31 - 1


class PhaseField(serializers.ChoiceField):
    """The phase of a card by its name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=PHASES, read_only=True, **kwargs)

    def to_representation(self, value: Any) -> str:
        """Name the phase."""
        return Phase(value).name.lower()


class CardSerializer(serializers.ModelSerializer):  # type: ignore[type-arg]
    """A card, without what it asks."""

    question = serializers.CharField(source="question.slug", read_only=True)
    topic = serializers.CharField(source="question.topic.slug", read_only=True)
    item = serializers.CharField(source="item_key", read_only=True, help_text="“”: the question itself.")
    phase = PhaseField()
    turn = serializers.IntegerField(source="reps", read_only=True, help_text="Sent back with the rating.")

    class Meta:
        model = Card
        fields = (
            *("id", "question", "topic", "item", "phase", "due", "stability", "difficulty", "last_review"),
            *("turn", "lapses", "leech", "suspended", "buried_until", "created_at"),
        )
        read_only_fields = fields


class IntervalsSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """How long each rating would put a card off, in seconds."""

    again = serializers.IntegerField()
    hard = serializers.IntegerField()
    good = serializers.IntegerField()
    easy = serializers.IntegerField()


class AskedCardSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A card as it is asked: an item's face without its key, or the question's title and address."""

    card = CardSerializer()
    intervals = IntervalsSerializer()
    title = serializers.CharField()
    url = serializers.CharField(help_text="The question, with its answer.")
    changed = serializers.BooleanField(help_text="The text has changed much since the card was reviewed.")
    face = serializers.DictField(allow_null=True, help_text="Of an item: what may be seen before the answer.")


class TodaySerializer(serializers.Serializer):  # type: ignore[type-arg]
    """What is left of the learner's day."""

    day = serializers.DateField()
    learning = serializers.IntegerField()
    due = serializers.IntegerField()
    new = serializers.IntegerField()
    over = serializers.IntegerField(help_text="Due beyond the limit of the day.")
    waiting = serializers.IntegerField(help_text="New beyond the limit of the day.")
    done = serializers.IntegerField()
    next_at = serializers.DateTimeField(allow_null=True)
    next = AskedCardSerializer(allow_null=True)


class ReviewSerializer(serializers.ModelSerializer):  # type: ignore[type-arg]
    """One entry of the log."""

    question = serializers.CharField(source="card.question.slug", read_only=True)
    item = serializers.CharField(source="card.item_key", read_only=True)
    rating = serializers.ChoiceField(choices=RATINGS, read_only=True)
    phase = PhaseField(help_text="Of the card, before.")

    class Meta:
        model = Review
        fields = (
            *("id", "card", "question", "item", "turn", "rating", "reviewed_at", "day", "duration_ms"),
            *("source", "phase"),
        )
        read_only_fields = fields


class NewReviewSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A rating, or the response to a card's item, which is marked and gives the rating."""

    card = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    turn = serializers.IntegerField(min_value=0, max_value=LARGEST)
    idempotency_key = serializers.RegexField(
        KEY_PATTERN,
        max_length=LONGEST_KEY,
        help_text="Names this sending; the same key again changes nothing.",
    )
    rating = serializers.ChoiceField(choices=RATINGS, required=False)
    response = serializers.JSONField(required=False, help_text="As for an item of a quiz.")
    hinted = serializers.BooleanField(default=False)
    duration_ms = serializers.IntegerField(min_value=0, max_value=LONGEST_MS, required=False)
    reviewed_at = PastField(
        required=False,
        help_text="When it was, of what was kept offline; at the earliest the card's last review.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for one of the two."""
        if ("rating" in attrs) == ("response" in attrs):
            raise serializers.ValidationError({"rating": [_("Send either a rating or a response.")]})
        return attrs


class UndoSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Which review to take back; the latest of today when none is named."""

    idempotency_key = serializers.RegexField(
        KEY_PATTERN,
        max_length=LONGEST_KEY,
        required=False,
        help_text="Of the review, as it was sent; taking it back again changes nothing.",
    )


class AheadCardSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A card that will be asked today."""

    card = serializers.IntegerField()
    turn = serializers.IntegerField()
    page = serializers.CharField(help_text="Path of the page that asks it.")


class AheadSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """What will be asked today, in order."""

    cards = AheadCardSerializer(many=True)


class ReviewedSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """What a review made of its card; of an answered item also the mark, the key and the reasons."""

    review = ReviewSerializer()
    card = CardSerializer()
    result = serializers.DictField(allow_null=True)


class NewCardsSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """What to put into review: a question, or all of a topic."""

    question = serializers.CharField(required=False, max_length=200)
    topic = serializers.CharField(required=False, max_length=120)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for one of the two."""
        if len(attrs) != 1:
            raise serializers.ValidationError({"question": [_("Name either a question or a topic.")]})
        return attrs


class AddedSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """How many cards are new."""

    added = serializers.IntegerField()


class RescheduleSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """What replaying the log by today's settings changes."""

    cards = serializers.IntegerField()
    moved = serializers.IntegerField()
    earlier = serializers.IntegerField()
    later = serializers.IntegerField()
    due_before = serializers.IntegerField(help_text="Due within a day, now.")
    due_after = serializers.IntegerField(help_text="Due within a day, after it.")


class MovedSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """How many cards are due at another time."""

    moved = serializers.IntegerField()


class MemorySettingsSerializer(serializers.ModelSerializer):  # type: ignore[type-arg]
    """How the learner wants to be asked."""

    parameters = serializers.ListField(child=serializers.FloatField(), max_length=21, required=False)

    class Meta:
        model = MemorySettings
        fields = (
            *("retention", "new_limit", "review_limit", "two_buttons", "leech_lapses", "suspend_leeches"),
            *("time_zone", "day_start", "parameters"),
        )

    def validate_parameters(self, values: list[float]) -> list[float]:
        """Take 21 weights within the bounds of FSRS, or none."""
        try:
            return list(check_parameters(values)) if values else []
        except ParametersError as error:
            raise serializers.ValidationError(list(error.problems)) from error

    def validate_time_zone(self, value: str) -> str:
        """Take a time zone that there is, or none."""
        if value and value not in zone_names():
            raise serializers.ValidationError(_("There is no such time zone."))
        return value
