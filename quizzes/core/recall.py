"""Self-graded items made from an answer itself: its key points, and its sentences with a term hidden.

Nothing here is marked by machine, so no key can be wrong; what is asked is the author's own text.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from quizzes.core.generation.filters.hygiene import ANAPHORIC, is_balanced
from quizzes.core.generation.material import Text
from quizzes.core.generation.strategies.definition import mask_definition
from quizzes.core.generation.words import STOP, content_words, width
from quizzes.core.items import BLANK, Open, OpenForm
from quizzes.core.labels import is_label
from quizzes.core.passages import CODE, Passage, Sentence, Span, plain, split_sentences

MOST_TERMS = 3
FEWEST_POINTS = 3  # that are worth asking for by their number
WIDEST_TERM = 36
NARROWEST, WIDEST = 20, 260
BOLD = re.compile(r"(?:\*\*|__)(?P<term>[^*_\n]{2,40}?)(?:\*\*|__)")
LED = re.compile(
    r"(?:\*\*|__)?(?P<term>[^\s：:。，,.!?！？|#>`$*][^：:。，,!?！？|`$*\n]{0,30}?)(?:\*\*"
    r"|__)?\s*[：:](?:\*\*|__)?\s*(?P<rest>\S.*)",
    re.DOTALL,
)
QUOTED = re.compile(r"“(?P<term>[^”]{2,16})”")
HTML = re.compile(r"<[a-z/!]", re.IGNORECASE)


@dataclass(frozen=True)
class Hidden:
    """A sentence of an answer and the term in it that is to be recalled."""

    term: str
    sentence: str  # plain Markdown, the term as it stands
    asked: str  # the sentence with BLANK wherever the term stood
    span: Span


def hidden_terms(text: Text) -> tuple[Hidden, ...]:
    """Return up to three sentences with a term to hide: bold first, then led entries, definitions, code."""
    found: dict[str, Hidden] = {}
    used: set[int] = set()
    for source in (_bold, _led, _defined, _coded):
        for hidden in source(text):
            fresh = hidden.span.start not in used and hidden.term.casefold() not in found
            if fresh and len(found) < MOST_TERMS and _reads_well(hidden):
                found[hidden.term.casefold()] = hidden
                used.add(hidden.span.start)
    return tuple(sorted(found.values(), key=lambda hidden: hidden.span.start))


def term_item(hidden: Hidden, text: Text) -> Open:
    """Make the item that shows a sentence without its term; the title leads to it where it is silent."""
    span = hashlib.sha256("\0".join(("term", hidden.sentence, hidden.term)).encode()).hexdigest()
    bold = hidden.sentence.replace(hidden.term, f"**{hidden.term}**", 1)
    whole = hidden.sentence if hidden.term.startswith("`") else bold
    told = hidden.term.casefold() in text.title.casefold()
    stem = hidden.asked if told else f"{text.title}\n\n{hidden.asked}"
    return Open(slug=f"@term-{span[:12]}", stem=stem, rationale=whole, form=OpenForm.TERM)


def _bold(text: Text) -> Iterator[Hidden]:
    """Yield sentences with one bold term that is neither their label nor most of them."""
    for sentence in text.passages.sentences:
        for bold in BOLD.finditer(sentence.text):
            term = plain(bold["term"]).strip(" ：:。，,")
            rest = sentence.text[bold.end() :].lstrip()
            label = bold["term"].rstrip().endswith(("：", ":")) or rest.startswith(("：", ":"))
            if not label and _is_term(term) and width(term) * 2 < width(sentence.text):
                yield from _hide(sentence, term)
                break


def _led(text: Text) -> Iterator[Hidden]:
    """Yield the descriptions of "term: description" entries, two of them at least in an answer."""
    entries = []
    for passage in text.passages.passages:
        led = LED.match(passage.text) if passage.kind != "heading" else None
        if led and _is_head(term := plain(led["term"])):
            entries.append((term, passage, led))
    if len(entries) < 2:
        return
    for term, passage, led in entries:
        span = Span(passage.span.start + led.start("rest"), passage.span.end, passage.span.line)
        rest = Passage(passage.kind, led["rest"], span, passage.indent, passage.heading, passage.group)
        sentence = next(split_sentences(text.answer, rest), None)
        if sentence is None:
            continue
        said = plain(sentence.text)
        if _occurs(term, said):
            yield from _hide(sentence, term)
        else:
            colon = "：" if text.chinese else ": "
            place = Span(passage.span.start, sentence.span.end, passage.span.line)
            yield Hidden(term, f"{term}{colon}{said}", f"{BLANK}{colon}{said}", place)


def _defined(text: Text) -> Iterator[Hidden]:
    """Yield sentences that say what the question's subject or a heading's term is."""
    for sentence in text.passages.sentences:
        said = plain(sentence.text)
        for term in dict.fromkeys((text.subject, plain(sentence.passage.heading))):
            if term and _is_term(term) and mask_definition(said, term):
                yield from _hide(sentence, term)


def _coded(text: Text) -> Iterator[Hidden]:
    """Yield sentences with one piece of code in them."""
    for sentence in text.passages.sentences:
        codes = set(CODE.findall(sentence.text))
        if len(codes) == 1 and 4 <= len(code := codes.pop()) <= 30:
            yield from _hide(sentence, code)
    for sentence in text.passages.sentences:
        quoted = QUOTED.findall(sentence.text)
        if len(quoted) == 1:
            yield from _hide(sentence, quoted[0])


def _hide(sentence: Sentence, term: str) -> Iterator[Hidden]:
    said = plain(sentence.text)
    if term in said:
        yield Hidden(term, said, _masked(said, term), sentence.span)


def _masked(said: str, term: str) -> str:
    """Hide a term wherever it stands as a word, in either case."""
    return re.sub(_pattern(term), BLANK, said, flags=re.IGNORECASE)


def _occurs(term: str, said: str) -> bool:
    return re.search(_pattern(term), said, re.IGNORECASE) is not None


def _pattern(term: str) -> str:
    left = r"(?<![A-Za-z0-9_])" if term[:1].isascii() and term[:1].isalnum() else ""
    right = r"(?![A-Za-z0-9_])" if term[-1:].isascii() and term[-1:].isalnum() else ""
    return f"{left}{re.escape(term)}{right}"


def _is_head(term: str) -> bool:
    """Tell whether the head of an entry names a thing and is no clause."""
    return _is_term(term) and (width(term) <= 18 or (term.isascii() and len(term.split()) <= 4))


def _is_term(term: str) -> bool:
    return bool(
        re.search(r"\w", term)
        and 2 <= width(term) <= WIDEST_TERM
        and not is_label(term)
        and term.casefold() not in STOP
        and not re.search(
            r"^(?:not|never|always|only|must|should|cannot|no|reusing|all)\b|^(?:不|只|仅|没有|必须|都"
            r"|也)|了",
            term,
            re.IGNORECASE,
        )
        and not re.search(r"[?？。；;，,]|https?:|\$", term)
        and len(term.split()) <= 5
        and not re.fullmatch(r"[\d.%\s]+", term)
    )


def _reads_well(hidden: Hidden) -> bool:
    """Tell whether a sentence can be asked alone."""
    asked = hidden.asked.replace(BLANK, "____")
    rest = content_words(asked)
    return bool(
        NARROWEST <= width(asked) <= WIDEST
        and BLANK in hidden.asked
        and hidden.asked.count(BLANK) <= 3
        and len(rest) >= 4
        and is_balanced(asked)
        and not ANAPHORIC.match(asked)
        and re.match(r"\w|[`“\"(（《$]", asked)
        and not HTML.search(asked)
        and not asked.rstrip().endswith(("：", ":", "?", "？", "，", ","))
        and not re.search(r"如下|下图|如图|上图|以下|as follows|below|above|following", asked)
    )
