"""What the parser makes of choice questions whose marks, options and keys are combined in every way.

A run draws a few of some three million combinations for each form of key; `COMBINATIONS=200` draws 200.
"""

import os
from itertools import product
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


ANSWERED = [
    "- A rope of hemp\n- B flats and sharps\n- Coils",
    "- A rope of hemp\n- A chain\n- A hook",
    "- A. Cut it.\n- B. Melt it.\n- C. Splice it.\n\nDo so in this order.",
    "A. Cut it.\nB. Melt it.\n\nBoth take an hour.",
    "- ✅ It is light.\n- ✅ It floats.\n- ✅ It burns.",
    "- Cut it.\n- Melt it.\n- Splice it.\n\nAnswer: it depends on the rope.",
    "- Tar\n- Wax\n\nThe answer is in the second part.",
    "| Part | Use |\n|---|---|\n| A ring | sails |\n| B flat | none |",
    "A knot holds.\nB is the name of its end.",
    "Key A opens the chest, key B the door.\n\n> B",
    "Plan A failed. The right plan was B.",
    "- [ ] Buy tar.\n- [ ] Buy wax.\n\nThe key is under the mat.",
    "选项有：\n\n- A 型绳子\n- B 型绳子\n\n两种都可以用。",
    "A、先剪断。\nB、再烧一下。\n\n这样就好了。",
    "- 正确：先剪断。\n- 错误：直接烧。",
    "<!-- A note of B -->\n\nIt holds.",
]
TITLES = ["## {n}. {t}", "**{n}. {t}**", "Q{n}: {t}", "{n}. {t}", "### {t}", "**{t}**", "{n}、{t}"]


MARKED = [
    "- It is light.\n- <mark>It burns.</mark>\n- It floats.",
    "- It is light.\n- **It burns.**\n- It floats.",
]
# Below every second heading such a list would be taken for options.
CASES = [*product(ANSWERED, TITLES), *product(MARKED, [t for t in TITLES if not t.startswith("#")])]


@pytest.mark.parametrize(("answer", "title"), CASES)
def test_answers_with_letters_and_lists_are_no_options(answer: str, title: str) -> None:
    titles = [sample.title for sample in SAMPLES["en"]]
    heads = [title.format(n=n, t=text) for n, text in enumerate(titles, 1)]
    text = "# Ropes\n\n" + "\n\n".join(f"{head}\n\n{answer}" for head in heads) + "\n"
    questions = parse_file(text, "bank.md").questions
    assert [(q.choices, q.key) for q in questions] == [((), ())] * len(titles)
