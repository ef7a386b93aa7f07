"""Cut one section out of an answer's HTML."""

import re

HEADING = re.compile(r'<h([1-6])\b[^>]*?\bid="([^"]*)"[^>]*>')
ANY_HEADING = re.compile(r"<h([1-6])\b")


def section_of(html: str, name: str) -> str:
    """Return the heading with this id and what follows it, up to the next of its level or above; else ""."""
    start = next((found for found in HEADING.finditer(html) if found[2] == name), None)
    if start is None:
        return ""
    after = ANY_HEADING.finditer(html, start.end())
    end = next((found.start() for found in after if found[1] <= start[1]), len(html))
    return html[start.start() : end]
