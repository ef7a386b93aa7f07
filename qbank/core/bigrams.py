"""Search tokens for Chinese and Latin text alike, and the places where a query is found.

Chinese, Japanese and Korean runs become overlapping pairs of characters: any word of two characters or more
is a phrase of pairs. The last character of a run is a token too: one character alone is a prefix query.
Latin words stay whole. Both databases index the same tokens, separated by spaces.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from operator import add

_CJK = "々-〇぀-ヿㇰ-ㇿ㐀-䶿一-鿿가-힯豈-﫿\U00020000-\U0003ffff"
_RUN = re.compile(rf"(?P<cjk>[{_CJK}]+)|(?P<word>[^\W_{_CJK}]+)")
_ANY_CJK = re.compile(f"[{_CJK}]")
_WORDS = re.compile(r"[^\W_]+")
_SPACED = {n: " " for n in range(128) if not chr(n).isalnum()}  # what parts the words of ASCII text
_WORD_CHARACTER = rf"[^\W_{_CJK}]"
_QUOTED = re.compile(r'["“”]([^"“”]+)["“”]|(\S+)')
_SENTENCE = re.compile(r"[。！？；](?:[”」』）)]*)|[.!?;](?=\s|$)")  # the end of one
CELLS = " · "  # between the cells of a table
LONGEST_TOKEN = 64
SHORTEST_PREFIX = 3  # Latin words from this length on also find words that begin with them
MOST_TERMS = 12
LONGEST_QUERY = 200


@dataclass(frozen=True)
class Term:
    """Tokens that must stand side by side; with `prefix`, the last one may go on."""

    tokens: tuple[str, ...]
    prefix: bool
    pattern: str  # a regular expression over folded text


@dataclass(frozen=True)
class Segment:
    """A piece of plain text, marked when the query is found in it."""

    text: str
    hit: bool


def fold(text: str) -> str:
    """Fold width, case and compatibility forms: `ＬｏＲＡ` becomes `lora`."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def tokens(text: str) -> list[str]:
    """Return the tokens of a text in order."""
    folded = fold(text)
    if folded.isascii() or not _ANY_CJK.search(folded):
        words = folded.translate(_SPACED).split() if folded.isascii() else _WORDS.findall(folded)
        long = max(map(len, words), default=0) > LONGEST_TOKEN
        return [word[:LONGEST_TOKEN] for word in words] if long else words
    found: list[str] = []
    for run in _RUN.finditer(folded):
        if word := run["word"]:
            found.append(word[:LONGEST_TOKEN])
        else:
            found.extend(map(add, run["cjk"], run["cjk"][1:]))
            found.append(run["cjk"][-1])
    return found


def query_terms(query: str) -> tuple[Term, ...]:
    """Understand a query: every term must be found; text in quotation marks is a phrase."""
    terms: dict[tuple[str, ...], Term] = {}
    for quoted, bare in _QUOTED.findall(query[:LONGEST_QUERY]):
        for term in _terms(fold(quoted or bare), whole=bool(quoted)):
            terms.setdefault(term.tokens, term)
    return tuple(terms.values())[:MOST_TERMS]


def _terms(folded: str, *, whole: bool) -> Iterator[Term]:
    """Yield a term for each Chinese run and for each chain of Latin words; one term in all when `whole`."""
    runs = [(run.lastgroup or "", run[0]) for run in _RUN.finditer(folded)]
    chain: list[tuple[str, str]] = []
    for kind, text in runs:
        if chain and not whole and (kind == "cjk" or chain[-1][0] == "cjk"):
            yield _term(chain, whole)
            chain = []
        chain.append((kind, text))
    if chain:
        yield _term(chain, whole)


def _term(chain: list[tuple[str, str]], whole: bool) -> Term:
    """Make the term of a chain of runs, all but the last of them followed by another."""
    parts: list[str] = []
    for position, (kind, text) in enumerate(chain):
        if kind == "word":
            parts.append(text[:LONGEST_TOKEN])
        else:
            parts.extend(a + b for a, b in pairwise(text))
            if position < len(chain) - 1 or len(text) == 1:
                parts.append(text[-1])
    kind, last = chain[-1]
    prefix = len(last) == 1 if kind == "cjk" else len(last) >= SHORTEST_PREFIX and not whole
    pattern = r"[\W_]*".join(
        rf"(?<!{_WORD_CHARACTER}){re.escape(text)}" if kind == "word" else re.escape(text)
        for kind, text in chain
    )
    if kind == "word" and not prefix:
        pattern += rf"(?!{_WORD_CHARACTER})"
    return Term(tuple(parts), prefix, pattern)


def mark_hits(text: str, query: str) -> list[Segment]:
    """Split a plain text where the query's terms are found, without changing a character of it."""
    spans = _spans(text, [re.compile(term.pattern) for term in query_terms(query)])
    segments: list[Segment] = []
    done = 0
    for start, end in spans:
        start = max(start, done)
        if end <= start:
            continue
        if start > done:
            segments.append(Segment(text[done:start], False))
        if segments and segments[-1].hit:
            segments[-1] = Segment(segments[-1].text + text[start:end], True)
        else:
            segments.append(Segment(text[start:end], True))
        done = end
    if done < len(text):
        segments.append(Segment(text[done:], False))
    return segments


def excerpt(text: str, query: str, width: int = 120) -> list[Segment]:
    """Return a piece of a plain text, a line a block, where it says most about a query, with the hits marked.

    Lines with more of the terms go first, then sentences before headings, tables and code, then earlier ones.
    The piece has some `width` characters, twice as many in a text without Chinese.
    """
    patterns = [re.compile(term.pattern) for term in query_terms(query)]
    lines = text.split("\n")
    scores = [_score(line, patterns) for line in lines]
    best = max(range(len(lines)), key=lambda i: (scores[i], -i))
    line = lines[best] if scores[best][0] else " ".join(lines)
    width = width if _ANY_CJK.search(line[: 4 * width]) else 2 * width
    first = next((hit for hit in _spans(line, patterns)), (0, 0))[0] if scores[best][0] else 0
    start = _beginning(line, first, width)
    end = min(len(line), start + width)
    if end < len(line) and (space := line.rfind(" ", end - 12, end)) > first:
        end = space
    cut = ("…" if start else "") + line[start:end].strip() + ("…" if end < len(line) else "")
    return mark_hits(cut, query)


def _score(line: str, patterns: list[re.Pattern[str]]) -> tuple[int, bool]:
    """Return how many terms a line has and whether it is prose."""
    folded = fold(line)
    found = sum(pattern.search(folded) is not None for pattern in patterns)
    return found, bool(found) and CELLS not in line and _SENTENCE.search(line) is not None


def _spans(line: str, patterns: list[re.Pattern[str]]) -> list[tuple[int, int]]:
    """Return where terms are found, in order."""
    folded, origin = _fold_with_origin(line)
    hits = (hit for pattern in patterns for hit in pattern.finditer(folded))
    return sorted((origin[hit.start()], origin[hit.end() - 1] + 1) for hit in hits)


def _beginning(line: str, first: int, width: int) -> int:
    """Choose where a piece begins: at a sentence near before the first hit, else at a word."""
    latest = max(0, min(first, len(line) - width))
    if first < width * 2 // 3:
        return 0
    ends = [end.end() for end in _SENTENCE.finditer(line, max(0, first - width * 2 // 3), first)]
    if ends:
        return ends[0]
    start = min(max(0, first - width // 3), latest)
    space = line.find(" ", start, min(start + 12, first))
    return space + 1 if space != -1 else start


def _fold_with_origin(text: str) -> tuple[str, list[int]]:
    """Fold character by character and tell for each folded character where it came from."""
    folded: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        piece = fold(character)
        folded.append(piece)
        origin.extend([index] * len(piece))
    return "".join(folded), origin
