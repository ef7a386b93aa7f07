"""What the whole API shares: pages, errors as RFC 9457 problem details, its root and its browser."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import api_view
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from accounts.services import GONE, LearnerGone
from labs.core.config import SettingsError

NON_FIELD_ERRORS_KEY = api_settings.NON_FIELD_ERRORS_KEY
PROBLEM_TYPE = "application/problem+json"


def problem(
    *, title: str, code: int, detail: str = "", errors: Sequence[Mapping[str, object]] = ()
) -> Response:
    """Build a problem-details answer; `errors` lists every single thing that is wrong."""
    body: dict[str, object] = {"type": "about:blank", "title": title, "status": code}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = list(errors)
    return Response(body, status=code, content_type=PROBLEM_TYPE)


def problem_details(error: Exception, context: dict[str, object]) -> Response | None:
    """Turn the errors of DRF and of the cores into problem details; anything else stays a server error."""
    if isinstance(error, SettingsError):
        language = "en" if get_language() == "en" else "zh"
        errors = [{"name": p.name, "message": p.message[language]} for p in error.problems]  # type: ignore[literal-required]
        return problem(title=_("Settings out of bounds"), code=status.HTTP_400_BAD_REQUEST, errors=errors)
    if isinstance(error, LearnerGone):
        return problem(title=_("Conflict"), code=status.HTTP_409_CONFLICT, detail=str(GONE))
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        answer = problem(title=_("Invalid input"), code=response.status_code, errors=_flatten(error.detail))
    else:
        detail = error.detail if isinstance(error, APIException) else _("Not found.")
        answer = problem(title=response.status_text, code=response.status_code, detail=str(detail))
    for header, value in response.items():
        if header != "Content-Type":
            answer.headers.setdefault(header, value)
    return answer


def _flatten(detail: object, name: str = "") -> list[Mapping[str, object]]:
    """List DRF's nested validation errors as {name, message}."""
    if isinstance(detail, Mapping):
        inner = {k: name if k == NON_FIELD_ERRORS_KEY else f"{name}.{k}".strip(".") for k in detail}
        return [e for key, value in detail.items() for e in _flatten(value, inner[key])]
    if isinstance(detail, list):
        row = {i: f"{name}.{i}".strip(".") for i, value in enumerate(detail) if isinstance(value, Mapping)}
        return [e for i, value in enumerate(detail) for e in _flatten(value, row.get(i, name))]
    return [{"name": name, "message": str(detail)}]


@extend_schema(exclude=True)
@api_view(["GET", "HEAD"])
def root(request: Request) -> Response:
    """List where the API begins."""
    names = {
        "topics": "api-topics",
        "glossary": "api-glossary",
        "questions": "api-questions",
        "search": "api-search",
        "quizzes": "api-quizzes",
        "reviews": "api-reviews",
        "cards": "api-cards",
        "trivia": "api-trivia",
        "labs": "api-labs",
        "runs": "api-runs",
        "adapters": "api-adapters",
        "answer": "api-answer",
        "schema": "api-schema",
        "docs": "api-docs",
    }
    return Response({key: reverse(name, request=request) for key, name in names.items()})


def docs(request: HttpRequest) -> HttpResponse:
    """Show the schema in Swagger UI, served from our own static files."""
    return render(request, "api_docs.html")
