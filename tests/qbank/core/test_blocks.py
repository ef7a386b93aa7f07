"""Reading blocks: the short cut for running text finds what the rules of CommonMark find."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qbank.core.blocks import _reader, _tree, read_document

LINES = [
    *(
        "tar",
        "wax | oil",
        "**tar**",
        "`wax`",
        "$x$",
        "[a](b)",
        "[a]: b",
        "[a",
        "]: b",
        "2019 was",
        "1) x",
        "\u2003",
    ),
    *(
        "- tar",
        "- ",
        "-",
        "* * *",
        "- - -",
        "---",
        "===",
        "+ x",
        "1. x",
        "2. x",
        "-\ttar",
        "- *x*",
        "# tar",
        "***x",
    ),
    *(
        "```",
        "```py",
        "``` a`b",
        "~~~",
        "> tar",
        ">",
        "|---|---|",
        "--|--",
        ":--",
        "| a | b |",
        "a | b",
        "$$",
        "$$ x $$",
    ),
    *(
        "<div>",
        "</div>",
        "<b>tar</b>",
        "<!--",
        "-->",
        "",
        "",
        "",
        "    code",
        "&nbsp;",
        "_x_",
        "__x__",
        "*x",
        ": x",
    ),
]
TEXTS = st.lists(
    st.tuples(
        st.sampled_from(["", "", " ", "  ", "   ", "    ", "\t", "      ", "> "]), st.sampled_from(LINES)
    ),
    max_size=14,
)


@given(TEXTS)
@example([("", "- tar"), ("  ", "tar"), ("", "- tar")])
@example([("", "tar"), ("    ", "- tar")])
def test_the_short_cut_changes_no_block(pieces: list[tuple[str, str]]) -> None:
    lines = [indent + line for indent, line in pieces]
    plain = _reader.__wrapped__()
    plain.block.ruler.disable("running_text")
    text = "\n".join(lines)
    assert _tree(_reader().parse(text), lines) == _tree(plain.parse(text), lines)


@pytest.mark.parametrize("text", ["1. tar\n\u3000", "1. tar\n\x0b\n", "1. \u3000\n   wax"])
def test_a_lone_item_beside_a_line_of_other_blanks_is_read(text: str) -> None:
    assert [block.kind for block in read_document(text, "x.md").blocks] == ["list"]


def test_the_rest_of_a_paragraph_ends_where_it_is_told_to() -> None:
    document = read_document("tar\nwax\nsalt\nrope\n", "x.md")
    (rest,) = document.rest_of_block(1, 3)
    assert (rest.start, rest.end, rest.text) == (1, 3, "wax\nsalt")
    assert document.rest_of_block(1, 1) == ()


def test_the_rest_of_a_list_is_what_stands_below_a_line_of_an_item() -> None:
    document = read_document("- tar\n\n  wax\n- salt\n- rope\n", "x.md")
    inner, rest = document.rest_of_block(1, 6)
    assert (inner.text, rest.kind, rest.start, len(rest.children)) == ("wax", "list", 3, 2)
    assert document.rest_of_block(1, 2) == ()
