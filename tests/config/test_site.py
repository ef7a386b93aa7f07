"""What holds for every address of the site."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError
from django.test import Client
from pytest_django.fixtures import Settings
from rest_framework.throttling import AnonRateThrottle

from accounts.models import Learner
from config.management.commands.serve import read_port

pytestmark = pytest.mark.django_db
ELSEWHERE = {"origin": "https://elsewhere.example"}


def test_an_english_browser_arriving_at_the_root_is_led_to_english(client: Client) -> None:
    arrived = client.get("/", headers={"accept-language": "en-GB,en;q=0.9"})
    assert (arrived.status_code, arrived["Location"]) == (302, "/en/")
    assert client.get("/", headers={"accept-language": "zh-CN,zh;q=0.9,en;q=0.5"}).status_code == 200


def test_an_english_browser_may_switch_to_chinese_from_our_own_pages(client: Client) -> None:
    headers = {"accept-language": "en", "referer": "http://testserver/en/"}
    assert client.get("/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/healthz/", "/topics/", "/labs/", "/quizzes/", "/api/v1/", "/api/v1/topics/"]
)
def test_head_is_answered_like_get(client: Client, path: str) -> None:
    assert client.head(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/topics/", "/labs/", "/quizzes/", "/search/?q=LoRA", "/en/labs/", "/nope/"]
)
def test_a_get_makes_no_learner_and_sets_no_cookie(client: Client, path: str) -> None:
    assert not client.get(path).cookies
    assert not Learner.objects.exists()


def test_every_page_carries_the_strict_policy(client: Client) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("path", "other"), [("/nope/", "/en/"), ("/en/nope/", "/"), ("/topics/?x=1", "/en/topics/?x=1")]
)
def test_the_language_switch_leads_somewhere_from_every_page(client: Client, path: str, other: str) -> None:
    assert f'href="{other}" lang=' in client.get(path).content.decode()


@pytest.mark.parametrize("path", ["/api/v1/nope/", "/api/v1/labs/runs/xyz/", "/api/v1/questions/no-such/"])
def test_the_api_answers_unknown_addresses_with_problem_details(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 404


@pytest.mark.parametrize("body", ["[" * 100_000, "{", '"\\ud800"', '{"text": "\\u0000"}', b"\xff"])
@pytest.mark.parametrize("path", ["/api/v1/quizzes/", "/api/v1/labs/runs/", "/api/v1/labs/answer/"])
def test_broken_json_is_refused_as_such(client: Client, path: str, body: str | bytes) -> None:
    response = client.post(path, body, content_type="application/json")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/api/v1/quizzes/", "/api/v1/labs/runs/", "/api/v1/labs/answer/"])
def test_the_api_takes_no_form_and_nothing_from_another_site(client: Client, path: str) -> None:
    assert client.post(path, {"lab": "merging"}).status_code == 415
    response = client.post(path, {"lab": "merging"}, content_type="application/json", headers=ELSEWHERE)
    assert response.status_code == 403
    assert not Learner.objects.exists()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/questions/a%00b/", 404),
        ("/api/v1/topics/%00/", 404),
        ("/topics/?tag=%00", 400),
        ("/quizzes/new/?tags=%00", 400),
    ],
)
def test_a_null_character_in_an_address_is_refused(client: Client, path: str, status: int) -> None:
    assert client.get(path).status_code == status


@pytest.mark.parametrize(
    ("language", "detail"), [("zh-hans", "预计 7 秒后可用"), ("en", "available in 7 seconds")]
)
def test_who_searches_too_often_by_program_is_told_when_to_come_back(
    client: Client, monkeypatch: pytest.MonkeyPatch, language: str, detail: str
) -> None:
    monkeypatch.setattr(AnonRateThrottle, "allow_request", lambda *args: False)
    monkeypatch.setattr(AnonRateThrottle, "wait", lambda *args: 7)
    answer = client.get("/api/v1/search/?q=LoRA", headers={"accept-language": language})
    assert (answer.status_code, answer["Retry-After"], answer["Content-Language"]) == (429, "7", language)
    assert answer["Content-Type"] == "application/problem+json"
    assert detail in answer.json()["detail"]


def test_the_theme_is_kept_and_leads_back_to_our_own_pages_only(client: Client) -> None:
    kept = client.post("/prefs/theme/", {"theme": "dark", "next": "/topics/"})
    assert (kept["Location"], kept.cookies["theme"].value) == ("/topics/", "dark")
    assert 'data-theme="dark"' in client.get("/topics/").content.decode()
    for target in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"):
        assert client.post("/prefs/theme/", {"theme": "light", "next": target})["Location"] == "/"
    assert "theme" not in client.post("/prefs/theme/", {"theme": "<script>"}).cookies


def test_a_forged_form_gets_a_page_of_ours(settings: Settings) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/labs/merging/", {"seed": "0"}, headers=ELSEWHERE)
    assert response.status_code == 403
    assert 'class="brand"' in response.content.decode()
    assert "这份表单被拒绝了" in response.content.decode()


def test_who_may_not_see_a_page_is_told_that_and_not_of_forms(client: Client) -> None:
    client.force_login(User.objects.create_user("ming"))
    response = client.get("/en/review-drafts/")
    assert response.status_code == 403
    assert "This is not open to you" in response.content.decode()
    assert "form was refused" not in response.content.decode()


@pytest.mark.parametrize("text", ["abc", "", "0", "-1", "65536", "88 01", "８０８０x"])
def test_a_port_that_is_none_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(CommandError, match="PORT must be between 1 and 65535"):
        read_port(text)
