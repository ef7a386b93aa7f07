"""How kinds of files mark questions, one module each.

A dialect has a NAME, `recognises(document)`, which tells from 0 to 1 how surely the file is of its kind, and
`parse(document)`, which returns the questions. A SUREST below 1 spares it the files that another is surer of.
It sets titles, stems, answers, keys and lines; what holds for
every dialect (pictures, formulas, placeholders) the parser adds.
"""

from collections.abc import Sequence
from types import ModuleType
from typing import Protocol

from qbank.core.blocks import Document
from qbank.core.dialects import (
    bold,
    bullets,
    choices,
    definitions,
    folds,
    front_matter,
    headings,
    links,
    numbered,
    pairs,
    parts,
    plain,
    single,
)
from qbank.core.document import ParsedQuestion, Problem


class Dialect(Protocol):
    """What a module of this package offers."""

    NAME: str

    def recognises(self, document: Document) -> float:
        """Return from 0 (not mine) to 1 (mine without doubt)."""

    def parse(self, document: Document) -> tuple[Sequence[ParsedQuestion], Sequence[Problem]]:
        """Return the questions in reading order, and what is wrong with them."""


DIALECTS: dict[str, ModuleType] = {
    module.NAME: module
    for module in (
        front_matter,
        single,
        choices,
        folds,
        headings,
        bold,
        parts,
        pairs,
        numbered,
        links,
        bullets,
        definitions,
        plain,
    )
}
