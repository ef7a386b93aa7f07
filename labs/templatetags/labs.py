"""Template tags of the labs: pick a language, show the panel beside a question."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.translation import get_language

register = template.Library()


@register.filter
def text(value: Mapping[str, str] | str) -> str:
    """Pick the active language from {"zh": …, "en": …}; a plain string stays."""
    if isinstance(value, str):
        return value
    return value["en" if get_language() == "en" else "zh"]


@register.inclusion_tag("labs/_panel.html")
def lab_panel(slug: str) -> dict[str, object]:
    """Show the lab beside a question: claim, latest verdict, controls, and the way to the full lab."""
    from labs.registry import LABS

    return {"lab": LABS.get(slug)}
