"""Options to which no key is given: they are no part of the answer, which is yet to be written."""

import re
from collections.abc import Sequence
from dataclasses import replace

from qbank.core.blocks import read_document
from qbank.core.choice import find_options
from qbank.core.document import ParsedQuestion
from qbank.core.keys import told_key
from qbank.core.labels import drop_opener, explains, opens_answer, says_only_answer, says_only_why
from qbank.core.option_marks import LETTERS, MAY_MARK

SHARE = 0.5  # of a file's questions at least so many have options, where a title does not say so itself
ALL = 3  # so many questions are choice questions, whatever they say, where all of a file have options
_FIRST = re.compile(r"^[\s>]*(?:[-*+]\s+)?(?:\[ \]\s+\S|\W{0,4}[Aa](?:\*\*)?\s?[.)）、．:：])", re.MULTILINE)
_PICKS = re.compile(
    r"下列|以下|哪[一个项种]|(?:正确|错误|属于|不是)的|[是为有][:：]?$|（\s*）|\(\s+\)|_{2,}"
    r"|\bwhich\b|\bcorrect\b|\bexcept\b|\boutput\b|\bprint(?:s|ed)?\b|^(?:what|who|when|where)\b",
    re.IGNORECASE,
)


def with_keyless(questions: Sequence[ParsedQuestion]) -> list[ParsedQuestion]:
    """Part options from the answers of questions whose key is not given, where such questions are plain."""
    able = [n for n, q in enumerate(questions) if not q.choices and _FIRST.search(f"{q.stem}\n{q.answer}")]
    read = {n: parted for n in able if (parted := _parted(questions[n]))}
    if not read:
        return list(questions)
    keyed = sum(bool(question.choices) for question in questions)
    many = len(read) + keyed >= SHARE * len(questions)
    picking = {n for n in read if read[n].key or _PICKS.search(questions[n].title)}
    every = many and (keyed > 0 or 2 * len(picking) >= len(read) > 1)
    every = every or len(read) == len(questions) >= ALL
    return [read[n] if n in read and (every or n in picking) else q for n, q in enumerate(questions)]


def _parted(question: ParsedQuestion) -> ParsedQuestion | None:
    """Return the question with options, where these end its stem, or an answer holds nothing else."""
    if question.id or question.follow_ups:
        return None
    for name in ("stem", "answer"):
        text = getattr(question, name)
        if not _FIRST.search(text) or not MAY_MARK.search(text):
            continue
        document = read_document(text, "")
        options = find_options(document.blocks, document)
        if options is None or options.key or len(options.texts) < 2:
            continue
        before = "\n\n".join(p for p in (document.cut(0, options.start), options.lead) if p).strip("\n")
        after = document.cut(options.end, len(document.lines)).strip()
        if name == "stem":
            return None if after else _with_told(replace(question, stem=before, choices=options.texts))
        if after and not _is_told(after):
            continue
        stem = "\n\n".join(part for part in (question.stem, before) if part)
        return _with_told(replace(question, stem=stem, choices=options.texts, answer=after))
    return None


def _with_told(question: ParsedQuestion) -> ParsedQuestion:
    """Take the key off the first line of an answer."""
    first, _, rest = question.answer.partition("\n")
    key = told_key(first, question.choices)
    if key is None or LETTERS.index(key.letters[-1]) >= len(question.choices):
        return replace(question, answer=drop_opener(question.answer))
    reason = "" if key.repeats else key.reason
    return replace(question, key=key.letters, answer=f"{reason}\n{rest}".strip("\n"))


def _is_told(text: str) -> bool:
    """Tell whether a text begins with the label of an answer or of its explanation."""
    first = text.split("\n", 1)[0]
    return opens_answer(text) or explains(text) or says_only_answer(first) or says_only_why(first)
