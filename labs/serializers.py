"""What the API takes and gives: labs, runs, events and adapters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.reverse import reverse

from labs.core.config import SEED, Lab, Parameter
from labs.models import Adapter, LabRun
from labs.registry import LABS

JSON_VALUE = {"oneOf": [{"type": "number"}, {"type": "string"}]}
TEXT = {
    "type": "object",
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
    "required": ["zh", "en"],
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
    """A run with its place in line while it waits, its result when it succeeded, the adapters it left."""

    waiting = serializers.SerializerMethodField(help_text="runs before it in the queue; null unless it waits")
    adapters = serializers.SerializerMethodField()

    class Meta(RunSerializer.Meta):
        fields = (*RunSerializer.Meta.fields, "waiting", "result", "adapters")  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]

    def get_waiting(self, run: LabRun) -> int | None:
        return LabRun.objects.waiting_before(run)

    @extend_schema_field({"type": "array", "items": {"type": "string", "format": "uri"}})
    def get_adapters(self, run: LabRun) -> list[str]:
        request = self.context.get("request")
        ids = run.adapters.order_by("created_at").values_list("id", flat=True)
        return [reverse("api-adapter", args=[kept], request=request) for kept in ids]


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
        return _as_settings(value)


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
    waiting = serializers.IntegerField(allow_null=True, help_text="runs before it, null unless it waits")
    over = serializers.BooleanField()
    next = serializers.IntegerField(help_text="sequence of the last event so far: the next `after`")
    events = EventSerializer(many=True)


class AdapterSerializer(serializers.Serializer[Adapter]):
    """An adapter one may use."""

    id = serializers.UUIDField()
    name = serializers.CharField(help_text="task and rank")
    url = serializers.SerializerMethodField()
    download = serializers.SerializerMethodField(help_text="a zip of the two files that PEFT loads")
    shipped = serializers.BooleanField(source="is_shipped", help_text="it comes with the base")
    mine = serializers.SerializerMethodField(help_text="trained by a run of yours: you may delete it")
    run = serializers.SerializerMethodField(help_text="the run that trained it, while it is kept")
    task = serializers.CharField()
    config = serializers.DictField(help_text="adapter_config.json, in PEFT's words")
    base = serializers.CharField(help_text="SHA-256 of the base it was trained on")
    checksum = serializers.CharField(help_text="SHA-256 of adapter_model.safetensors")
    bytes = serializers.IntegerField(source="size")
    parameters = serializers.IntegerField()
    accuracy = serializers.FloatField(allow_null=True, help_text="on held-out pictures, when its run ended")
    created_at = serializers.DateTimeField(allow_null=True)

    def get_url(self, adapter: Adapter) -> str:
        return self._address("api-adapter", adapter)

    def get_download(self, adapter: Adapter) -> str:
        return self._address("api-adapter-download", adapter)

    def get_mine(self, adapter: Adapter) -> bool:
        learner = self.context["learner"]
        return learner is not None and adapter.learner_id == learner.id

    @extend_schema_field({"type": "string", "format": "uri", "nullable": True})
    def get_run(self, adapter: Adapter) -> str | None:
        if adapter.run_id is None:
            return None
        return reverse("api-run", args=[adapter.run_id], request=self.context.get("request"))

    def _address(self, name: str, adapter: Adapter) -> str:
        return reverse(name, args=[adapter.id], request=self.context.get("request"))


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Rank 4 for Chinese numerals",
            value={"settings": {"task": "zh", "r": 4, "lora_alpha": 4}, "seed": 1},
            request_only=True,
        )
    ]
)
class TrainAdapterSerializer(serializers.Serializer[Any]):
    """What to train: settings of the lab “training”; those left out keep their defaults."""

    settings = serializers.JSONField(default=dict)
    seed = serializers.JSONField(default=0)  # type: ignore[arg-type]

    def validate_settings(self, value: object) -> object:
        return _as_settings(value)


def _as_settings(value: object) -> object:
    if not isinstance(value, dict):
        raise serializers.ValidationError(_("Expected an object of settings by name."))
    return value
