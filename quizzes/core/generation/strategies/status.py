"""A status code of HTTP that an author names with its reason phrase: what does the code mean?"""

import random
import re
from collections.abc import Iterator
from http import HTTPStatus

from quizzes.core.generation.choosing import DISTRACTORS, single
from quizzes.core.generation.drafts import Candidate
from quizzes.core.generation.filters import alike
from quizzes.core.generation.material import Material, Text
from quizzes.core.generation.phrases import say
from quizzes.core.passages import Span, plain

NAME = "status"
VERSION = 1
CODE = re.compile(
    r"(?<![\d.])(?P<code>[2-5]\d\d)(?!\d)[\s:：`*|（(–—-]{1,6}(?P<phrase>[A-Z][A-Za-z-]+(?: [A-Za-z-]+){0,3})"
)
ASKED = (
    201,
    202,
    204,
    206,
    300,
    301,
    304,
    307,
    400,
    401,
    403,
    404,
    405,
    406,
    409,
    429,
    500,
    501,
    502,
    503,
    504,
)
FILTERS = (alike.check,)


def propose(material: Material, rng: random.Random) -> Iterator[Candidate]:
    """Yield each status code once, from the first place that gives its registered phrase (RFC 9110)."""
    seen: set[int] = set()
    for text in material.texts:
        if "HTTP" in text.answer or "HTTP" in text.title:
            for found in CODE.finditer(text.answer):
                code = int(found["code"])
                if code in ASKED and code not in seen and _agrees(code, found["phrase"]):
                    seen.add(code)
                    yield _candidate(text, found, rng)


def _agrees(code: int, phrase: str) -> bool:
    return phrase.casefold().startswith(HTTPStatus(code).phrase.casefold())


def _candidate(text: Text, found: re.Match[str], rng: random.Random) -> Candidate:
    code = int(found["code"])
    key = HTTPStatus(code).phrase
    near = sorted(
        (other for other in ASKED if other // 100 == code // 100 and other != code),
        key=lambda o: abs(o - code),
    )
    others = tuple(HTTPStatus(other).phrase for other in near[:DISTRACTORS])
    chinese = text.chinese
    asked = say("status", chinese=chinese, code=str(code))
    why = say("because", chinese=chinese, source=plain(found[0]))
    span = Span(found.start(), found.end(), text.answer.count("\n", 0, found.start()) + 1)
    return Candidate(single(key, others, asked, why, NAME, rng), text, span, asked, key, key, others)
