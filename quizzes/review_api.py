"""Memory by program: today, cards, reviews and their undoing, settings, scheduling anew.

As with quizzes, whoever has no cookie yet gets the learner's with the first POST, and sends it back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Learner
from accounts.services import ensure_learner, find_learner
from qbank.models import Question
from quizzes.api import PROBLEM, Conflict
from quizzes.cards import Card, Review, settings_of
from quizzes.core.grading import ResponseError, grade, tidy
from quizzes.core.items import Kind
from quizzes.core.scheduler import Rating, preview_intervals, rate_mark
from quizzes.memory import (
    ReviewError,
    add_cards,
    bury_card,
    record_review,
    reschedule_cards,
    resume_card,
    save_settings,
    suspend_card,
    undo_review,
)
from quizzes.models import AttemptItem
from quizzes.notebook import CARD_FILTERS, card_list
from quizzes.review_pages import (
    REVIEW_TEXTS,
    asked_row,
    changed_since_learnt,
    preview_reschedule,
    text_of,
)
from quizzes.review_serializers import (
    AddedSerializer,
    AheadSerializer,
    AskedCardSerializer,
    CardSerializer,
    MemorySettingsSerializer,
    MovedSerializer,
    NewCardsSerializer,
    NewReviewSerializer,
    RescheduleSerializer,
    ReviewedSerializer,
    ReviewSerializer,
    TodaySerializer,
    UndoSerializer,
)
from quizzes.sheets import JSON, face, told
from quizzes.today import cards_ahead, look_at_today, next_card
from quizzes.wording import RESPONSE_TEXTS

T = TypeVar("T")
MOST_ADDED = 2000
ACTS = {"bury": bury_card, "suspend": suspend_card, "resume": resume_card}
STATE = OpenApiParameter("state", str, enum=list(CARD_FILTERS), description="How the cards stand.")


def carry_out(command: Callable[[], T]) -> T:
    """Run a command of memory; what it refuses becomes a problem in words."""
    try:
        return command()
    except ReviewError as error:
        raise Conflict(str(REVIEW_TEXTS[error.code]), code=error.code) from error
    except ResponseError as error:
        raise ValidationError({"response": [str(RESPONSE_TEXTS[error.code])]}) from error


def learner_of(request: Request) -> Learner:
    """Return the caller's learner; who has none has no cards."""
    learner = find_learner(request._request)
    if learner is None:
        raise NotFound
    return learner


def own_card(request: Request, pk: int) -> Card:
    """Return the caller's own card; anybody else's does not exist."""
    cards = Card.objects.of(find_learner(request._request)).filter(pk=pk)
    card = cards.select_related("question__topic", "question__bank").first()
    if card is None:
        raise NotFound
    return card


def asked_json(request: Request, card: Card, now: datetime) -> JSON:
    """Return a card as it is asked; an item's key is not in it."""
    row, text = asked_row(card), text_of(card)
    chosen = settings_of(find_learner(request._request))
    intervals = preview_intervals(card.state, now, chosen.schedule)
    return {
        "card": card,
        "intervals": {rating.name.lower(): round(gap.total_seconds()) for rating, gap in intervals.items()},
        "title": text.title if text else card.question.slug,
        "url": request.build_absolute_uri(card.question.get_absolute_url()),
        "changed": changed_since_learnt(card, row, text),
        "face": face(row) if row else None,
    }


class TodayView(APIView):
    """The learner's day."""

    @extend_schema(responses=TodaySerializer, operation_id="reviews_today", summary="What to review today")
    def get(self, request: Request) -> Response:
        """Count what is left of today, and show the next card."""
        learner, now = find_learner(request._request), timezone.now()
        card = next_card(learner, now)
        body = asdict(look_at_today(learner, now)) | {
            "next": asked_json(request, card, now) if card else None
        }
        return Response(TodaySerializer(body).data)


class AheadView(APIView):
    """What will be asked today."""

    @extend_schema(
        responses=AheadSerializer,
        operation_id="reviews_ahead",
        summary="What will be asked today, to be kept for offline",
        description="Of open items nothing: their answers come from the server.",
    )
    def get(self, request: Request) -> Response:
        """List the cards in the order in which they will be asked."""
        cards = [
            {"card": card.pk, "turn": card.reps, "page": reverse("review-card-of", args=[card.pk])}
            for card in cards_ahead(find_learner(request._request), timezone.now())
        ]
        return Response(AheadSerializer({"cards": cards}).data)


class LogPagination(CursorPagination):
    """Pages of the log by its order in time: the last costs no more than the first."""

    ordering = ("-reviewed_at", "-id")
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500

    def decode_cursor(self, request: Request) -> Any:
        """Read the cursor; raises NotFound, also where it names no moment."""
        cursor = super().decode_cursor(request)
        if cursor and cursor.position is not None and not _is_moment(str(cursor.position)):
            raise NotFound(self.invalid_cursor_message)
        return cursor


def _is_moment(text: str) -> bool:
    try:
        moment = parse_datetime(text)
        return bool(moment and moment.tzinfo and moment.astimezone(UTC))
    except (ValueError, OverflowError):
        return False


class ReviewsView(generics.ListAPIView):  # type: ignore[type-arg]
    """The log."""

    serializer_class = ReviewSerializer
    pagination_class = LogPagination
    queryset = Review.objects.none()

    def get_queryset(self) -> QuerySet[Review]:
        """Return the caller's reviews, those that were taken back left out."""
        reviews = Review.objects.of(find_learner(self.request._request)).live()
        return reviews.select_related("card__question")

    @extend_schema(operation_id="reviews_log", summary="The log of reviews, the latest first")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the log."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        request=NewReviewSerializer,
        responses={200: ReviewedSerializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM},
        operation_id="reviews_record",
        summary="Review a card",
        description="With a rating; or, for the card of an item, with a response, which is marked: wrong is "
        "Again, right is Good, or Hard when hinted or slow. What is sent twice under one key counts once.",
    )
    def post(self, request: Request) -> Response:
        """Review a card."""
        given = NewReviewSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        wanted: dict[str, Any] = given.validated_data
        card, now = own_card(request, wanted["card"]), timezone.now()
        row = None
        if "response" in wanted:
            row = self._marked(card, wanted, now)
            rating = rate_mark(
                Kind(row.item.kind), row.score or 0, wanted.get("duration_ms"), hinted=wanted["hinted"]
            )
        else:
            rating = Rating(wanted["rating"])
        review = carry_out(
            lambda: record_review(
                learner=learner_of(request),
                card=card,
                rating=rating,
                turn=wanted["turn"],
                key=wanted["idempotency_key"],
                duration_ms=wanted.get("duration_ms"),
                reviewed_at=wanted.get("reviewed_at"),
                now=now,
            )
        )
        body = {
            "review": review,
            "card": own_card(request, review.card_id),
            "result": told(row) if row else None,
        }
        return Response(ReviewedSerializer(body).data)

    def _marked(self, card: Card, wanted: dict[str, Any], now: datetime) -> AttemptItem:
        """Mark a response to what the card showed at that turn, in a row that is not stored."""
        row = asked_row(card, wanted["turn"])
        if row is None:
            raise ValidationError({"response": [str(REVIEW_TEXTS["unmarked"])]})
        item = row.asked()
        row.score = carry_out(lambda: grade(item, wanted["response"])).score
        row.response, row.answered_at = tidy(item, wanted["response"]), now
        return row


class UndoView(APIView):
    """The latest review, or one that is named."""

    @extend_schema(
        request=UndoSerializer,
        responses={200: ReviewSerializer, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM},
        operation_id="reviews_undo",
        summary="Take back the latest review of today, or one by its key",
    )
    def post(self, request: Request) -> Response:
        """Take back a review made by hand."""
        given = UndoSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        key = given.validated_data.get("idempotency_key", "")
        review = carry_out(lambda: undo_review(learner=learner_of(request), key=key))
        return Response(ReviewSerializer(review).data)


class CardsView(generics.ListAPIView):  # type: ignore[type-arg]
    """Cards."""

    serializer_class = CardSerializer
    queryset = Card.objects.none()

    def get_queryset(self) -> QuerySet[Card]:
        """Return the caller's cards that stand as asked for."""
        state = self.request.query_params.get("state", "all")
        if state not in CARD_FILTERS:
            raise ValidationError({"state": [", ".join(CARD_FILTERS)]})
        return card_list(find_learner(self.request._request), state, timezone.now())

    @extend_schema(parameters=[STATE], operation_id="reviews_cards", summary="Cards, those due first")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List cards."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        request=NewCardsSerializer,
        responses={201: AddedSerializer, 400: PROBLEM, 404: PROBLEM},
        operation_id="reviews_add",
        summary="Put a question or a topic into review",
    )
    def post(self, request: Request) -> Response:
        """Add cards."""
        given = NewCardsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        wanted: dict[str, str] = given.validated_data
        names = {"question": "slug", "topic": "topic__slug"}
        found = Question.objects.published().filter(**{names[name]: value for name, value in wanted.items()})
        chosen = list(found.order_by("order", "id")[:MOST_ADDED])
        if not chosen:
            raise NotFound
        added = add_cards(learner=lambda: ensure_learner(request._request), questions=chosen)
        return Response(AddedSerializer({"added": added}).data, status=status.HTTP_201_CREATED)


class CardView(APIView):
    """One card of the caller."""

    @extend_schema(
        responses={200: AskedCardSerializer, 404: PROBLEM}, operation_id="reviews_card", summary="One card"
    )
    def get(self, request: Request, pk: int) -> Response:
        """Show a card as it is asked, with the interval of each rating."""
        return Response(AskedCardSerializer(asked_json(request, own_card(request, pk), timezone.now())).data)


class ActView(APIView):
    """What puts a card aside, or takes it up again."""

    @extend_schema(
        request=None,
        responses={200: CardSerializer, 404: PROBLEM},
        parameters=[OpenApiParameter("act", str, "path", enum=list(ACTS))],
        operation_id="reviews_act",
        summary="Bury a card till tomorrow, suspend it, or take it up again",
    )
    def post(self, request: Request, pk: int, act: str) -> Response:
        """Put a card aside, or take it up again."""
        card = own_card(request, pk)
        if act not in ACTS:
            raise NotFound
        carry_out(lambda: ACTS[act](learner=learner_of(request), card=card))
        return Response(CardSerializer(own_card(request, pk)).data)


class SettingsView(APIView):
    """How the caller wants to be asked."""

    @extend_schema(
        responses=MemorySettingsSerializer, operation_id="reviews_settings", summary="Settings of review"
    )
    def get(self, request: Request) -> Response:
        """Show the settings."""
        return Response(MemorySettingsSerializer(settings_of(find_learner(request._request))).data)

    @extend_schema(
        request=MemorySettingsSerializer,
        responses={200: MemorySettingsSerializer, 400: PROBLEM},
        operation_id="reviews_set",
        summary="Change settings of review",
    )
    def patch(self, request: Request) -> Response:
        """Change what is named, and leave the rest."""
        given = MemorySettingsSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        chosen = save_settings(
            learner=lambda: ensure_learner(request._request), values=dict(given.validated_data)
        )
        return Response(MemorySettingsSerializer(chosen).data)


class RescheduleView(APIView):
    """The whole log, replayed by today's settings."""

    @extend_schema(
        responses={200: RescheduleSerializer, 404: PROBLEM},
        operation_id="reviews_reschedule_preview",
        summary="What scheduling anew would change",
    )
    def get(self, request: Request) -> Response:
        """Tell what would change."""
        return Response(RescheduleSerializer(preview_reschedule(learner_of(request), timezone.now())).data)

    @extend_schema(
        request=None,
        responses={200: MovedSerializer, 404: PROBLEM},
        operation_id="reviews_reschedule",
        summary="Schedule all cards anew",
    )
    def post(self, request: Request) -> Response:
        """Schedule all cards anew."""
        return Response(MovedSerializer({"moved": reschedule_cards(learner=learner_of(request))}).data)
