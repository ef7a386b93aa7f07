"""`manage.py ingest`."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from qbank.models import Bank, Question
from tests.factories import write_bank


def ingest(*paths: Path, **options: Any) -> tuple[str, str]:
    """Run the command; return what it says and what it complains of."""
    out, err = StringIO(), StringIO()
    try:
        call_command("ingest", *map(str, paths), stdout=out, stderr=err, **options)
    except CommandError as error:
        err.write(f"CommandError: {error}")
    return out.getvalue(), err.getvalue()


def test_a_dry_run_needs_no_database(folder: Path) -> None:
    said, complained = ingest(folder, dry_run=True)
    assert "tuning/rank.zh-hans.md: 1 (front-matter, zh-hans)" in said
    assert "tiny: 3 files, 3 texts, 0 problems; nothing was written." in said
    assert complained == ""


def test_json_tells_every_question(folder: Path) -> None:
    said, _ = ingest(folder, dry_run=True, format="json")
    answer = json.loads(said)
    assert [f["path"] for f in answer["files"]] == [
        "tuning/rank.en.md",
        "tuning/rank.zh-hans.md",
        "tuning/zero.zh-hans.md",
    ]
    (question,) = answer["files"][1]["questions"]
    assert (question["line"], question["number"], question["has_math"]) == (4, "1", True)
    assert "秘密" not in said


def test_html_is_one_page_with_everything_escaped(tmp_path: Path) -> None:
    text = "## What is <script>alert(1)</script> a?\n\nTODO\n\n## 1. <b>b</b>?\n\nx\n\n## 1. c?\n\ny\n"
    said, _ = ingest(write_bank(tmp_path / "x<y", {"a&b.md": text}), dry_run=True, format="html")
    assert said.startswith("<!DOCTYPE html>")
    assert "a&amp;b.md:1" in said
    assert "missing-answer" in said
    assert "<script" not in said
    assert "src=" not in said
    assert "href=" not in said


@pytest.mark.django_db
def test_an_import_says_what_it_did_and_then_that_nothing_changed(folder: Path) -> None:
    assert "tiny: 3 files, 3 texts, 0 problems; 3 added." in ingest(folder)[0]
    assert "no change." in ingest(folder)[0]


@pytest.mark.django_db
def test_the_bank_can_be_named(tmp_path: Path) -> None:
    ingest(write_bank(tmp_path / "x", {"a.md": "## What is a?\n\nIt.\n"}), bank="mine")
    assert Bank.objects.get().slug == "mine"


@pytest.mark.django_db
def test_strict_refuses_any_problem(tmp_path: Path) -> None:
    said, complained = ingest(write_bank(tmp_path / "x", {"a.md": "## What is a?\n\nTODO\n"}), strict=True)
    assert "a.md:1: missing-answer" in said
    assert "nothing was changed" in complained
    assert not Question.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "data", "complaint"),
    [
        ("x.md", b"just text\n", "empty-bank: No file holds a question."),
        ("x.md", b"## a?\n\n\xff\n", "x.md:3: broken-utf8: Byte 0xff at offset 7 is not UTF-8."),
        ("x.txt", b"## a?\n", "empty-bank: No Markdown file was found."),
    ],
)
def test_what_cannot_be_taken_in_is_named_and_changes_nothing(
    tmp_path: Path, name: str, data: bytes, complaint: str
) -> None:
    _, complained = ingest(write_bank(tmp_path / "x", {name: data}))
    assert complaint in complained
    assert "nothing was changed" in complained
    assert not Bank.objects.exists()


@pytest.mark.django_db
def test_an_unknown_path_is_named(tmp_path: Path) -> None:
    _, complained = ingest(tmp_path / "nowhere")
    assert f"{tmp_path / 'nowhere'}:1: unknown-path" in complained


@pytest.mark.django_db
def test_fifty_megabytes_are_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x" / "big.md"
    path.parent.mkdir()
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("it was read"))
    assert "big.md:1: too-large: The file has 50.0 MB" in ingest(path.parent)[1]


@pytest.mark.django_db
def test_the_seed_goes_in_whole_and_its_faults_are_named(corpora: Path) -> None:
    said, complained = ingest(corpora / "01_seed")
    assert Question.objects.published().count() == 14
    assert said.count("copy-artefact") == 4
    assert said.count("remote-image") == 1
    assert complained == ""
