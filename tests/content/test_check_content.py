"""The content lint: what we ship passes, and each thing it promises to find is found."""

import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.conftest import ROOT

QUESTION = "lora/10-lora-initialisation"


def lint(folder: Path) -> str:
    """Return what the lint complains of, "" when of nothing."""
    errors = StringIO()
    try:
        call_command("check_content", str(folder), stdout=StringIO(), stderr=errors)
    except CommandError:
        return errors.getvalue()
    return ""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the bank that a test may spoil."""
    return shutil.copytree(ROOT / "content", tmp_path / "content")


def test_what_we_ship_has_nothing_wrong() -> None:
    assert lint(ROOT / "content") == ""


def swap(old: str, new: str) -> Callable[[str], str]:
    """Return an edit that must find what it replaces."""

    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


@pytest.mark.parametrize(
    ("language", "edit", "code"),
    [
        ("zh-hans", swap("lab: initialisation", "lab: no-such-lab"), "unknown-lab"),
        ("zh-hans", swap("lab: initialisation", "lab: merging"), "wrong-lab"),
        ("zh-hans", swap("## 一句话", "## 别的标题"), "no-gist"),
        ("zh-hans", swap("## 来源", "## 出处"), "no-sources"),
        ("zh-hans", swap("- [x] ", "- [ ] "), "item-"),
        ("zh-hans", swap("id: lora-initialisation", "name: lora-initialisation"), "not-our-format"),
        ("en", swap("{#both-zero}", "{#both-naught}"), "item-translation"),
        ("en", swap("## Key points", "## Points to know"), "translation"),
    ],
)
def test_a_spoilt_file_is_named_with_what_is_wrong(
    content: Path, language: str, edit: Callable[[str], str], code: str
) -> None:
    path = content / f"{QUESTION}.{language}.md"
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
    complaints = lint(content)
    assert f"{QUESTION}.{language}.md" in complaints
    assert code in complaints


def test_a_question_without_its_english_text_is_named(content: Path) -> None:
    (content / f"{QUESTION}.en.md").unlink()
    assert "missing-language" in lint(content)
