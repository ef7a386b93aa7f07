"""How good items are: what responses tell, and what learners report."""

from __future__ import annotations

import random
import statistics
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Learner
from accounts.reports import MOST_A_DAY, ReportError
from qbank.models import Bank
from quizzes.core.blueprint import Blueprint
from quizzes.core.statistics import (
    LEAST,
    LEAST_TO_WITHDRAW,
    Sums,
    discrimination,
    facility,
    flags_of,
    interval,
    is_to_withdraw,
)
from quizzes.flaws import export_learner, merge_learners, report_flaw
from quizzes.models import Attempt, Item
from quizzes.quality import FlawReport, ItemStatistics
from quizzes.services import record_response, reveal_answer, start_attempt, sync_authored_items
from quizzes.statistics import add_up_items, roll_up_items
from tests.quizzes.bank import right, wrong

scores = st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.floats(0, 1)), min_size=4, max_size=40)


def sums_of(pairs: list[tuple[float, float]]) -> Sums:
    xs, ys = zip(*pairs, strict=True)
    return Sums(
        n=len(pairs),
        x_all=sum(xs),
        pairs=len(pairs),
        x=sum(xs),
        y=sum(ys),
        xx=sum(x * x for x in xs),
        yy=sum(y * y for y in ys),
        xy=sum(x * y for x, y in pairs),
    )


@given(scores)
def test_facility_and_discrimination_are_mean_and_correlation(pairs: list[tuple[float, float]]) -> None:
    xs, ys = zip(*pairs, strict=True)
    assert facility(sums_of(pairs)) == pytest.approx(statistics.mean(xs))
    found = discrimination(sums_of(pairs))
    if found is not None:
        assert -1 <= found <= 1
        if statistics.pvariance(xs) > 1e-4 and statistics.pvariance(ys) > 1e-4:
            assert found == pytest.approx(statistics.correlation(xs, ys), abs=1e-5)


def test_nothing_is_said_of_few_responses_or_of_none() -> None:
    assert (facility(Sums(0, 0)), discrimination(Sums(0, 0))) == (None, None)
    against = [(float(i % 2), 1.0 - i % 2) for i in range(LEAST - 1)]
    assert flags_of(sums_of(against)) == ()
    assert interval(0.9, 3) == (-1.0, 1.0)


@pytest.mark.parametrize(
    ("pairs", "flags"),
    [
        ([(float(i % 2), (i % 2) * 0.6 + i % 3 * 0.1) for i in range(LEAST)], ()),
        ([(1.0, i % 5 / 5) for i in range(LEAST)], ("easy",)),
        ([(0.0, i % 5 / 5) for i in range(LEAST)], ("hard",)),
        ([(float(i % 2), float(i // 2 % 2)) for i in range(40)], ("flat",)),
        ([(float(i % 2), 1.0 - i % 2) for i in range(LEAST)], ("against",)),
    ],
    ids=["good", "easy", "hard", "flat", "against"],
)
def test_items_are_flagged_beyond_the_bounds(
    pairs: list[tuple[float, float]], flags: tuple[str, ...]
) -> None:
    assert flags_of(sums_of(pairs)) == flags


def test_an_item_is_withdrawn_when_enough_of_those_who_know_get_it_wrong() -> None:
    def pairs(count: int) -> Sums:
        return sums_of([(float(i % 2), 1.0 - i % 2) for i in range(count)])

    assert not is_to_withdraw(pairs(LEAST_TO_WITHDRAW - 1))
    assert is_to_withdraw(pairs(LEAST_TO_WITHDRAW))
    assert not is_to_withdraw(sums_of([(float(i % 2), float(i % 2)) for i in range(200)]))


def sit(learner: Learner, rightly: dict[str, bool]) -> Attempt:
    """Answer the machine-marked items of one quiz."""
    kinds = ("single", "multiple", "true_false", "numeric")
    blueprint = Blueprint(kinds=kinds, topics=("lora",), number=50)
    attempt = start_attempt(learner=learner, blueprint=blueprint, seed="1", language="zh-hans")
    for row in attempt.items.whole():
        response = right(row) if rightly[row.item.kind] else wrong(row)
        record_response(attempt=attempt, position=row.position, response=response, learner=learner)
    return attempt


@pytest.fixture
def misled(bank: Bank) -> Bank:
    """Seventy learners; those who know most get the numeric item wrong."""
    draw = random.Random(1)
    for number in range(70):
        knows = number % 2 == 0
        others = {kind: knows == (draw.random() < 0.9) for kind in ("single", "multiple", "true_false")}
        sit(Learner.objects.create(), others | {"numeric": not knows})
    return bank


@pytest.mark.django_db
def test_the_database_adds_up_what_python_adds_up(bank: Bank) -> None:
    draw = random.Random(2)
    kinds = ("single", "multiple", "true_false", "numeric")
    seen: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
    for _ in range(12):
        rightly = {kind: draw.random() < 0.5 for kind in kinds}
        sit(Learner.objects.create(), rightly)
        for kind in kinds:
            rest = [float(rightly[other]) for other in kinds if other != kind]
            seen[kind].append((float(rightly[kind]), sum(rest) / 3))
    names = dict(Item.objects.values_list("pk", "kind"))
    found = {names[pk]: sums for pk, sums in add_up_items().items()}
    for kind in kinds:
        wanted = sums_of(seen[kind])
        assert (found[kind].n, found[kind].pairs) == (12, 12)
        assert facility(found[kind]) == pytest.approx(facility(wanted))
        assert discrimination(found[kind]) == pytest.approx(discrimination(wanted))


@pytest.mark.django_db
def test_only_the_first_response_of_a_learner_counts(bank: Bank, learner: Learner) -> None:
    kinds = ("single", "multiple", "true_false", "numeric")
    sit(learner, dict.fromkeys(kinds, False))
    sit(learner, dict.fromkeys(kinds, True))
    roll_up_items()
    assert set(ItemStatistics.objects.values_list("responses", "facility")) == {(1, 0.0)}


@pytest.mark.django_db
def test_a_bad_item_is_flagged_and_by_rule_withdrawn_and_stays_out(misled: Bank) -> None:
    numeric = Item.objects.get(kind="numeric")
    assert roll_up_items()["withdrawn"] == 0
    kept = ItemStatistics.objects.get(item=numeric)
    assert (kept.responses, kept.flags, kept.is_flagged) == (70, ["against"], True)
    assert Item.objects.live().filter(pk=numeric.pk).exists()
    call_command("roll_up_items", "--withdraw", verbosity=0)
    assert not Item.objects.live().filter(pk=numeric.pk).exists()
    assert numeric.text_id
    sync_authored_items([numeric.text_id])
    assert Item.objects.get(pk=numeric.pk).state == "draft"
    assert ItemStatistics.objects.get(item=numeric).withdrawn_at
    assert roll_up_items(withdraw=True)["withdrawn"] == 0


@pytest.mark.django_db
def test_self_graded_items_are_counted_and_never_flagged(bank: Bank) -> None:
    for _ in range(LEAST):
        learner = Learner.objects.create()
        wanted = Blueprint(kinds=("open",), topics=("cot",), number=1)
        attempt = start_attempt(learner=learner, blueprint=wanted, seed="1", language="zh-hans")
        reveal_answer(attempt=attempt, position=1, learner=learner)
        record_response(attempt=attempt, position=1, response={"grade": "missed"}, learner=learner)
    roll_up_items()
    assert set(ItemStatistics.objects.values_list("responses", "is_flagged")) == {(LEAST, False)}


@pytest.mark.django_db
def test_a_roll_up_takes_few_queries_however_many_items(
    misled: Bank, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(10):
        roll_up_items(withdraw=True)


def report(attempt: Attempt, position: int = 1, **more: Any) -> FlawReport:
    given: dict[str, Any] = {"kind": "unclear", "learner": attempt.learner, **more}
    return report_flaw(attempt=attempt, position=position, **given)


@pytest.mark.django_db
def test_a_second_report_takes_the_place_of_the_first(attempt: Attempt) -> None:
    report(attempt, note="first")
    assert report(attempt, kind="outdated", note=" second ").note == "second"
    assert FlawReport.objects.get().kind == "outdated"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "code"),
    [({"kind": "ugly"}, "kind"), ({"note": "x" * 1001}, "long"), ({"note": "a\0b"}, "characters")],
)
def test_a_broken_report_is_refused(attempt: Attempt, given: dict[str, str], code: str) -> None:
    with pytest.raises(ReportError) as caught:
        report(attempt, **given)
    assert caught.value.code == code
    assert not FlawReport.objects.exists()


@pytest.mark.django_db
def test_nobody_reports_more_than_so_many_a_day(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_A_DAY == 20
    monkeypatch.setattr("accounts.reports.MOST_A_DAY", 2)
    report(attempt, 1)
    report(attempt, 2)
    report(attempt, 2, note="again")
    with pytest.raises(ReportError) as caught:
        report(attempt, 3)
    assert caught.value.code == "many"


@pytest.mark.django_db
def test_reports_move_into_an_account_and_are_taken_away(attempt: Attempt, bank: Bank) -> None:
    other = Learner.objects.create()
    theirs = start_attempt(learner=other, blueprint=Blueprint(number=50), seed="7", language="zh-hans")
    report(attempt, 1, note="mine")
    report(theirs, 1, note="theirs")
    report(theirs, 2, note="theirs too")
    merge_learners(into=attempt.learner, other=other)
    assert not other.flaw_reports.exists()
    notes = [one["note"] for one in export_learner(attempt.learner)["flaw_reports.json"]]
    assert notes == ["mine", "theirs too"]


@pytest.mark.django_db
def test_a_flaw_is_reported_on_the_page_without_script(attempt: Attempt, own_client: Client) -> None:
    url = f"/en/quizzes/{attempt.pk}/1/"
    assert "Something wrong with this item?" in own_client.get(url).content.decode()
    refused = own_client.post(f"{url}flaw/", {"note": "<b>hm</b>"})
    assert refused.status_code == 400
    assert "&lt;b&gt;hm&lt;/b&gt;" in refused.content.decode()
    taken = own_client.post(f"{url}flaw/", {"kind": "unclear", "note": "hm"})
    assert taken.headers["Location"] == f"{url}?reported=1#flaw"
    assert "Thank you" in own_client.get(taken.headers["Location"]).content.decode()
    assert FlawReport.objects.get().learner == attempt.learner


@pytest.mark.django_db
def test_a_flaw_is_reported_by_program(attempt: Attempt, own_client: Client) -> None:
    url = f"/api/v1/quizzes/{attempt.pk}/flaws/"

    def send(data: Any) -> int:
        return own_client.post(url, data, content_type="application/json").status_code

    assert send({"position": 1, "kind": "wrong_key", "note": "B"}) == 201
    assert [send(data) for data in ({"position": 1}, {"position": 49, "kind": "other"})] == [400, 400]
    assert FlawReport.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["{}/1/flaw/", "api/v1/quizzes/{}/flaws/"])
def test_nobody_reports_in_anothers_quiz(attempt: Attempt, other_client: Client, path: str) -> None:
    url = "/" + path.format(attempt.pk) if path.startswith("api") else "/quizzes/" + path.format(attempt.pk)
    data = {"position": 1, "kind": "other"}
    for client in (other_client, Client()):
        assert client.post(url, data, content_type="application/json").status_code == 404
    assert not FlawReport.objects.exists()


@pytest.mark.django_db
def test_the_admin_shows_figures_and_counts_reports(attempt: Attempt, client: Client) -> None:
    client.force_login(User.objects.create_superuser("editor", password="x"))
    report(attempt, 1, note="look here")
    roll_up_items()
    page = client.get("/en/admin/quizzes/item/?reported=1").content.decode()
    assert "1 item" in page
    page = client.get("/en/admin/quizzes/flawreport/").content.decode()
    assert "look here" in page
    pk = FlawReport.objects.get().pk
    acted = {"action": "accept", "_selected_action": [pk]}
    assert client.post("/en/admin/quizzes/flawreport/", acted).status_code == 302
    assert FlawReport.objects.get().state == "accepted"
    item = Item.objects.get(kind="numeric")
    for action in ("roll_up", "make_drafts"):
        client.post("/en/admin/quizzes/item/", {"action": action, "_selected_action": [item.pk]})
    assert Item.objects.get(pk=item.pk).state == "draft"


@pytest.mark.django_db
@pytest.mark.parametrize("by_program", [False, True])
def test_an_address_sends_so_many_reports_an_hour_whoever_it_claims_to_be(
    attempt: Attempt, own_client: Client, monkeypatch: pytest.MonkeyPatch, by_program: bool
) -> None:
    monkeypatch.setattr("accounts.limits.REPORTS", "2/hour")
    form = f"/quizzes/{attempt.pk}/1/flaw/"
    program = f"/api/v1/quizzes/{attempt.pk}/flaws/"

    def send(kind: str, address: str = "192.0.2.1") -> Any:
        if by_program:
            data = {"position": 1, "kind": kind}
            return own_client.post(program, data, content_type="application/json", REMOTE_ADDR=address)
        return own_client.post(form, {"kind": kind, "note": "words"}, REMOTE_ADDR=address)

    cache.clear()
    taken = [send(kind).status_code for kind in ("unclear", "outdated")]
    assert taken == ([201, 201] if by_program else [302, 302])
    refused = send("other")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert "太多" in (refused.json()["detail"] if by_program else refused.content.decode())
    assert by_program or "words" in refused.content.decode()
    assert FlawReport.objects.get().kind == "outdated"
    assert send("other", "192.0.2.2").status_code in (201, 302)
