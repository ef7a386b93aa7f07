"""Every address of the site and the API is asked while nothing is answered: none tells a key or a reason."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Learner
from qbank.models import Bank, Question, QuestionText
from quizzes.cards import Card
from quizzes.core.blueprint import Blueprint
from quizzes.interviews import begin_speaking
from quizzes.memory import add_cards
from quizzes.models import Attempt, AttemptItem, Item, Provenance
from quizzes.services import record_response, start_attempt, sync_authored_items
from tests.quizzes.bank import wrong
from tests.quizzes.conftest import sign_in
from tests.quizzes.test_secrets import OTHER_KEYS

pytestmark = pytest.mark.django_db
# What stands in item blocks alone. The texts' own answers are public: they stand on the questions' pages.
PLANTED = re.compile(
    r"SECRET |SECRETBLANK|减去SECRET|91827|另写|SECRETPOINT (?:一|二)(?!：)|rationales?_html\W+[^\W\]]"
)
STEMS = re.compile(
    r"若都为零会怎样|哪些对|只有零才行|换任务先|多少个参数|连起来|依次发生什么|What if both are zero"
)
MODES = ("practice", "exam", "interview")
LANGUAGES = ("", "en/")
# Editors see keys; the schema is code; the demos may not import items, as a contract of `make check` holds.
LEFT_OUT = ("admin/", "api/v1/schema/", "labs/")
NAMES = {
    "slug": ("rich", "notes", "choice", "lora"),
    "reference": ("x",),
    "name": ("x", "suspend"),
    "act": ("suspend",),
    "uid": ("x",),
    "token": ("x",),
    "path": ("x",),
    "section": ("pages", "questions"),
}


def patterns() -> Iterator[tuple[str, dict[str, str]]]:
    """Every route, with the kinds of its parameters."""

    def walk(found: list[Any], before: str) -> Iterator[tuple[str, dict[str, str]]]:
        for pattern in found:
            path = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, path)
            elif isinstance(pattern, URLPattern) and not any(part in path for part in LEFT_OUT):
                kinds = {
                    name: type(converter).__name__ for name, converter in pattern.pattern.converters.items()
                }
                path = re.sub(r"\^|\$", "", path).replace("(?P<path>.+)", "<path:path>")
                yield path, kinds or ({"path": "Path"} if "<path:path>" in path else {})

    return walk(get_resolver().url_patterns, "")


def addresses(attempts: dict[str, Attempt]) -> Iterator[str]:
    """Every address with every value that its parameters may sensibly have."""
    quizzes = [str(attempt.pk) for attempt in attempts.values()]
    rows = [
        str(pk)
        for pk in (*Item.objects.values_list("pk", flat=True), *Card.objects.values_list("pk", flat=True))
    ]
    for path, kinds in patterns():
        values = {
            name: [str(uuid.UUID(int=7)), *quizzes]
            if kind == "UUIDConverter"
            else list(map(str, range(1, 12)))
            if name == "position"
            else rows
            if kind == "IntConverter"
            else NAMES[name]
            for name, kind in kinds.items()
        }
        prefixes = ("",) if path.startswith(("api/", "media", "healthz", "prefs")) else LANGUAGES
        for prefix, *chosen in product(prefixes, *values.values()):
            address = path
            for name, value in zip(values, chosen, strict=True):
                address = re.sub(rf"<(?:\w+:)?{name}>", value, address)
            yield f"/{prefix}{address}"


def begin_all(learner: Learner) -> dict[str, Attempt]:
    """A quiz of each mode, begun and not answered; answers of the exam are saved, the interview speaks."""
    attempts = {}
    for mode in MODES:
        kinds = ("open",) if mode == "interview" else ()
        wanted = Blueprint(number=50, mode=mode, kinds=kinds)
        attempts[mode] = start_attempt(learner=learner, blueprint=wanted, seed="7", language="zh-hans")
    begin_speaking(attempt=attempts["interview"], position=1, learner=learner)
    return attempts


def save_all(exam: Attempt) -> None:
    for row in exam.items.whole():
        response = {"text": "mine"} if row.item.kind == "open" else wrong(row)
        given: dict[str, Any] = {"attempt": exam, "position": row.position, "learner": exam.learner}
        record_response(**given, response=response)


def told(response: Any) -> str:
    """Everything that a client is sent: body, headers with the ETag, cookies."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode(errors="replace") + repr(dict(response.headers)) + response.cookies.output()


@pytest.fixture(autouse=True)
def unthrottled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer every request: one that is refused for its number tells nothing."""
    throttle = "rest_framework.throttling.SimpleRateThrottle.allow_request"
    monkeypatch.setattr(throttle, lambda *args: True)


@pytest.fixture
def sat(bank: Bank, learner: Learner) -> dict[str, Attempt]:
    """Quizzes of every mode; cards of every item are in review; every item has a source sentence."""
    Provenance.objects.bulk_create(
        Provenance(item=item, strategy="definition", source="SECRET sentence", markdown="SECRET source")
        for item in Item.objects.all()
    )
    for key in ("", *Item.objects.live().values_list("key", flat=True).distinct()):
        if not key.startswith("@"):
            add_cards(learner=learner, questions=Question.objects.filter(slug="rich"), item_key=key)
    return begin_all(learner)


def test_the_walk_meets_every_mode_every_kind_and_every_app(sat: dict[str, Attempt]) -> None:
    found = list(addresses(sat))
    assert len({row.item.kind for row in sat["exam"].items.whole()}) == 8
    assert sum(f"/{sat['exam'].pk}/11/" in address for address in found) >= 2
    for part in ("/api/v1/quizzes/", "/questions/rich.md", "/review/", "/account/", "/progress/"):
        assert any(part in address for address in found), part


def test_no_address_tells_what_was_planted(sat: dict[str, Attempt], own_client: Client) -> None:
    save_all(sat["exam"])
    asked = 0
    for address in addresses(sat):
        for method in ("get", "head", "options"):
            response = getattr(own_client, method)(address)
            assert response.status_code in range(500) or response.status_code == 503, address
            assert PLANTED.findall(told(response)) == [], f"{method} {address}"
            asked += response.status_code == 200
    assert asked > 200
    assert not AttemptItem.objects.exclude(answered_at=None, revealed_at=None).exists()


def test_no_address_tells_a_stranger_or_nobody(sat: dict[str, Attempt], other_client: Client) -> None:
    for client in (other_client, Client()):
        for address in addresses(sat):
            response = client.get(address)
            assert PLANTED.findall(told(response)) == [], address
            if any(str(attempt.pk) in address for attempt in sat.values()):
                assert response.status_code in (404, 405), address


@pytest.mark.parametrize(
    "nonsense", [{}, {"position": 1}, {"position": 1, "response": {"points": "?"}}], ids=str
)
def test_no_refused_write_tells_it(sat: dict[str, Attempt], own_client: Client, nonsense: Any) -> None:
    quizzes = [address for address in addresses(sat) if "/quizzes/" in address]
    for address in quizzes:
        if address.endswith("reveal/") and nonsense:
            continue  # it is asked to show the answer of item 1, and may
        data = {"data": nonsense, "content_type": "application/json"} if "/api/" in address else {"data": {}}
        for method in ("post", "put", "patch", "delete"):
            response = getattr(own_client, method)(address, **data)
            assert response.status_code in range(500) or response.status_code == 503, address
            assert PLANTED.findall(told(response)) == [], f"{method} {address}"


def test_items_are_cut_from_question_pages_their_markdown_search_and_the_api(
    bank: Bank, client: Client
) -> None:
    for address in (
        "/questions/rich/",
        "/en/questions/rich/",
        "/questions/rich.md",
        "/api/v1/questions/rich/",
    ):
        response = client.get(address)
        assert response.status_code == 200, address
        assert (PLANTED.findall(told(response)), STEMS.findall(told(response))) == ([], []), address
    for word in ("SECRETBLANK", "91827", "一步不动", "若都为零会怎样"):
        page = client.get("/search/", {"q": word}).content.decode()
        assert "/questions/rich/" not in page, word


CHANGING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=pool=)[0-9a-f]{16}|(?<=pool_version.:.)[0-9a-f]{16}"
    r"|(?<=X-Learner': ')(a-)?[0-9a-f]{16}"
    r"|\d{4}-\d\d-\d\d[T ][\d:.]+|\b\d\d:\d\d:\d\d\b|\b\d{13}\b|(?<=seconds_left.:)\d+|Set-Cookie.*"
)


def everything(texts: list[QuestionText]) -> dict[str, str]:
    """All that is told of quizzes of every mode, made anew from the texts; ids and times are cut out."""
    Card.objects.all().delete()
    Attempt.objects.all().delete()
    Item.objects.all().delete()
    sync_authored_items([text.pk for text in texts])
    learner = Learner.objects.create()
    client = Client()
    sign_in(client, learner)
    attempts = begin_all(learner)
    for row in attempts["exam"].items.whole():
        given: dict[str, Any] = {"attempt": attempts["exam"], "position": row.position, "learner": learner}
        record_response(**given, response=FIRST[row.item.kind])
    seen: dict[str, str] = {}
    for address in addresses(attempts):
        if "/quizzes/" in address:
            for name, attempt in attempts.items():
                named = address.replace(str(attempt.pk), name)
                if named != address:
                    seen[named] = CHANGING.sub("", told(client.get(address)))
    return seen


FIRST: dict[str, Any] = {
    "single": 0,
    "multiple": [0],
    "true_false": True,
    "cloze": ["x", "y"],
    "numeric": "7",
    "matching": [0, None, None],
    "ordering": [0, 1, 2, 3],
    "open": {"text": "mine"},
}


@pytest.mark.parametrize("kind", OTHER_KEYS)
def test_with_another_key_every_address_says_the_same(bank: Bank, kind: str) -> None:
    """No place, order, name, length or hash depends on the key, whatever is the kind and the mode."""
    text = QuestionText.objects.get(question__slug="rich", language="zh-hans")
    texts, (old, new) = list(QuestionText.objects.all()), OTHER_KEYS[kind]
    seen = []
    for before, after in ((old, old), (old, new)):
        for source in text.items_source:
            source["markdown"] = source["markdown"].replace(before, after)
        text.save()
        seen.append(everything(texts))
    assert len(seen[0]) > 80
    for address, said in seen[0].items():
        assert seen[1][address] == said, address
