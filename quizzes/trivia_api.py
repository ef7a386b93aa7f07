"""Banks with open keys in the shape of the Open Trivia DB: questions come with their answers.

Only banks marked `open_keys` are here; every other bank's keys are seen after a response alone.
"""

from __future__ import annotations

import random
import secrets
from typing import Any

from django.conf import settings
from django.core.cache import BaseCache, caches
from django.db.models import QuerySet
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from qbank.models import Topic
from qbank.templatetags.bank import localised
from quizzes.core.trivia import (
    BAD_PARAMETER,
    ENCODINGS,
    LEVELS,
    MOST,
    NO_TOKEN,
    OK,
    TOO_FEW,
    TOO_OFTEN,
    TYPES,
    USED_UP,
    TriviaError,
    Wish,
    read_wish,
    result_of,
)
from quizzes.models import Item
from quizzes.sheets import plain

TOKEN_SECONDS = 6 * 3600  # since it was last used


class TriviaResultSerializer(serializers.Serializer[Any]):
    """One question with its answers."""

    type = serializers.ChoiceField(list(TYPES))
    difficulty = serializers.ChoiceField(list(LEVELS))
    category = serializers.CharField()
    question = serializers.CharField()
    correct_answer = serializers.CharField()
    incorrect_answers = serializers.ListField(child=serializers.CharField())


class TriviaSerializer(serializers.Serializer[Any]):
    """Questions, or the reason why there are none."""

    response_code = serializers.IntegerField(
        help_text="0 fine, 1 too few, 2 a wrong parameter, 3 no such token, 4 all were given, 5 too often."
    )
    results = TriviaResultSerializer(many=True)


class CategorySerializer(serializers.Serializer[Any]):
    """A topic, as a category."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class CategoriesSerializer(serializers.Serializer[Any]):
    """The categories that have questions."""

    trivia_categories = CategorySerializer(many=True)


class TokenSerializer(serializers.Serializer[Any]):
    """A session in which no question comes twice."""

    response_code = serializers.IntegerField()
    response_message = serializers.CharField(required=False)
    token = serializers.CharField(required=False)


def open_items() -> QuerySet[Item]:
    """Live items of the kinds that this shape knows, of banks with open keys, in the page's language."""
    kinds = [kind.value for kind in TYPES.values()]
    language = get_language() or settings.LANGUAGE_CODE
    return Item.objects.live().filter(question__bank__open_keys=True, kind__in=kinds, language=language)


def draw(wish: Wish) -> list[dict[str, Any]]:
    """Draw questions by chance, none that the token has seen; raises TriviaError."""
    seen = _tokens().get(_key(wish.token)) if wish.token else set()
    if seen is None:
        raise TriviaError(NO_TOKEN)
    found = open_items().filter(kind__in=[kind.value for kind in wish.kinds])
    if wish.category:
        found = found.filter(question__topic=wish.category)
    if wish.level:
        found = found.filter(question__difficulty=wish.level)
    pks = set(found.order_by().values_list("pk", flat=True))
    if len(pks) < wish.amount:
        raise TriviaError(TOO_FEW)
    if len(pks - seen) < wish.amount:
        raise TriviaError(USED_UP)
    drawn = random.sample(sorted(pks - seen), wish.amount)
    if wish.token:
        _tokens().set(_key(wish.token), seen | set(drawn), TOKEN_SECONDS)
    items = Item.objects.select_related("answer", "question__topic").in_bulk(drawn)
    return [_result(items[pk], wish) for pk in drawn]


def _result(item: Item, wish: Wish) -> dict[str, Any]:
    topic = item.question.topic
    return result_of(
        item.whole(),
        category=localised(topic.title) if topic else "",
        level=item.question.difficulty,
        encode=wish.encode,
        plain=plain,
    )


def _tokens() -> BaseCache:
    return caches["trivia"]


def _key(token: str) -> str:
    return f"trivia_{token}" if token.isascii() and token.isalnum() and len(token) <= 64 else "trivia_"


class TriviaView(APIView):
    """Questions with their answers, of banks with open keys."""

    @extend_schema(
        operation_id="trivia",
        summary="Questions in the shape of the Open Trivia DB",
        description="Of banks marked `open_keys` alone: the answers come along.",
        parameters=[
            OpenApiParameter("amount", int, required=True, description=f"1 to {MOST}."),
            OpenApiParameter("category", int),
            OpenApiParameter("difficulty", str, enum=list(LEVELS)),
            OpenApiParameter("type", str, enum=list(TYPES)),
            OpenApiParameter("encode", str, enum=[name for name in ENCODINGS if name]),
            OpenApiParameter("token", str),
        ],
        responses=TriviaSerializer,
        auth=[],
    )
    def get(self, request: Request) -> Response:
        """Draw questions."""
        try:
            body = {"response_code": OK, "results": draw(read_wish(request.query_params.dict()))}
        except TriviaError as error:
            body = {"response_code": error.code, "results": []}
        return Response(body, headers={"Cache-Control": "no-store"})

    def handle_exception(self, exc: Exception) -> Response:
        """Answer who asks too often in this shape too."""
        response = super().handle_exception(exc)
        if isinstance(exc, Throttled):
            response.data, response.content_type = {"response_code": TOO_OFTEN, "results": []}, None
        return response


class TriviaCategoriesView(APIView):
    """The categories."""

    @extend_schema(
        operation_id="trivia_categories",
        summary="Categories that have such questions",
        responses=CategoriesSerializer,
        auth=[],
    )
    def get(self, request: Request) -> Response:
        """List topics of open banks that have questions of this shape."""
        topics = Topic.objects.filter(pk__in=open_items().order_by().values("question__topic"))
        names = [{"id": topic.pk, "name": localised(topic.title)} for topic in topics]
        return Response({"trivia_categories": names})


class TriviaTokenView(APIView):
    """Sessions."""

    @extend_schema(
        operation_id="trivia_token",
        summary="A token with which no question comes twice",
        parameters=[
            OpenApiParameter("command", str, enum=["request", "reset"], required=True),
            OpenApiParameter("token", str),
        ],
        responses=TokenSerializer,
        auth=[],
    )
    def get(self, request: Request) -> Response:
        """Make a token, or forget what one has seen; it lasts six hours after its last use."""
        command, token = request.query_params.get("command"), request.query_params.get("token", "")
        if command == "request":
            token = secrets.token_hex(32)
        elif command != "reset":
            return Response({"response_code": BAD_PARAMETER})
        elif _tokens().get(_key(token)) is None:
            return Response({"response_code": NO_TOKEN})
        _tokens().set(_key(token), set(), TOKEN_SECONDS)
        body = {"response_code": OK, "token": token}
        if command == "request":
            body["response_message"] = "Token Generated Successfully!"
        return Response(body, headers={"Cache-Control": "no-store"})
