"""The bank by program: topics, questions, search. Reads only."""

from __future__ import annotations

import string
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import orjson
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import APIException, NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from qbank.glossary import glossary_terms
from qbank.managers import QuestionQuerySet
from qbank.models import Question, QuestionText, Topic
from qbank.search import search_texts, show_hits
from qbank.serializers import (
    ORDERINGS,
    FoundShape,
    LanguageQuery,
    QuestionDetailShape,
    QuestionListQuery,
    QuestionQuery,
    QuestionShape,
    SearchQuery,
    TermShape,
    TopicShape,
)
from qbank.templatetags.bank import localised

Json = dict[str, Any]
PROBLEM = OpenApiResponse(description="Problem details (RFC 9457).")
LIST_FIELDS = (
    "id", "language", "title", "title_html", "gist", "has_math", "has_code", "placeholder", "question_id",
    "question__slug", "question__number", "question__difficulty", "question__frequency", "question__lab",
    "question__updated_at", "question__topic__slug", "question__topic__title",
)  # fmt: skip


class OrjsonRenderer(JSONRenderer):
    """Write JSON with orjson: lists are the hot path of the API."""

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        """Return UTF-8 bytes."""
        return b"" if data is None else orjson.dumps(data, default=str)


class Gone(APIException):
    """The question was taken out of the bank."""

    status_code = status.HTTP_410_GONE
    default_detail = _("This question is no longer in the bank.")


class BankView(generics.GenericAPIView[Any]):
    """What the bank's views share: JSON by orjson, the query checked, the language."""

    renderer_classes = [OrjsonRenderer]
    query_class: type[LanguageQuery] = LanguageQuery

    def read_query(self) -> Json:
        """Check the address's parameters; raises ValidationError with every error."""
        query = self.query_class(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        return dict(query.validated_data)

    def language(self, query: Json) -> str:
        """Return the language asked for, else that of Accept-Language."""
        return str(query.get("language") or translation.get_language() or "zh-hans")

    def links(self, kind: str, slug: str) -> dict[str, str]:
        """Return where a topic or a question is, for programs and for people."""
        return {
            "url": self.request.build_absolute_uri(reverse(f"api-{kind}", args=[slug])),
            "page": self.request.build_absolute_uri(reverse(kind, args=[slug])),
        }


class TopicsView(BankView):
    """Topics of all banks."""

    serializer_class = TopicShape

    @extend_schema(parameters=[LanguageQuery], responses=TopicShape(many=True), summary="List topics")
    def get(self, request: Request) -> Response:
        """List the topics that have questions, in the order of their banks (two queries)."""
        with translation.override(self.language(self.read_query())):
            page = self.paginate_queryset(Topic.objects.counted().select_related("bank"))
            return self.get_paginated_response([topic_json(self, topic) for topic in page or ()])


class TopicView(BankView):
    """One topic."""

    serializer_class = TopicShape

    @extend_schema(
        parameters=[LanguageQuery], responses={200: TopicShape, 404: PROBLEM}, summary="Read a topic"
    )
    def get(self, request: Request, slug: str) -> Response:
        """Tell about one topic."""
        with translation.override(self.language(self.read_query())):
            topic = Topic.objects.counted().select_related("bank").filter(slug=slug).first()
            if topic is None:
                raise NotFound
            return Response(topic_json(self, topic))


class QuestionsView(BankView):
    """Questions, filtered, searched, ordered."""

    serializer_class = QuestionShape
    query_class = QuestionListQuery

    @extend_schema(
        parameters=[QuestionListQuery], responses=QuestionShape(many=True), summary="List questions"
    )
    def get(self, request: Request) -> Response:
        """List questions page by page, without their answers (three queries; with search, four)."""
        query = self.read_query()
        language = self.language(query)
        with translation.override(language):
            rows: Any
            if query.get("search"):
                hits = search_texts(query=query["search"], language=language, questions=narrow(query))
                rows = [hit.text_id for hit in hits]
                if query.get("ordering"):
                    rows = listed(QuestionText.objects.filter(pk__in=rows), query["ordering"])
            else:
                texts = QuestionText.objects.shown_in(language).filter(question__in=narrow(query))
                rows = listed(texts, query.get("ordering") or "order")
            page = self.paginate_queryset(rows) or []
            if page and isinstance(page[0], int):
                found = {
                    row["id"]: row for row in QuestionText.objects.filter(pk__in=page).values(*LIST_FIELDS)
                }
                page = [found[pk] for pk in page]
            return self.get_paginated_response(questions_json(self, page))


class RandomQuestionView(BankView):
    """Any question."""

    serializer_class = QuestionShape
    query_class = QuestionQuery

    @extend_schema(
        parameters=[QuestionQuery], responses={200: QuestionShape, 404: PROBLEM}, summary="Draw a question"
    )
    def get(self, request: Request) -> Response:
        """Draw one of the questions that fit, by chance."""
        query = self.read_query()
        language = self.language(query)
        with translation.override(language):
            texts = QuestionText.objects.shown_in(language).filter(question__in=narrow(query))
            if query.get("search"):
                hits = search_texts(query=query["search"], language=language, questions=narrow(query))
                texts = texts.filter(pk__in=[hit.text_id for hit in hits])
            row = texts.order_by("?").values(*LIST_FIELDS).first()
            if row is None:
                raise NotFound
            return Response(questions_json(self, [row])[0])


class QuestionView(BankView):
    """One question with its answer."""

    serializer_class = QuestionDetailShape

    @extend_schema(
        parameters=[LanguageQuery],
        responses={200: QuestionDetailShape, 404: PROBLEM, 410: PROBLEM},
        summary="Read a question",
    )
    def get(self, request: Request, slug: str) -> Response:
        """Tell all about one question, except the keys of its items; an old slug is understood."""
        language = self.language(self.read_query())
        with translation.override(language):
            question = Question.objects.for_page(language).at_address(slug).first()
            if question is None or not question.chosen_texts:  # type: ignore[attr-defined]
                raise NotFound
            if question.state == Question.State.RETIRED:
                raise Gone
            return Response(question_json(self, question))


class SearchView(BankView):
    """Full-text search."""

    serializer_class = FoundShape
    query_class = SearchQuery

    @extend_schema(
        parameters=[SearchQuery, OpenApiParameter("page", OpenApiTypes.INT)],
        responses=FoundShape(many=True),
        summary="Search",
    )
    def get(self, request: Request) -> Response:
        """Find questions by the words of title and answer, the hits marked (two queries)."""
        query = self.read_query()
        language = self.language(query)
        with translation.override(language):
            hits = search_texts(query=query["q"], language=language, questions=narrow(query))
            page: Any = self.paginate_queryset(hits) or []
            return self.get_paginated_response(
                [
                    {
                        "slug": found.text.question.slug,
                        "language": found.text.language,
                        "topic": topic_ref(found.text.question.topic.slug, found.text.question.topic.title),
                        "title": [{"text": s.text, "hit": s.hit} for s in found.title],
                        "excerpt": [{"text": s.text, "hit": s.hit} for s in found.excerpt],
                        **self.links("question", found.text.question.slug),
                    }
                    for found in show_hits(page, query["q"])
                ]
            )


class GlossaryView(BankView):
    """The terms of the field."""

    serializer_class = TermShape
    pagination_class = None

    @extend_schema(parameters=[LanguageQuery], responses=TermShape(many=True), summary="List terms")
    def get(self, request: Request) -> Response:
        """List the terms of all banks with their names in each language (two queries)."""
        with translation.override(self.language(self.read_query())):
            return Response([self._shown(term) for term in glossary_terms()])

    def _shown(self, term: Json) -> Json:
        links = self.links("question", term["question"]) if term["question"] else {}
        return {
            "term": localised(term["names"]),
            "meaning": localised(term["meanings"]),
            "names": term["names"],
            "question": links.get("url"),
            "page": links.get("page"),
        }


def narrow(query: Json) -> QuestionQuerySet:
    """Return the published questions that fit the query's filters."""
    found = Question.objects.published().matching(has_lab=query.get("has_lab"))
    if query.get("topic"):
        found = found.filter(topic__slug__in=query["topic"])
    if query.get("tag"):
        found = found.tagged(query["tag"])
    if query.get("difficulty"):
        found = found.filter(difficulty__in=query["difficulty"])
    if query.get("updated_since"):
        found = found.filter(updated_at__gte=query["updated_since"])
    return found


def listed(texts: QuerySet[QuestionText], ordering: str) -> Any:
    """Return the rows of a list, as dictionaries, in an order."""
    return texts.order_by(*ORDERINGS[ordering]).values(*LIST_FIELDS)


def topic_ref(slug: str, title: dict[str, str]) -> Json:
    """Name a topic in the language of the answer."""
    return {"slug": slug, "title": localised(title)}


def topic_json(view: BankView, topic: Topic) -> Json:
    """Return a topic as the API shows it."""
    return {
        **topic_ref(topic.slug, topic.title),
        "description": localised(topic.description),
        "bank": topic.bank.slug,
        "order": topic.order,
        "question_count": topic.question_count,  # type: ignore[attr-defined]
        **view.links("topic", topic.slug),
    }


def questions_json(view: BankView, rows: Iterable[Json]) -> list[Json]:
    """Return the questions of a list as the API shows them (one query for their tags)."""
    rows = list(rows)
    tags: dict[int, list[str]] = defaultdict(list)
    links = QuestionText.tags.through.objects.filter(questiontext__in=[row["id"] for row in rows])
    for pk, name in links.order_by("tag__name").values_list("questiontext_id", "tag__name"):
        tags[pk].append(name)
    same = ("language", "title", "title_html", "gist", "has_math", "has_code", "placeholder")
    return [
        {
            **{name: row[name] for name in same},
            **{
                name: row[f"question__{name}"]
                for name in ("slug", "number", "difficulty", "frequency", "lab", "updated_at")
            },
            "topic": topic_ref(row["question__topic__slug"], row["question__topic__title"]),
            "tags": tags[row["id"]],
            **view.links("question", row["question__slug"]),
        }
        for row in rows
    ]


def question_json(view: BankView, question: Question) -> Json:
    """Return a question with its answer as the API shows it. What holds keys is not named here."""
    texts: list[QuestionText] = question.chosen_texts  # type: ignore[attr-defined]
    text = texts[0]
    written = (
        "language", "title", "title_html", "gist", "gist_html", "stem", "stem_html", "answer", "answer_html",
        "toc", "key_points", "mistakes", "follow_ups", "figures", "sources",
        "has_math", "has_code", "placeholder",
    )  # fmt: skip
    about = ("slug", "number", "difficulty", "frequency", "lab", "updated_at")
    bank = ("slug", "licence", "licence_url", "source_url", "attribution")
    return {
        **{name: getattr(question, name) for name in about},
        **{name: getattr(text, name) for name in written},
        "choices": [
            {"letter": letter, "text": choice["text"], "html": choice["html"]}
            for letter, choice in zip(string.ascii_uppercase, text.choices, strict=False)
        ],
        "languages": sorted(other.language for other in texts),
        "topic": topic_ref(question.topic.slug, question.topic.title),
        "tags": sorted(tag.name for tag in text.tags.all()),
        "bank": {name: getattr(question.bank, name) for name in bank}
        | {"name": localised(question.bank.name)},
        **view.links("question", question.slug),
    }
