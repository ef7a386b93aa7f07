"""Choice questions: a heading, lettered options, and the key with its explanation, often folded away."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qbank.core.answers import trim_answer
from qbank.core.blocks import Document
from qbank.core.dialects import headings
from qbank.core.document import ParsedQuestion, Problem
from qbank.core.titles import plain_markdown
from qbank.core.tree import Block, Fold

NAME = "choices"
_ABJAD = str.maketrans("أابجدهو", "AABCDEF")
_LABEL = re.compile(
    r"^\s*(?:\*\*|`)?[(（\[]?([A-Ha-hأابجدهوＡ-Ｈ])[)）\]]?(?:\*\*)?\s*[:：.．、)）]\s*(?:\*\*)?\s*(?=\S)"
)
_KEY = re.compile(
    r"""^[\s#>*_-]*[^:：\n]{0,40}?[:：\s]\s*[*_`（(\[]*\s*
    (?P<key>[A-Hأابجدهو](?:\s*[,，、/和及&+]?\s*(?:and\s+)?[A-Hأابجدهو])*)\s*[*_`）)\].。]*\s*$""",
    re.VERBOSE,
)
_KEY_WORD = re.compile(
    r"answer|solution|correct|key|答案|正确|选|odgovor|الاجابة|الإجابة|respuesta|réponse|antwort|ответ|resposta|risposta",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Options:
    """The lettered options of a question and the lines that hold them."""

    texts: tuple[str, ...]
    start: int
    end: int


def recognises(document: Document) -> float:
    """Tell how many of the question headings have options and a key."""
    found = headings.find_questions(document)
    able = sum(_read(document, f) is not None for f in found)
    return 0.0 if 2 * able < len(found) or not able else 0.9 + 0.1 * able / len(found)


def parse(document: Document) -> tuple[Sequence[ParsedQuestion], Sequence[Problem]]:
    """Cut at the headings; split each into stem, options, key and explanation."""
    questions: list[ParsedQuestion] = []
    problems: list[Problem] = []
    for found in headings.find_questions(document):
        question = _read(document, found)
        if question is None:
            question = headings.question_of(document, found)
        for letter in question.key:
            if question.choices and ord(letter) - ord("A") >= len(question.choices):
                problems.append(
                    Problem(
                        document.path,
                        question.line,
                        "key-without-choice",
                        f"The key is {letter}, but there are {len(question.choices)} choices.",
                        "Correct the key or add the missing choice.",
                    )
                )
        questions.append(question)
    return questions, problems


def _read(document: Document, found: headings.Found) -> ParsedQuestion | None:
    """Return the choice question of a heading, or None where options or key are missing."""
    fold = next((f for f in document.folds if found.start <= f.start < found.end and f.depth == 0), None)
    limit = fold.start if fold else found.end
    options = _options(document, found.start, limit)
    keyed = _key(document, fold, options.end if options else found.start, found.end)
    if options is None or keyed is None:
        return None
    key, line = keyed
    end = fold.end if fold else found.end
    answer = document.cut(line + 1, end)
    if fold:
        answer = "\n".join([answer, fold.tail, document.cut(fold.end + 1, found.end)])
    stem = [
        document.cut(found.start, options.start),
        document.cut(options.end, limit if fold else options.end),
    ]
    plain = headings.question_of(document, found)
    return replace(
        plain,
        stem=trim_answer("\n\n".join(part for part in stem if part)),
        choices=options.texts,
        key=key,
        answer=trim_answer(answer),
        answer_line=line + 2,
    )


def _options(document: Document, start: int, end: int) -> Options | None:
    """Find the options: the last lettered list, else lettered lines of a paragraph, else the last list."""
    blocks = [b for b in document.blocks if start <= b.start and b.end <= end]
    lists = [b for b in blocks if b.kind == "list" and len(b.children) > 1]
    lettered = [b for b in lists if sum(_lettered(i) for i in b.children) >= len(b.children) / 2]
    for listing in [*reversed(lettered)]:
        return Options(_texts(document, listing), listing.start, listing.end)
    for block in reversed(blocks):
        lines = block.text.split("\n")
        if block.kind == "paragraph" and len(lines) > 1 and all(_LABEL.match(line) for line in lines):
            return Options(tuple(_LABEL.sub("", line).strip() for line in lines), block.start, block.end)
    for listing in reversed(lists):
        return Options(_texts(document, listing), listing.start, listing.end)
    return None


def _lettered(item: Block) -> bool:
    return bool(item.children and _LABEL.match(item.children[0].text))


def _texts(document: Document, listing: Block) -> tuple[str, ...]:
    """Return the text of each option without its mark and letter."""
    texts = []
    for item in listing.children:
        lines = document.cut(item.start, item.end, 0).split("\n")
        first = re.sub(r"^\s*(?:[-*+]|\d+[.)])\s*", "", lines[0])
        rest = [line[item.indent :] if not line[: item.indent].strip() else line for line in lines[1:]]
        texts.append("\n".join([_LABEL.sub("", first), *rest]).strip())
    return tuple(texts)


def _key(document: Document, fold: Fold | None, start: int, end: int) -> tuple[tuple[str, ...], int] | None:
    """Find the line that gives the key; return its letters and the line (0-based)."""
    lines = range(fold.body_start, fold.end) if fold else range(start, end)
    for line in lines:
        text = plain_markdown(document.lines[line].lstrip("#> "))
        if not text or text.startswith("<"):
            continue
        match = _KEY.match(unicodedata.normalize("NFKC", text).replace("ـ", ""))
        if match and (fold or _KEY_WORD.search(text)):
            letters = [c for c in match["key"].translate(_ABJAD).upper() if c in "ABCDEFGH"]
            return tuple(sorted(set(letters))), line
        if fold and len(text) > 60:
            return None
    return None
