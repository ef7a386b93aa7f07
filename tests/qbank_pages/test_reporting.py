"""A mistake is reported in three clicks, and answered."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.merging import merge_learners
from accounts.models import Learner
from qbank.core.sections import section_of
from qbank.mistakes import report_mistake
from qbank.models import Bank, Question, QuestionText, ReaderReport
from qbank.reader_reports import LONGEST_PLACE, LONGEST_TITLE
from qbank.reportable import question_page
from tests.qbank_pages.test_glossary import TERMS

ZERO = "/questions/zero/report/"
HERE = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture(autouse=True)
def fresh_limits(questions: list[Question]) -> None:
    cache.clear()


def send(client: Client, path: str = ZERO, **data: str) -> Any:
    return client.post(path, {"kind": "wrong"} | data, **HERE)  # type: ignore[arg-type]


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_a_question_leads_to_its_report_and_stays_without_token_and_cookie(client: Client) -> None:
    for language in ("", "/en"):
        assert f'data-report href="{language}{ZERO}"' in page(client, f"{language}/questions/zero/")
        response = client.get(f"{language}{ZERO}")
        assert not response.cookies
        assert "csrfmiddlewaretoken" not in response.content.decode()
    assert not Learner.objects.exists()


def test_the_places_are_the_texts_sections_and_the_nearest_is_chosen(client: Client) -> None:
    shown = page(client, f"/en{ZERO}?place=s1&quote=at+zero")
    for place, name in (("gist", "In one sentence"), ("key-points", "Key points"), ("sources", "Sources")):
        assert f'<option value="{place}">{name}</option>' in shown
    assert '<option value="s1" selected>Part one</option>' in shown
    assert '<input type="hidden" name="quote" value="at zero">' in shown


def test_a_report_keeps_what_was_read_and_where(client: Client) -> None:
    text = QuestionText.objects.get(question__slug="zero", language="en")
    answer = send(client, f"/en{ZERO}", place="s1", quote="Answer", note=" Say B. ")
    assert answer.headers["Location"] == "/en/account/reports/?said=sent"
    report = ReaderReport.objects.get()
    assert (report.page, report.question, report.language) == ("question", text.question, "en")
    assert (report.kind, report.place, report.place_title) == ("wrong", "s1", "Part one")
    assert (report.quote, report.note, report.checksum) == ("Answer", "Say B.", text.checksum)
    assert report.learner == Learner.objects.get()


def test_a_question_without_a_text_in_the_language_is_reported_in_the_one_read(client: Client) -> None:
    send(client, "/en/questions/chinese-only/report/")
    assert ReaderReport.objects.get().language == "zh-hans"


def test_the_glossary_and_a_lab_are_reported_too(client: Client, bank: Bank) -> None:
    Bank.objects.filter(pk=bank.pk).update(glossary=TERMS)
    term = next(iter(Bank.objects.get().glossary[0]["names"].values()))
    assert f'data-place="{term}"' in page(client, "/en/glossary/")
    assert 'data-report href="/en/glossary/report/"' in page(client, "/en/glossary/")
    assert f'<option value="{term}" selected>rank</option>' in page(
        client, f"/en/glossary/report/?place={term}"
    )
    send(client, "/en/glossary/report/", place=term)
    assert 'data-report href="/labs/merging/report/"' in page(client, "/labs/merging/")
    send(client, "/labs/merging/report/", place="result")
    rows = ReaderReport.objects.order_by("pk").values_list("page", "question", "lab", "place_title")
    assert list(rows) == [("glossary", None, "", "rank"), ("lab", None, "merging", "结果")]
    own = page(client, "/en/account/reports/")
    assert 'href="/en/labs/merging/"' in own
    assert 'href="/en/glossary/"' in own


@pytest.mark.parametrize("path", ["/questions/no/report/", "/labs/no/report/"])
def test_what_does_not_exist_cannot_be_reported(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
    assert send(client, path).status_code == 404
    assert not Learner.objects.exists()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"kind": ""}, "Choose what is wrong."),
        ({"kind": "ugly"}, "Choose what is wrong."),
        ({"note": "x" * 1001}, "The note is too long."),
        ({"note": "a\0b"}, "The note holds characters that cannot be stored."),
    ],
)
def test_a_report_that_is_refused_is_shown_again_and_makes_no_learner(
    client: Client, given: dict[str, str], told: str
) -> None:
    answer = send(client, f"/en{ZERO}", **{"place": "s1", "quote": "words"} | given)
    assert answer.status_code == 400
    shown = answer.content.decode()
    assert told in shown
    assert '<option value="s1" selected>' in shown
    assert 'value="words"' in shown
    assert not Learner.objects.exists()


def test_what_is_written_is_shown_as_text(client: Client) -> None:
    send(client, note="<script>x</script>", quote="<b>q</b>")
    own = page(client, "/account/reports/")
    assert "&lt;script&gt;" in own
    assert "<b>q</b>" not in own


def test_a_place_that_is_gone_is_the_whole_page_and_long_words_are_cut(client: Client) -> None:
    send(client, place="nowhere", quote="q" * 900)
    report = ReaderReport.objects.get()
    assert (report.place, report.place_title, len(report.quote)) == ("", "", 300)


def test_the_same_sent_twice_is_one_report_until_it_is_answered(client: Client) -> None:
    send(client, note="one")
    send(client, note="two")
    assert ReaderReport.objects.get().note == "two"
    ReaderReport.objects.update(state="declined", reply="no")
    send(client, note="three")
    assert set(ReaderReport.objects.values_list("note", "state")) == {("two", "declined"), ("three", "open")}


def test_no_other_site_reports_anything() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(ZERO, {"kind": "wrong"}, HTTP_ORIGIN="http://evil.example").status_code == 403
    assert strict.post(ZERO, {"kind": "wrong"}, **HERE).status_code == 302  # type: ignore[arg-type]


def test_an_address_sends_so_many_reports_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.limits.REPORTS", "2/hour")
    assert [send(Client(), place="s1").status_code for _ in range(2)] == [302, 302]
    refused = send(Client(), note="words")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert "words" in refused.content.decode()
    assert Learner.objects.count() == 2


def test_nobody_reports_more_than_so_many_a_day_and_a_page_gathers_only_so_many(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.reports.MOST_A_DAY", 2)
    codes = [send(client, kind=kind).status_code for kind in ("wrong", "typo", "typo", "other")]
    assert codes == [302, 302, 302, 429]
    monkeypatch.setattr("accounts.reports.MOST_WAITING", 2)
    for language, words in (("", "等待处理"), ("/en", "wait for an answer already")):
        full = send(Client(), f"{language}{ZERO}")
        assert full.status_code == 429
        assert words in full.content.decode()
    assert send(Client(), "/questions/rank/report/").status_code == 302


def test_the_editor_sees_the_passage_and_answers_and_the_reader_sees_the_answer(
    client: Client, admin_client: Client
) -> None:
    send(client, place="s1", quote="LoRA", note="B is zero, not A.")
    row = ReaderReport.objects.get()
    listed = page(admin_client, "/en/admin/qbank/readerreport/?state__exact=open")
    assert "B is zero, not A." in listed
    assert "LoRA 微调从零开始" in listed
    url = f"/en/admin/qbank/readerreport/{row.pk}/change/"
    beside = page(admin_client, url)
    assert "<p>Answer of LoRA 微调从零开始</p>" in beside
    assert "lora/x.md:1" in beside
    assert "has changed since" not in beside
    QuestionText.objects.update(checksum="1" * 64)
    assert "has changed since" in page(admin_client, url)
    answered = admin_client.post(url, {"state": "accepted", "reply": "Right, <thank> you.", "note": "forged"})
    assert answered.status_code == 302
    row.refresh_from_db()
    assert (row.note, row.state, row.answered_at is not None) == ("B is zero, not A.", "accepted", True)
    own = page(client, "/en/account/reports/")
    assert "Accepted" in own
    assert "Right, &lt;thank&gt; you." in own
    assert "Right" not in page(Client(), "/en/account/reports/")


def test_several_are_accepted_or_declined_at_once(client: Client, admin_client: Client) -> None:
    for kind in ("wrong", "typo"):
        send(client, kind=kind)
    pks = list(ReaderReport.objects.values_list("pk", flat=True))
    admin_client.post("/admin/qbank/readerreport/", {"action": "decline", "_selected_action": pks})
    rows = ReaderReport.objects.all()
    assert [(row.state, row.answered_at is not None) for row in rows] == [("declined", True)] * 2


@pytest.mark.parametrize("place", ["", "gist", "s1", "key-points", "mistakes", "follow-ups", "sources"])
def test_every_place_of_a_text_has_its_passage(client: Client, admin_client: Client, place: str) -> None:
    send(client, place=place)
    row = ReaderReport.objects.get()
    words = {
        "s1": "Answer of",
        "key-points": "A <strong>key</strong> point",
        "mistakes": "A wrong claim",
        "follow-ups": "Then this.",
        "sources": "Hu et al.",
    }
    assert row.place == place
    shown = page(admin_client, f"/admin/qbank/readerreport/{row.pk}/change/")
    assert words.get(place, "Gist of") in shown.partition('class="passage"')[2]


def test_lists_of_reports_take_as_many_queries_for_many_as_for_few(
    client: Client, admin_client: Client, django_assert_max_num_queries: Any
) -> None:
    for kind in ReaderReport.Kind.values:
        for slug in ("zero", "rank"):
            send(client, f"/questions/{slug}/report/", kind=kind)
    with django_assert_max_num_queries(6):
        page(client, "/account/reports/")
    admin_client.get("/admin/qbank/readerreport/")
    with django_assert_max_num_queries(12):
        page(admin_client, "/admin/qbank/readerreport/")


def test_reports_move_with_their_learner(questions: list[Question]) -> None:
    one, two = Learner.objects.create(), Learner.objects.create()
    found = question_page("zero", "en")
    assert found is not None
    report_mistake(page=found, learner=two, kind="typo")
    merge_learners(into=one, other=two)
    assert ReaderReport.objects.get().learner == one


def test_a_section_ends_at_the_next_heading_of_its_level() -> None:
    html = '<h2 id="a">A</h2><p>1</p><h3 id="b">B</h3><p>2</p><h2 id="c">C</h2><p>3</p>'
    assert section_of(html, "a") == '<h2 id="a">A</h2><p>1</p><h3 id="b">B</h3><p>2</p>'
    assert section_of(html, "b") == '<h3 id="b">B</h3><p>2</p>'
    assert section_of(html, "c") == '<h2 id="c">C</h2><p>3</p>'
    assert section_of(html, "d") == ""


def test_a_place_longer_than_its_column_is_cut(client: Client) -> None:
    name, title = "s" * (LONGEST_PLACE + 1), "t" * (LONGEST_TITLE + 1)
    QuestionText.objects.filter(question__slug="zero").update(toc=[{"id": name, "title": title, "level": 2}])
    assert send(client, place=name).status_code == 302
    report = ReaderReport.objects.get()
    assert (report.place, report.place_title) == (name[:LONGEST_PLACE], title[:LONGEST_TITLE])
    assert send(client, place=name, note="again").status_code == 302
    assert ReaderReport.objects.get().note == "again"
