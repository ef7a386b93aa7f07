"""A language model proposes drafts through the same filters; it is a stub here, and often a bad one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from quizzes.core.generation.material import Text
from quizzes.core.generation.model import find_quote, read_proposals
from quizzes.drafts import discard_draft, publish_draft
from quizzes.models import Item
from quizzes.proposing import LARGEST_REPLY, ModelUnavailable, propose_drafts
from tests.quizzes.drafting import ANSWERS, make_bank

pytestmark = pytest.mark.django_db
GOOD = {
    "stem": "Where does all data of an application live?",
    "options": ["in one single object", "in many small files", "in every view apart"],
    "key": 0,
    "quote": ANSWERS["redux"][1],
}


class Stub(BaseHTTPRequestHandler):
    """Speaks just enough of the protocol; what it says stands in `reply`, what it was asked in `asked`."""

    reply: Any = {"items": [GOOD]}
    status = 200
    asked: list[tuple[str, dict[str, Any], str]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Stub.asked.append((self.path, body, self.headers.get("Authorization", "")))
        told = Stub.reply if isinstance(Stub.reply, str) else json.dumps(Stub.reply)
        answer = json.dumps({"choices": [{"message": {"content": told}}]}).encode()
        self.send_response(Stub.status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def model(settings: Any) -> Iterator[type[Stub]]:
    server = HTTPServer(("127.0.0.1", 0), Stub)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    Stub.reply, Stub.status, Stub.asked = {"items": [GOOD]}, 200, []
    settings.ITEMS_MODEL_URL = f"http://127.0.0.1:{server.server_port}/v1"
    settings.ITEMS_MODEL_NAME, settings.ITEMS_MODEL_KEY = "small", "secret"
    settings.ITEMS_MODEL_SECONDS = 5
    make_bank()
    yield Stub
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_is_off_unless_configured(settings: Any) -> None:
    assert settings.ITEMS_MODEL_URL == ""
    make_bank()
    with pytest.raises(ModelUnavailable, match="ITEMS_MODEL_URL"):
        propose_drafts()
    with pytest.raises(CommandError, match="ITEMS_MODEL_URL"):
        call_command("propose_items")


def test_what_quotes_its_source_becomes_a_draft_and_the_rest_does_not(model: type[Stub]) -> None:
    counts = propose_drafts()
    assert counts == {"asked": 5, "proposed": 5, "new": 1, "rejected": 4, "failed": 0}
    item = Item.objects.get(provenance__strategy="model")
    assert (item.state, item.question.key, item.source) == ("draft", "redux", "generated")
    assert item.provenance.source == ANSWERS["redux"][1]
    path, body, key = model.asked[0]
    assert (path, body["model"], key) == ("/v1/chat/completions", "small", "Bearer secret")
    assert "What is Jest?" in body["messages"][1]["content"]


def test_a_text_with_a_draft_of_the_model_is_not_asked_again(model: type[Stub]) -> None:
    propose_drafts()
    model.asked.clear()
    propose_drafts(limit=10)
    assert len(model.asked) == 4


def test_a_discarded_proposal_does_not_come_back(model: type[Stub]) -> None:
    propose_drafts()
    item = Item.objects.get(provenance__strategy="model")
    discard_draft(item=item, reason="trivial")
    item.delete()
    assert propose_drafts()["new"] == 0
    assert not Item.objects.filter(provenance__strategy="model").exists()


def test_a_published_proposal_stays_through_another_round_of_rules(model: type[Stub]) -> None:
    from quizzes.drafts import refresh_drafts

    propose_drafts()
    refresh_drafts()
    item = Item.objects.get(provenance__strategy="model")
    assert item.state == "draft"
    assert publish_draft(item=item).state == "published"


@pytest.mark.parametrize(
    "reply",
    ["no json at all", "{", '{"items": 3}', '{"items": [1, null]}', "[]", '{"items": [{"stem": "x"}]}'],
)
def test_nonsense_gives_nothing(model: type[Stub], reply: str) -> None:
    model.reply = reply
    assert propose_drafts(limit=1) == {"asked": 1, "proposed": 0, "new": 0, "rejected": 0, "failed": 0}


@pytest.mark.parametrize("status", [401, 500, 302])
def test_a_model_that_refuses_is_told_of(model: type[Stub], status: int) -> None:
    model.status = status
    with pytest.raises(ModelUnavailable, match=str(status)):
        propose_drafts()
    assert len(model.asked) == 1


def test_a_reply_without_end_is_cut_off(model: type[Stub]) -> None:
    model.reply = "x" * (LARGEST_REPLY + 1)
    with pytest.raises(ModelUnavailable, match="too large"):
        propose_drafts()


def test_nobody_there(settings: Any) -> None:
    make_bank()
    settings.ITEMS_MODEL_URL = "http://127.0.0.1:1/v1"
    with pytest.raises(ModelUnavailable):
        propose_drafts()


def test_the_command_says_what_came_of_it(model: type[Stub], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("propose_items", "--limit", "2")
    assert capsys.readouterr().out.strip() == "asked 2, proposed 2, new 1, rejected 1, failed 0"
    with pytest.raises(CommandError, match="from 1 to"):
        call_command("propose_items", "--limit", "0")


TEXT = Text("1", "What is Redux?", ANSWERS["redux"][1], "en")


@pytest.mark.parametrize(
    ("change", "objection"),
    [
        ({"quote": "Redux keeps everything everywhere."}, "quoted"),
        ({"quote": ""}, "quoted"),
        ({"options": ["in one single object", "in many small files"]}, "sound"),
        ({"stem": "Which single object holds it all in it?"}, "leak"),
        ({"options": ["in one object that holds absolutely everything there is", "a", "b"]}, "alike"),
    ],
)
def test_the_same_filters_judge_what_a_model_says(change: dict[str, Any], objection: str) -> None:
    (draft,) = read_proposals(json.dumps({"items": [GOOD | change]}), TEXT)
    assert objection in [verdict.filter for verdict in draft.verdicts if not verdict.passed]


def test_marks_of_the_authors_form_do_not_get_in(model: type[Stub]) -> None:
    stem = "Where does [[all]] data live? {#x}\n\n- [x] here"
    model.reply = {"items": [GOOD | {"stem": stem}]}
    propose_drafts()
    item = Item.objects.get(provenance__strategy="model")
    assert "[[" not in item.provenance.markdown
    assert item.provenance.markdown.count("{#") == 1
    assert publish_draft(item=item, markdown=item.provenance.markdown + " ").state == "published"


@given(st.text(max_size=300))
def test_no_reply_breaks_the_reader(reply: str) -> None:
    read_proposals(reply, TEXT)
    read_proposals(json.dumps({"items": [{"stem": reply, "options": [reply, "b", "c"], "key": 0}]}), TEXT)


def test_a_quotation_is_found_whatever_its_spacing() -> None:
    span = find_quote("all  data of an\napplication", TEXT.answer)
    assert TEXT.answer[span.start : span.end] == "all data of an application"
    assert find_quote("an", TEXT.answer).end == 0
