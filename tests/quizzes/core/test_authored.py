"""Items as authors write them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbank.core.document import ItemSource
from quizzes.core.authored import ItemError, lint_items, lint_translation, parse_item, parse_items
from quizzes.core.items import Cloze, Item, Multiple, Numeric, Single
from tests.quizzes.core.strategies import items, write

SINGLE = """### Single: What is zero? {#zero}
- [ ] A
  > Not this.
- [x] B

> Because.
"""


def codes(markdown: str) -> list[str]:
    with pytest.raises(ItemError) as caught:
        parse_item(markdown, 10)
    assert all(problem.remedy and problem.line >= 10 for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


@given(items(), st.sampled_from(["zh", "en"]))
def test_what_an_author_writes_is_read_back_as_it_was_meant(item: Item, language: str) -> None:
    assert parse_item(write(item, language), 1) == item


def test_a_task_list_needs_no_word_for_its_kind() -> None:
    one = parse_item("### What? {#a}\n- [x] A\n- [ ] B\n\n> why", 1)
    two = parse_item("### What? {#a}\n- [x] A\n- [x] B\n\n> why", 1)
    assert isinstance(one, Single)
    assert isinstance(two, Multiple)


def test_a_colon_in_the_stem_does_not_make_a_kind() -> None:
    item = parse_item("### LoRA：哪一句对？ {#a}\n- [x] 甲\n- [ ] 乙\n\n> 因为", 1)
    assert item.stem == "LoRA：哪一句对？"


def test_code_between_heading_and_list_belongs_to_the_stem() -> None:
    item = parse_item(
        "### Single: Prints? {#a}\n\n```python\n- [x] no option\n= 3\n```\n\n- [x] A\n- [ ] B\n\n> why", 1
    )
    assert isinstance(item, Single)
    assert item.stem == "Prints?\n\n```python\n- [x] no option\n= 3\n```"
    assert len(item.options) == 2


def test_a_tolerance_may_follow_a_number() -> None:
    item = parse_item("### 数值：多少？ {#a}\n= 0.95 ± 0.02\n\n> 因为", 1)
    assert isinstance(item, Numeric)
    assert (str(item.key), str(item.tolerance)) == ("0.95", "0.02")


def test_blanks_stand_beside_formulas_but_not_inside() -> None:
    item = parse_item("### 填空：$a$ 乘 [[b]] 得 $c$。 {#a}\n\n> 因为", 1)
    assert isinstance(item, Cloze)
    assert item.key == (("b",),)
    assert codes("### 填空：$a \\cdot [[b]]$ {#a}\n\n> 因为") == ["item-blank"]
    assert codes("### 填空：`f([[b]])` {#a}\n\n> 因为") == ["item-blank"]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        (SINGLE.replace(" {#zero}", ""), ["item-slug"]),
        (SINGLE.replace("#zero", "#Zero one"), ["item-slug"]),
        (SINGLE.replace("[x]", "[ ]"), ["item-key"]),
        (SINGLE.replace("[ ]", "[x]"), ["item-key"]),
        (SINGLE.replace("> Because.", ""), ["item-rationale"]),
        (SINGLE.replace("] B", "] Ａ"), ["item-twice"]),
        (SINGLE.replace("What is zero?", ""), ["item-stem"]),
        ("### Single: One? {#a}\n- [x] A\n\n> why", ["item-few"]),
        ("### What? {#a}\n\n> why", ["item-kind"]),
        ("no heading", ["item-heading", "item-kind"]),
        ("### True/false: So? {#a}\n- [x] Yes\n- [ ] No\n\n> why", ["item-verdict"]),
        ("### Cloze: no blank {#a}\n\n> why", ["item-blank"]),
        ("### Cloze: [[a|]] {#a}\n\n> why", ["item-blank"]),
        ("### Numeric: n? {#a}\n= about 3\n\n> why", ["item-value"]),
        ("### Numeric: n? {#a}\n= 3 ± -1\n\n> why", ["item-value"]),
        ("### Numeric: n? {#a}\n\n> why", ["item-value"]),
        ("### Matching: m {#a}\n- a :: b\n- c\n\n> why", ["item-pair"]),
        ("### Matching: m {#a}\n- a :: b\n- c :: b\n\n> why", ["item-twice"]),
        ("### Ordering: o {#a}\n- a\n- b\n\n> why", ["item-few", "item-list", "item-list"]),
        ("### Open: o {#a}\n\n> why", ["item-points"]),
        (SINGLE + "\nafterthought", ["item-stray"]),
    ],
)
def test_what_is_wrong_is_named(markdown: str, expected: list[str]) -> None:
    assert codes(markdown) == expected


def test_everything_that_is_wrong_is_listed_with_its_line() -> None:
    markdown = "### Single: {#A b}\n- [ ] x\n- [ ] x\n1. step\n"
    with pytest.raises(ItemError) as caught:
        parse_item(markdown, 40, path="lora/a.md")
    found = [(problem.code, problem.line) for problem in caught.value.problems]
    assert found == [
        ("item-slug", 40),
        ("item-rationale", 40),
        ("item-stem", 40),
        ("item-twice", 40),
        ("item-key", 40),
        ("item-list", 43),
    ]
    assert str(caught.value.problems[-1]).startswith("lora/a.md:43: item-list")


@given(st.text(max_size=200))
def test_any_text_is_an_item_or_a_list_of_problems(text: str) -> None:
    found, problems = parse_items([ItemSource(text, 1)])
    assert bool(found) != bool(problems)


def test_a_mark_used_twice_is_reported_and_the_first_item_stays() -> None:
    sources = [ItemSource(SINGLE, 1), ItemSource(SINGLE.replace("zero?", "one?"), 9), ItemSource("### x", 20)]
    found, problems = parse_items(sources, path="a.md")
    assert [item.slug for item in found.values()] == ["zero"]
    assert [(problem.line, problem.code) for problem in problems] == [
        (9, "item-slug"),
        (20, "item-slug"),
        (20, "item-kind"),
    ]


def test_a_translation_must_have_the_same_items_with_the_same_keys() -> None:
    original = [ItemSource(SINGLE, 1), ItemSource(SINGLE.replace("#zero", "#two"), 9)]
    assert lint_translation(original, original) == []
    swapped = SINGLE.replace("[ ]", "[?]").replace("[x]", "[ ]").replace("[?]", "[x]")
    problems = lint_translation(
        original, [ItemSource(swapped, 5), ItemSource(SINGLE.replace("#zero", "#new"), 9)]
    )
    assert len(problems) == 3
    assert {problem.code for problem in problems} == {"item-translation"}


def test_the_items_of_our_own_bank_are_right() -> None:
    count = 0
    for path in sorted(Path("content").glob("*/*.md")):
        lines = path.read_text().splitlines()
        heads = [i for i, line in enumerate(lines) if line in ("## 练习", "## Exercises")]
        if not heads:
            continue
        starts = [i for i in range(heads[0], len(lines)) if lines[i].startswith("### ")]
        ends = [*starts[1:], len(lines)]
        sources = [ItemSource("\n".join(lines[a:b]), a + 1) for a, b in zip(starts, ends, strict=True)]
        assert lint_items(sources, path=str(path)) == []
        count += len(sources)
    assert count
