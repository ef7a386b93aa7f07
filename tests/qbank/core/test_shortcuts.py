"""The shortcuts of rendering lead where the long way does."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown.extensions.md_in_html import HtmlBlockPreprocessor
from markdown.treeprocessors import UnescapeTreeprocessor

from qbank.core import answers, normalise
from qbank.core import render as rendering
from qbank.core.parser import parse_file
from qbank.core.render import render, render_inline

LINES = (
    *("", "", "text", "  more", "    deep", "- a", "* b", "+ c", "-  wide", "- ", "1. one", "2. two", "1) n"),
    *(
        "- [ ] task",
        "- # h",
        "- - in",
        "  - nested",
        "- ```",
        "```js",
        "```",
        "~~~",
        "# h",
        "## h {#m}",
        "####",
    ),
    *(
        "> q",
        "| a | b |",
        "a | b",
        ":-|:-",
        "|-|-|",
        "---",
        "===",
        "* * *",
        "● dot",
        "(1) x",
        "（2）y",
        "3、z",
    ),
    *(
        "**bold** x",
        "_it_ `code`",
        "~~gone~~ ~sub~",
        "$a_1$",
        "$$b$$",
        "a  ",
        "a\\",
        "&lt;b&gt; &copy;",
        "a&b",
    ),
    *("[l](#x)", "[l](javascript:a)", "<ftp://a.b>", "![p](q.png)", "[r]: http://a.b", "- [r]: c", "[r]"),
    *("<b>x</b>", "<div>", "</div>", "<details><summary>s</summary>", "</details>", "<p>", "<!-- c -->", "<"),
    *(
        "* a *b*",
        "10. ten",
        "1234. many",
        "\ttab",
        "　- wide blank",
        "- a\u2028b",
        "\x00",
        "- x\n\n  y",
        "<pre>",
    ),
)


PIECES = (
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
)


@contextmanager
def the_long_way() -> Iterator[None]:
    """Read the blocks of every text, write nothing without the renderer, clean twice, try every pattern."""
    parts = rendering._parts
    with ExitStack() as stack:
        for target, name, instead in (
            (normalise, "_flat", lambda markdown: None),
            (rendering, "_holds_html", lambda renderer: True),
            (rendering, "write_blocks", lambda text: None),
            (rendering, "write_line", lambda line: None),
            (rendering, "_parts", lambda present: parts((True,) * len(present))),
            (rendering._HtmlBlocks, "run", HtmlBlockPreprocessor.run),
            (rendering._Unescape, "run", UnescapeTreeprocessor.run),
        ):
            stack.enter_context(patch.object(target, name, instead))
        yield


@given(st.lists(st.sampled_from(LINES), max_size=8).map("\n".join))
@example("text\na | b\n:-|:-")
@example("1. a\ntext\n1. b")
@example("text\n2. b")
@example("- a\n* b")
@example("- a\n\n* b\n\n1. c\n- d")
@example("- a\n\n b")
@example("- a\n```\n- b\n```\n- c")
@example("# a {#b}\ntext\n# c\n- d")
@example("a\n\u3000\nb")
@example("- a\n\x1f\n")
@example("1. a\n\u3000\nb")
@example("```\na\n\x85\n```")
@example("```\na\n\ufeffb\n```")
@example("- c\n\n```\na\n\ufeffb\n```")
@example("# a&#1;b")
@example("[a]: b\xa0c\nd")
@example("a\n\n[a]: b\xa0c\nd")
@example("# a ![b](c){: .d}")
@example("[a]: b c\n1. d")
@example("[a]: b</b>\u3000c\n1. d")
def test_any_text_is_rendered_as_the_long_way_renders_it(text: str) -> None:
    short = render(text), render_inline(text)
    with the_long_way():
        assert (render(text), render_inline(text)) == short


@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join))
def test_any_pieces_are_rendered_as_the_long_way_renders_them(text: str) -> None:
    short = render(text), render_inline(text)
    with the_long_way():
        assert (render(text), render_inline(text)) == short


@given(st.lists(st.sampled_from(LINES), max_size=8).map("\n".join))
def test_what_a_text_holds_is_found_without_a_closer_look(text: str) -> None:
    short = answers.find_facts(text)
    with patch.object(answers, "_REMARKS", ("",)):
        assert answers.find_facts(text) == short


@pytest.mark.parametrize(
    "bank", ["01_seed", "02_lydiahallie", "03_sudheerj", "04_alexeygrigorev", "06_javaguide", "08_scutan90"]
)
def test_the_answers_of_a_bank_are_rendered_as_the_long_way_renders_them(corpora: Path, bank: str) -> None:
    files = sorted((corpora / bank).rglob("*.md"))
    asked = [q for path in files for q in parse_file(path.read_bytes(), path.name).questions][::3]
    short = [(render(q.stem), render(q.answer), render_inline(q.title)) for q in asked]
    with the_long_way():
        assert [(render(q.stem), render(q.answer), render_inline(q.title)) for q in asked] == short
