"""The model and its adapters over HTTP; what needs torch, the inference process computes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.services import find_learner
from labs import client, services
from labs.adapters import find_adapters, read_file, shipped_adapters
from labs.api import PROBLEM, start_run
from labs.card import read_card
from labs.core.adapter_file import CONFIG_FILE, WEIGHTS_FILE, config_file, pack
from labs.core.questions import COLOURS, MENU, VOCABULARY
from labs.model_serializers import (
    AnswerSerializer,
    AskMergeSerializer,
    AskSerializer,
    MergeCheckSerializer,
    ModelSerializer,
    ParametersSerializer,
)
from labs.models import Adapter
from labs.registry import LABS
from labs.serializers import AdapterSerializer, RunDetailSerializer, TrainAdapterSerializer

Row = Mapping[str, Any]
REFERENCE = OpenApiParameter(
    "reference", str, OpenApiParameter.PATH, description="An adapter's id, or the name of a shipped one."
)
FILE = OpenApiResponse(OpenApiTypes.BINARY)


class Unavailable(APIException):
    """The inference process does not answer."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    wait = client.RETRY_SECONDS  # becomes Retry-After


def ask_model(call: Callable[[], dict[str, object]]) -> dict[str, object]:
    """Ask the inference process; its refusal becomes a 400 with the fields, its silence a 503."""
    try:
        return call()
    except client.Refused as error:
        raise ValidationError({name: [message] for name, message in error.explain()}) from None
    except client.InferenceDown:
        raise Unavailable(_("The model's process does not answer; try again in a moment.")) from None


class Ask(APIView):
    """Asking the model."""

    @extend_schema(request=AskSerializer, responses={200: AnswerSerializer, 400: PROBLEM, 503: PROBLEM})
    def post(self, request: Request) -> Response:
        """Answer one row or up to 32, each with an adapter of its own, computed in one gathered pass.

        Rows that are answered from text alone or by several words take a pass of their own. Nothing is
        stored.
        """
        asked = AskSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        body = asked.validated_data
        named = name_adapters({f"inputs.{i}": row for i, row in enumerate(body["inputs"])})
        inputs = [
            {**prompt(row), "adapters": parts} for row, parts in zip(body["inputs"], named, strict=True)
        ]
        found = ask_model(lambda: client.answer({**body, "inputs": inputs}))
        answers = found["answers"]
        assert isinstance(answers, list)
        for row, parts in zip(answers, named, strict=True):
            row["adapters"] = parts
        return Response(found)


class MergeCheck(APIView):
    """Comparing merged with unmerged."""

    @extend_schema(
        operation_id="labs_merge_check",
        request=AskMergeSerializer,
        responses={200: MergeCheckSerializer, 400: PROBLEM, 503: PROBLEM},
    )
    def post(self, request: Request) -> Response:
        """Answer with an adapter or a mix beside the weights and merged into them, and compare the logits."""
        asked = AskMergeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        body = asked.validated_data
        (parts,) = name_adapters({"": body})
        sent = {name: body[name] for name in ("rows", "top", "logits")} | {"adapters": parts}
        if "inputs" in body:
            sent["inputs"] = [prompt(row) for row in body["inputs"]]
        return Response({**ask_model(lambda: client.check_merge(sent)), "adapters": parts})


def prompt(row: Row) -> dict[str, Any]:
    """Return what is asked in a row, without the adapters."""
    return {name: row[name] for name in ("picture", "question") if name in row}


def name_adapters(rows: Mapping[str, Row]) -> list[list[dict[str, Any]]]:
    """List each row's adapters with their weights, found by one query. Raises ValidationError by field."""
    parts = {place: _parts(row) for place, row in rows.items()}
    found = find_adapters(reference for row in parts.values() for _, reference, _ in row)
    missing = {
        f"{place}.{field}".strip("."): [_("The model has no such adapter.")]
        for place, row in parts.items()
        for field, reference, _weight in row
        if reference not in found
    }
    if missing:
        raise ValidationError(missing)
    return [[_describe(found[reference], weight) for _, reference, weight in row] for row in parts.values()]


def _parts(row: Row) -> Iterable[tuple[str, str, float]]:
    """List (field, reference, weight) of what a row names."""
    if row.get("adapter"):
        return [("adapter", row["adapter"], 1.0)]
    return [
        (f"mix.{i}.adapter", part["adapter"], part["weight"]) for i, part in enumerate(row.get("mix", ()))
    ]


def _describe(adapter: Adapter, weight: float) -> dict[str, Any]:
    return {"id": str(adapter.id), "name": adapter.name, "checksum": adapter.checksum, "weight": weight}


class Model(APIView):
    """The model that answers."""

    @extend_schema(responses={200: ModelSerializer, 503: PROBLEM})
    def get(self, request: Request) -> Response:
        """Show the base: model card, figures, vocabulary, the questions it may be asked, sample pictures."""
        described = ask_model(client.describe)
        questions = [{"id": q.id, "words": q.words, "label": q.label, "sees": q.sees} for q in MENU.values()]
        words = {"vocabulary": VOCABULARY, "colours": list(COLOURS), "questions": questions}
        return Response({**described, **words, "card": read_card()})


class AdapterList(APIView):
    """The adapters one may use."""

    @extend_schema(operation_id="labs_adapters_list", responses=AdapterSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List your own adapters, the newest first, then those that ship with the base."""
        kept = Adapter.objects.of_learner(find_learner(request._request))
        return Response(_write(request, [*kept, *shipped_adapters().values()], many=True))

    @extend_schema(
        operation_id="labs_adapters_create",
        request=TrainAdapterSerializer,
        responses={201: RunDetailSerializer, 400: PROBLEM, 409: PROBLEM, 429: PROBLEM},
    )
    def post(self, request: Request) -> Response:
        """Train an adapter: starts a run of the lab “training”, whose `adapters` name it when it succeeded.

        Of your adapters the newest twenty are kept, those of visitors without an account for thirty days.
        """
        asked = TrainAdapterSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return start_run(
            request, LABS["training"], asked.validated_data["settings"], asked.validated_data["seed"]
        )


class AdapterDetail(APIView):
    """One adapter."""

    @extend_schema(
        operation_id="labs_adapters_retrieve",
        parameters=[REFERENCE],
        responses={200: AdapterSerializer, 404: PROBLEM},
    )
    def get(self, request: Request, reference: str) -> Response:
        """Show an adapter; anybody who has its address may read and use it."""
        return Response(_write(request, adapter_or_404(reference)))

    @extend_schema(
        operation_id="labs_adapters_destroy",
        parameters=[REFERENCE],
        responses={204: None, 403: PROBLEM, 404: PROBLEM},
    )
    def delete(self, request: Request, reference: str) -> Response:
        """Delete one of your own adapters."""
        adapter = adapter_or_404(reference)
        try:
            services.delete_adapter(adapter=adapter, learner=find_learner(request._request))
        except services.NotYourAdapter:
            raise PermissionDenied(_("Only who trained an adapter may delete it.")) from None
        return Response(status=status.HTTP_204_NO_CONTENT)


class AdapterDownload(APIView):
    """An adapter to take away."""

    @extend_schema(
        operation_id="labs_adapters_download",
        parameters=[REFERENCE],
        responses={(200, "application/zip"): FILE, 404: PROBLEM},
    )
    def get(self, request: Request, reference: str) -> HttpResponse:
        """Download a zip of the two files that PEFT's `PeftModel.from_pretrained` loads from a folder."""
        adapter = adapter_or_404(reference)
        packed = pack(adapter.config, _weights(adapter))
        return _attach(packed, "application/zip", f"{adapter.name}-{adapter.checksum[:8]}.zip")


class AdapterFile(APIView):
    """One of the two files of an adapter."""

    @extend_schema(
        operation_id="labs_adapters_file",
        parameters=[
            REFERENCE,
            OpenApiParameter("name", str, OpenApiParameter.PATH, enum=[CONFIG_FILE, WEIGHTS_FILE]),
        ],
        responses={(200, "application/octet-stream"): FILE, 404: PROBLEM},
    )
    def get(self, request: Request, reference: str, name: str) -> HttpResponse:
        """Download one of the two files by PEFT's name for it."""
        adapter = adapter_or_404(reference)
        if name == CONFIG_FILE:
            return _attach(config_file(adapter.config), "application/json", name)
        if name == WEIGHTS_FILE:
            return _attach(_weights(adapter), "application/octet-stream", name)
        raise NotFound


class AdapterParameters(APIView):
    """What an adapter adds."""

    @extend_schema(
        operation_id="labs_adapters_parameters",
        parameters=[REFERENCE],
        responses={200: ParametersSerializer, 404: PROBLEM, 503: PROBLEM},
    )
    def get(self, request: Request, reference: str) -> Response:
        """Report in PEFT's words what training this adapter on the base trains, and layer by layer."""
        adapter = adapter_or_404(reference)
        return Response(ask_model(lambda: client.report_parameters(adapter.checksum)))


def adapter_or_404(reference: str) -> Adapter:
    """Return the adapter of an address."""
    try:
        return find_adapters([reference])[reference]
    except KeyError:
        raise NotFound from None


def _write(request: Request, adapters: Any, *, many: bool = False) -> Any:
    context = {"request": request, "learner": find_learner(request._request)}
    return AdapterSerializer(adapters, many=many, context=context).data


def _weights(adapter: Adapter) -> bytes:
    try:
        return read_file(adapter)
    except FileNotFoundError:
        raise NotFound from None


def _attach(content: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)
