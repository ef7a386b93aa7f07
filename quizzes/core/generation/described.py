"""Terms that an answer describes one after the other: entries of a list, led paragraphs, headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from quizzes.core.generation.choosing import masked
from quizzes.core.generation.material import Text
from quizzes.core.generation.strategies.definition import mask_definition
from quizzes.core.passages import Passage, Span, plain, split_sentences

LED = re.compile(
    r"(?P<mark>\*\*|__|`|\*)?(?P<term>[^*_`：:]{2,48}?)(?:(?P<inner>[：:])\s*)?(?(mark)(?P=mark))\s*"
    r"(?:(?P<outer>[：:]|\s[-–—]\s)\s*)?(?P<rest>\S.*)",
    re.DOTALL,
)
NUMBER = re.compile(
    r"^\s*(?:\d+(?:\.\d+)+\.?\s+|\d+[.、)）]\s*(?!\d)|[（(][\d一二三四五六七八九十]+[)）]\s*|[一二三四五六七八九十]+、\s*"
    r"|[①-⑳]\s*|(?:A|Ans(?:wer)?|答案?)\s*[:：]\s*)"
)


@dataclass(frozen=True)
class Entry:
    """A term and the first sentence of what is said of it, the term masked in it."""

    term: str
    description: str
    span: Span


@dataclass(frozen=True)
class Group:
    """Terms that stand beside each other, and the words that lead to them."""

    lead: str
    entries: tuple[Entry, ...]


def groups(text: Text, *, fewest: int) -> Iterator[Group]:
    """Yield the groups of at least so many distinct terms, none of them twice."""
    passages = text.passages
    for run in passages.lists:
        entries = [entry for passage in run if (entry := read_entry(text, passage))]
        if len(entries) * 3 >= len(run) * 2:
            yield from _group(f"{text.title} {passages.before(run[0])} {run[0].heading}", entries, fewest)
    led: dict[str, list[Entry]] = {}
    for passage in passages.passages:
        if passage.kind == "paragraph" and (entry := read_entry(text, passage)):
            led.setdefault(passage.heading, []).append(entry)
    for heading, entries in led.items():
        yield from _group(f"{text.title} {heading}", entries, fewest)
    yield from _group(text.title, _headed(text), fewest)


def _group(lead: str, entries: list[Entry], fewest: int) -> Iterator[Group]:
    distinct = {entry.term.casefold(): entry for entry in entries}
    if len(distinct) == len(entries) >= fewest:
        yield Group(plain(lead), tuple(entries))


def _headed(text: Text) -> list[Entry]:
    """Return the headings below which the first sentence says what they name."""
    found: dict[str, Entry] = {}
    for sentence in text.passages.sentences:
        heading = NUMBER.sub("", plain(sentence.passage.heading)).strip()
        term = re.sub(r"\s*[（(][^（）()]*[)）]$", "", heading)
        fresh = term and term not in found and len(term) <= 40
        if fresh and (said := mask_definition(plain(sentence.text), term)):
            found[term] = Entry(heading, said, sentence.span)
    return list(found.values())


def read_entry(text: Text, passage: Passage) -> Entry | None:
    """Read "**term**: description", "`term`: …" or "term：…"; None where an entry is not of this form."""
    found = LED.match(passage.text)
    if not found or not (found["inner"] or found["outer"]):
        return None
    term = NUMBER.sub("", plain(found["term"])).strip()
    if found["mark"] == "`":
        term = f"`{term}`"
    start = passage.span.start + found.start("rest")
    rest = replace(passage, text=found["rest"], span=Span(start, passage.span.end, passage.span.line))
    sentence = next(split_sentences(text.answer, rest), None)
    if sentence is None or not term:
        return None
    bare = re.sub(r"\s*[（(][^（）()]*[)）]$", "", term)
    said = plain(sentence.text)
    return Entry(term, mask_definition(said, bare) or masked(said, bare), sentence.span)
