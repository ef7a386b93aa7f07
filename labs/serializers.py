"""What the API takes and gives: labs, runs, events, and questions to the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.reverse import reverse

from labs.core.config import SEED, Lab, Parameter
from labs.core.questions import COLOURS, MENU
from labs.models import LabRun
from labs.registry import LABS

SIDE = 8  # pixels of a digit's picture
SAMPLES = 360  # held-out pictures one may name by index
INK = 16  # the darkest value of a pixel

COLOUR_NAMES = list(COLOURS)
JSON_VALUE = {"oneOf": [{"type": "number"}, {"type": "string"}]}
TEXT = {
    "type": "object",
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
    "required": ["zh", "en"],
}
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


@extend_schema_field(TEXT)
class TextField(serializers.Field[Any, Any, Any, Any]):
    """The same words in Chinese and in English."""

    def to_representation(self, value: Mapping[str, str]) -> dict[str, str]:
        return dict(value)


@extend_schema_field(JSON_VALUE)
class ValueField(serializers.Field[Any, Any, Any, Any]):
    """A number or a word."""

    def to_representation(self, value: object) -> object:
        return value


@extend_schema_field({"type": "string", "enum": ["int", "float", "choice"]})
class KindField(serializers.CharField):
    """What kind of value a parameter takes."""


class ChoiceSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = TextField()  # type: ignore[assignment]


class ParameterSerializer(serializers.Serializer[Parameter]):
    name = serializers.CharField()
    kind = KindField()
    default = ValueField()
    minimum = serializers.FloatField(allow_null=True)
    maximum = serializers.FloatField(allow_null=True)
    choices = ChoiceSerializer(many=True)
    label = TextField()  # type: ignore[assignment]
    why = TextField()


class PresetSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = TextField()  # type: ignore[assignment]
    settings = serializers.DictField(child=ValueField())


class ChartSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = TextField()
    x = serializers.CharField()
    y = serializers.CharField()
    x_label = TextField()
    y_label = TextField()
    series = serializers.ListField(child=serializers.CharField())


class LabSerializer(serializers.Serializer[Lab]):
    """A lab without its details."""

    slug = serializers.CharField()
    number = serializers.IntegerField(help_text="the question it stands beside")
    questions = serializers.ListField(child=serializers.IntegerField())
    title = TextField()
    claim = TextField()
    cpu_seconds = serializers.FloatField(help_text="about, with the default settings")
    url = serializers.SerializerMethodField()

    def get_url(self, lab: Lab) -> str:
        return reverse("api-lab", args=[lab.slug], request=self.context.get("request"))


class LabDetailSerializer(LabSerializer):
    """A lab with what one may set."""

    parameters = serializers.SerializerMethodField()
    presets = PresetSerializer(many=True)
    series = serializers.DictField(child=TextField())
    charts = ChartSerializer(many=True)
    limits = serializers.ListField(child=TextField())
    reading = serializers.ListField(child=serializers.CharField(), help_text="source files to read beside it")

    @extend_schema_field(ParameterSerializer(many=True))
    def get_parameters(self, lab: Lab) -> list[dict[str, object]]:
        return [dict(ParameterSerializer(parameter).data) for parameter in (*lab.parameters, SEED)]


class RunSerializer(serializers.ModelSerializer[LabRun]):
    """A run without its result."""

    url = serializers.SerializerMethodField()
    events = serializers.SerializerMethodField()
    seconds = serializers.FloatField(allow_null=True, read_only=True)

    class Meta:
        model = LabRun
        fields = (
            "id",
            "url",
            "events",
            "lab",
            "settings",
            "seed",
            "status",
            "attempt",
            "created_at",
            "started_at",
            "finished_at",
            "cancel_requested_at",
            "seconds",
            "failure",
            "error",
        )
        read_only_fields = fields

    def get_url(self, run: LabRun) -> str:
        return reverse("api-run", args=[run.id], request=self.context.get("request"))

    def get_events(self, run: LabRun) -> str:
        return reverse("api-run-events", args=[run.id], request=self.context.get("request"))


class RunDetailSerializer(RunSerializer):
    """A run with its result, null until it succeeded."""

    class Meta(RunSerializer.Meta):
        fields = (*RunSerializer.Meta.fields, "result")  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Defaults but one", value={"lab": "initialisation", "settings": {"init_scale": 0.02}, "seed": 1}
        )
    ]
)
class StartRunSerializer(serializers.Serializer[Any]):
    """What to run. Settings that are left out keep their defaults; their bounds stand in the lab."""

    lab = serializers.SlugField()
    settings = serializers.JSONField(default=dict)
    seed = serializers.JSONField(default=0)  # type: ignore[arg-type]

    def validate_lab(self, slug: str) -> str:
        if slug not in LABS:
            raise serializers.ValidationError(
                _("“%(slug)s” is none of %(labs)s.") % {"slug": slug, "labs": ", ".join(LABS)}
            )
        return slug

    def validate_settings(self, value: object) -> object:
        if not isinstance(value, dict):
            raise serializers.ValidationError(_("Expected an object of settings by name."))
        return value


class EventSerializer(serializers.Serializer[Any]):
    """One row a run reported."""

    sequence = serializers.IntegerField(help_text="1, 2, 3 … over all attempts")
    attempt = serializers.IntegerField()
    data = serializers.DictField(  # type: ignore[assignment]
        help_text='{"type": "progress" | "point" | "note" | "result", …}'
    )


class EventPageSerializer(serializers.Serializer[Any]):
    """The events behind `after`; ask again with `next` until `over`."""

    status = serializers.ChoiceField(choices=LabRun.Status.choices)
    attempt = serializers.IntegerField()
    elapsed = serializers.FloatField(
        allow_null=True, help_text="seconds since the attempt began, null unless it runs"
    )
    over = serializers.BooleanField()
    next = serializers.IntegerField(help_text="sequence of the last event so far: the next `after`")
    events = EventSerializer(many=True)


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


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Two samples",
            value={"picture": {"left": 3, "right": 8}, "question": "left-digit", "adapter": "gap-r8"},
            request_only=True,
        )
    ]
)
class AskSerializer(serializers.Serializer[Any]):
    """A picture and a question of the menu; the adapter to compare the base with."""

    picture = PictureSerializer()
    question = serializers.ChoiceField(choices=list(MENU))
    adapter = serializers.CharField(default="gap-r8", max_length=60)


class OneAnswerSerializer(serializers.Serializer[Any]):
    """What one variant of the model says."""

    answer = serializers.CharField(help_text="the words it answers")
    probabilities = serializers.ListField(
        child=serializers.DictField(), help_text='likeliest first words: {"word", "probability"}'
    )
    logits = serializers.ListField(
        child=serializers.FloatField(), help_text="of the first word, by vocabulary"
    )


class AnswersSerializer(serializers.Serializer[Any]):
    """The base, and the base with the adapter beside it and merged into it."""

    base = OneAnswerSerializer()
    unmerged = OneAnswerSerializer()
    merged = OneAnswerSerializer()


class AnswerSerializer(serializers.Serializer[Any]):
    answers = AnswersSerializer()
    picture = PictureSerializer(help_text="as it was seen: samples as their 8 rows of 8 values")
    max_abs_difference = serializers.FloatField(help_text="of any logit, merged against unmerged")
    checksums = serializers.DictField(
        child=serializers.CharField(), help_text="SHA-256 of base and adapter files"
    )
    seconds = serializers.FloatField()


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
