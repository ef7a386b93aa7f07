"""What an author is told."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbank.core.checks import check_file, copy_artefacts
from qbank.core.parser import parse_file


def codes(text: str) -> list[tuple[int, str]]:
    return [(p.line, p.code) for p in check_file(parse_file(text, "x.md"), text)]


@pytest.mark.parametrize(
    ("text", "excerpts"),
    [
        ("分解BABA的形式，其中BB和AA是矩阵", ["BABA", "BB", "AA"]),
        ("三元组： h 输入，思维链，输出i。", ["h 输入，思维链，输出i"]),
        ("即 \\alpha 越大", ["\\alpha"]),
        ("`BABA` 与 $BABA$", []),
        ("加 QQ 群", []),
        ("AA batteries in a CC licence", []),
        ("哈哈哈哈，mama", []),
        ("hi，你好，我是i", []),
        ("see [x](https://h.example/BABA)", []),
    ],
)
def test_what_copying_left_is_found_and_nothing_else(text: str, excerpts: list[str]) -> None:
    assert [excerpt for excerpt, _ in copy_artefacts(text)] == excerpts


def test_the_seed_has_its_artefacts_named_with_their_lines(corpora: Path) -> None:
    (path,) = (corpora / "01_seed").glob("*.md")
    text = path.read_text(encoding="utf-8")
    problems = check_file(parse_file(text, path.name), text)
    assert [(p.line, p.code) for p in problems] == [(59, "copy-artefact"), *[(153, "copy-artefact")] * 3]


def test_a_missing_answer_is_told() -> None:
    assert codes("## What is a?\n\n## What is b?\n\nIt.\n") == [(1, "missing-answer")]


def test_repeated_numbers_and_titles_are_told() -> None:
    text = "## 1. What is a?\n\nx\n\n## 1. What is b?\n\ny\n\n## 2. What is a?\n\nz\n"
    assert codes(text) == [(5, "repeated-number"), (9, "repeated-title")]


def test_an_entry_of_the_contents_that_leads_nowhere_is_told() -> None:
    text = "- [a](#1-what-is-a)\n- [b](#2-what-is-bb)\n\n## 1. What is a?\n\nx\n\n## 2. What is b?\n\ny\n"
    assert codes(text) == [(2, "dead-contents")]


@given(st.text())
def test_nothing_breaks_it(text: str) -> None:
    copy_artefacts(text)
