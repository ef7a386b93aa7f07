"""Template tags of the labs: pick a language, write numbers, show the panel beside a question."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import cast

from django import template
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from labs import charts, maps, pages
from labs.controls import list_controls
from labs.core.config import Lab, Text
from labs.registry import LABS

register = template.Library()
PANEL_CONTROLS = 3  # beside a question; the lab has all of them


@register.filter
def text(value: Text | str) -> str:
    """Pick the active language from {"zh": …, "en": …}; a plain string stays."""
    if isinstance(value, str):
        return value
    return value["en" if get_language() == "en" else "zh"]


@register.filter
def clamped(value: str) -> str:
    """Cut a verdict to what its six lines beside a question hold: Chinese needs fewer characters.

    No word and no number is cut in two: half a number reads as another one.
    """
    most = 300 if get_language() == "en" else 160
    return value if len(value) <= most else re.sub(r"\s*[!-~]*$", "", value[: most - 1]) + "…"


@register.filter
def percent(share: float) -> str:
    """Write a share of one in per cent with one decimal."""
    return f"{share * 100:.1f}"


@register.filter
def small(value: float) -> str:
    """Write a small number with its power of ten."""
    return f"{value:.2g}"


@register.filter
def milliseconds(seconds: float) -> str:
    """Write seconds as milliseconds."""
    return f"{seconds * 1000:.0f}"


@register.filter
def description(figure: charts.Figure) -> str:
    """Say in words what a chart shows."""
    lines = [
        _("%(label)s: from %(first)s to %(last)s")
        % {"label": text(line.label), "first": line.first, "last": line.last}
        for line in figure.drawn
    ]
    return f"{text(figure.chart.title)}: {'; '.join(lines)}" if lines else text(figure.chart.title)


@register.filter
def map_description(figure: maps.DrawnMap) -> str:
    """Say in words what a heat map holds."""
    words = _("%(rows)s rows by %(columns)s columns, values up to %(limit)s")
    held = words % {"rows": len(figure.rows), "columns": len(figure.columns), "limit": figure.limit}
    return f"{text(figure.chart.title)}: {held}"


MEASURES = {"step": gettext_lazy("step"), "loss": gettext_lazy("loss"), "accuracy": gettext_lazy("accuracy")}


def measure_names(lab: Lab | None) -> dict[str, str]:
    """Name what the points of a lab carry, in the order of its charts' axes.

    The name is a short word where there is one, else the label of the axis.
    """
    names: dict[str, str] = {}
    for chart in lab.charts if lab else ():
        names = names | {chart.x: text(chart.x_label), chart.y: text(chart.y_label)} | names
    return names | {key: str(name) for key, name in MEASURES.items()}


@register.filter
def measures(lab: Lab | None) -> str:
    """Write these names as JSON, for the script that goes on with the log."""
    return json.dumps(measure_names(lab), ensure_ascii=False)


@register.filter
def series_names(lab: Lab | None) -> str:
    """Write the labels of the lab's curves as JSON, for the same script."""
    names = {key: text(label) for key, label in lab.series.items()} if lab else {}
    return json.dumps(names, ensure_ascii=False)


@register.filter
def log_line(event: Mapping[str, object], lab: Lab | None) -> str:
    """Write a note or a point as one line of the log."""
    if event["type"] == "note":
        return text(cast("Text", event["text"]))
    series = str(event.get("series", ""))
    label = text(lab.series[series]) if lab and series in lab.series else series
    names = measure_names(lab)
    keys = [
        *names,
        *(key for key in event if key not in names),
    ]  # PostgreSQL keeps keys in an order of its own
    values = [
        f"{names.get(key, key)} {_value(event[key])}"
        for key in keys
        if key in event and key not in ("type", "series")
    ]
    return "　".join([label, *values])


def _value(value: object) -> str:
    return charts.number(value) if isinstance(value, int | float) else "–" if value is None else str(value)


@register.inclusion_tag("labs/_panel.html")
def lab_panel(slug: str) -> dict[str, object]:
    """Show the lab beside a question: claim, latest verdict, controls, and the way to the full lab."""
    lab = LABS.get(slug)
    if lab is None:
        return {"lab": None}
    return {"lab": lab, "controls": list_controls(lab, {})[:PANEL_CONTROLS], **pages.panel(lab)}
