"""The content lint: what we ship passes, and each thing it promises to find is found."""

import re
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from labs.figures import read_figure
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
def bank(tmp_path: Path) -> Path:
    """A copy of the bank that a test may spoil."""
    return shutil.copytree(ROOT / "content", tmp_path / "content")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Two questions of the bank, in both languages, that a test may spoil."""
    folder = tmp_path / "content"
    (folder / "lora").mkdir(parents=True)
    shutil.copy(ROOT / "content" / "_translations.yaml", folder)
    for path in (ROOT / "content" / "lora").glob("1[04]-*.md"):
        shutil.copy(path, folder / "lora")
    return folder


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
        ("zh-hans", swap("difficulty: 2", ""), "no-field"),
        ("zh-hans", swap("tags: [LoRA, 初始化, 梯度]", ""), "no-tags"),
        ("zh-hans", swap("B 第一步就有梯度。", "B 第一步就有梯度。真的。"), "long-gist"),
        ("zh-hans", swap("## 常见错误", "## 常见的误解"), "no-mistakes"),
        ("zh-hans", swap("- Hu et al.", "- Somebody 2021, *A Paper*.\n- Hu et al."), "no-identifier"),
        ("zh-hans", swap("不是慢：两个梯度都恰好为零。", ""), "no-reason"),
        ("zh-hans", swap("## 为什么乘积", "见[别处](99-nowhere.zh-hans.md)。\n\n## 为什么乘积"), "dead-link"),
        ("zh-hans", swap("## 为什么乘积", "![两条线](figures/none.svg)\n\n## 为什么乘积"), "dead-picture"),
        ("zh-hans", swap("## 为什么乘积", "![](figures/none.svg)\n\n## 为什么乘积"), "no-alt"),
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


def test_a_translation_is_stale_once_its_original_changes(content: Path) -> None:
    original = content / f"{QUESTION}.zh-hans.md"
    original.write_text(
        original.read_text(encoding="utf-8").replace("起步时不变。", "起步时不变！"), encoding="utf-8"
    )
    assert f"{QUESTION}.en.md:1: stale-translation" in lint(content)
    call_command("check_content", str(content), confirm=[f"{QUESTION}.en.md"], stdout=StringIO())
    assert lint(content) == ""


def test_items_of_two_kinds_are_too_few(content: Path) -> None:
    for path in content.glob(f"{QUESTION}.*.md"):
        head, *items = path.read_text(encoding="utf-8").split("\n### ")
        path.write_text("\n### ".join([head, *items[:2]]), encoding="utf-8")
    assert "2 items of 2 kinds" in lint(content)


GLOSSARY = """
terms:
- zh-hans: 秩
  en: rank
  means: {zh-hans: 线性无关的行数。, en: How many rows are independent.}
  question: lora-rank-alpha
  avoid: {zh-hans: [随机高斯], en: [random gaussian]}
"""


def test_a_word_that_the_glossary_spells_otherwise_is_named_outside_code_and_formulas(content: Path) -> None:
    (content / "_glossary.yaml").write_text(GLOSSARY, encoding="utf-8")
    assert f"{QUESTION}.zh-hans.md:21: spelling" in lint(content)
    assert f"{QUESTION}.en.md:17: spelling" in lint(content)
    (content / "_glossary.yaml").write_text(
        GLOSSARY.replace("随机高斯", "reset_parameters"), encoding="utf-8"
    )
    assert f"{QUESTION}.zh-hans.md" not in lint(content)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("lora-rank-alpha", "no-question", "which is no question"),
        ("en: How many rows are independent.", "de: Rang.", "no name or no meaning in en"),
        ("terms:", "terms:\n- {zh-hans: 秩, en: other, means: {zh-hans: 。, en: .}}", "“秩” stands twice"),
    ],
)
def test_what_is_wrong_with_the_glossary_is_named(content: Path, old: str, new: str, complaint: str) -> None:
    (content / "_glossary.yaml").write_text(swap(old, new)(GLOSSARY), encoding="utf-8")
    assert complaint in lint(content)


def reorder(content: Path, place: Callable[[list[str]], int]) -> None:
    """Move the key of every single choice of the Chinese texts to a place among its options."""
    for path in content.rglob("*.zh-hans.md"):
        head, *items = path.read_text(encoding="utf-8").split("\n### ")
        for number, item in enumerate(items):
            options = re.findall(r"^- \[[ x]\] .*\n(?:\s+>.*\n)*", item, re.MULTILINE)
            if item.startswith("单选"):
                key = next(option for option in options if option.startswith("- [x]"))
                rest = [option for option in options if option is not key]
                rest.insert(place(rest), key)
                items[number] = item.replace("".join(options), "".join(rest))
        path.write_text("\n### ".join([head, *items]), encoding="utf-8")


def test_keys_that_stand_at_one_place_all_over_the_bank_are_named(bank: Path) -> None:
    reorder(bank, lambda rest: 1)
    complaints = lint(bank)
    assert "key-position: Keys of single choices in zh-hans stand at (0, " in complaints
    assert "in en stand" not in complaints


def test_keys_that_are_longer_than_all_else_are_named(bank: Path) -> None:
    for path in bank.rglob("*.en.md"):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("- [x] ", "- [x] quite certainly and beyond any doubt "), encoding="utf-8"
        )
    assert "key-length: In en the key is the longest option" in lint(bank)


def test_keys_that_are_never_the_longest_are_named(bank: Path) -> None:
    for path in bank.rglob("*.en.md"):
        head, *items = path.read_text(encoding="utf-8").split("\n### ")
        longer = [
            item.replace("- [ ] ", "- [ ] quite certainly and beyond any doubt ", 1)
            if item.startswith("Single")
            else item
            for item in items
        ]
        path.write_text("\n### ".join([head, *longer]), encoding="utf-8")
    complaints = lint(bank)
    assert "key-length: In en the key is the longest option in" in complaints
    assert "shortest" not in complaints


def test_a_question_without_its_english_text_is_named(content: Path) -> None:
    (content / f"{QUESTION}.en.md").unlink()
    assert "missing-language" in lint(content)


FIGURE = "lab:methods?task=elicit#p_tuning_accuracy"
UNTOUCHED = "## 为什么乘积"


def cite(content: Path, text: str, place: str = UNTOUCHED) -> Path:
    """Write a sentence into the Chinese text, before a heading."""
    path = content / f"{QUESTION}.zh-hans.md"
    path.write_text(swap(place, f"{text}\n\n{place}")(path.read_text(encoding="utf-8")), encoding="utf-8")
    return path


def test_a_figure_that_is_not_the_stored_one_is_named_and_can_be_corrected(content: Path) -> None:
    path = cite(content, f"得到 [0.01]({FIGURE})。")
    line = path.read_text(encoding="utf-8").split("\n").index(f"得到 [0.01]({FIGURE})。") + 1
    assert f"{QUESTION}.zh-hans.md:{line}: figure-differs" in lint(content)
    with pytest.raises(CommandError):  # the translation does not give it
        call_command("check_content", str(content), fix=True, stdout=StringIO(), stderr=StringIO())
    stored = f"{read_figure(FIGURE.removeprefix('lab:')).mean:.2f}"
    assert f"得到 [{stored}]({FIGURE})。" in path.read_text(encoding="utf-8")
    assert "figure-differs" not in lint(content)


@pytest.mark.parametrize(
    ("reference", "code"),
    [("lab:methods#no_such_number", "unknown-figure"), ("lab:no-such-lab#x", "unknown-figure")],
)
def test_a_figure_that_is_not_stored_is_named(content: Path, reference: str, code: str) -> None:
    cite(content, f"得到 [0.01]({reference})。")
    assert code in lint(content)


def test_a_figure_cannot_stand_where_no_link_can(content: Path) -> None:
    path = content / f"{QUESTION}.zh-hans.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(swap("- ~~", f"- ~~[0.95]({FIGURE}) ")(text), encoding="utf-8")
    assert "figure-place" in lint(content)
    path.write_text(swap("- [ ] ", f"- [ ] [0.95]({FIGURE}) ")(text), encoding="utf-8")
    assert "figure-place" in lint(content)


def test_a_translation_gives_the_figures_of_its_original(content: Path) -> None:
    cite(content, f"得到 [0.95]({FIGURE})。")
    assert f"figures are not those of the original: {FIGURE.removeprefix('lab:')}" in lint(content)
