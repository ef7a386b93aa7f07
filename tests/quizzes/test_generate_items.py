"""The commands that list, measure, sample, store and rate items."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from quizzes.models import Item
from tests.quizzes.drafting import ANSWERS, make_bank

FIELDS = {
    *("kind", "stem", "options", "sheet", "key", "rationale", "source", "line", "question", "title"),
    *("strategy", "version", "filters", "state", "slug", "span_hash"),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that is in no bank."""
    path = tmp_path / "notes.md"
    path.write_text(
        "# Notes\n\n" + "\n\n".join(f"## {title}\n\n{answer}" for title, answer in ANSWERS.values())
    )
    return path


def run(capsys: pytest.CaptureFixture[str], *args: Any) -> str:
    call_command("generate_items", *map(str, args))
    return capsys.readouterr().out


def test_every_item_of_a_file_comes_with_its_provenance(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = json.loads(run(capsys, file, "--format", "json"))
    assert {frozenset(one) for one in listed} == {frozenset(FIELDS)}
    assert {(one["strategy"], one["state"]) for one in listed} == {
        ("recall", "published"),
        ("definition", "draft"),
        ("verdict", "draft"),
    }
    redux = next(one for one in listed if one["title"] == "What is Redux?" and one["state"] == "draft")
    assert redux["kind"] == "single"
    assert redux["options"][redux["key"]] == "Redux"
    assert redux["source"] == ANSWERS["redux"][1]
    assert redux["question"] == "notes.md:7"
    assert {verdict["name"] for verdict in redux["filters"]} == {
        *("agrees", "akin", "near", "hygiene", "leak", "vague", "alike", "fits", "dated", "writable")
    }


def test_the_seed_decides_and_nothing_else(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = run(capsys, file, "--format", "json", "--seed", "7")
    assert run(capsys, file, "--format", "json", "--seed", "7") == first
    others = {run(capsys, file, "--format", "json", "--seed", str(seed)) for seed in range(5)}
    assert len(others) > 1
    with pytest.raises(CommandError, match="seed"):
        run(capsys, file, "--seed", "no seed!")


def test_text_shows_key_source_and_verdicts(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = run(capsys, file, "--drafts", "--strategy", "verdict")
    assert "[draft] single · verdict v3 · notes.md:19" in told
    assert "  decided: passed" in told
    assert "recall" not in told


def test_what_filters_refuse_is_shown_on_demand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "one.md"
    path.write_text(
        "# N\n\n## Is it fast?\n\nYes, but only sometimes.\n\n## Is Rust compiled?\n\nYes, it is.\n"
    )
    assert "FAILED" not in run(capsys, path)
    told = run(capsys, path, "--rejected")
    assert "[rejected] single · verdict" in told
    assert "decided: FAILED, the author hedges: but" in told


def test_bias_counts_positions_lengths_and_shares(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = run(capsys, file, "--bias")
    assert "questions 5, items 14, single choices 5" in told
    assert "items with duplicate options: 0" in told
    assert "definition (draft): 80.0%" in told
    assert "drafts a question: 1.000" in told


def test_a_sheet_tells_raters_neither_rule_nor_verdict(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = run(capsys, file, "--format", "sheet", "--sample", "2")
    sample = json.loads(run(capsys, file, "--format", "json", "--sample", "2"))
    assert sheet.count("\n## ") == len(sample) == 3
    assert "definition" not in sheet
    assert "hygiene" not in sheet
    for number, one in enumerate(sample, 1):
        part = sheet.split(f"\n## {number}\n")[1]
        assert part.index(one["stem"]) < part.index(f"From the answer to: {one['title']}")


def test_a_sheet_shows_steps_in_order_and_accepted_forms_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "orders.md"
    steps = "1. **Load**: bytes.\n2. **Verify**: format.\n3. **Prepare**: memory.\n4. **Start**: code.\n"
    path.write_text(
        f"# N\n\n## What are the steps of starting a class?\n\n{steps}\n"
        "## What is an SVM?\n\nSupport-Vector Machines (SVM) separate classes.\n"
    )
    sheet = run(capsys, path, "--format", "sheet")
    assert "    1. Load\n    2. Verify\n    3. Prepare\n    4. Start\n" in sheet
    assert "Key: this order" in sheet
    assert "Key: Support-Vector Machine (also with other spaces, hyphens or number)" in sheet


def test_ratings_make_a_table_with_intervals(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = tmp_path / "sample.json"
    sample.write_text(run(capsys, file, "--format", "json", "--sample", "4"))
    rules = [one["strategy"] for one in json.loads(sample.read_text())]
    ratings = tmp_path / "ratings.json"
    bad = rules.index("definition") + 1
    ratings.write_text(
        json.dumps({n: {"valid": n != bad, "reason": "leak" if n == bad else ""} for n in range(1, 6)})
    )
    call_command("rate_items", ratings, sample)
    told = capsys.readouterr().out
    assert "| definition | 3 | 4 | 75% | 30%–95% |" in told
    assert "| all | 4 | 5 | 80% | 38%–96% |" in told
    assert "definition: leak 1" in told
    ratings.write_text('{"99": {"valid": true}}')
    with pytest.raises(CommandError, match="do not fit"):
        call_command("rate_items", ratings, sample)


@pytest.mark.parametrize("name", ["nowhere.md", "empty.md"])
def test_a_path_without_questions_is_refused(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.md").write_text("nothing here\n")
    with pytest.raises(CommandError, match=r"There is no|No question"):
        run(capsys, tmp_path / name)


@pytest.mark.django_db
def test_the_bank_is_listed_and_stored(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_bank()
    listed = json.loads(run(capsys, "--format", "json", "--bank", "prose"))
    assert {one["question"] for one in listed} == set(ANSWERS)
    assert run(capsys, "--store").strip() == "new 5, kept 0, decided 0, withdrawn 0"
    assert Item.objects.filter(state="draft").count() == 5
    with pytest.raises(CommandError, match="without a path"):
        run(capsys, file, "--store")


def test_the_seed_document_gives_a_full_quiz_at_once(
    corpora: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = json.loads(run(capsys, corpora / "01_seed", "--format", "json"))
    published = [one for one in listed if one["state"] == "published"]
    assert len(published) == 42
    assert {one["kind"] for one in published} == {"open"}
