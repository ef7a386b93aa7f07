"""What the parser makes of choice questions whose marks, options and keys are combined in every way.

A run draws a few of some three million combinations for each form of key; `COMBINATIONS=200` draws 200.
"""

import os
from random import Random

import pytest

from qbank.core.parser import parse_file
from tests.qbank.core.combinations import (
    APART,
    KEY_LISTS,
    KEYS,
    MARKS,
    OPTIONS,
    SAMPLES,
    Combination,
    Expected,
    Key,
    is_sensible,
    plain,
    write,
)

EVERY = (*KEYS, *KEY_LISTS)
DRAWN = int(os.environ.get("COMBINATIONS", "8"))
LABEL = 24  # letters that an answer may have more than the explanation: "Explanation"


def draw(key: Key, times: int) -> list[Combination]:
    """Draw combinations with a key, the same ones in every run."""
    random = Random(f"{EVERY.index(key)}")
    found: list[Combination] = []
    while len(found) < times:
        mark, options, samples = random.choice(MARKS), random.choice(OPTIONS), random.choice(list(SAMPLES))
        if is_sensible(mark, options, key, samples):
            found.append(write(mark, options, key, samples, random.choice(APART)))
    return found


def misread(combination: Combination) -> list[object]:
    """Return what was read otherwise than it should be."""
    questions = parse_file(combination.text, "bank.md").questions
    wrong: list[object] = []
    for place, expected in enumerate(combination.expected):
        if place >= len(questions):
            return [*wrong, f"{len(questions)} questions of {len(combination.expected)}"]
        question = questions[place]
        answer, why = plain(question.answer), plain(expected.why)
        told = not why or (answer.endswith(why) and len(answer) <= len(why) + LABEL)
        found = Expected(
            question.line,
            plain(question.title),
            tuple(map(plain, question.choices)),
            question.key,
            expected.why if told else question.answer,
        )
        wanted = Expected(
            expected.line,
            plain(expected.title),
            tuple(map(plain, expected.choices)),
            expected.key,
            expected.why,
        )
        if found != wanted:
            wrong.append(found)
    return wrong + list(questions[len(combination.expected) :])


@pytest.mark.parametrize("key", EVERY, ids=lambda key: key.name)
def test_combined_forms_are_read(key: Key) -> None:
    failures = [(combination, wrong) for combination in draw(key, DRAWN) if (wrong := misread(combination))]
    assert not failures, "\n\n".join(f"{wrong}\n{c.text}" for c, wrong in failures[:3])
