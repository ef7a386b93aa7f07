"""The stretch would be true of many things: judgements and generalities instead of facts."""

import re

from quizzes.core.generation.drafts import Candidate, Verdict
from quizzes.core.generation.words import content_words

NAME = "vague"
GENERAL = re.compile(
    r"\b(?:very |most |more )?(?:popular|important|useful|powerful|simple|easy|easier|flexible|efficient"
    r"|common|widely used|well[- ]known|great|good|better|best)\b"
    r"|非常|重要|常用|常见|广泛|简单|灵活|强大|高效|方便|显著|良好|有效|关键",
    re.IGNORECASE,
)
FEWEST = 6


def check(candidate: Candidate) -> Verdict:
    """Object where little is left once general praise is taken away."""
    rest = content_words(GENERAL.sub(" ", candidate.shown))
    if len(rest) < FEWEST:
        return Verdict(NAME, False, "says little that is particular")
    return Verdict(NAME, True)
