"""The rules that propose items, one module each: NAME, VERSION, FILTERS and `propose(material, rng)`.

Each proposes from structure or from a form of words; what speaks against a proposal is the filters' business.
"""

from types import ModuleType

from quizzes.core.generation.strategies import (
    columns,
    contrast,
    definition,
    expansion,
    number,
    output,
    siblings,
    verdict,
    which,
)

STRATEGIES: dict[str, ModuleType] = {
    module.NAME: module
    for module in (verdict, output, columns, number, siblings, definition, contrast, expansion, which)
}

BY_NAME = frozenset({which.NAME, siblings.NAME})  # mostly invalid when rated: 2 of 10, 2 of 7 valid
OFFERED = tuple(name for name in STRATEGIES if name not in BY_NAME)  # what runs where none is named
