"""Template tags of the bank: say a name in the reader's language, keep an address's other parameters."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from unicodedata import east_asian_width

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from qbank.core.figures import SCHEME
from qbank.models import Question, QuestionText

register = template.Library()
_LINK = re.compile(r"</?a\b[^>]*>")
_UNSEEN = re.compile(r'<annotation\b[^>]*>[^<]*</annotation>|</?semantics>| focusable="false"')
_MATRIX = re.compile(r'<mt\w+ class="m-')
_PART_END = re.compile(r"(?<=[，。？！：；、…）》”])|\s+")


def _choose(names: Mapping[str, str]) -> tuple[str, str]:
    """Return (language, name): the reader's language if there is one, then the site's, then any."""
    wanted = [get_language() or settings.LANGUAGE_CODE, settings.LANGUAGE_CODE, *names]
    return next(((language, names[language]) for language in wanted if names.get(language)), ("", ""))


@register.filter(is_safe=True)
def lean(html: str) -> str:
    """Leave out what no browser shows: the TeX behind formulas, which the Markdown beside the page has."""
    return _UNSEEN.sub("", html)


@register.filter
def has_matrices(text: QuestionText) -> bool:
    """Tell whether a formula of a text needs the rules of matrices, which stand in static/css/pages.css."""
    parts = (text.title_html, text.stem_html, text.gist_html, text.answer_html)
    lists = (text.choices, text.key_points, text.mistakes, text.follow_ups, text.sources)
    return any(_MATRIX.search(str(part)) for part in (*parts, *lists))


@register.filter
def localised(names: Mapping[str, str]) -> str:
    """Pick the reader's language from {language: name}, else another one."""
    return _choose(names)[1]


@register.filter
def localised_label(label: object) -> object:
    """Return a label, which is words or {language: words}, in the reader's language."""
    return localised(label) if isinstance(label, Mapping) else label


@register.filter
def marked(names: Mapping[str, str]) -> str:
    """Do as `localised`, and mark a name in another language with its `lang`."""
    language, name = _choose(names)
    if language in ("", get_language()):
        return name
    return format_html('<span lang="{}">{}</span>', language, name)


@register.filter
def breaks_at_marks(title: str, ems: int) -> bool:
    """Tell whether a Chinese title can break at spaces and marks alone, each part within a width in ems."""
    is_chinese = any(map(_is_wide, title))
    return is_chinese and all(_width(part) <= ems for part in _PART_END.split(title))


def _width(text: str) -> float:
    """Return about how many ems a text takes at most: a Chinese character one, any other two thirds."""
    return sum(1 if _is_wide(character) else 2 / 3 for character in text)


def _is_wide(character: str) -> bool:
    return east_asian_width(character) in "WF"


@register.filter
def unlinked(html: str) -> str:
    """Take the links out of stored safe HTML, for use inside a link."""
    return mark_safe(_LINK.sub("", html))


@register.filter
def by_setting(figures: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Put the figures of one lab and setting into a table: a row a number, a column a seed.

    [{"title", "setting", "runs": [{"seed", "address"}], "rows": [{"number", "timed", "values"}]}]; None
    where the text takes no number from a seed.
    """
    tables: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for figure in figures:
        tables.setdefault((figure["title"], figure["setting"]), []).append(figure)
    return [
        {"title": title, "setting": setting, **_table(together)}
        for (title, setting), together in tables.items()
    ]


def _table(figures: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    addresses: dict[int, str] = {}
    rows: dict[str, dict[str, Any]] = {}
    for figure in figures:
        row = rows.setdefault(figure["number"], {"timed": figure["timed"], "found": {}})
        for run in figure["runs"]:
            addresses[run["seed"]] = run["address"]
            row["found"][run["seed"]] = run["value"]
    seeds = sorted(addresses)
    return {
        "runs": [{"seed": seed, "address": addresses[seed]} for seed in seeds],
        "rows": [
            {"number": number, "timed": row["timed"], "values": [row["found"].get(seed) for seed in seeds]}
            for number, row in rows.items()
        ],
    }


@register.filter
def figures_of_points(text: QuestionText) -> list[Mapping[str, Any]]:
    """Return the figures that a text's key points give."""
    points = "".join(point["text"] for point in text.key_points)
    return [figure for figure in text.figures if f"]({SCHEME}{figure['reference']})" in points]


@register.filter
def significant(value: float | None) -> str:
    """Write a number with four significant digits, a whole one with all of them; a dash for none."""
    if value is None:
        return "–"
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.4g}"


@register.simple_tag(takes_context=True)
def page_query(context: Mapping[str, object], number: int) -> str:
    """Return the present query string with another `page`."""
    request = context["request"]
    assert isinstance(request, HttpRequest)
    query = request.GET.copy()
    query["page"] = str(number)
    return "?" + query.urlencode()


@register.simple_tag
def question_of_lab(slug: str) -> Question | None:
    """Return the first published question whose claim a lab tests."""
    return Question.objects.published().filter(lab=slug).first()
