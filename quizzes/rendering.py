"""Render the Markdown of items with the bank's own renderer."""

from qbank.core.render import render, render_inline
from qbank.core.rewrite import Surroundings
from quizzes.core.items import Item, map_text


def render_item(item: Item, language: str) -> Item:
    """Return an item with its Markdown rendered to safe HTML."""
    around = Surroundings(language=language)
    return map_text(
        item,
        lambda text: render(text, around).html,
        lambda text: render_inline(text, around).html,
    )
