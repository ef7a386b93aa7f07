"""Figures of labs in a bank: read at ingest, read again once a run is stored anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from labs.figures import read_figure
from qbank.models import Bank, IngestReport, QuestionText, SearchText
from qbank.services import find_unchanged
from qbank.templatetags.bank import by_setting, significant
from quizzes.core.authored import parse_item
from quizzes.rendering import render_item
from tests.factories import FILES, ZERO_ZH, take_in, write_bank

REFERENCE = "methods?task=elicit#p_tuning_accuracy"
STORED = f"{read_figure(REFERENCE).mean:.2f}"
ANSWER_ZH = f"令一个因子为零，准确率 [{STORED}](lab:{REFERENCE})。"
ZERO_EN = """---
id: zero
title: Why from zero?
tags: [initialisation]
---

## In one sentence

To start from the base.

## How

One factor is zero; accuracy [0.00](lab:methods?task=elicit&seed=1#p_tuning_accuracy).

## Key points

- **Start**: [0.1](lab:methods?task=elicit#p_tuning_accuracy) is reached.
"""
stored = {"n": 0.25}


@dataclass(frozen=True)
class Number:
    """A stored number that a test may change."""

    mean: float

    def describe(self, language: str) -> Mapping[str, object]:
        runs = [{"seed": 0, "value": self.mean, "address": "/labs/x/?seed=0"}]
        about = {"lab": "x", "title": "X", "setting": "", "number": "n", "timed": False}
        return {**about, "note": "of a lab", "runs": runs}


def read(reference: str) -> Number:
    if reference not in stored:
        raise ValueError(f"no {reference}")
    return Number(stored[reference])


@pytest.fixture
def cited(folder: Path) -> Path:
    """The tiny bank with figures of our own labs."""
    zero = {"zero.zh-hans.md": ZERO_ZH.replace("令一个因子为零。", ANSWER_ZH), "zero.en.md": ZERO_EN}
    return write_bank(folder, {f"tuning/{name}": text for name, text in zero.items()})


@pytest.fixture
def own(folder: Path, settings: Settings) -> Path:
    """The tiny bank with one figure of a store of its own."""
    settings.QBANK_FIGURES = "tests.qbank.test_figures.read"
    stored["n"] = 0.25
    text = ZERO_ZH.replace("令一个因子为零。", "令一个因子为零，得 [0.25](lab:n)。")
    return write_bank(folder, {"tuning/zero.zh-hans.md": text})


def text_of(language: str) -> QuestionText:
    return QuestionText.objects.get(question__key="zero", language=language)


@pytest.mark.django_db
def test_a_figure_is_stored_with_where_it_is_from_in_the_language_of_its_text(cited: Path) -> None:
    take_in(cited)
    (figure,) = text_of("zh-hans").figures
    assert (figure["reference"], figure["lab"], figure["number"]) == (
        REFERENCE,
        "methods",
        "p_tuning_accuracy",
    )
    assert [(run["seed"], run["address"].split("?")[0]) for run in figure["runs"]] == [
        (0, "/labs/methods/"),
        (1, "/labs/methods/"),
    ]
    assert "种子 0, 1 的均值" in figure["note"]
    other = text_of("en").figures
    assert [len(figure["runs"]) for figure in other] == [1, 2]
    assert all(run["address"].startswith("/en/labs/") for figure in other for run in figure["runs"])
    assert "seed 1" in other[0]["note"]


@pytest.mark.django_db
def test_the_stored_number_is_shown_everywhere_and_a_wrong_one_reported(cited: Path) -> None:
    take_in(cited)
    text, one = text_of("en"), read_figure("methods?task=elicit&seed=1#p_tuning_accuracy")
    assert f">{one.mean:.2f}</a>" in text.answer_html
    assert f"[{one.mean:.2f}](lab:" in text.answer
    assert "0.00" not in text.answer + text.answer_html
    assert f"accuracy {one.mean:.2f}." in SearchText.objects.get(text=text).body_plain
    problems = [(p["path"], p["line"], p["code"]) for p in IngestReport.objects.latest("pk").problems]
    assert ("tuning/zero.en.md", 13, "figure-differs") in problems
    assert not [place for place in problems if place[0] == "tuning/zero.zh-hans.md"]


@pytest.mark.django_db
def test_a_new_stored_run_is_taken_in_though_no_file_changed(own: Path) -> None:
    take_in(own)
    assert find_unchanged(paths=[own]) is not None
    stored["n"] = 0.75
    assert find_unchanged(paths=[own]) is None
    result = take_in(own)
    assert result.text_ids == [text_of("zh-hans").pk]
    assert ">0.75</a>" in text_of("zh-hans").answer_html
    assert find_unchanged(paths=[own]) is not None


@pytest.mark.django_db
def test_a_run_that_is_stored_later_is_found(own: Path) -> None:
    del stored["n"]
    assert [p.code for p in take_in(own).problems] == ["unknown-figure"]
    assert "得 0.25。" in text_of("zh-hans").answer_html
    assert text_of("zh-hans").figures == []
    assert find_unchanged(paths=[own]) is not None
    stored["n"] = 0.25
    assert find_unchanged(paths=[own]) is None


@pytest.mark.django_db
def test_a_bank_without_figures_asks_nobody(folder: Path, settings: Settings) -> None:
    settings.QBANK_FIGURES = ""
    assert not take_in(write_bank(folder, FILES)).problems
    assert Bank.objects.get().cited == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("prefix", "heading", "again"),
    [("", "实验数据", "再跑一次"), ("/en", "Figures from our labs", "Run again")],
)
def test_a_page_lists_the_runs_behind_its_figures(
    cited: Path, client: Client, prefix: str, heading: str, again: str
) -> None:
    take_in(cited)
    html = client.get(f"{prefix}/questions/zero/").content.decode()
    address = f"{prefix}/labs/methods/?task=elicit&amp;steps=80&amp;r=8&amp;length=10&amp;seed=1"
    assert f'<h2 id="figures">{heading}</h2>' in html
    assert f'href="{address}"' in html
    assert 'class="cited">' in html
    assert again in html
    assert "<code>p_tuning_accuracy</code>" in html
    assert f"{read_figure(REFERENCE).values[1]:.4g}</td>" in html
    assert client.get(address.replace("&amp;", "&")).status_code == 200


@pytest.mark.django_db
def test_seeds_of_one_setting_stand_in_one_table(cited: Path) -> None:
    take_in(cited)
    (table,) = by_setting(text_of("en").figures)  # one figure of seed 1, one of both
    assert [run["seed"] for run in table["runs"]] == [0, 1]
    values = read_figure(REFERENCE).values
    assert [row["values"] for row in table["rows"]] == [[values[0], values[1]]]
    (alone,) = by_setting(text_of("en").figures[:1])
    assert [run["seed"] for run in alone["runs"]] == [1]
    assert significant(None) == "–"
    assert [significant(number) for number in (27648.0, 1.9311e-05, 0.954999)] == [
        "27648",
        "1.931e-05",
        "0.955",
    ]


@pytest.mark.django_db
def test_the_short_view_lists_the_figures_of_its_points_alone(cited: Path, client: Client) -> None:
    take_in(cited)
    english = client.get("/en/questions/zero/?view=60s").content.decode()
    assert english.count("<code>p_tuning_accuracy</code>") == 1
    assert 'id="figures"' not in client.get("/questions/zero/?view=60s").content.decode()


@pytest.mark.django_db
def test_the_markdown_and_the_api_give_the_stored_number(cited: Path, client: Client) -> None:
    take_in(cited)
    one = f"{read_figure(REFERENCE).values[1]:.2f}"
    assert f"accuracy [{one}](lab:methods?" in client.get("/en/questions/zero.md").content.decode()
    answer = client.get("/api/v1/questions/zero/", headers={"Accept-Language": "en"}).json()
    assert answer["figures"] == text_of("en").figures
    assert f"[{one}](lab:" in answer["answer"]


def test_the_reason_of_an_item_may_give_a_figure() -> None:
    item = parse_item(f"### 判断：可以 {{#x}}\n- [x] 对\n- [ ] 错\n\n> 得 [{STORED}](lab:{REFERENCE})。", 1)
    shown = render_item(item, "zh-hans").rationale
    assert 'href="/labs/methods/?task=elicit' in shown
    assert f">{STORED}</a>" in shown
