"""What the model is asked over HTTP, and what it says: rows, answers, comparisons, its description."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from labs.core.questions import COLOURS, MENU
from labs.serializers import TextField

SIDE = 8  # pixels of a digit's picture
SAMPLES = 360  # held-out pictures one may name by index
INK = 16  # the darkest value of a pixel
ROWS = 32  # of one request to the model
MIXED = 4  # adapters of one mix
MOST_WEIGHT = 4  # of an adapter in a mix

COLOUR_NAMES = list(COLOURS)
PIXELS = {
    "type": "array",
    "minItems": SIDE,
    "maxItems": SIDE,
    "items": {
        "type": "array",
        "minItems": SIDE,
        "maxItems": SIDE,
        "items": {"type": "number", "minimum": 0, "maximum": INK},
    },
}


@extend_schema_field({"oneOf": [{"type": "integer", "minimum": 0, "maximum": SAMPLES - 1}, PIXELS]})
class DigitField(serializers.Field[Any, Any, Any, Any]):
    """A digit's picture: the index of a held-out sample, or 8 rows of 8 values 0 … 16."""

    def to_internal_value(self, data: object) -> object:
        if isinstance(data, int) and not isinstance(data, bool):
            if 0 <= data < SAMPLES:
                return data
            raise serializers.ValidationError(
                _("Samples are numbered from 0 to %(last)d.") % {"last": SAMPLES - 1}
            )
        rows = data if isinstance(data, list) else []
        shaped = len(rows) == SIDE and all(isinstance(row, list) and len(row) == SIDE for row in rows)
        if not shaped:
            raise serializers.ValidationError(
                _("Expected a sample's number or %(side)d rows of %(side)d values.") % {"side": SIDE}
            )
        if not all(_is_ink(value) for row in rows for value in row):
            raise serializers.ValidationError(
                _("Every value must be a number from 0 to %(ink)d.") % {"ink": INK}
            )
        return data

    def to_representation(self, value: object) -> object:
        return value


class PictureSerializer(serializers.Serializer[Any]):
    """Two digits side by side, each in a colour."""

    left = DigitField()
    right = DigitField()
    left_colour = serializers.ChoiceField(choices=COLOUR_NAMES, default="red")
    right_colour = serializers.ChoiceField(choices=COLOUR_NAMES, default="blue")


class PartSerializer(serializers.Serializer[Any]):
    """One adapter of a mix."""

    adapter = serializers.CharField(max_length=60, help_text="an adapter's id, or the name of a shipped one")
    weight = serializers.FloatField(min_value=-MOST_WEIGHT, max_value=MOST_WEIGHT)


class NamingSerializer(serializers.Serializer[Any]):
    """What names adapters: one, or a weighted mix ΔW = Σ wᵢ ΔWᵢ."""

    adapter = serializers.CharField(
        max_length=60, required=False, allow_null=True, help_text="an adapter's id or shipped name"
    )
    mix = PartSerializer(  # type: ignore[call-arg]
        many=True, required=False, max_length=MIXED, help_text="instead of `adapter`"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("adapter") and attrs.get("mix"):
            raise serializers.ValidationError({"mix": _("Name one adapter or a mix, not both.")})
        return attrs


class PromptSerializer(serializers.Serializer[Any]):
    """A picture and a question of the menu; what is answered from text alone needs no picture."""

    picture = PictureSerializer(required=False)
    question = serializers.ChoiceField(choices=list(MENU))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if MENU[attrs["question"]].sees and "picture" not in attrs:
            raise serializers.ValidationError({"picture": _("This question is about a picture.")})
        return super().validate(attrs)  # type: ignore[no-any-return]


class InputSerializer(PromptSerializer, NamingSerializer):
    """One row: what is asked, and of which adapter; without one the base answers."""


TWO_SAMPLES = {"left": 3, "right": 8}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Three rows: the base, an adapter, a mix",
            value={
                "inputs": [
                    {"picture": TWO_SAMPLES, "question": "left-digit"},
                    {"picture": TWO_SAMPLES, "question": "gap", "adapter": "gap-r8"},
                    {
                        "picture": {**TWO_SAMPLES, "left_colour": "green"},
                        "question": "gap",
                        "mix": [{"adapter": "gap-r8", "weight": 0.5}, {"adapter": "zh-r8", "weight": 1}],
                    },
                ],
                "attention": "mean",
            },
            request_only=True,
        )
    ]
)
class AskSerializer(serializers.Serializer[Any]):
    """One row or many; each may name an adapter of its own."""

    inputs = InputSerializer(many=True, min_length=1, max_length=ROWS)  # type: ignore[call-arg]
    top = serializers.IntegerField(default=5, min_value=1, max_value=10, help_text="likeliest words to list")
    attention = serializers.ChoiceField(
        choices=("none", "mean", "layers"),
        default="none",
        help_text="where the last position looks, heads averaged: the mean over the layers, or each layer",
    )
    logits = serializers.BooleanField(default=False, help_text="also every logit, by vocabulary")


class ProbabilitySerializer(serializers.Serializer[Any]):
    word = serializers.CharField()
    probability = serializers.FloatField()


class LookSerializer(serializers.Serializer[Any]):
    """Shares of attention; over patches and words they sum to one."""

    patches = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField()),
        allow_null=True,
        help_text="2 rows of 4 patches of 4×4 pixels; null for a question of text alone",
    )
    words = serializers.ListField(child=serializers.FloatField(), help_text="of the three prompt words")


class OneAnswerSerializer(serializers.Serializer[Any]):
    """What the model says to one row."""

    answer = serializers.CharField(help_text="the words it answers")
    probabilities = ProbabilitySerializer(many=True, help_text="likeliest first words")
    logits = serializers.ListField(
        child=serializers.FloatField(), required=False, help_text="of the first word, by vocabulary"
    )
    attention = LookSerializer(many=True, required=False, help_text="one, or one a layer")


class NamedAdapterSerializer(serializers.Serializer[Any]):
    """An adapter that took part."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    checksum = serializers.CharField()
    weight = serializers.FloatField()


class AnsweredRowSerializer(OneAnswerSerializer):
    picture = PictureSerializer(
        allow_null=True, help_text="as it was seen: samples as their 8 rows of 8 values"
    )
    adapters = NamedAdapterSerializer(many=True)


class AnswerSerializer(serializers.Serializer[Any]):
    answers = AnsweredRowSerializer(many=True, help_text="in the order of the inputs")
    base = serializers.CharField(help_text="SHA-256 of the base's file")
    seconds = serializers.FloatField()


@extend_schema_serializer(
    examples=[
        OpenApiExample("On held-out examples", value={"adapter": "gap-r8", "rows": 200}, request_only=True),
        OpenApiExample(
            "On one's own input",
            value={"adapter": "gap-r8", "inputs": [{"picture": TWO_SAMPLES, "question": "gap"}]},
            request_only=True,
        ),
    ]
)
class AskMergeSerializer(NamingSerializer):
    """An adapter or a mix to merge, and what to compare on: inputs, else held-out examples of its task."""

    inputs = PromptSerializer(  # type: ignore[call-arg]
        many=True, required=False, min_length=1, max_length=ROWS
    )
    rows = serializers.IntegerField(default=64, min_value=1, max_value=400, help_text="held-out examples")
    top = serializers.IntegerField(default=5, min_value=1, max_value=10)
    logits = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("adapter") and not attrs.get("mix"):
            raise serializers.ValidationError({"adapter": _("Name an adapter or a mix.")})
        return super().validate(attrs)


class AnswersSerializer(serializers.Serializer[Any]):
    """The base, and the base with the adapter beside it and merged into it."""

    base = OneAnswerSerializer()
    unmerged = OneAnswerSerializer()
    merged = OneAnswerSerializer()


class MergedRowSerializer(serializers.Serializer[Any]):
    answers = AnswersSerializer()
    picture = PictureSerializer(allow_null=True)
    max_abs_difference = serializers.FloatField(help_text="of any logit, merged against unmerged")
    same_answer = serializers.BooleanField()


class MergeCheckSerializer(serializers.Serializer[Any]):
    """What merging changed: rounding, if anything."""

    rows = MergedRowSerializer(many=True, help_text="of the inputs; empty when there were none")
    compared = serializers.IntegerField(help_text="rows compared")
    max_abs_difference = serializers.FloatField(help_text="of any logit, merged against unmerged")
    same_answers = serializers.IntegerField(help_text="rows whose answer is the same")
    adapters = NamedAdapterSerializer(many=True)
    base = serializers.CharField(help_text="SHA-256 of the base's file")
    seconds = serializers.FloatField()


class LayerParametersSerializer(serializers.Serializer[Any]):
    """The update of one linear."""

    path = serializers.CharField()
    r = serializers.IntegerField()
    scaling = serializers.FloatField()
    lora_A = serializers.ListField(child=serializers.IntegerField(), help_text="shape (r, k)")
    lora_B = serializers.ListField(child=serializers.IntegerField(), help_text="shape (d, r)")
    parameters = serializers.IntegerField()


class ParametersSerializer(serializers.Serializer[Any]):
    """What training an adapter trains."""

    report = serializers.CharField(
        help_text='in PEFT\'s words: "trainable params: … || all params: … || trainable%: …"'
    )
    trainable = serializers.IntegerField()
    all = serializers.IntegerField()
    percent = serializers.FloatField()
    layers = LayerParametersSerializer(many=True)


class QuestionSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    words = serializers.ListField(child=serializers.CharField())
    label = TextField()  # type: ignore[assignment]
    sees = serializers.BooleanField(help_text="false: answered from the text alone")


class ModelSerializer(serializers.Serializer[Any]):
    """The model that answers."""

    parameters = serializers.IntegerField()
    checksum = serializers.CharField()
    card = serializers.CharField(help_text="the model card, Markdown")
    adapters = serializers.ListField(child=serializers.DictField())
    vocabulary = serializers.ListField(child=serializers.CharField())
    colours = serializers.ListField(child=serializers.CharField())
    questions = QuestionSerializer(many=True)
    samples = serializers.ListField(child=serializers.DictField(), help_text='{"index", "digit", "pixels"}')


def _is_ink(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= INK
