"""Lay an item out for its page: lines with letters, ticks and reasons, before and after the response."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from quizzes.core.grading import grade
from quizzes.core.items import BLANK, Cloze, Item, Matching, Multiple, Numeric, Ordering, Single, TrueFalse
from quizzes.models import AttemptItem
from quizzes.sheets import JSON, letter, plain, revealed, state


@dataclass(frozen=True)
class Line:
    """One line of an item: an option, a description, a step, a blank.

    `mark` is "ok", "no" or "" (nothing to say); `said` is what the learner gave where that was wrong.
    """

    index: int
    letter: str
    html: str
    label: str = ""  # the text alone, for form controls
    mark: str = ""
    chosen: bool = False
    keys: str = ""  # that choose it
    why: str = ""
    said: str = ""
    place: int = 0


def lines_of(texts: list[str]) -> list[Line]:
    """Lay out options, descriptions or steps, in the order shown."""
    return [Line(i, letter(i), text, plain(text), keys=keys_of(i)) for i, text in enumerate(texts)]


def keys_of(index: int) -> str:
    """Return the keys that choose an option: A to D, 1 to 9."""
    return " ".join([*("abcd"[index : index + 1]), *([str(index + 1)] if index < 9 else [])])


def ask_context(shown: JSON, *, stem_html: str, given: QueryDict, order: list[int] | None = None) -> JSON:
    """Return what the form of an unanswered item needs, filled with what was given; no key is at hand."""
    descriptions, steps = lines_of(shown.get("descriptions", [])), lines_of(shown.get("steps", []))
    options = [
        replace(line, chosen=str(line.index) in given.getlist("choice"))
        for line in lines_of(shown.get("options", []))
    ]
    terms = [
        (
            term,
            [
                replace(line, chosen=given.get(f"term{term.index}") == str(line.index))
                for line in descriptions
            ],
        )
        for term in lines_of(shown.get("terms", []))
    ]
    before, *after = stem_html.split(BLANK)
    return {
        "options": options,
        "terms": terms,
        "descriptions": descriptions,
        "rich": any("<math" in line.html or "<code" in line.html for line in descriptions),
        "verdict_given": given.get("choice", ""),
        "steps": [steps[i] for i in order] if order else steps,
        "stem_start": before,
        "blanks": [(i, given.get(f"blank{i}", ""), text) for i, text in enumerate(after)],
    }


def told_context(row: AttemptItem) -> JSON:
    """Return what the page of an answered item shows beside the mark and the key."""
    ticks = grade(row.asked(), row.response).parts
    points = (revealed(row) or {}).get("points", [])
    text = row.item.text if row.item.source == row.item.Source.IMPORTED else None
    return {
        "lines": told_lines(row),
        "verdict": verdict(row),
        "point_ticks": list(zip(points, ticks, strict=True)) if points else [],
        "explanation_html": text.answer_html if text else "",
    }


def told_lines(row: AttemptItem) -> list[Line]:
    """Lay out an answered item: the key, and what the learner gave."""
    item: Item = row.asked()
    response: Any = row.response
    match item:
        case Single() | Multiple():
            chosen = {response} if isinstance(item, Single) else set(response)
            keys = {item.key} if isinstance(item, Single) else set(item.key)
            return [
                Line(
                    i,
                    letter(i),
                    o.text,
                    mark=_mark(i in keys, i in chosen),
                    chosen=i in chosen,
                    why=o.rationale,
                )
                for i, o in enumerate(item.options)
            ]
        case TrueFalse():
            return [
                Line(
                    i,
                    "",
                    label,
                    mark=_mark(item.key is verdict, response is verdict),
                    chosen=response is verdict,
                    why=why,
                )
                for i, (verdict, label, why) in enumerate(
                    zip((True, False), (_("True"), _("False")), item.rationales, strict=True)
                )
            ]
    return _told_parts(item, response)


def _told_parts(item: Item, response: Any) -> list[Line]:
    """Lay out the kinds whose parts are right or wrong by themselves."""
    parts = grade(item, response).parts
    match item:
        case Cloze():
            return [
                Line(i, str(i + 1), accepted[0], mark=_tick(ok), said="" if ok else given)
                for i, (accepted, given, ok) in enumerate(zip(item.key, response, parts, strict=True))
            ]
        case Matching():
            return [
                Line(
                    i,
                    "",
                    term,
                    mark=_tick(ok),
                    why=item.descriptions[key],
                    said="" if ok or given is None else item.descriptions[given],
                )
                for i, (term, key, given, ok) in enumerate(
                    zip(item.terms, item.key, response, parts, strict=True)
                )
            ]
        case Ordering():
            return [
                Line(i, "", item.steps[step], mark=_tick(ok), place=0 if ok else response.index(step) + 1)
                for i, (step, ok) in enumerate(zip(item.key, parts, strict=True))
            ]
        case Numeric():
            within = f" ± {item.tolerance}" if item.tolerance else ""
            return [
                Line(0, "", f"{item.key}{within}", mark=_tick(parts[0]), said="" if parts[0] else response)
            ]
    return []


def _mark(is_key: bool, is_chosen: bool) -> str:
    return "ok" if is_key else "no" if is_chosen else ""


def _tick(ok: bool) -> str:
    return "ok" if ok else "no"


def verdict(row: AttemptItem) -> str:
    """Say in one line how the response did, and what would have been right."""
    item = row.asked()
    mark = grade(item, row.response)
    if mark.self_graded:
        ticked, points = sum(mark.parts), len(mark.parts)
        return _("Self-graded: %(ticked)s of %(points)s key points") % {"ticked": ticked, "points": points}
    if mark.correct:
        return _("Right")
    match item:
        case Single():
            return _("Wrong. The correct answer is %(key)s.") % {"key": letter(item.key)}
        case Multiple():
            return _("Wrong. The correct answer is %(key)s.") % {"key": listed(map(letter, item.key))}
        case TrueFalse():
            right_one = _("True") if item.key else _("False")
            return _("Wrong. The correct answer is “%(key)s”.") % {"key": right_one}
        case Numeric():
            return _("Wrong. The correct answer is %(key)s.") % {"key": str(item.key)}
    right = {"right": sum(mark.parts), "parts": len(mark.parts)}
    return _("%(right)s of %(parts)s right") % right


def listed(letters: Iterable[str]) -> str:
    """Write letters of options one after the other, as the language does."""
    return pgettext("between letters", ", ").join(letters)


def response_text(row: AttemptItem) -> str:
    """Say shortly what the learner gave, for the list of wrong answers."""
    if row.answered_at is None:
        return _("not graded yet") if state(row) == "ungraded" else _("not answered")
    item = row.asked()
    response: Any = row.response
    match item:
        case Single():
            return plain(item.options[response].text)
        case Multiple():
            return listed(map(letter, response))
        case TrueFalse():
            return _("True") if response else _("False")
        case Cloze():
            return " / ".join(text or "–" for text in response)
        case Numeric():
            return str(response)
    return verdict(row)
