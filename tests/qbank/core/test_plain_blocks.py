"""Plain text, bold words, flat lists and code are written without the renderer."""

import pytest

from qbank.core.plain_blocks import write_blocks, write_line


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
            "```\na\n ```\nb\n```",
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
