"""Markdown as people write it becomes what Python-Markdown reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbank.core.normalise import normalise


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("正文：\n●甲。\n●乙。\n结语。", "正文：\n\n- 甲。\n- 乙。\n\n结语。"),
        ("• a\n• b", "- a\n- b"),
        ("(1)甲\n\n(2)乙", "1. 甲\n\n2. 乙"),
        ("（ 1) 甲\n（ 2) 乙", "1. 甲\n2. 乙"),
        ("1、甲\n2、乙", "1. 甲\n2. 乙"),
        ("1）甲\n2）乙", "1. 甲\n2. 乙"),
        ("① 甲\n② 乙", "1. 甲\n2. 乙"),
        ("text\n- a\n- b", "text\n\n- a\n- b"),
        ("- a\n  - b\n    - c", "- a\n    - b\n        - c"),
        ("1) a\n2) b", "1. a\n2. b"),
        ("1. a\n   b", "1. a\n    b"),
        ("# title {#mark}\ntext", "# title\n\ntext"),
        ("![a](b.png){width=50%}", "![a](b.png)"),
        ("```jsx harmony\nx\n```", "```jsx\nx\n```"),
    ],
)
def test_lists_are_made_explicit(written: str, read: str) -> None:
    assert normalise(written) == read


@pytest.mark.parametrize(
    "text",
    [
        "```\n● no\n(1) no\n(2) no\n```",
        "<div>\n● no\n● no\n</div>",
        "$$\n- a\n- b\n$$",
        "(1) 式表明 x 为零",
        "    ● indented code",
        "| a |\n|---|\n| ● b |",
        "* * *",
    ],
)
def test_code_html_formulas_and_lone_numbers_stay(text: str) -> None:
    assert normalise(text) == text.strip("\n")


def test_code_in_an_item_moves_as_a_whole() -> None:
    assert normalise("- a\n\n  ```py\n  if x:\n      y\n  ```") == (
        "- a\n\n    ```py\n    if x:\n        y\n    ```"
    )


@given(st.text(alphabet=st.sampled_from("●(1)、 \n-*`>#$<div/>a一\t|~[]{}!"), max_size=200))
def test_nothing_breaks_it(text: str) -> None:
    normalise(text)
