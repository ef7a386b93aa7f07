"""The playground: what its address asks, answered by the base and by the adapters it names."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Learner
from labs import client, drawing
from labs.adapter_cards import (
    TASKS,
    card_of,
    mean_skill,
    read_cards,
    read_mixes,
    read_reports,
    skills_table,
)
from labs.adapters import find_adapters, shipped_adapters
from labs.address import MOST_WEIGHT, SIDES, Address, read_address, weight_of
from labs.answers import Part, ask, describe
from labs.core.questions import COLOURS, MENU, NUMBERS, Question
from labs.core.right_answers import Seen, find_right
from labs.drawing import Rows
from labs.model_serializers import MIXED, PromptSerializer
from labs.models import Adapter
from labs.registry import LABS

OWN_SHOWN = 20
TASK_ASKS = {  # what a link to an adapter asks when it asks nothing itself
    "gap": {"question": "gap"},
    "zh": {"question": "left-digit"},
    "flip": {"question": "left-digit", "mirror": "left"},
    "elicit": {"question": "wug"},
}
TINT = 4  # ink from one tint of a pad's cell to the next
COLOUR_NAMES = {
    "red": _("red"),
    "green": _("green"),
    "blue": _("blue"),
    "yellow": _("yellow"),
    "magenta": _("magenta"),
    "cyan": _("cyan"),
    "white": _("white"),
}
FIELD_NAMES = {
    "picture": _("Picture"),
    "left": _("Left digit"),
    "right": _("Right digit"),
    "left_colour": _("Colour of the left digit"),
    "right_colour": _("Colour of the right digit"),
    "question": _("Question to the model"),
    "adapter": _("Adapter"),
}
GROUPS = {
    "side": _("About one side"),
    "both": _("About both digits"),
    "colour": _("About a colour"),
    "where": _("Where a digit is"),
    "caption": _("In four words"),
    "text": _("Of text alone"),
    "new": _("New to the base"),
}


@dataclass(frozen=True)
class Model:
    """What the inference process says of itself, with the samples by number."""

    description: Mapping[str, Any]
    samples: Mapping[int, Rows]
    digits: Mapping[int, int]

    @classmethod
    def ask(cls) -> Model:
        """Ask for it. Raises InferenceDown."""
        found: Mapping[str, Any] = client.describe()
        samples = sorted(found["samples"], key=lambda sample: sample["digit"])
        return cls(
            found,
            {sample["index"]: sample["pixels"] for sample in samples},
            {sample["index"]: sample["digit"] for sample in samples},
        )


def play(query: Mapping[str, str], learner: Learner | None) -> tuple[int, dict[str, Any]]:
    """Answer an address with a whole page; 400 lists what is wrong, 503 means that the model is down."""
    try:
        model = Model.ask()
    except client.InferenceDown:
        return 503, {"model": None}
    address = read_address(complete(query), model.samples, model.digits)
    parts = find_parts(address)
    status, answered = answer(address, parts, model)
    own = list(Adapter.objects.of_learner(learner)[:OWN_SHOWN])
    return status, {**form(model, address, parts, own), "learner": learner, **answered}


def complete(query: Mapping[str, str]) -> Mapping[str, str]:
    """Let a link that names an adapter and asks nothing ask what the adapter was trained for."""
    reference = query.get("adapter", "")
    if not reference or "question" in query:
        return query
    adapter = find_adapters([reference]).get(reference)
    return {**TASK_ASKS.get(adapter.task, {}), **dict(query.items())} if adapter else query


def replay(query: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """Answer an address with what changes of the page when somebody draws or moves a slider."""
    try:
        model = Model.ask()
    except client.InferenceDown:
        return 503, {"model": None}
    address = read_address(query, model.samples, model.digits)
    status, answered = answer(address, find_parts(address), model)
    return status, {"model": model.description, **answered}


def find_parts(address: Address) -> list[Part]:
    """List the shipped adapters in the order of their cards, then what else the address names."""
    shipped = shipped_adapters()
    names = [name for name in read_cards() if name in shipped]
    by_id = {str(shipped[name].id): name for name in names}
    weights = {by_id.get(reference, reference): raw for reference, raw in address.weights.items()}
    others = [reference for reference in weights if reference not in names]
    found = find_adapters([*names, *others])
    return [Part(name, weights.get(name, "0"), found.get(name)) for name in (*names, *others)]


def answer(address: Address, parts: list[Part], model: Model) -> tuple[int, dict[str, Any]]:
    """Ask the model what the address says."""
    sides = {side: drawing.read_digit(address.asked[side], model.samples) for side in SIDES}
    picture = {**sides, **{f"{side}_colour": address.asked[f"{side}_colour"] for side in SIDES}}
    checked = PromptSerializer(data={"picture": picture, "question": address.asked["question"]})
    problems = [] if checked.is_valid() else [_labelled(*problem) for problem in _flat(checked.errors)]
    problems += list(_wrong_parts(parts))
    if problems:
        return 400, {"problems": problems}
    chosen = [part for part in parts if part.weight]
    try:
        found = ask(checked.validated_data, chosen, merged=address.merged)
    except client.Refused as error:
        return 400, {"problems": [_labelled(*problem) for problem in error.explain()]}
    except client.InferenceDown:
        return 503, {"down": True}
    question = MENU[address.asked["question"]]
    right = find_right(question, _seen(address, model))
    return 200, {"answered": describe(found, chosen, question, right)}


def form(model: Model, address: Address, parts: list[Part], own: Iterable[Adapter]) -> dict[str, Any]:
    """Put together what one may set, as the address has it."""
    named = [part.adapter for part in parts if part.adapter]
    reports = read_reports(named)
    order = drawing.shuffled(model.samples)
    following = dict(zip(order, [*order[1:], order[0]], strict=True))
    return {
        "model": model.description,
        "parameters": f"{model.description['parameters']:,}",
        "trains": "training" in LABS,
        "address": address,
        "sides": [
            {
                "name": side,
                "label": FIELD_NAMES[side],
                "value": address.asked[side],
                "colour": address.asked[f"{side}_colour"],
                "colour_label": FIELD_NAMES[f"{side}_colour"],
                "listed": drawing.sample_number(address.asked[side]) in model.samples,
                "drawn": drawing.is_drawing(address.asked[side]),
                "cells": _cells(drawing.read_digit(address.asked[side], model.samples), model),
            }
            for side in SIDES
        ],
        "samples": [
            {
                "index": str(index),
                "mirrored": f"{index}m",
                "digit": model.digits[index],
                "pixels": drawing.encode(rows),
                "next": following[index],
            }
            for index, rows in model.samples.items()
        ],
        "question_groups": _question_groups(),
        "colours": COLOUR_NAMES,
        "parts": parts,
        "own": [adapter for adapter in own if str(adapter.id) not in address.weights],
        "most": MOST_WEIGHT,
        "mixed": MIXED,
        "cards": [
            _card(adapter, str(model.description["checksum"]), reports[adapter.checksum]) for adapter in named
        ],
        "skills": skills_table(),
        "mixes": read_mixes(),
        "examples": examples(model, address),
    }


def examples(model: Model, address: Address) -> list[tuple[object, str]]:
    """List pictures and questions that show something, as (label, query)."""

    def sample(digit: int) -> str:
        return str(next(index for index, known in model.digits.items() if known == digit))

    two = address.asking(left=sample(7), right=sample(3))
    return [
        (
            _("What the base cannot: how far apart?"),
            two.asking(question="gap", weights={"gap-r8": 1}).query,
        ),
        (
            _("Answers in Chinese numerals"),
            two.asking(question="left-digit", weights={"zh-r8": 1}).query,
        ),
        (
            _("Mirrored digits"),
            two.asking(left=f"{sample(7)}m", question="left-digit", weights={"flip-r8": 1}).query,
        ),
        (
            _("Two that add up: mirrored, in Chinese"),
            two.asking(left=f"{sample(7)}m", question="left-digit", weights={"flip-r8": 1, "zh-r8": 1}).query,
        ),
        (
            _("Two that collide: the difference, in Chinese"),
            two.asking(question="gap", weights={"gap-r8": 1, "zh-r8": 1}).query,
        ),
        (
            _("A word without meaning: wug"),
            two.asking(question="wug", weights={"elicit-r8": 1}).query,
        ),
        (
            _("What an adapter breaks: the sum, after GAP"),
            two.asking(question="sum", weights={"gap-r8": 1}).query,
        ),
        (
            _("An empty picture"),
            two.asking(left=drawing.BLANK, right=drawing.BLANK, question="left-digit", weights={}).query,
        ),
    ]


def _cells(digit: object, model: Model) -> list[tuple[int, int, int]]:
    """List (x, y, tint 0 … 4) of a pad; the script draws on the same cells."""
    rows = model.samples.get(digit, []) if isinstance(digit, int) else digit
    if not isinstance(rows, list):
        return []
    return [(x, y, math.ceil(value / TINT)) for y, row in enumerate(rows) for x, value in enumerate(row)]


def _card(adapter: Adapter, base: str, report: str) -> dict[str, Any]:
    """Describe an adapter: what for, how well, at which price, and PEFT's words about it."""
    card = card_of(adapter)
    return {
        "adapter": adapter,
        "task": TASKS.get(adapter.task, adapter.task),
        "other_base": adapter.base not in ("", base),
        "report": report,
        "card": card,
        "old": card and {state: mean_skill(card, state) for state in ("base", "adapted")},
        "targets": ", ".join(adapter.config.get("target_modules", ())),
    }


def _wrong_parts(parts: list[Part]) -> Iterable[str]:
    """List what is wrong with the adapters of an address."""
    for part in parts:
        if part.adapter is None:
            yield _labelled("adapter", str(client.REFUSALS["adapter"]))
        elif weight_of(part.raw) is None:
            bounds = gettext("The weight must be a number from -%(most)g to %(most)g.") % {
                "most": MOST_WEIGHT
            }
            yield f"{part.adapter.name}: {bounds}"
    if sum(1 for part in parts if part.weight) > MIXED:
        yield _labelled(
            "adapter", gettext("At most %(mixed)d can be mixed; set the others to 0.") % {"mixed": MIXED}
        )


def _seen(address: Address, model: Model) -> Seen:
    """Tell what is known of the picture; the class of a sample that is not listed is not known here."""
    numbers = {side: drawing.sample_number(address.asked[side]) for side in SIDES}
    return Seen(
        {side: None if number is None else model.digits.get(number) for side, number in numbers.items()},
        {side: address.asked[f"{side}_colour"] for side in SIDES},
    )


def _question_groups() -> list[tuple[object, list[Question]]]:
    """List the menu by kind."""
    grouped: dict[str, list[Question]] = {name: [] for name in GROUPS}
    for question in MENU.values():
        grouped[_group(question)].append(question)
    return [(GROUPS[name], questions) for name, questions in grouped.items()]


def _group(question: Question) -> str:
    first, second, _mark = question.words
    if question.id in ("gap", "wug"):
        return "new"
    if not question.sees:
        return "text"
    if first in SIDES:
        return "side"
    if first in COLOURS:
        return "colour"
    return "where" if first in NUMBERS else "caption" if second == "picture" else "both"


def _flat(errors: object, name: str = "") -> list[tuple[str, str]]:
    """List nested validation errors as (innermost field, message)."""
    if isinstance(errors, Mapping):
        return [line for key, value in errors.items() for line in _flat(value, str(key))]
    if isinstance(errors, list):
        return [line for value in errors for line in _flat(value, name)]
    return [(name, str(errors))]


def _labelled(name: str, message: str) -> str:
    """Write a problem with the label that its field has on the page."""
    field = name.rpartition(".")[2]
    return gettext("%(label)s: %(message)s") % {"label": FIELD_NAMES.get(field, field), "message": message}
