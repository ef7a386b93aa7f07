"""Brackets and tags that never end: shown as they are written, so that nobody waits for them."""

import pytest

from bench.fuzz import limited
from qbank.core.render import render, render_inline
from qbank.core.tangles import is_deep, is_tangled

MARKS = ["[", "![", "[a](", "[a](b ", "[a][", "[[]", "a [b ", "[x](<", "<a "]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("size", [12_000, 60_000])
def test_what_never_ends_is_shown_as_written_and_told(mark: str, size: int) -> None:
    text = (mark * (size // len(mark))).strip()
    with limited(1.0):
        rendered, titled = render(text), render_inline(text)
    assert rendered.plain == titled.plain == text
    assert [f.code for f in (*rendered.findings, *titled.findings)] == ["too-deep", "too-deep"]


@pytest.mark.parametrize(
    "text",
    [
        "[a](https://b.c/d_(e)) " * 4000,
        "[[1, 2], [3, 4]] " * 4000,
        "| From | To |\n|---|---|\n" + "| [0, 1) | (1, 2] |\n" * 2000,
        "\n".join("- It lies in [0, 1)." for _ in range(2000)),
        "\n\n".join("It lies in [0, 1) or (1, 2]." for _ in range(2000)),
        "```sh\n" + "if [ -e x; then echo 'a[';\n" * 2000 + "```",
        "<b>a</b> " * 4000,
        r"\[" * 4000,
    ],
    ids=["links", "pairs", "table", "list", "paragraphs", "code", "tags", "escapes"],
)
def test_what_ends_soon_is_no_tangle_however_much_there_is(text: str) -> None:
    assert not is_tangled(text)


@pytest.mark.parametrize("name", ["pre", "sup", "font a=1"])
def test_elements_in_elements_without_an_end_are_shown_as_written(name: str) -> None:
    with limited(2.0):
        rendered = render(f"<{name}>" * 8000)
    assert [finding.code for finding in rendered.findings] == ["too-deep"]


def test_many_elements_beside_each_other_are_not_deep() -> None:
    assert not is_deep("<p><b>a</b><br><li>b<td>c" * 3000)
    assert is_deep("<i>" * 2001 + "a" + "</i>" * 2001)


def test_a_tangle_in_one_of_many_paragraphs_is_one() -> None:
    assert is_tangled("It holds.\n\n" * 500 + "[" * 3000 + "\n\nIt holds." * 500)
