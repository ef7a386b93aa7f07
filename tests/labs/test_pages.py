"""The labs' pages, without script, as learner, other learner and anonymous."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation
from pytest_django.fixtures import Settings

from accounts.models import Learner
from labs import services
from labs.card import render_card
from labs.core.config import Lab
from labs.models import LabRun
from labs.registry import LABS
from labs.templatetags.labs import clamped, measure_names
from qbank.models import Question
from tests.factories import take_in, write_bank
from tests.labs.experiments import counting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_model(settings: Settings) -> None:
    """Nobody listens where the model would answer."""
    settings.LABS_INFERENCE_URL = "http://127.0.0.1:9"


def start(client: Client, lab: Lab, **settings: str) -> LabRun:
    """Press the button on the lab's page; return the run that it leads to."""
    response = client.post(f"/en/labs/{lab.slug}/", settings)
    assert response.status_code == 302, response.content
    run = LabRun.objects.latest("created_at")
    assert response.headers["Location"] == f"/en/labs/runs/{run.id}/"
    return run


def succeed(run: LabRun) -> None:
    """Let a run report what the counting lab reports, and end."""
    services.claim_run(run_id=run.id)
    events = [event for event in counting.run({"steps": 1}, 0) if event["type"] != "result"]
    services.append_events(run_id=run.id, attempt=1, events=events)
    services.finish_run(run_id=run.id, attempt=1, status=LabRun.Status.SUCCEEDED, result=counting.RESULT)


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_lab_of_the_registry_has_its_page(client: Client, prefix: str) -> None:
    listed = page(client, f"{prefix}/labs/")
    for slug, lab in LABS.items():
        assert f"{prefix}/labs/{slug}/" in listed
        shown = page(client, f"{prefix}/labs/{slug}/")
        for parameter in lab.parameters:
            assert f'name="{parameter.name}"' in shown


def test_the_address_fills_the_form(client: Client, lab: Lab) -> None:
    shown = page(client, f"/en/labs/{lab.slug}/?steps=7&mode=down&seed=4&from=elsewhere")
    assert 'value="7"' in shown
    assert 'value="down" checked' in shown
    assert "Nothing was started" not in shown


def test_a_bad_address_says_what_is_wrong_and_keeps_it(client: Client, lab: Lab) -> None:
    shown = page(client, f"/en/labs/{lab.slug}/?steps=70000&lr=fast", 400)
    assert "These settings are out of bounds:" in shown
    assert "Nothing was started" not in shown
    assert "<b>Learning rate</b>" in shown
    assert "70000 is not between 1 and 1000. More would take too long." in shown
    assert 'value="fast"' in shown


def test_a_lab_and_its_runs_lead_to_the_question_if_the_bank_has_it(
    client: Client, lab: Lab, tmp_path: Path
) -> None:
    addresses = (f"/en/labs/{lab.slug}/", f"/en/labs/runs/{start(client, lab).id}/")
    for address in addresses:
        assert "Read question 10" not in page(client, address)
    take_in(write_bank(tmp_path))
    Question.objects.filter(slug="rank").update(lab=lab.slug)
    for address in addresses:
        assert '<a class="plain" href="/en/questions/rank/">Read question 10</a>' in page(client, address)
    Question.objects.update(state="retired")
    assert "Read question 10" not in page(client, addresses[0])


def test_opening_a_lab_makes_no_learner(client: Client, lab: Lab) -> None:
    page(client, f"/labs/{lab.slug}/")
    assert not Learner.objects.exists()


def test_the_button_starts_a_run_and_leads_to_its_page(client: Client, lab: Lab) -> None:
    run = start(client, lab, steps="2", seed="9")
    assert (run.settings["steps"], run.seed) == (2, 9)
    shown = page(client, f"/en/labs/runs/{run.id}/")
    assert '<meta http-equiv="refresh"' in shown
    assert f'action="/en/labs/runs/{run.id}/cancel/"' in shown


def test_a_form_out_of_bounds_starts_nothing(client: Client, lab: Lab) -> None:
    response = client.post(
        f"/en/labs/{lab.slug}/", {"steps": "0", "lr": "9", "mode": "sideways", "heat": "1"}
    )
    assert response.status_code == 400
    shown = response.content.decode()
    assert all(name in shown for name in ("0 is not between", "9 is not between", "none of up, down"))
    assert "Nothing was started" in shown
    assert all(f"<b>{label}</b>" in shown for label in ("Steps", "Learning rate", "Mode", "heat"))
    assert not LabRun.objects.exists()
    assert not Learner.objects.exists()


def test_a_second_run_is_refused_with_the_way_to_the_first(client: Client, lab: Lab) -> None:
    run = start(client, lab)
    response = client.post(f"/en/labs/{lab.slug}/", {})
    assert response.status_code == 409
    assert f"/en/labs/runs/{run.id}/" in response.content.decode()


def test_a_full_queue_is_told_with_the_time_to_wait(
    client: Client, queued: LabRun, settings: Settings
) -> None:
    settings.LABS_QUEUE_LIMIT = 1
    response = client.post("/en/labs/counting/", {})
    assert response.status_code == 429
    assert response.headers["Retry-After"] in response.content.decode()
    assert not response.cookies
    assert list(Learner.objects.all()) == [queued.learner]


def test_an_address_with_three_runs_is_told_so(lab: Lab) -> None:
    for _ in range(services.RUNS_AN_ADDRESS):
        start(Client(), lab)
    response = Client().post("/en/labs/counting/", {})
    assert response.status_code == 429
    assert "from your address" in response.content.decode()
    assert Learner.objects.count() == services.RUNS_AN_ADDRESS


def test_our_own_form_needs_no_token_and_opening_it_sets_no_cookie(lab: Lab) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert not browser.get("/en/labs/counting/").cookies
    here, elsewhere = {"Origin": "http://testserver"}, {"Origin": "https://elsewhere.example"}
    assert browser.post("/en/labs/counting/", {}, headers=elsewhere).status_code == 403
    assert not Learner.objects.exists()
    assert browser.post("/en/labs/counting/", {}, headers=here).status_code == 302
    stop = f"/en/labs/runs/{LabRun.objects.get().id}/cancel/"
    assert browser.post(stop, {}, headers=elsewhere).status_code == 403
    assert browser.post(stop, {}, headers=here).status_code == 302


def test_opening_the_address_that_stops_a_run_leads_to_the_run(client: Client, lab: Lab) -> None:
    run = start(client, lab)
    response = client.get(f"/en/labs/runs/{run.id}/cancel/")
    assert (response.status_code, response.headers["Location"]) == (302, f"/en/labs/runs/{run.id}/")
    run.refresh_from_db()
    assert run.cancel_requested_at is None


def test_another_reader_sees_a_run_but_cannot_stop_it(client: Client, lab: Lab) -> None:
    run = start(client, lab)
    other = Client()
    assert "/cancel/" not in page(other, f"/en/labs/runs/{run.id}/")
    assert other.post(f"/en/labs/runs/{run.id}/cancel/").status_code == 403
    assert client.post(f"/en/labs/runs/{run.id}/cancel/").status_code == 302
    run.refresh_from_db()
    assert run.status == LabRun.Status.CANCELLED
    assert "This run was stopped." in page(other, f"/en/labs/runs/{run.id}/")


def test_a_finished_run_shows_verdict_curves_table_and_limits(client: Client, lab: Lab) -> None:
    run = start(client, lab, seed="3")
    succeed(run)
    shown = page(client, f"/en/labs/runs/{run.id}/")
    for words in ("Depends", "It depends on the steps.", "It only counts.", "seed=3", "<run-chart", "abc"):
        assert words in shown
    assert 'http-equiv="refresh"' not in shown
    chinese = page(client, f"/labs/runs/{run.id}/")
    assert "看步数。" in chinese


def test_each_result_is_named_by_its_column_where_a_row_stands_alone(client: Client, lab: Lab) -> None:
    run = start(client, lab)
    succeed(run)
    for prefix, label in (("/en", "loss"), ("", "损失")):
        shown = page(client, f"{prefix}/labs/runs/{run.id}/")
        assert f'<td role="cell" data-label="{label}" class="r">0.25</td>' in shown
        assert '<table class="cards" role="table">' in shown


@pytest.mark.parametrize("failure", list(LabRun.Failure))
def test_a_failed_run_says_why(client: Client, lab: Lab, failure: LabRun.Failure) -> None:
    run = start(client, lab)
    services.claim_run(run_id=run.id)
    services.finish_run(run_id=run.id, attempt=1, status=LabRun.Status.FAILED, failure=failure, error="<b>")
    shown = page(client, f"/en/labs/runs/{run.id}/")
    with translation.override("en"):
        assert str(failure.label) in shown
    assert "&lt;b&gt;" in shown


def test_a_run_of_a_lab_that_is_gone_is_still_readable(
    client: Client, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(client, lab)
    succeed(run)
    monkeypatch.delitem(LABS, lab.slug)
    assert "It depends on the steps." in page(client, f"/en/labs/runs/{run.id}/")
    page(client, f"/en/labs/{lab.slug}/", 404)


def test_the_lab_shows_the_latest_run_of_its_address_else_of_the_defaults(client: Client, lab: Lab) -> None:
    default = start(client, lab)
    succeed(default)
    other = start(client, lab, steps="9")
    succeed(other)
    assert f"/en/labs/runs/{default.id}/" in page(client, f"/en/labs/{lab.slug}/")
    assert f"/en/labs/runs/{other.id}/" in page(client, f"/en/labs/{lab.slug}/?steps=9")
    assert f"/en/labs/runs/{default.id}/" in page(client, f"/en/labs/{lab.slug}/?steps=10")


def test_the_table_can_be_taken_away_as_csv(client: Client, lab: Lab) -> None:
    run = start(client, lab)
    page(client, f"/labs/runs/{run.id}/result.csv", 404)
    succeed(run)
    rows = list(csv.reader(io.StringIO(page(client, f"/labs/runs/{run.id}/result.csv"))))
    assert rows == [["series", "loss"], ["first", "0.25"], ["second", ""]]


def panel(slug: str) -> str:
    with translation.override("en"):
        return Template("{% load labs %}{% lab_panel slug %}").render(Context({"slug": slug}))


def test_the_panel_beside_a_question_leads_to_the_lab_with_its_settings(client: Client, lab: Lab) -> None:
    shown = panel(lab.slug)
    assert f'<form class="slip stack" action="/en/labs/{lab.slug}/">' in shown
    assert "csrf" not in shown
    assert "verdict" not in shown
    assert panel("no-such-lab").strip() == ""
    succeed(start(client, lab))
    assert "It depends on the steps." in panel(lab.slug)


def test_a_page_takes_the_same_queries_however_long_the_run(
    client: Client, lab: Lab, django_assert_max_num_queries: object
) -> None:
    run = start(client, lab)
    services.claim_run(run_id=run.id)
    services.append_events(
        run_id=run.id, attempt=1, events=[{"type": "note", "text": {"zh": "", "en": ""}}] * 200
    )
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        page(client, f"/labs/runs/{run.id}/")


def test_the_log_names_what_it_counts_in_the_pages_language(
    client: Client, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(client, lab)
    services.claim_run(run_id=run.id)
    point = {"type": "point", "series": "first", "step": 4, "loss": 0.5, "accuracy": 0.25}
    services.append_events(run_id=run.id, attempt=1, events=[point])
    assert "first　step 4　loss 0.5　accuracy 0.25<br>" in page(client, f"/en/labs/runs/{run.id}/")
    words = {"step": "步", "loss": "损失", "accuracy": "正确率"}
    monkeypatch.setattr(translation._trans, "gettext", lambda word: words.get(word, word))
    chinese = page(client, f"/labs/runs/{run.id}/")
    assert "first（中文）　步 4　损失 0.5　正确率 0.25<br>" in chinese
    assert "&quot;loss&quot;: &quot;损失&quot;" in chinese  # for the lines that the script adds


@pytest.mark.parametrize("lab", LABS.values(), ids=list(LABS))
def test_whatever_a_chart_draws_has_a_name_for_the_log(lab: Lab) -> None:
    assert {key for chart in lab.charts for key in (chart.x, chart.y)} <= set(measure_names(lab))


def test_the_model_card_is_introduced_in_chinese_and_can_be_read_by_keyboard(client: Client) -> None:
    chinese, english = page(client, "/labs/"), page(client, "/en/labs/")
    assert (
        chinese.count("<p>", chinese.index('id="model-card"'), chinese.index('<div class="prose" lang="en">'))
        == 1
    )
    assert '<h2>Model card</h2>\n<div class="prose" lang="en">' in english
    card = render_card()
    assert "<table>" in card
    assert not re.search(r"<th[^>]*>\s*</th>", card)
    assert "<pre>" not in card
    assert '<pre tabindex="0">' in card


def test_a_lab_shows_a_stored_run_before_anybody_clicks(client: Client) -> None:
    shown = page(client, "/en/labs/methods/")
    assert "A finished run of exactly these settings" in shown
    assert "?task=gap&amp;steps=80&amp;r=8&amp;length=10&amp;seed=1" in shown  # the same with the other seed
    other = page(client, "/en/labs/methods/?steps=33")
    assert "Example: a finished run of the default settings" in other
    assert not LabRun.objects.exists()


def test_a_stored_run_can_be_taken_away_as_json_and_csv(client: Client) -> None:
    query = "task=elicit&seed=1"
    stored = client.get(f"/labs/methods/example.json?{query}").json()
    assert (stored["lab"], stored["settings"]["task"], stored["seed"]) == ("methods", "elicit", 1)
    rows = list(csv.reader(io.StringIO(page(client, f"/en/labs/methods/example.csv?{query}"))))
    assert rows[0][:2] == ["method", "accuracy"]
    assert rows[1][:2] == ["LoRA", repr(stored["result"]["numbers"]["lora_accuracy"])]
    for wrong in ("steps=33", "task=poetry", "seed=-1", "seed=9", "heat=1"):
        page(client, f"/labs/methods/example.json?{wrong}", 404)
        page(client, f"/labs/methods/example.csv?{wrong}", 404)
    page(client, "/labs/rope/example.json", 404)


def test_grids_show_the_stored_runs_of_both_seeds(client: Client) -> None:
    shown = page(client, "/en/labs/methods/?task=zh")
    assert "Many settings, two seeds" in shown
    assert shown.count('<td class="v9 you">') >= 2
    rows = list(csv.reader(io.StringIO(page(client, "/labs/methods/grids/tasks.csv"))))
    assert len(rows) == 1 + 8 * 4 * 2
    page(client, "/labs/methods/grids/nothing.csv", 404)


def test_what_the_server_draws_of_a_running_lab_can_be_fetched_alone(client: Client, lab: Lab) -> None:
    run = start(client, lab)
    succeed(run)
    shown = page(client, f"/en/labs/runs/{run.id}/figures/loss/")
    assert "<run-chart" in shown
    assert "<html" not in shown
    page(client, f"/en/labs/runs/{run.id}/figures/heat/", 404)


def test_a_page_with_its_grids_asks_the_database_little(
    client: Client, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        page(client, "/labs/methods/")


@pytest.mark.parametrize(
    "slug", ["pretraining-scale", "chain-of-thought", "inference-steps", "tree-of-thoughts"]
)
def test_what_a_run_has_not_drawn_yet_says_so(client: Client, slug: str) -> None:
    found = LABS[slug]
    run = start(client, found)
    shown = page(client, f"/en/labs/runs/{run.id}/")
    expected = len(found.charts) + len(found.maps) + len(found.trees)
    assert len(re.findall(r'<p class="hint waits">Nothing yet', shown)) == expected
    for chart in (*found.charts, *found.maps, *found.trees):
        assert f"<figcaption>{chart.title['en']}" in shown.replace("&#x27;", "'")


def test_what_has_come_waits_no_longer(client: Client, lab: Lab) -> None:
    run = start(client, lab)
    services.claim_run(run_id=run.id)
    events = [event for event in counting.run({"steps": 1}, 0) if event["type"] != "result"]
    services.append_events(run_id=run.id, attempt=1, events=events)
    shown = page(client, f"/en/labs/runs/{run.id}/")
    assert '<p class="hint waits" hidden>' in shown
    assert '<p class="hint waits">' not in shown


def test_a_verdict_beside_a_question_is_cut_between_words_and_numbers() -> None:
    with translation.override("en"):
        assert clamped("word " * 59 + "0.96512345 and more") == "word " * 58 + "word…"
    with translation.override("zh-hans"):
        assert clamped("字" * 155 + " 0.96512345 之后") == "字" * 155 + "…"
        assert clamped("结果是 0.965。") == "结果是 0.965。"
