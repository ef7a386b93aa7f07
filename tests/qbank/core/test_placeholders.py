"""Words in angle brackets that are no HTML."""

import pytest

from qbank.core.placeholders import with_placeholders
from qbank.core.render import render, render_inline
from qbank.core.titles import plain_markdown


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("run git branch <BRANCH> now", "<p>run git branch &lt;BRANCH&gt; now</p>"),
        ("a List<String> of <your-name>", "<p>a List&lt;String&gt; of &lt;your-name&gt;</p>"),
        ("<StrictMode> wraps </StrictMode>", "<p>&lt;StrictMode&gt; wraps &lt;/StrictMode&gt;</p>"),
        ('<Child key="a" /> alone', '<p>&lt;Child key="a" /&gt; alone</p>'),
        (r"an escaped \<T>", "<p>an escaped &lt;T&gt;</p>"),
        ("in code `<T>`", "<p>in code <code>&lt;T&gt;</code></p>"),
        ("a <b>bold</b> and <KBD>K</KBD>", "<p>a <b>bold</b> and <kbd>K</kbd></p>"),
        ("<script>alert(1)</script> <x onclick=y()>", "<p>&lt;x onclick=y()&gt;</p>"),
        ("a &lt;T> b < c > d", "<p>a &lt;T&gt; b &lt; c &gt; d</p>"),
    ],
)
def test_tags_of_no_element_are_shown(markdown: str, html: str) -> None:
    assert render(markdown).html == html


@pytest.mark.parametrize(
    "markdown", ["<https://example.org> <me@example.org>", "[a](<b c>)\n\n[d]\n\n[d]: <e.md>"]
)
def test_addresses_are_left(markdown: str) -> None:
    assert with_placeholders(markdown) == markdown


def test_titles_keep_them() -> None:
    title = plain_markdown("What does <code>git branch <BRANCH></code> do to <b>HEAD</b>? <https://a.b>")
    assert title == "What does git branch <BRANCH> do to HEAD?"
    assert render_inline(title).html == "What does git branch &lt;BRANCH&gt; do to HEAD?"


def test_indented_code_shows_them() -> None:
    assert "<code>indented &lt;T&gt;\n</code>" in render("    indented <T>").html


def test_fenced_code_is_left() -> None:
    markdown = "```java\nList<String> a;\n```\n\nand Map<K> b"
    assert with_placeholders(markdown) == "```java\nList<String> a;\n```\n\nand Map\ue005K> b"
