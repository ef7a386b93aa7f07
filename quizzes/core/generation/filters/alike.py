"""The options do not look alike: another script, another type, another length gives the key away."""

from quizzes.core.folding import fold_text
from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.words import script_of, width

NAME = "alike"
MOST_RATIO = 3.0
SLACK = 6  # columns that are no difference


def check(candidate: Candidate) -> Verdict:
    """Object where an option can be told apart without knowing anything."""
    options = (candidate.key, *candidate.distractors)
    folded = [fold_text(option) for option in options]
    if len(set(folded)) < len(folded):
        return Verdict(NAME, False, "two options are the same")
    for i, one in enumerate(folded):
        for j, other in enumerate(folded):
            if i != j and len(one) > 1 and one in other:
                return Verdict(NAME, False, f"one option holds another: {options[i]} in {options[j]}")
    scripts = {script_of(option) for option in options}
    if ("code" in scripts and len(scripts) > 1) or ("number" in scripts and len(scripts) > 1):
        return Verdict(NAME, False, f"options of different types: {', '.join(sorted(scripts))}")
    if {"han", "latin"} <= scripts and script_of(candidate.key) not in {
        script_of(d) for d in candidate.distractors
    }:
        return Verdict(NAME, False, "the key alone is in its script")
    widths = sorted(map(width, options))
    key = width(candidate.key)
    others = sorted(map(width, candidate.distractors))
    if widths[-1] > widths[0] * MOST_RATIO + SLACK:
        return Verdict(NAME, False, "lengths differ too much")
    if others and (key > others[-1] * 1.8 + SLACK or key * 1.8 + SLACK < others[0]):
        return Verdict(NAME, False, "the key stands out by its length")
    return Verdict(NAME, True)
