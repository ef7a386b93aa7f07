"""Who a request belongs to."""

import uuid

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.cache import cache
from django.core.signing import get_cookie_signer
from django.http import HttpRequest
from django.test import Client, RequestFactory

from accounts.models import Learner
from accounts.origin import comes_from_elsewhere, comes_from_here
from accounts.services import LearnerHandle

pytestmark = pytest.mark.django_db


def request_with(cookie: str | None = None, user: User | None = None) -> HttpRequest:
    """Build a request that carries a signed learner's cookie, or somebody's session."""
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    if cookie is not None:
        name = settings.LEARNER_COOKIE_NAME
        request.COOKIES[name] = get_cookie_signer(salt=name).sign(cookie)
    return request


def test_looking_for_a_learner_makes_none() -> None:
    assert LearnerHandle(request_with()).find() is None
    assert not Learner.objects.exists()


def test_a_learner_is_made_once_a_request_and_found_by_the_cookie() -> None:
    handle = LearnerHandle(request_with())
    learner = handle.ensure()
    assert handle.ensure() == handle.find() == handle.made_here == learner
    assert LearnerHandle(request_with(str(learner.id))).find() == learner
    assert Learner.objects.count() == 1


@pytest.mark.parametrize("value", ["", "not-a-uuid", str(uuid.uuid4())])
def test_a_cookie_that_names_nobody_finds_nobody(value: str) -> None:
    assert LearnerHandle(request_with(value)).find() is None


def test_a_cookie_with_another_signature_finds_nobody() -> None:
    learner = Learner.objects.create()
    request = request_with()
    request.COOKIES[settings.LEARNER_COOKIE_NAME] = f"{learner.id}:forged"
    assert LearnerHandle(request).find() is None


def test_the_learner_of_an_account_is_found_by_its_session_alone() -> None:
    user = User.objects.create_user("ming")
    learner = LearnerHandle(request_with(user=user)).ensure()
    assert learner.user == user
    assert LearnerHandle(request_with(user=user)).find() == learner
    assert LearnerHandle(request_with(str(learner.id))).find() is None


def test_an_account_does_not_take_the_learner_of_a_cookie() -> None:
    anonymous = Learner.objects.create()
    user = User.objects.create_user("ming")
    assert LearnerHandle(request_with(str(anonymous.id), user)).find() is None


@pytest.mark.parametrize(
    ("headers", "here", "elsewhere"),
    [
        ({"origin": "http://testserver"}, True, False),
        ({"origin": "http://testserver.example"}, False, True),
        ({"origin": "null"}, False, True),
        ({"referer": "http://testserver/quizzes/"}, True, False),
        ({"referer": "http://testserver.example/"}, False, True),
        ({"origin": "https://evil.example", "referer": "http://testserver/"}, False, True),
        ({}, False, False),
    ],
)
def test_a_request_comes_from_where_the_browser_says(
    headers: dict[str, str], here: bool, elsewhere: bool
) -> None:
    request = RequestFactory().post("/", headers=headers)
    assert comes_from_here(request) is here
    assert comes_from_elsewhere(request) is elsewhere


def test_the_api_slows_down_whoever_asks_too_often_and_no_header_helps(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rest_framework.throttling import AnonRateThrottle

    monkeypatch.setattr(AnonRateThrottle, "THROTTLE_RATES", {"anon": "3/min"})
    cache.clear()
    answers = [
        client.get("/api/v1/topics/", headers={"x-forwarded-for": f"10.0.0.{n}"}).status_code
        for n in range(5)
    ]
    cache.clear()
    assert answers == [200, 200, 200, 429, 429]
