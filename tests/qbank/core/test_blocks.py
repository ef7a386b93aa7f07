"""Reading blocks: the short cut for running text finds what the rules of CommonMark find."""

from hypothesis import example, given
from hypothesis import strategies as st

from qbank.core.blocks import _reader, _tree

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
