"""Colour code: comments, keywords and strings; nothing else of what a lexer tells is shown."""

import re
from functools import cache, lru_cache
from html import escape
from typing import Any

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, _TokenType
from pygments.util import ClassNotFound

CODE_MARK = re.compile("\ue003(\\d+)\ue004")
FAMILIES = ("c", "k", "s")
PYGMENTS_CLASSES = frozenset(STANDARD_TYPES.values()) - {""}
_SHOWN_AS_KEYWORDS = ("ow",)  # operators that are words


def highlight_fence(source: str, language: str, css_class: str, options: Any, md: Any, **more: Any) -> str:
    """Return a fenced block as HTML: what `pymdownx.superfences` asks a custom fence for.

    Its lines are left in `md.coloured`, a mark in their place: they are ours, and need no cleaning twice.
    """
    coloured, name = colour(source, language)
    md.coloured.append(coloured)
    mark = f"\ue003{len(md.coloured) - 1}\ue004"
    return f'<div class="language-{name} highlight"><pre><code>{mark}</code></pre></div>'


def colour(source: str, language: str) -> tuple[str, str]:
    """Return code as HTML, its comments, keywords and strings in spans, and the name of its language."""
    lexer, name = _lexer(language)
    return _lines(lexer, source), name


def family_of(classes: str) -> str:
    """Return the colour that Pygments' classes stand for, "" where there is none."""
    family = "k" if classes in _SHOWN_AS_KEYWORDS else classes[:1]
    return family if family in FAMILIES else ""


def _lines(lexer: Lexer, source: str) -> str:
    """Write the tokens; a span ends with its line, and neighbours of one kind share it."""
    out: list[str] = []
    run: list[str] = []
    before: tuple[str, object] = ("", None)
    for kind, value in lexer.get_tokens(source):
        if (now := _colour(kind)) != before:
            out.append(_run("".join(run), before[0]))
            run, before = [], now
        run.append(value)
    return "".join([*out, _run("".join(run), before[0])])


def _run(code: str, family: str) -> str:
    """Write code of one colour."""
    text = escape(code, quote=False)
    if not family:
        return text
    return "\n".join([f'<span class="{family}">{line}</span>' if line else "" for line in text.split("\n")])


@cache
def _colour(kind: _TokenType) -> tuple[str, object]:
    """Return the colour of a kind of token, and what makes neighbours alike."""
    known: Any = kind
    while known not in STANDARD_TYPES:
        known = known.parent
    family = family_of(STANDARD_TYPES[known])
    return (family, kind if family else None)


@lru_cache(maxsize=256)
def _lexer(language: str) -> tuple[Lexer, str]:
    """Return the lexer of a language, the plain one where there is none, and its name."""
    try:
        return get_lexer_by_name(language, stripnl=True), language
    except ClassNotFound:
        return get_lexer_by_name("text", stripnl=True), "text"
