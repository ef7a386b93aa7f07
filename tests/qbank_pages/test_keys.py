"""What a key press means, asked of the module itself in a browser; and that the module comes alone."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
SOURCE = Path(__file__).resolve().parents[2] / "static" / "js" / "app.js"


@pytest.fixture(scope="module")
def run(browser: Browser) -> Iterator[Callable[[str], object]]:
    """Run an expression that sees the module as `keys`."""
    address = "data:text/javascript;base64," + base64.b64encode(SOURCE.read_bytes()).decode()
    page = browser.new_page()
    page.set_content("<footer class=foot><a data-keys href=/keys/></a></footer>")
    yield lambda expression: page.evaluate(f"import('{address}').then((keys) => {expression})")
    page.close()


@pytest.mark.parametrize(
    ("press", "meant"),
    [
        ("{key: '/'}", "find"),
        ("{key: '?', shiftKey: true}", "help"),
        ("{key: 'j'}", "next"),
        ("{key: 'ArrowRight'}", "next"),
        ("{key: 'k'}", "previous"),
        ("{key: 'ArrowLeft'}", "previous"),
        ("{key: 'x'}", None),
        ("{key: 'constructor'}", None),
        ("{key: 'j', ctrlKey: true}", None),
        ("{key: 'ArrowLeft', altKey: true}", None),
        ("{key: 'k', metaKey: true}", None),
        ("{key: 'j', repeat: true}", None),
        ("{key: '/', typing: true}", None),
    ],
)
def test_a_key_means_one_thing_and_nothing_with_a_modifier(
    run: Callable[[str], object], press: str, meant: str | None
) -> None:
    assert run(f"keys.meaning({press})") == meant


@pytest.mark.parametrize(
    ("html", "key", "takes"),
    [
        ("<input>", "j", True),
        ("<textarea></textarea>", "j", True),
        ("<select></select>", "j", True),
        ("<div contenteditable></div>", "j", True),
        ("<div class=scroll></div>", "j", True),
        ("<pre><code>x</code></pre>", "j", True),
        ("<button></button>", "j", False),
        ("<button></button>", "Enter", True),
        ("<input type=radio>", "b", False),
        ("<input type=radio>", "ArrowRight", True),
        ("<input type=checkbox>", " ", True),
        ("<input type=checkbox>", "Enter", False),
        ("<p></p>", "Enter", False),
    ],
)
def test_keys_are_left_to_what_is_typed_chosen_or_scrolled_in(
    run: Callable[[str], object], html: str, key: str, takes: bool
) -> None:
    document = f"new DOMParser().parseFromString('{html}', 'text/html')"
    assert run(f"keys.takesKeys({document}.body.firstElementChild, '{key}')") is takes


@pytest.mark.parametrize(
    ("keys", "key", "named"), [("a 1", "A", True), ("a 1", "1", True), ("a 1", "b", False), ("f", "F", True)]
)
def test_a_control_names_its_keys(run: Callable[[str], object], keys: str, key: str, named: bool) -> None:
    assert run(f"keys.names('{keys}', '{key}')") is named


def test_the_script_of_every_page_comes_in_one_piece() -> None:
    """A module that it imported at once would come a round trip later, maybe before the first paint."""
    at_once = r"^\s*import\s*[\"'{*\w]|^\s*export\b[^(]*\bfrom\b"
    assert not re.search(at_once, SOURCE.read_text(), re.MULTILINE)
