"""What the server gives to work offline: the worker, the page to fall back to, whose a page is."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Learner
from config import offline
from tests.conftest import ROOT
from tests.quizzes.conftest import sign_in

pytestmark = pytest.mark.django_db
IMPORT = re.compile(r'(?:from |import\(?)"(\./|\.\./)([^"]+)"')


def given(client: Client) -> dict[str, object]:
    body = client.get("/worker.js").content.decode()
    found: dict[str, object] = json.loads(body[body.index("serve(") + len("serve(") : body.rindex(");")])
    return found


def test_the_worker_stands_at_the_root_and_is_asked_about_each_time(client: Client) -> None:
    response = client.get("/worker.js")
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "worker-src 'self'" in response["Content-Security-Policy"]
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies


def test_the_worker_is_another_when_the_shell_or_the_page_is(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Settings
) -> None:
    first = client.get("/worker.js").content
    client.cookies["theme"] = "dark"
    assert client.get("/worker.js").content == first
    monkeypatch.setattr(offline, "SHELL", (*offline.SHELL, "css/lab.css"))
    assert client.get("/worker.js").content != first
    monkeypatch.undo()
    (tmp_path / "offline.html").write_text("other")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    assert given(client)["version"] != json.loads(first[first.index(b"{\n") : -3])["version"]


def test_the_shell_holds_every_module_that_its_modules_import(client: Client) -> None:
    for name in offline.SHELL:
        path = finders.find(name)
        assert path is not None, name
        for start, rest in IMPORT.findall(Path(path).read_text()):
            target = (Path("/") / name).parent / start / rest
            assert str(target.resolve()).removeprefix("/") in offline.SHELL, (name, rest)
    shell = given(client)["shell"]
    assert isinstance(shell, list)
    assert {"/offline/", "/en/offline/", "/static/css/site.css"} <= set(shell)


def test_pages_that_can_be_kept_load_nothing_but_the_shell(client: Client) -> None:
    for template in (
        "quizzes/item",
        "quizzes/exam",
        "quizzes/hand_in",
        "quizzes/review/card",
        "qbank/question",
    ):
        text = (ROOT / "templates" / f"{template}.html").read_text()
        for name in re.findall(r"{% static '([^']+)' %}", text):
            assert name in offline.SHELL, (template, name)


@pytest.mark.parametrize(("path", "word"), [("/offline/", "离线"), ("/en/offline/", "Offline")])
def test_the_page_of_what_is_kept_is_everybodys(client: Client, path: str, word: str) -> None:
    response = client.get(path)
    page = response.content.decode()
    assert f"<h1>{word}</h1>" in page
    assert "X-Learner" not in response
    assert '<meta name="robots" content="noindex">' in page
    assert not response.cookies
    assert not Learner.objects.exists()


def test_every_word_that_the_scripts_say_is_on_the_page(client: Client) -> None:
    page = client.get("/en/offline/").content.decode()
    said = set(re.findall(r'data-word="(\w+)"', page))
    folder = ROOT / "static" / "js" / "offline"
    scripts = "".join(path.read_text() for path in folder.glob("*.js"))
    asked = set(re.findall(r'(?:say|note|button)\("(\w+)"', scripts))
    kinds = set(re.findall(r'(?:made|answer)\("(\w+)"', scripts))
    assert {"response", "rate", "undo"} <= kinds
    assert asked | kinds | {"answered", "saved", "asked"} <= said


def test_a_personal_page_tells_whose_it_is_and_a_public_one_does_not(client: Client) -> None:
    assert client.get("/quizzes/")["X-Learner"] == "none"
    mine, other = Learner.objects.create(), Learner.objects.create()
    tags = []
    for learner in (mine, other, mine):
        sign_in(client, learner)
        tags.append(client.get("/review/")["X-Learner"])
    assert tags[0] == tags[2] != tags[1]
    assert all(tag.startswith("a-") for tag in tags)
    assert not {"none", str(mine.pk)} & set(tags)
    for path in ("/", "/topics/", "/offline/", "/worker.js"):
        assert "X-Learner" not in client.get(path), path


@pytest.mark.parametrize(
    "path", ["/account/sign-in/", "/en/account/sign-up/", "/account/sign-out/", "/admin/logout/"]
)
def test_the_worker_knows_where_learners_change(client: Client, path: str) -> None:
    config = given(client)
    assert isinstance(config["entering"], list)
    assert isinstance(config["leaving"], list)
    assert path in [*config["entering"], *config["leaving"]]
    assert config["deleting"] == ["/account/delete/", "/en/account/delete/"]
