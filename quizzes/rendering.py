"""Render the Markdown of items with the bank's own renderer."""

import markdown
import nh3


def render_block(text: str) -> str:
    return nh3.clean(markdown.markdown(text, extensions=["fenced_code"]))


def render_line(text: str) -> str:
    html = render_block(text)
    inner = html.removeprefix("<p>").removesuffix("</p>")
    return inner if "<p>" not in inner else html
