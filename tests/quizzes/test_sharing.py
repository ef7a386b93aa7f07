"""A quiz as an address: the pool's version, weak spots by name, the list of one's own quizzes."""

from __future__ import annotations

import re
from itertools import combinations, product
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts.models import Learner
from qbank.models import Bank, Question, QuestionText, Topic
from quizzes.core.blueprint import Blueprint, PoolItem, choose, in_language
from quizzes.core.results import TopicRecord, weak_topics
from quizzes.models import Attempt, Item
from quizzes.pool import COLUMNS, Pool
from quizzes.services import record_response, start_attempt, sync_authored_items
from tests.quizzes.bank import right, wrong

pytestmark = pytest.mark.django_db
ORIGIN = {"HTTP_ORIGIN": "http://testserver"}
CHANGED = "The bank has changed since this address was made"


def version(**blueprint: object) -> str:
    return Pool(Blueprint(**blueprint), "en").version  # type: ignore[arg-type]


def test_the_preview_offers_an_address_with_the_pools_version(bank: Bank, client: Client) -> None:
    page = client.get("/en/quizzes/new/?seed=1&number=4").content.decode()
    assert f"seed=1&amp;pool={version()}" in page
    again = client.get(f"/en/quizzes/new/?seed=1&number=4&pool={version()}").content.decode()
    assert CHANGED not in again


def test_a_pool_that_has_changed_says_so_and_does_not_begin_unseen(bank: Bank, client: Client) -> None:
    old = version()
    Item.objects.filter(kind="numeric").update(state="draft")
    address = f"/en/quizzes/new/?seed=1&number=4&pool={old}"
    assert CHANGED in client.get(address).content.decode()
    refused = client.post(address, **ORIGIN)
    assert refused.status_code == 409
    assert CHANGED in refused.content.decode()
    assert not Attempt.objects.exists()
    assert f"pool={version()}" in refused.content.decode()
    assert client.post(f"/en/quizzes/new/?seed=1&number=4&pool={version()}", **ORIGIN).status_code == 302


def test_a_change_elsewhere_leaves_an_address_alone(bank: Bank, client: Client) -> None:
    before = version(topics=("cot",))
    Item.objects.filter(question__topic__slug="lora").update(state="draft")
    assert version(topics=("cot",)) == before


def test_every_change_of_the_pool_gives_it_another_name(bank: Bank) -> None:
    ids = list(Item.objects.live().order_by("pk").values_list("pk", flat=True))
    names = {version()}
    for pair in combinations(ids, 2):  # neighbours in and out: equal counts, often equal sums of ids
        Item.objects.filter(pk__in=pair).update(state="draft")
        names.add(version())
        Item.objects.filter(pk__in=pair).update(state="published")
    assert len(names) == 1 + len(ids) * (len(ids) - 1) // 2
    assert version() in names
    Item.objects.update(state="draft")
    assert version() not in names


def test_the_database_draws_what_choosing_from_the_whole_pool_would(bank: Bank) -> None:
    for seed, number, language in product(map(str, range(30)), (1, 2, 5, 50), ("en", "zh-hans")):
        blueprint = Blueprint(number=number)
        whole = in_language([PoolItem(*row) for row in Item.objects.live().values_list(*COLUMNS)], language)
        wanted = [item.row for item in choose(whole, blueprint, seed)]
        assert Pool(blueprint, language).draw(seed) == wanted


def test_the_draw_depends_on_names_and_not_on_rows(bank: Bank) -> None:
    def drawn() -> list[str]:
        refs = Item.objects.in_bulk(rows := Pool(Blueprint(number=6), "en").draw("7"))
        return [refs[row].ref for row in rows]

    before, texts = drawn(), QuestionText.objects.order_by("-pk").values_list("pk", flat=True)
    Item.objects.all().delete()
    for text in texts:
        sync_authored_items([text])
    assert drawn() == before


@pytest.mark.parametrize("pool", ["x", "0" * 15, "G" * 16])
def test_a_broken_version_is_refused(bank: Bank, client: Client, pool: str) -> None:
    assert client.get(f"/en/quizzes/new/?seed=1&pool={pool}").status_code == 400


def test_by_program_a_changed_pool_is_refused(bank: Bank, client: Client) -> None:
    def begin(pool: str) -> int:
        data = {"seed": "1", "pool": pool}
        return client.post("/api/v1/quizzes/", data, content_type="application/json").status_code

    assert (begin("0" * 16), begin(Pool(Blueprint(), "zh-hans").version)) == (400, 201)


def test_weak_topics_have_enough_answers_and_the_worst_come_first() -> None:
    records = [
        TopicRecord("few", 4, 0.0),
        TopicRecord("good", 9, 0.8),
        *(TopicRecord(name, 5, score) for name, score in (("c", 0.5), ("a", 0.2), ("b", 0.2), ("d", 0.7))),
    ]
    assert weak_topics(records) == ("a", "b", "c")


def answer_all(learner: Learner, *, rightly: bool) -> None:
    wanted = Blueprint(topics=("lora",), kinds=("single", "multiple", "true_false", "numeric", "cloze"))
    attempt = start_attempt(learner=learner, blueprint=wanted, seed="1", language="en")
    for row in attempt.items.whole():
        response = right(row) if rightly else wrong(row)
        record_response(attempt=attempt, position=row.position, response=response, learner=learner)


def test_weak_spots_become_topics_in_the_address(bank: Bank, own_client: Client, learner: Learner) -> None:
    address = "/en/quizzes/new/?weak=1&number=5"
    assert "No weak spots are known yet" in own_client.get(address).content.decode()
    answer_all(learner, rightly=False)
    found = own_client.get(address)
    query = parse_qs(urlsplit(found.headers["Location"]).query)
    assert (query["topics"], query["number"]) == (["lora"], ["5"])
    assert "weak" not in query
    assert "no-store" in found.headers["Cache-Control"]
    assert "No weak spots" in Client().get(address).content.decode()
    begun = own_client.post("/api/v1/quizzes/", {"weak": True}, content_type="application/json")
    assert begun.json()["blueprint"]["topics"] == ["lora"]


def test_what_went_well_is_no_weak_spot(bank: Bank, own_client: Client, learner: Learner) -> None:
    answer_all(learner, rightly=True)
    assert "No weak spots" in own_client.get("/en/quizzes/new/?weak=1").content.decode()
    refused = own_client.post("/api/v1/quizzes/", {"weak": True}, content_type="application/json")
    assert refused.status_code == 400


def test_ones_own_quizzes_are_listed_page_by_page(
    bank: Bank, own_client: Client, other_client: Client, learner: Learner
) -> None:
    for seed in range(21):
        start_attempt(learner=learner, blueprint=Blueprint(), seed=str(seed), language="en")
    pages = [own_client.get(f"/en/quizzes/own/?page={page}").content.decode() for page in (1, 2, 99)]
    assert [page.count('class="q"') for page in pages] == [20, 1, 1]
    assert "/en/quizzes/own/" in own_client.get("/en/quizzes/").content.decode()
    for client in (other_client, Client()):
        assert "not begun any quiz" in client.get("/en/quizzes/own/").content.decode()
        assert not client.get("/en/quizzes/own/").cookies


def test_a_page_of_quizzes_takes_few_queries(
    bank: Bank, own_client: Client, learner: Learner, django_assert_max_num_queries: object
) -> None:
    for seed in range(20):
        start_attempt(learner=learner, blueprint=Blueprint(), seed=str(seed), language="en")
    with django_assert_max_num_queries(5):  # type: ignore[operator]  # time zone, count, quizzes, topics
        own_client.get("/en/quizzes/own/")


def test_ones_own_quizzes_say_what_they_ask_about(bank: Bank, own_client: Client, learner: Learner) -> None:
    def asked_about(**blueprint: object) -> list[str]:
        made = Blueprint(number=50, **blueprint)  # type: ignore[arg-type]
        start_attempt(learner=learner, blueprint=made, seed="1", language="zh-hans")
        row = own_client.get("/quizzes/own/").content.decode().split("<li><a class")[1]
        return re.findall(r"<span>([^<]+)</span>", row)[1:-1]  # after the mode, before the date

    assert asked_about(topics=("cot",)) == ["思维链"]
    assert asked_about() == ["低秩", "思维链"]
    third = Topic.objects.create(bank=bank, slug="third", order=3, title={"zh-hans": "其他", "en": "Other"})
    Question.objects.filter(slug="choice").update(topic=third)
    assert asked_about() == ["3 个专题"]
