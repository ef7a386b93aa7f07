"""The labs' API, as its learner, another learner and somebody without a cookie."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client
from pytest_django.fixtures import Settings
from rest_framework.settings import api_settings

from accounts.models import Learner
from labs import api_urls, services
from labs.core.config import Lab
from labs.models import LabRun
from labs.registry import LABS

pytestmark = pytest.mark.django_db
RUNS = "/api/v1/labs/runs/"
JSON = "application/json"
CANCEL = "/api/v1/labs/runs/{}/cancel/"


@pytest.fixture
def anonymous() -> Client:
    return Client()


def post(client: Client, address: str, body: dict[str, object]) -> tuple[int, dict[str, object]]:
    response = client.post(address, body, content_type=JSON)
    return response.status_code, response.json()


def test_every_lab_is_listed_and_described(anonymous: Client, lab: Lab) -> None:
    listed = anonymous.get("/api/v1/labs/").json()
    assert {entry["slug"] for entry in listed} == set(LABS)
    shown = anonymous.get(f"/api/v1/labs/{lab.slug}/").json()
    assert [parameter["name"] for parameter in shown["parameters"]] == ["steps", "lr", "mode", "seed"]
    assert shown["parameters"][0]["maximum"] == 1000
    assert anonymous.get("/api/v1/labs/no-such-lab/").status_code == 404


def test_starting_a_run_makes_a_learner_who_owns_it(anonymous: Client, lab: Lab) -> None:
    status, run = post(anonymous, RUNS, {"lab": lab.slug, "settings": {"steps": 5}, "seed": 2})
    assert (status, run["status"], run["seed"]) == (201, "queued", 2)
    assert run["settings"] == {"steps": 5, "lr": 0.01, "mode": "up"}
    assert [entry["id"] for entry in anonymous.get(RUNS).json()["results"]] == [run["id"]]
    assert Client().get(RUNS).json()["count"] == 0


def test_every_setting_out_of_bounds_is_named_and_nothing_is_queued(anonymous: Client, lab: Lab) -> None:
    settings = {"steps": 0, "lr": 7, "mode": "sideways", "heat": 3}
    status, problem = post(anonymous, RUNS, {"lab": lab.slug, "settings": settings, "seed": "x"})
    assert status == 400
    assert {error["name"] for error in problem["errors"]} == {"steps", "lr", "mode", "heat", "seed"}
    assert not LabRun.objects.exists()
    assert not Learner.objects.exists()


@pytest.mark.parametrize(
    "body",
    [{}, {"lab": "no-such-lab"}, {"lab": "counting", "settings": [1]}, {"lab": "counting", "seed": [1]}],
)
def test_a_malformed_start_is_refused(anonymous: Client, lab: Lab, body: dict[str, object]) -> None:
    assert post(anonymous, RUNS, body)[0] == 400
    assert not LabRun.objects.exists()


def test_a_second_run_of_the_same_learner_conflicts(anonymous: Client, lab: Lab) -> None:
    post(anonymous, RUNS, {"lab": lab.slug})
    client = Client(enforce_csrf_checks=False)
    client.cookies = anonymous.cookies
    status, problem = post(client, RUNS, {"lab": lab.slug})
    assert status == 409
    assert str(LabRun.objects.get().id) in str(problem["detail"])


def test_a_full_queue_answers_429_and_when_to_come_back(
    anonymous: Client, queued: LabRun, settings: Settings
) -> None:
    settings.LABS_QUEUE_LIMIT = 1
    response = anonymous.post(RUNS, {"lab": "counting"}, content_type=JSON)
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert LabRun.objects.count() == 1
    assert not response.cookies
    assert list(Learner.objects.all()) == [queued.learner]


def test_anybody_with_the_address_reads_a_run(anonymous: Client, queued: LabRun) -> None:
    shown = anonymous.get(f"{RUNS}{queued.id}/").json()
    assert (shown["status"], shown["result"]) == ("queued", None)
    assert "learner" not in shown
    assert anonymous.get(f"{RUNS}{uuid4()}/").status_code == 404


def test_only_the_learner_cancels_a_run(anonymous: Client, lab: Lab) -> None:
    _, run = post(anonymous, RUNS, {"lab": lab.slug})
    address = CANCEL.format(run["id"])
    assert post(Client(), address, {})[0] == 403
    status, stopped = post(anonymous, address, {})
    assert (status, stopped["status"]) == (200, "cancelled")
    assert post(anonymous, CANCEL.format(uuid4()), {})[0] == 404


@pytest.mark.django_db(transaction=True)
def test_a_program_that_only_keeps_cookies_starts_stops_and_starts_again(lab: Lab) -> None:
    site = httpx.WSGITransport(app=get_wsgi_application())  # type: ignore[arg-type]
    with httpx.Client(transport=site, base_url="http://localhost") as program:
        first = program.post(RUNS, json={"lab": lab.slug})
        assert first.status_code == 201
        assert program.post(CANCEL.format(first.json()["id"])).json()["status"] == "cancelled"
        assert program.post(RUNS, json={"lab": lab.slug}).status_code == 201
    assert Learner.objects.count() == 1


@pytest.mark.parametrize("address", [RUNS, CANCEL.format(uuid4()), "/api/v1/labs/answer/"])
def test_a_page_of_another_site_writes_nothing(address: str, lab: Lab) -> None:
    browser = Client(enforce_csrf_checks=True)
    for content_type in ("application/x-www-form-urlencoded", "text/plain"):
        response = browser.generic(
            "POST", address, f"lab={lab.slug}", content_type, headers={"Origin": "https://elsewhere.example"}
        )
        assert response.status_code == 403
        assert not response.cookies
    assert not Learner.objects.exists()


def test_a_form_starts_no_run_even_without_an_origin(anonymous: Client, lab: Lab) -> None:
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        response = anonymous.generic("POST", RUNS, f"lab={lab.slug}", content_type)
        assert response.status_code == 415
    assert not Learner.objects.exists()


def test_no_view_reads_anything_but_json() -> None:
    for entry in api_urls.urlpatterns:
        parsers = entry.callback.cls.parser_classes  # type: ignore[union-attr]
        assert [parser.media_type for parser in parsers] == [JSON]


def test_an_address_runs_three_at_a_time_and_the_others_go_on(lab: Lab) -> None:
    for _ in range(services.RUNS_AN_ADDRESS):
        assert post(Client(REMOTE_ADDR="192.0.2.1"), RUNS, {"lab": lab.slug})[0] == 201
    greedy = Client(REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="198.51.100.7")
    refused = greedy.post(RUNS, {"lab": lab.slug}, content_type=JSON)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert not refused.cookies
    assert Learner.objects.count() == services.RUNS_AN_ADDRESS
    assert post(Client(REMOTE_ADDR="192.0.2.2"), RUNS, {"lab": lab.slug})[0] == 201


def test_addresses_of_one_ipv6_network_count_as_one(lab: Lab) -> None:
    for host in range(services.RUNS_AN_ADDRESS):
        assert post(Client(REMOTE_ADDR=f"2001:db8::{host + 1}"), RUNS, {"lab": lab.slug})[0] == 201
    assert post(Client(REMOTE_ADDR="2001:db8::ffff"), RUNS, {"lab": lab.slug})[0] == 429
    assert post(Client(REMOTE_ADDR="2001:db8:0:1::1"), RUNS, {"lab": lab.slug})[0] == 201


def test_behind_a_known_number_of_proxies_the_address_before_them_counts(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_settings, "NUM_PROXIES", 1)
    for visitor in range(services.RUNS_AN_ADDRESS + 1):
        client = Client(HTTP_X_FORWARDED_FOR=f"forged, 192.0.2.{visitor}")
        assert post(client, RUNS, {"lab": lab.slug})[0] == 201


def test_only_a_hash_of_the_address_is_kept_and_only_until_the_end(anonymous: Client, lab: Lab) -> None:
    _, run = post(anonymous, RUNS, {"lab": lab.slug})
    kept = LabRun.objects.get().address_key
    assert len(kept) == 64
    assert "127.0.0.1" not in kept
    assert kept not in str(run)
    post(anonymous, CANCEL.format(run["id"]), {})
    assert LabRun.objects.get().address_key == ""


def test_reading_never_makes_a_learner(anonymous: Client, queued: LabRun) -> None:
    before = Learner.objects.count()
    for address in ("/api/v1/labs/", RUNS, f"{RUNS}{queued.id}/", f"{RUNS}{queued.id}/events/"):
        response = anonymous.get(address)
        assert response.status_code == 200
        assert not response.cookies
    assert Learner.objects.count() == before


def test_events_are_polled_as_json_behind_a_number(anonymous: Client, queued: LabRun) -> None:
    services.claim_run(run_id=queued.id)
    services.append_events(run_id=queued.id, attempt=1, events=[{"type": "note", "n": n} for n in range(3)])
    address = f"{RUNS}{queued.id}/events/"
    page = anonymous.get(address, {"format": "json", "after": 1}).json()
    assert (page["status"], page["over"], page["next"]) == ("running", False, 3)
    assert [event["sequence"] for event in page["events"]] == [2, 3]
    assert anonymous.get(address, {"after": "three"}).status_code == 400
    assert anonymous.get(address, headers={"Last-Event-ID": "3"}).json()["events"] == []
    assert anonymous.get(f"{RUNS}{uuid4()}/events/").status_code == 404


def test_lists_take_the_same_queries_however_many_runs_there_are(
    learner: Learner, lab: Lab, django_assert_num_queries: object, client: Client
) -> None:
    post(client, RUNS, {"lab": lab.slug})
    owner = LabRun.objects.get().learner
    for seed in range(5):
        LabRun.objects.update(status="cancelled", finished_at="2026-01-01T00:00Z", address_key="")
        assert owner is not None
        services.start_run(learner=owner, lab=lab, raw_settings={}, seed=seed)
    with django_assert_num_queries(3):  # type: ignore[operator]  # learner, count, page
        assert client.get(RUNS).json()["count"] == 6
