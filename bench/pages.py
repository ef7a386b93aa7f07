"""Pages against a bare Django view, through the same WSGI handler in the same run."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from unittest.mock import patch

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from bench.interleave import interleaved
from config.urls import urlpatterns as site_patterns
from qbank.models import Question


def bare(request: HttpRequest) -> HttpResponse:
    """Answer without database or template."""
    return HttpResponse("ok")


urlpatterns = [path("bare/", bare), *site_patterns]


def request(application: Callable[..., Any], address: str) -> Callable[[], bytes]:
    """Return a callable that asks for the address once and checks the answer."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": address,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.errors": BytesIO(),
    }
    statuses: list[str] = []

    def start_response(status: str, headers: list[tuple[str, str]], *rest: object) -> None:
        statuses.append(status)

    def once() -> bytes:
        statuses.clear()
        response = application({**environ, "wsgi.input": BytesIO()}, start_response)
        body = b"".join(response)
        response.close()
        assert statuses[0].startswith("200"), (address, statuses)
        return body

    return once


def main() -> None:
    """Print the cost of each page as a multiple of a bare view behind the same middleware."""
    question = Question.objects.published().exclude(lab="").first()
    assert question is not None, "the bank is empty: run `python manage.py prepare` first"
    pages = {
        "bare view": "/bare/",
        "question page": f"/questions/{question.slug}/",
        "topics": "/topics/",
        "search": "/search/",
        "API question": f"/api/v1/questions/{question.slug}/",
        "API questions": "/api/v1/questions/",
    }
    unlimited = patch("rest_framework.throttling.AnonRateThrottle.allow_request", return_value=True)
    with override_settings(ROOT_URLCONF="bench.pages"), unlimited:
        application = get_wsgi_application()
        seconds = interleaved(
            {name: request(application, address) for name, address in pages.items()}, rounds=15, calls=20
        )
    for name, value in seconds.items():
        print(f"pages: {name:15} {seconds['bare view'] / value:6.3f} × the requests a second of a bare view")
