"""Render the Markdown of items with the bank's own renderer."""

from functools import partial

from qbank.core.render import render, render_inline
from qbank.core.rewrite import Surroundings
from qbank.figures import describe_figure
from quizzes.core.items import Item, map_text


def render_item(item: Item, language: str) -> Item:
    """Return an item with its Markdown rendered to safe HTML."""
    around = Surroundings(language=language, figure=partial(describe_figure, language=language))
    return map_text(
        item,
        lambda text: render(text, around).html,
        lambda text: render_inline(text, around).html,
    )
