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
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.services import ensure_learner, find_learner
from qbank.models import Topic
from qbank.templatetags.bank import localised
from quizzes import wording
from quizzes.core.blueprint import (
    DEFAULT_NUMBER,
    LISTS,
    MOST,
    Blueprint,
    BlueprintError,
    Mode,
    read_blueprint,
)
from quizzes.core.grading import ResponseError
from quizzes.models import KIND_LABELS, Attempt, AttemptItem
from quizzes.pool import load_pool
from quizzes.serializers import (
    AskedSerializer,
    AttemptSerializer,
    NewQuizSerializer,
    NewResponseSerializer,
    PoolSerializer,
    ResultsSerializer,
    RevealSerializer,
)
from quizzes.services import AttemptError, finish_attempt, record_response, reveal_answer, start_attempt
from quizzes.sheets import JSON, add_up, face, revealed, told

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


def attempt_json(request: Request, attempt: Attempt) -> JSON:
    """Return an attempt with its items."""
    names = ("id", "blueprint", "seed", "mode", "language", "pool_version", "started_at", "finished_at")
    return {name: getattr(attempt, name) for name in names} | {
        "url": request.build_absolute_uri(reverse("api-quiz", args=[attempt.pk])),
        "page": request.build_absolute_uri(attempt.get_absolute_url()),
        "items": [asked_json(row) for row in attempt.items.whole()],
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
    except AttemptError as error:
        text = str(wording.ATTEMPT_TEXTS[error.code])
        if error.code in ("empty", "position"):
            raise ValidationError(
                {"position" if error.code == "position" else "blueprint": [text]}
            ) from error
        raise Conflict(text, code=error.code) from error


class QuizzesView(APIView):
    """What a quiz can be made of; and the way to begin one."""

    @extend_schema(
        responses=PoolSerializer, operation_id="quizzes_pool", summary="What a quiz can be made of", auth=[]
    )
    def get(self, request: Request) -> Response:
        """Tell what a blueprint may say, with how many items there are of each."""
        language = get_language() or settings.LANGUAGE_CODE
        pool = load_pool(Blueprint(), language)
        topics, kinds, levels = (pool.count_by(name) for name in ("topic", "kind", "difficulty"))
        body = {
            "items": len(pool.rows),
            "topics": [
                {"value": topic.slug, "title": localised(topic.title), "count": topics[topic.slug]}
                for topic in Topic.objects.filter(slug__in=topics)
            ],
            "kinds": [
                {"value": kind, "title": label, "count": kinds[kind]}
                for kind, label in KIND_LABELS.items()
                if kinds[kind]
            ],
            "difficulty": [
                {"value": v, "title": v, "count": levels[v]} for v in ("1", "2", "3") if levels[v]
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
        values |= {name: [wanted[name]] for name in ("number", "mode")}
        try:
            blueprint = read_blueprint(
                values, known_topics=list(Topic.objects.values_list("slug", flat=True))
            )
        except BlueprintError as error:
            raise ValidationError(_by_name(error)) from error
        attempt = carry_out(
            lambda: start_attempt(
                learner=lambda: ensure_learner(request._request),
                blueprint=blueprint,
                seed=wanted.get("seed") or str(secrets.randbelow(10**6)),
                language=wanted.get("language") or get_language() or settings.LANGUAGE_CODE,
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


class ResponsesView(APIView):
    """Answers."""

    @extend_schema(
        request=NewResponseSerializer,
        responses={200: AskedSerializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM},
        operation_id="quizzes_respond",
        summary="Answer an item",
        description="Gives the mark with the key and the reasons. The first response counts: the same again "
        "gives the same mark, another one 409. " + GO_ON,
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Answer one item."""
        attempt = own_attempt(request, pk)
        given = NewResponseSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        row = carry_out(
            lambda: record_response(attempt=attempt, learner=attempt.learner, **given.validated_data)
        )
        return Response(AskedSerializer(asked_json(row)).data)


class RevealView(APIView):
    """Answers of open items."""

    @extend_schema(
        request=RevealSerializer,
        responses={200: AskedSerializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM},
        operation_id="quizzes_reveal",
        summary="Show the answer of an open item",
        description="To be compared with one's own; then send the ticked key points as the response. "
        + GO_ON,
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Show the answer of an open item."""
        attempt = own_attempt(request, pk)
        given = RevealSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        row = carry_out(
            lambda: reveal_answer(attempt=attempt, learner=attempt.learner, **given.validated_data)
        )
        return Response(AskedSerializer(asked_json(row)).data)


class FinishView(APIView):
    """The end of an attempt."""

    @extend_schema(
        request=None,
        responses={200: ResultsSerializer, 404: PROBLEM},
        operation_id="quizzes_finish",
        summary="End an attempt and add it up",
        description="Items that were not answered stay so, and their keys unseen. " + GO_ON,
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """End an attempt; ending it again gives the same results."""
        found = own_attempt(request, pk)
        attempt = finish_attempt(attempt=found, learner=found.learner)
        rows = list(attempt.items.whole())
        added = add_up(attempt, rows)
        body = {
            "finished_at": attempt.finished_at,
            "seconds": added.seconds,
            "whole": added.whole,
            "by_topic": added.by_topic,
            "by_kind": added.by_kind,
            "missed": [row.position for row in rows if row.score is None or row.score < 1],
        }
        return Response(ResultsSerializer(body).data)
