"""The rules that propose items, one module each: NAME, VERSION, FILTERS and `propose(material, rng)`.

Each proposes from structure or from a form of words; what speaks against a proposal is the filters' business.
"""

from types import ModuleType

from quizzes.core.generation.strategies import (
    columns,
    contrast,
    definition,
    either,
    expansion,
    number,
    output,
    port,
    siblings,
    status,
    steps,
    verdict,
    which,
)

STRATEGIES: dict[str, ModuleType] = {
    module.NAME: module
    for module in (
        verdict,
        either,
        output,
        columns,
        number,
        status,
        port,
        steps,
        siblings,
        definition,
        contrast,
        expansion,
        which,
    )
}

BY_NAME = frozenset({which.NAME})  # mostly invalid when rated: 2 of 10 valid
OFFERED = tuple(name for name in STRATEGIES if name not in BY_NAME)  # what runs where none is named
