"""What is plain or idle takes a shorter way to the same HTML."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown.treeprocessors import UnescapeTreeprocessor

from qbank.core import render as module
from qbank.core.plain_blocks import write_blocks, write_line
from qbank.core.render import render, render_inline

_PIECES = st.sampled_from(
    [
        *(
            "a",
            "B ",
            "为什么",
            "。",
            "x: y",
            "1",
            "1. ",
            "2) ",
            "(1) ",
            "1、",
            "- ",
            "+ ",
            "= ",
            "===",
            "---",
        ),
        *(
            "#",
            "C# ",
            "@",
            "a@b.c",
            "http://a.b/c",
            ":",
            "::: ",
            "^",
            "!",
            "{",
            "}",
            "{#x}",
            "[",
            "]",
            "](b)",
        ),
        *(" ", "  ", "\n", "\n\n", "\n\n\n", "\t", "    ", "\u3000", "\xa0", "\u2028", "\ufeff", "\u200b"),
        *("`x`", "` x `", "`a < b`", "`&amp;`", "`<div>`", "`", "``", "```\n", "```python\ndef f(): pass\n"),
        *("```js\nvar a = 1; // c\n\nlet b\n```", "```\nx < 1 & y\n```", ">", " > ", "<b>", "</b>", "<div>"),
        *(
            "~~",
            "*a*",
            "**",
            "**b**",
            "**c d** ",
            "\n- ",
            "\n1. ",
            "\n2. ",
            "_",
            "|",
            "\n|---|---|\n",
            "\\",
            "$",
            "&amp;",
            "'",
            '"',
            "●",
            "[x]: y",
            "\r",
        ),
    ]
)


def slowly(markdown: str, *, inline: bool) -> module.Rendered:
    """Render with all parts of the renderer, whatever there is to do."""
    parts = module._parts
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "write_blocks", lambda text: None)
        patch.setattr(module, "write_line", lambda text: None)
        patch.setattr(module, "_parts", lambda present: parts((True,) * len(present)))
        patch.setattr(module._Unescape, "run", UnescapeTreeprocessor.run)
        return render_inline(markdown) if inline else render(markdown)


@settings(deadline=None, max_examples=400)
@given(st.lists(_PIECES, max_size=10).map("".join))
def test_the_shorter_way_leads_to_the_same_html(markdown: str) -> None:
    assert render(markdown) == slowly(markdown, inline=False)
    assert render_inline(markdown) == slowly(markdown, inline=True)


@pytest.mark.parametrize(
    "markdown",
    [
        "什么是绳子？",
        "A rope: it holds > 3 t, or `x * y` of them!\nTar keeps it dry (C# or not).",
        "**Tar**: it is `sticky`.\n\n- **Wax** is not.\n- Nor is **`soap`**.\n\nThus:\n\n1. No.\n2. Yes.",
        "See below.\n\n```python\nprint('*')  # _tar_ & <wax>\n```\n\n\nThat is all.",
    ],
)
def test_plain_paragraphs_and_fences_take_the_shorter_way(markdown: str) -> None:
    assert write_blocks(markdown) is not None


@pytest.mark.parametrize(
    "markdown",
    [
        *(
            "- a\n\n- b",
            "2. a",
            "# a",
            "> a",
            "a\n- b\n\n===",
            "a\n===",
            "*a*",
            "** a**",
            "***a***",
            "a**b",
            "_a_",
            "~~a~~",
            "[a](b)",
            "a & b",
            "<b>",
        ),
        *(
            "a  \nb",
            "    a",
            "\\a",
            "`a",
            "``a``",
            "| a |\n|---|",
            "```\na",
            "```\n```a\n```",
            "a\n```\nb\n```",
            "",
        ),
    ],
)
def test_what_may_mean_more_than_it_says_is_left_to_the_renderer(markdown: str) -> None:
    assert write_blocks(markdown) is None


def test_a_line_is_plain_or_left_to_the_renderer() -> None:
    assert write_line("Is `a < b` true?") == "Is <code>a &lt; b</code> true?"
    assert write_line("**No**: `**`") == "<strong>No</strong>: <code>**</code>"
    assert write_line("- a") is write_line("*a*") is write_line("a $x$") is None
