"""What the queue of drafts calls rules, and how it lays out what the checks said."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()
RULE_LABELS: Mapping[str, str | Promise] = {
    "columns": _("From a table"),
    "contrast": _("From a comparison"),
    "definition": _("From a definition"),
    "either": _("This or that"),
    "expansion": _("From an abbreviation"),
    "model": _("By a language model"),
    "number": _("From a number"),
    "output": _("What code prints"),
    "port": _("From a port"),
    "siblings": _("From terms of one kind"),
    "status": _("From a status code"),
    "steps": _("From steps"),
    "verdict": _("Yes or no"),
    "which": _("Which question"),
}


@register.filter
def rule_label(name: str) -> str | Promise:
    """Return the name of a rule in words; one that is gone keeps its own."""
    return RULE_LABELS.get(name, name)


@register.filter
def by_outcome(verdicts: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Part what the checks said into "passed" and "failed"."""
    return {
        "passed": [verdict for verdict in verdicts if verdict["passed"]],
        "failed": [verdict for verdict in verdicts if not verdict["passed"]],
    }
