"""What an author is told."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbank.core.bigrams import tokens
from qbank.core.checks import check_contents, check_file, copy_artefacts
from qbank.core.duplicates import ALIKE, FEWEST, check_duplicates, find_duplicates
from qbank.core.leaks import find_leaks
from qbank.core.parser import parse_file


def codes(text: str) -> list[tuple[int, str]]:
    return [(p.line, p.code) for p in check_file(parse_file(text, "x.md"), text)]


def test_a_placeholder_is_quoted_by_its_first_line() -> None:
    text = "## 1. What is a rope?\n\nTo be completed.\n\nUseful resources:\n\n- [ropes](https://r.example/)\n"
    messages = [p.message for p in check_file(parse_file(text, "x.md"), text) if p.code == "missing-answer"]
    assert messages == ["The answer is a placeholder: “To be completed.”."]


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


def leaks(text: str) -> list[str]:
    return [leak.code for leak in find_leaks(text)]


@pytest.mark.parametrize(
    "line",
    [
        "欢迎关注我的微信公众号，回复“面试”领取资料。",
        "扫码加入交流群",
        "点个 star 支持一下",
        "Please star this repo!",
        "Sponsored by Somebody",
        "Subscribe to my newsletter.",
        "Use the promo code X20 for 20% off.",
    ],
)
def test_an_advertisement_is_told(line: str) -> None:
    assert leaks(f"An answer.\n\n{line}\n\nIt goes on.") == ["advertisement"]


@pytest.mark.parametrize(
    "line",
    [
        "微信支付的架构是什么？",
        "订阅者关注一个主题，发布者发消息。",
        "A star topology connects each node to a hub.",
        "Subscribe to the observable and follow the stream.",
        "`扫码加入交流群`",
        "Training with 50% of the tokens masked.",
    ],
)
def test_what_only_sounds_like_one_is_not(line: str) -> None:
    assert leaks(line) == []


@pytest.mark.parametrize(
    ("picture", "remedy"),
    [
        ("![](https://latex.codecogs.com/png.latex?%5Cfrac%7Ba%7D%7Bb%7D)", "Write $\\frac{a}{b}$ instead."),
        ("![x](https://www.zhihu.com/equation?tex=x%5E2)", "Write $x^2$ instead."),
        ("![\\sum_{i} x_i](imgs/1.png)", "Write $\\sum_{i} x_i$ instead."),
        ("![](imgs/formula-3.png)", "Write the formula between $ signs."),
    ],
)
def test_a_formula_given_as_a_picture_is_told_with_its_tex(picture: str, remedy: str) -> None:
    (leak,) = find_leaks(f"So {picture}.")
    assert (leak.code, leak.remedy) == ("formula-as-picture", remedy)


def test_other_pictures_are_no_formulas() -> None:
    assert leaks("![loss](imgs/loss.png) ![](https://example.org/transformer.png)") == []


LONG = (
    "低秩分解把权重的更新写成两个小矩阵的乘积，训练时只更新它们，推理时合并进原来的权重，因此没有额外的延迟。"
)


def test_near_duplicates_are_found_across_files_and_others_are_not() -> None:
    first = parse_file(
        f"## 1. 什么是 LoRA？\n\n{LONG}\n\n## 2. 什么是提示？\n\n改动输入，不动权重。\n", "a.md"
    )
    second = parse_file(f"## 什么是 LoRA？\n\n{LONG}而且很省显存。\n\n## 为什么？\n\n另一个答案。\n", "b.md")
    (problem,) = check_duplicates([first, second])
    assert (problem.path, problem.line, problem.code) == ("b.md", 1, "near-duplicate")
    assert "a.md:1" in problem.message


@given(st.lists(st.lists(st.sampled_from("甲乙丙丁戊己庚辛壬癸"), max_size=40).map("".join), max_size=12))
def test_no_pair_of_near_duplicates_is_missed(texts: list[str]) -> None:
    sets = [set(pairwise(tokens(text))) for text in texts]
    wanted = {
        (i, j)
        for j in range(len(texts))
        for i in range(j)
        if min(len(sets[i]), len(sets[j])) >= FEWEST
        and len(sets[i] & sets[j]) >= ALIKE * len(sets[i] | sets[j])
    }
    assert {(p.first, p.second) for p in find_duplicates(texts)} == wanted


def test_an_entry_that_leads_to_no_file_is_told_outside_of_answers() -> None:
    text = "- [a](docs/a.md)\n- [b](docs/b.md)\n\n## What is a?\n\n- [c](docs/c.md)\n\n## What is b?\n\nx\n"
    found = check_contents(parse_file(text, "x.md"), text.split("\n"), lambda path: path == "docs/a.md")
    assert [(p.line, p.code) for p in found] == [(2, "dead-contents")]
