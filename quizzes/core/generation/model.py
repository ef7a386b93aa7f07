"""What a language model proposes: asked in one prompt, read with suspicion, judged by the same filters.

The model's word counts for nothing by itself: each item must quote the stretch of the answer that it rests
on, and one whose quotation does not stand there letter for letter is rejected.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from quizzes.core.generation.drafts import Candidate, Draft, Verdict, judge
from quizzes.core.generation.filters import alike, fits, leak, writable
from quizzes.core.generation.material import Text
from quizzes.core.generation.phrases import say
from quizzes.core.generation.words import width
from quizzes.core.items import Option, Single
from quizzes.core.passages import Span

NAME = "model"
VERSION = 1
MOST_ITEMS = 5  # of one answer
LONGEST_ANSWER = 8000  # characters that are sent
LONGEST_STEM, LONGEST_OPTION = 600, 200
SYSTEM = """You write single-choice quiz items from one question and its answer. Reply with JSON only:
{"items": [{"stem": "...", "options": ["...", "..."], "key": 0, "quote": "..."}]}
Rules: write in the language of the answer. The stem can be answered without seeing the answer's text.
Exactly one of 3 to 5 options is right; `key` is its index. Distractors are plausible, of the same kind
and about the same length as the key, and certainly wrong. The stem does not hold words of the key.
`quote` is the one sentence of the answer that proves the key, copied letter for letter. At most 5
items; fewer, or none, when the answer does not support more."""


def messages_for(text: Text) -> list[dict[str, str]]:
    """Return the messages of a chat that asks for items."""
    asked = f"Question:\n{text.title}\n\nAnswer:\n{text.answer[:LONGEST_ANSWER]}"
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": asked}]


def read_proposals(reply: str, text: Text) -> list[Draft]:
    """Return the drafts in a model's reply, judged; whatever is not of the asked form is left out."""
    return [judge(NAME, VERSION, candidate, FILTERS) for candidate in _candidates(reply, text)]


def quoted(candidate: Candidate) -> Verdict:
    """Object where the quotation does not stand in the answer."""
    if candidate.span.end:
        return Verdict("quoted", True)
    return Verdict("quoted", False, "its quotation does not stand in the answer")


def sound(candidate: Candidate) -> Verdict:
    """Object to items out of bounds: too few or too many options, too long a stem."""
    if not 2 <= len(candidate.distractors) <= 4:
        return Verdict("sound", False, "not 3 to 5 options")
    if width(candidate.shown) > LONGEST_STEM or width(candidate.shown) < 8:
        return Verdict("sound", False, "the stem is too long or too short")
    return Verdict("sound", True)


FILTERS = (quoted, sound, leak.check, alike.check, fits.check, writable.check)


def _candidates(reply: str, text: Text) -> Iterator[Candidate]:
    for raw in _read_json(reply)[:MOST_ITEMS]:
        stem, options = _line(raw.get("stem")), raw.get("options")
        key, quote = raw.get("key"), _line(raw.get("quote"))
        if not stem or not isinstance(options, list) or isinstance(key, bool) or not isinstance(key, int):
            continue
        texts = [_line(option)[:LONGEST_OPTION] for option in options[:8]]
        if not all(texts) or not 0 <= key < len(texts):
            continue
        others = tuple(option for place, option in enumerate(texts) if place != key)
        why = say("because", chinese=text.chinese, source=quote or text.title)
        item = Single(slug=NAME, stem=stem, rationale=why, options=tuple(map(Option, texts)), key=key)
        span = find_quote(quote, text.answer)
        yield Candidate(item, text, span, stem, f"{stem}\n{texts[key]}", texts[key], others)


def _read_json(reply: str) -> list[dict[str, Any]]:
    """Return the items of a reply, be it bare JSON or JSON in a code block; [] for anything else."""
    found = re.search(r"\{.*\}", reply, re.DOTALL)
    try:
        told = json.loads(found[0]) if found else {}
    except (ValueError, RecursionError):
        return []
    items = told.get("items") if isinstance(told, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _line(value: object) -> str:
    """Return a text on one line, without what authored items give a meaning to; "" for anything else."""
    if not isinstance(value, str):
        return ""
    line = re.sub(r"\[\[|\]\]|\{#[^}]*\}|[\x00-\x1f\ud800-\udfff\ue000-\uf8ff]", " ", value)
    return " ".join(line.split())


def find_quote(quote: str, answer: str) -> Span:
    """Return where a quotation stands, spacing aside; an empty span where it does not."""
    words = quote.split()
    if len(quote) < 8:
        return Span(0, 0, 1)
    found = re.search(r"\s+".join(map(re.escape, words)), answer)
    if not found:
        return Span(0, 0, 1)
    return Span(found.start(), found.end(), answer.count("\n", 0, found.start()) + 1)
