"""Labs, runs and live events over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import APIException, NotFound, PermissionDenied, Throttled, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.services import ensure_learner, find_learner
from labs import services, streams
from labs.addresses import address_key, client_address
from labs.core.config import Lab
from labs.models import LabRun
from labs.registry import LABS
from labs.serializers import (
    EventPageSerializer,
    LabDetailSerializer,
    LabSerializer,
    RunDetailSerializer,
    RunSerializer,
    StartRunSerializer,
)

PROBLEM = OpenApiResponse(OpenApiTypes.OBJECT, "Problem details (RFC 9457)")
EVENT_STREAM = "text/event-stream"
RETRY_SECONDS = 10  # until one of too many streams may have ended


class Conflict(APIException):
    """Something else must end first."""

    status_code = status.HTTP_409_CONFLICT


class LabList(APIView):
    """Every lab."""

    @extend_schema(operation_id="labs_list", responses=LabSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the labs in the order of their questions."""
        labs = sorted(LABS.values(), key=lambda lab: lab.number)
        return Response([LabSerializer(lab, context={"request": request}).data for lab in labs])


class LabDetail(APIView):
    """One lab."""

    @extend_schema(operation_id="labs_retrieve", responses={200: LabDetailSerializer, 404: PROBLEM})
    def get(self, request: Request, slug: str) -> Response:
        """Show a lab with what may be set, its bounds and its charts."""
        if slug not in LABS:
            raise NotFound
        return Response(LabDetailSerializer(LABS[slug], context={"request": request}).data)


class RunList(generics.ListAPIView[LabRun]):
    """The caller's runs."""

    serializer_class = RunSerializer
    queryset = LabRun.objects.none()

    def get_queryset(self) -> Any:
        """Return the runs of the caller, none for somebody without a history."""
        if getattr(self, "swagger_fake_view", False):
            return LabRun.objects.none()
        return LabRun.objects.of_learner(find_learner(self.request._request))

    @extend_schema(
        request=StartRunSerializer,
        responses={201: RunDetailSerializer, 400: PROBLEM, 409: PROBLEM, 429: PROBLEM},
    )
    def post(self, request: Request) -> Response:
        """Start a run.

        400 lists every setting out of bounds, 409 says that one of yours runs, 429 that too many wait: of
        your address, or of all.
        """
        asked = StartRunSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        return start_run(request, LABS[wanted["lab"]], wanted["settings"], wanted["seed"])


def start_run(request: Request, lab: Lab, raw_settings: Mapping[str, object], seed: object) -> Response:
    """Start a run and answer 201 with it, or raise what is in the way."""
    http_request = request._request
    try:
        run = services.start_run(
            learner=find_learner(http_request) or partial(ensure_learner, http_request),
            lab=lab,
            raw_settings=raw_settings,
            seed=seed,
            address_key=address_key(http_request),
        )
    except services.ActiveRun as error:
        raise Conflict(_("Your run %(id)s has not ended yet.") % {"id": error.run.id}) from None
    except services.AddressBusy as error:
        raise Throttled(error.retry_after, _("Too many runs from your address wait or run.")) from None
    except services.QueueFull as error:
        raise Throttled(error.retry_after, _("Too many runs wait.")) from None
    data = RunDetailSerializer(run, context={"request": request}).data
    return Response(data, status=status.HTTP_201_CREATED, headers={"Location": data["url"]})


class RunDetail(generics.RetrieveAPIView[LabRun]):
    """Show a run, its result when it has one; anybody who has its address may read it."""

    serializer_class = RunDetailSerializer
    queryset = LabRun.objects.all()


class CancelRun(APIView):
    """Stopping a run."""

    @extend_schema(request=None, responses={200: RunDetailSerializer, 403: PROBLEM, 404: PROBLEM})
    def post(self, request: Request, pk: UUID) -> Response:
        """Stop one of your own runs; one that is over stays as it is."""
        run = get_object_or_404(LabRun, pk=pk)
        try:
            run = services.cancel_run(run=run, learner=find_learner(request._request))
        except services.NotYourRun:
            raise PermissionDenied(_("Only who started a run may stop it.")) from None
        return Response(RunDetailSerializer(run, context={"request": request}).data)


class RunEvents(APIView):
    """What a run reported, live as server-sent events or as JSON to poll."""

    @extend_schema(
        operation_id="labs_runs_events",
        parameters=[
            OpenApiParameter("after", int, description="Only events behind this sequence number."),
            OpenApiParameter(
                "format", str, enum=["json"], description="JSON, whatever the Accept header says."
            ),
            OpenApiParameter("Last-Event-ID", int, OpenApiParameter.HEADER, description="As `after`."),
        ],
        responses={
            (200, "application/json"): EventPageSerializer,
            (200, EVENT_STREAM): OpenApiResponse(
                OpenApiTypes.STR,
                "Unnamed events carry a row, `status` events the run's state; `end` comes last.",
            ),
            404: PROBLEM,
            429: PROBLEM,
        },
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Follow a run; a reader that comes back goes on behind its Last-Event-ID."""
        after = read_after(request._request)
        found = streams.read_events(pk, after)
        if found is None:
            raise NotFound
        last = found.rows[-1]["sequence"] if found.rows else after
        return Response(
            {
                **streams.describe(found),
                "over": found.over,
                "next": last,
                "events": found.rows,
            }
        )

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Return a view that streams to who accepts an event stream and gives JSON to everybody else."""
        polled = super().as_view(**initkwargs)

        async def view(request: HttpRequest, pk: UUID) -> HttpResponseBase:
            streams_it = EVENT_STREAM in request.headers.get("Accept", "")
            if request.method == "GET" and streams_it and request.GET.get("format") != "json":
                return await stream_events(request, pk)
            return await sync_to_async(polled)(request, pk=pk)

        view.cls, view.initkwargs = cls, initkwargs  # type: ignore[attr-defined]
        return csrf_exempt(view)


async def stream_events(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Open an event stream, unless the viewer holds too many."""
    viewer = await sync_to_async(find_viewer)(request, pk)
    if viewer is None:
        return await refuse(request, NotFound())
    try:
        after = read_after(request)
    except ValidationError as error:
        return await refuse(request, error)
    try:
        streams.feeds.admit(viewer)
    except streams.TooManyStreams:
        return await refuse(request, Throttled(RETRY_SECONDS, _("Too many open event streams.")))
    return StreamingHttpResponse(
        streams.event_stream(pk, after, viewer),
        content_type=EVENT_STREAM,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def find_viewer(request: HttpRequest, pk: UUID) -> str | None:
    """Name who watches a run: the learner, else the address; None when there is no such run.

    A stream lasts, and Django closes a thread's connection only at its end: this one is closed at once.
    """
    try:
        if not LabRun.objects.filter(id=pk).exists():
            return None
        learner = find_learner(request)
        return str(learner.id) if learner else client_address(request)
    finally:
        if not connection.in_atomic_block:
            connection.close()


class Refusal(APIView):
    """Why there is no stream, said as every other error is."""

    schema = None

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Answer in JSON whoever asked for events alone."""
        return super().perform_content_negotiation(request, force=True)

    def get(self, request: Request, error: APIException) -> Response:
        """Raise the error where it is turned into problem details."""
        raise error


async def refuse(request: HttpRequest, error: APIException) -> HttpResponseBase:
    """Answer with problem details instead of a stream."""
    refused: HttpResponseBase = await sync_to_async(Refusal.as_view())(request, error=error)
    return refused


def read_after(request: HttpRequest) -> int:
    """Return the sequence number behind which to read: the browser's header, else the address."""
    raw = request.headers.get("Last-Event-ID") or request.GET.get("after") or "0"
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9:
        raise ValidationError({"after": [_("Expected a sequence number.")]})
    return int(raw)
