"""The home page gets one into a quiz, a review and a lab in one click each, with scripts or without."""

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from labs.models import LabRun
from qbank.models import Question
from quizzes.models import Attempt
from tests.factories import take_in, write_bank

pytestmark = pytest.mark.django_db
ORIGIN = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture(autouse=True)
def bank(settings: Settings, tmp_path: Path) -> None:
    """Take the tiny bank in."""
    settings.MEDIA_ROOT = tmp_path / "media"
    take_in(write_bank(tmp_path / "bank"))


def doors(client: Client, path: str) -> list[tuple[str, str]]:
    """Return how and where each of the three doors leads."""
    html = client.get(path).content.decode()
    part = html[html.index('<ul class="doors">') :].partition("</ul>")[0]
    return re.findall(r'<(?:form method="post" (action)|a class="btn" (?:href))="([^"]+)"', part)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_one_click_begins_a_quiz(client: Client, prefix: str) -> None:
    (how, address), _, _ = doors(client, f"{prefix}/")
    assert how == "action"
    response = client.post(address, **ORIGIN)
    attempt = Attempt.objects.get()
    assert response.headers["Location"] == f"{prefix}/quizzes/{attempt.pk}/"
    assert client.get(response.headers["Location"], follow=True).status_code == 200


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_one_click_leads_to_what_is_due_or_to_what_can_be_learnt(client: Client, prefix: str) -> None:
    _, (_, address), _ = doors(client, f"{prefix}/")
    assert client.get(address).headers["Location"] == f"{prefix}/review/"
    client.post(f"{prefix}/review/add/", {"topic": Question.objects.published()[0].topic.slug}, **ORIGIN)
    page = client.get(address)
    assert (page.status_code, b"<review-card" in page.content) == (200, True)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_one_click_runs_a_lab(client: Client, prefix: str) -> None:
    _, _, (how, address) = doors(client, f"{prefix}/")
    assert how == "action"
    response = client.post(address, **ORIGIN)
    run = LabRun.objects.get()
    assert response.headers["Location"] == f"{prefix}/labs/runs/{run.pk}/"
    assert client.get(response.headers["Location"]).status_code == 200
