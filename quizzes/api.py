"""The sitting by program: what a quiz can be made of, an attempt, its responses, its results.

Whoever has no cookie yet gets the learner's with the first POST, and sends it back with every later request.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import generics, serializers, status
from rest_framework.exceptions import APIException, NotFound, Throttled, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.limits import report_limits, seconds_to_wait
from accounts.reports import MOST_A_DAY, REFUSALS, TOO_MANY, ReportError
from accounts.services import ensure_learner, find_learner
from qbank.models import Topic
from qbank.templatetags.bank import localised
from quizzes import wording
from quizzes.core.blueprint import (
    DEFAULT_NUMBER,
    LISTS,
    MOST,
    TIMES,
    Blueprint,
    BlueprintError,
    Mode,
    read_blueprint,
)
from quizzes.core.grading import ResponseError
from quizzes.core.timing import seconds_left
from quizzes.exams import flag_item
from quizzes.flaws import report_flaw
from quizzes.interviews import begin_speaking, skip_question
from quizzes.marking import AttemptError, finish_attempt, read_rows
from quizzes.models import KIND_LABELS, Attempt, AttemptItem
from quizzes.pool import count_items
from quizzes.serializers import (
    AskedSerializer,
    AttemptSerializer,
    BriefSerializer,
    FlagSerializer,
    FlawSerializer,
    NewQuizSerializer,
    NewResponseSerializer,
    PoolSerializer,
    PositionSerializer,
    ResultsSerializer,
    RevealSerializer,
)
from quizzes.services import record_response, reveal_answer, start_attempt
from quizzes.sheets import JSON, add_up, face, revealed, state, told

T = TypeVar("T")
GO_ON = "Send the cookie of the POST that began the quiz."
PROBLEM = OpenApiResponse(description="Problem details (RFC 9457), with every single error.")


class Conflict(APIException):
    """The attempt is in a state that does not allow this."""

    status_code = status.HTTP_409_CONFLICT


def asked_json(row: AttemptItem) -> JSON:
    """Return one item as the API shows it: the key only after the response."""
    seen = revealed(row)
    return face(row) | {"response": row.response, "revealed": seen, "result": told(row)}


def brief_json(request: Request, attempt: Attempt) -> JSON:
    """Return an attempt without its items."""
    names = ("id", "blueprint", "seed", "mode", "language", "pool_version", "started_at", "ends_at")
    now = timezone.now()
    return {name: getattr(attempt, name) for name in names} | {
        "url": request.build_absolute_uri(reverse("api-quiz", args=[attempt.pk])),
        "page": request.build_absolute_uri(attempt.get_absolute_url()),
        "finished_at": attempt.ends_at if attempt.is_overdue(now) else attempt.finished_at,
        "seconds_left": seconds_left(attempt.ends_at, now) if attempt.ends_at else None,
    }


def attempt_json(request: Request, attempt: Attempt) -> JSON:
    """Return an attempt with its items."""
    rows = read_rows(attempt)
    return brief_json(request, attempt) | {"items": [asked_json(row) for row in rows]}


def results_json(attempt: Attempt) -> JSON:
    """Return an attempt added up."""
    rows = read_rows(attempt)
    added = add_up(attempt, rows)
    return {
        "finished_at": attempt.finished_at,
        "seconds": added.seconds,
        "whole": added.whole,
        "by_topic": added.by_topic,
        "by_kind": added.by_kind,
        "missed": [row.position for row in rows if row.score is None or row.score < 1],
        "ungraded": [row.position for row in rows if state(row) == "ungraded"],
    }


def own_attempt(request: Request, pk: uuid.UUID) -> Attempt:
    """Return the learner's own attempt; anybody else's does not exist."""
    found = Attempt.objects.of(find_learner(request._request)).select_related("learner").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def carry_out(command: Callable[[], T]) -> T:
    """Run a command of the services; what it refuses becomes a problem in words."""
    try:
        return command()
    except ResponseError as error:
        raise ValidationError({"response": [str(wording.RESPONSE_TEXTS[error.code])]}) from error
    except ReportError as error:
        if error.code in TOO_MANY:
            raise Throttled(detail=str(REFUSALS[error.code])) from error
        raise ValidationError({"note": [str(REFUSALS[error.code])]}) from error
    except AttemptError as error:
        if error.code == "strange":
            raise NotFound from error
        text = str(wording.ATTEMPT_TEXTS[error.code])
        names = {"empty": "blueprint", "position": "position", "pool": "pool"}
        if error.code in names:
            raise ValidationError({names[error.code]: [text]}) from error
        raise Conflict(text, code=error.code) from error


class QuizzesView(APIView):
    """What a quiz can be made of; and the way to begin one."""

    @extend_schema(
        responses=PoolSerializer, operation_id="quizzes_pool", summary="What a quiz can be made of", auth=[]
    )
    def get(self, request: Request) -> Response:
        """Tell what a blueprint may say, with how many items there are of each."""
        counts = count_items(Blueprint())
        topics, kinds, levels = (counts[name] for name in ("topic", "kind", "difficulty"))
        body = {
            "items": sum(kinds.values()),
            "topics": [
                {"value": topic.slug, "title": localised(topic.title), "count": topics[topic.slug]}
                for topic in Topic.objects.filter(slug__in=topics)
            ],
            "kinds": [
                {"value": kind, "title": label, "count": kinds[kind]}
                for kind, label in KIND_LABELS.items()
                if kind in kinds
            ],
            "difficulty": [
                {"value": v, "title": v, "count": levels[v]} for v in ("1", "2", "3") if v in levels
            ],
            "most": MOST,
            "default_number": DEFAULT_NUMBER,
            "modes": [mode.value for mode in Mode],
        }
        return Response(PoolSerializer(body).data)

    @extend_schema(
        request=NewQuizSerializer,
        responses={201: AttemptSerializer, 400: PROBLEM},
        operation_id="quizzes_begin",
        summary="Begin a quiz",
        description="Draws the items and freezes them. A caller without cookies gets a learner of its own. "
        + GO_ON,
    )
    def post(self, request: Request) -> Response:
        """Begin a quiz."""
        given = NewQuizSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        wanted: dict[str, Any] = given.validated_data
        values = {name: wanted.get(name, []) for name in LISTS}
        values |= {name: [wanted[name]] for name in ("number", "mode", *TIMES)}
        try:
            blueprint = read_blueprint(
                values, known_topics=list(Topic.objects.values_list("slug", flat=True))
            )
        except BlueprintError as error:
            raise ValidationError(_by_name(error)) from error
        if wanted["weak"]:
            weak = AttemptItem.objects.weak_topics(find_learner(request._request))
            if not weak:
                raise ValidationError({"weak": [str(wording.NO_WEAK_SPOTS)]})
            blueprint = blueprint.about(weak)
        attempt = carry_out(
            lambda: start_attempt(
                learner=lambda: ensure_learner(request._request),
                blueprint=blueprint,
                seed=wanted.get("seed") or str(secrets.randbelow(10**6)),
                language=wanted.get("language") or get_language() or settings.LANGUAGE_CODE,
                pool_version=wanted.get("pool", ""),
            )
        )
        body = attempt_json(request, attempt)
        return Response(
            AttemptSerializer(body).data, status=status.HTTP_201_CREATED, headers={"Location": body["url"]}
        )


def _by_name(error: BlueprintError) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for problem in error.problems:
        found.setdefault(problem.name, []).append(wording.blueprint_text(problem))
    return found


class AttemptView(APIView):
    """One attempt of the caller."""

    @extend_schema(
        responses={200: AttemptSerializer, 404: PROBLEM},
        operation_id="quizzes_attempt",
        summary="One attempt",
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """Show the attempt with its items; keys only of those that were answered."""
        return Response(AttemptSerializer(attempt_json(request, own_attempt(request, pk))).data)


def takes(
    serializer: type[serializers.Serializer[Any]], *, operation_id: str, summary: str, description: str
) -> Callable[[Any], Any]:
    """Describe a command about one item: what it takes; the answer is the item as it then stands."""
    answers = {200: AskedSerializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM}
    return extend_schema_view(
        post=extend_schema(
            request=serializer,
            responses=answers,
            operation_id=operation_id,
            summary=summary,
            description=f"{description} {GO_ON}",
        )
    )


class CommandView(APIView):
    """One command about one item."""

    serializer: type[serializers.Serializer[Any]]
    service: Callable[..., AttemptItem]

    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Read what is sent, call the service, and show the item as it then stands."""
        given = self.serializer(data=request.data)
        learner = find_learner(request._request)
        if learner is None:
            raise NotFound
        if not given.is_valid():
            own_attempt(request, pk)  # to strangers it does not exist, whatever they send
            raise ValidationError(given.errors)
        wanted = {"attempt": Attempt(pk=pk), "learner": learner, **given.validated_data}
        row = carry_out(lambda: type(self).service(**wanted))
        return Response(AskedSerializer(asked_json(row)).data)


@takes(
    NewResponseSerializer,
    operation_id="quizzes_respond",
    summary="Answer an item",
    description="Gives the mark with the key and the reasons. The first response counts: the same again "
    "gives the same mark, another one 409. In a running exam it is only saved, and may be changed or "
    "taken back (null) until the end; a response that comes up to 5 seconds after zero still counts. "
    "A `revision` that is not the stored one is refused with 409.",
)
class ResponsesView(CommandView):
    """Answers."""

    serializer, service = NewResponseSerializer, record_response


@takes(
    FlagSerializer,
    operation_id="quizzes_flag",
    summary="Flag an item of a running exam",
    description="To come back to it, or to take the flag away.",
)
class FlagView(CommandView):
    """Flags of an exam."""

    serializer, service = FlagSerializer, flag_item


@takes(
    PositionSerializer,
    operation_id="quizzes_speak",
    summary="Begin to speak about a question of an interview",
    description="Ends the time to think.",
)
class SpeakView(CommandView):
    """The turn from thinking to speaking."""

    serializer, service = PositionSerializer, begin_speaking


@takes(
    PositionSerializer,
    operation_id="quizzes_skip",
    summary="Skip a question of an interview",
    description="It stays unanswered, and the next one begins.",
)
class SkipView(CommandView):
    """Questions that an interview leaves behind."""

    serializer, service = PositionSerializer, skip_question


@takes(
    RevealSerializer,
    operation_id="quizzes_reveal",
    summary="Show the answer of an open item",
    description="To be compared with one's own; then send the ticked key points as the response.",
)
class RevealView(CommandView):
    """Answers of open items."""

    serializer, service = RevealSerializer, reveal_answer


class FlawView(APIView):
    """Reports of flaws."""

    @extend_schema(
        request=FlawSerializer,
        responses={201: FlawSerializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM, 429: PROBLEM},
        operation_id="quizzes_flaw",
        summary="Report what is wrong with an item",
        description=f"One report an item; up to {MOST_A_DAY} a day, and thirty an hour from one address. "
        + GO_ON,
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Report a flaw."""
        attempt = own_attempt(request, pk)
        given = FlawSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        if seconds := seconds_to_wait(request._request, *report_limits()):
            raise Throttled(wait=seconds, detail=str(REFUSALS["address"]))
        wanted = given.validated_data
        report = carry_out(lambda: report_flaw(attempt=attempt, learner=attempt.learner, **wanted))
        body = {"position": wanted["position"], "kind": report.kind, "note": report.note}
        return Response(FlawSerializer(body).data, status=status.HTTP_201_CREATED)


class ResultsView(APIView):
    """What an attempt came to."""

    @extend_schema(
        responses={200: ResultsSerializer, 404: PROBLEM, 409: PROBLEM},
        operation_id="quizzes_results",
        summary="Results, so far or in the end",
        description="Of an exam only after its end.",
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """Add the attempt up."""
        found = own_attempt(request, pk)
        if found.is_exam and not found.is_over():
            raise Conflict(str(wording.RUNNING), code="running")
        return Response(ResultsSerializer(results_json(found)).data)


class OwnView(generics.ListAPIView[Attempt]):
    """The caller's own quizzes."""

    serializer_class = BriefSerializer

    @extend_schema(
        responses=BriefSerializer(many=True), operation_id="quizzes_own", summary="Your quizzes, latest first"
    )
    def get(self, request: Request) -> Response:
        """List the caller's attempts; of nobody there are none."""
        attempts = Attempt.objects.of(find_learner(request._request)).order_by("-started_at", "pk")
        page = self.paginate_queryset(attempts) or []
        body = [brief_json(request, attempt) for attempt in page]
        return self.get_paginated_response(BriefSerializer(body, many=True).data)


class FinishView(APIView):
    """The end of an attempt."""

    @extend_schema(
        request=None,
        responses={200: ResultsSerializer, 404: PROBLEM, 409: PROBLEM},
        operation_id="quizzes_finish",
        summary="End an attempt and add it up",
        description="Items that were not answered stay so, and their keys unseen. An exam is marked now; its "
        "open answers are then shown with their key points, to be graded by `responses`. " + GO_ON,
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """End an attempt; ending it again gives the same results."""
        found = own_attempt(request, pk)
        attempt = carry_out(lambda: finish_attempt(attempt=found, learner=found.learner))
        return Response(ResultsSerializer(results_json(attempt)).data)
