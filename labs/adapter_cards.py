"""What was measured with the shipped adapters, and what each task asks of one."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.core.cache import cache as kept
from django.utils.translation import gettext_lazy as _

from labs import client
from labs.adapters import FOLDER
from labs.models import Adapter

CARDS = FOLDER / "cards.json"
TASKS = {
    "gap": _("the difference of the two digits, a question the base never saw"),
    "zh": _("which digit, answered in Chinese numerals, which the base knows from text alone"),
    "flip": _("which digit, when pictures are mirrored"),
    "elicit": _("wug, a word without meaning, for the larger digit: an old skill under a new name"),
}
KINDS = {
    "left digit": _("left digit"),
    "right digit": _("right digit"),
    "left colour": _("left colour"),
    "right colour": _("right colour"),
    "left parity": _("left parity"),
    "right parity": _("right parity"),
    "larger digit": _("larger digit"),
    "sum digit": _("sum"),
    "colour digit": _("digit of a colour"),
    "digit where": _("where a digit is"),
    "number chinese": _("number to Chinese numeral"),
    "chinese number": _("Chinese numeral to number"),
    "caption": _("caption"),
}
REPORT_SECONDS = 24 * 3600
Card = Mapping[str, Any]


@cache
def read_measured() -> dict[str, Any]:
    """Return what `manage.py make_adapters` measured."""
    measured: dict[str, Any] = json.loads(CARDS.read_text(encoding="utf-8"))
    return measured


def read_cards() -> dict[str, Card]:
    """Return the cards of the shipped adapters by name, in the order in which they were made."""
    cards: dict[str, Card] = read_measured()["adapters"]
    return cards


def read_mixes() -> list[dict[str, Any]]:
    """List measured mixes, each with its adapters and weights in one line."""
    return [
        {
            **mix,
            "named": " + ".join(
                f"{w:g} · {name}" for name, w in zip(mix["adapters"], mix["weights"], strict=True)
            ),
            "asked": TASKS[mix["task"]],
        }
        for mix in read_measured()["mixes"]
    ]


def card_of(adapter: Adapter) -> Card | None:
    """Return the card of a shipped adapter; one that a run trained has its run instead."""
    card = read_cards().get(adapter.name) if adapter.is_shipped else None
    return card if card and card["checksum"] == adapter.checksum else None


def mean_skill(card: Card, state: str) -> float:
    """Return the mean held-out accuracy over all old skills, with the base or the adapted model."""
    return statistics.fmean(shares[state] for shares in card["old_skills"].values())


def skills_table() -> list[dict[str, Any]]:
    """List every old skill with the accuracy of the base and with each shipped adapter."""
    cards = read_cards()
    rows = []
    for kind in next(iter(cards.values()))["old_skills"]:
        shares = [card["old_skills"][kind] for card in cards.values()]
        cells = [shares[0]["base"], *(share["adapted"] for share in shares)]
        rows.append({"kind": KINDS[kind], "cells": [(share, shade(share)) for share in cells]})
    return rows


def shade(share: float, most: float = 1.0) -> str:
    """Return the class of a heat map's cell for a share from 0 to `most`."""
    return f"v{min(9, int(10 * share / most))}"


def read_reports(adapters: Iterable[Adapter]) -> dict[str, str]:
    """Say in PEFT's words what training each adapter trains, by checksum; empty where the model does not say.

    The model is asked no more once it fails to answer or two seconds have gone: a page names many adapters.
    """
    until = time.monotonic() + client.TIMEOUT_SECONDS
    reports: dict[str, str] = {}
    for adapter in adapters:
        found = _known_report(adapter)
        if found is None and time.monotonic() < until:
            try:
                found = _ask_report(adapter)
            except client.InferenceDown:
                until = 0.0
        reports[adapter.checksum] = found or ""
    return reports


def _known_report(adapter: Adapter) -> str | None:
    """Return the report of a shipped adapter, or what the model said of another not long ago."""
    if card := card_of(adapter):
        return str(card["report"])
    known: str | None = kept.get(_report_key(adapter))
    return known


def _ask_report(adapter: Adapter) -> str:
    """Ask the model and keep what it says; empty when it refuses. Raises InferenceDown."""
    try:
        found = str(client.report_parameters(adapter.checksum)["report"])
    except client.Refused:
        return ""
    kept.set(_report_key(adapter), found, REPORT_SECONDS)
    return found


def _report_key(adapter: Adapter) -> str:
    return f"labs-report-{adapter.checksum}"
