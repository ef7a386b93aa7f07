"""The model card: the Markdown beside the weights, shown on a page."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import markdown

CARD = Path(__file__).resolve().parent / "weights" / "MODEL_CARD.md"


@cache
def read_card() -> str:
    """Return the model card as Markdown; empty before there is one."""
    return CARD.read_text(encoding="utf-8") if CARD.exists() else ""


@cache
def render_card() -> str:
    """Return the card as HTML for a section of a page: without its title, headings two levels lower."""
    body = re.sub(r"\A# .*\n", "", read_card())
    lowered = re.sub(r"^(#+) ", r"#\1 ", body, flags=re.MULTILINE)
    return _accessible(markdown.markdown(lowered, extensions=["tables"]))


def _accessible(html: str) -> str:
    """Drop table heads without a word, and let the keyboard scroll wide code."""
    without = re.sub(r"<thead>\s*<tr>(?:\s*<th[^>]*></th>)+\s*</tr>\s*</thead>\s*", "", html)
    return without.replace("<pre>", '<pre tabindex="0">')
