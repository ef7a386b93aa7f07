"""A distractor is right too: what the bank says about it fits the stem as well."""

from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.words import content_words, overlap

NAME = "fits"
MOST = 0.5


def check(candidate: Candidate) -> Verdict:
    """Object where a distractor's own text says much of what the stem says, or the stem names it."""
    words = content_words(candidate.shown) - content_words(candidate.text.title)
    for distractor, rival in zip(candidate.distractors, candidate.rivals, strict=False):
        if rival and overlap(words, content_words(rival)) > MOST:
            return Verdict(NAME, False, f"fits too: {distractor}")
    for distractor in candidate.distractors:
        own = content_words(distractor)
        if own and own <= content_words(candidate.shown):
            return Verdict(NAME, False, f"the stem speaks of {distractor}")
    return Verdict(NAME, True)
