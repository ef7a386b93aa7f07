"""Answers on the line of their question: a verdict on a statement, what follows a question mark."""

import re
from collections.abc import Sequence
from dataclasses import replace

from qbank.core.document import ParsedQuestion
from qbank.core.titles import read_title

FEWEST = 2  # questions of a file that are answered on their own lines, if one is
SHARE = 0.5  # of a file's questions at least so many are, where its sentences do not tell by their signs
_JUDGED = r"√|×|✓|✔|✗|✘|对|错|正确|错误|true|false"
_VERDICT = re.compile(
    rf"[ \t]*(?:[(（]\s*[√×✓✔✗✘]\s*[)）]"
    rf"|(?:[(（]\s*)?(?:答案|答|answer)\s*[:：]\s*(?:{_JUDGED}|[TF])\s*[)）]?"
    rf"|(?<=[.。])\s*[(（]\s*(?:{_JUDGED})\s*[)）])[.。]?$",
    re.IGNORECASE,
)
_SAID = re.compile(rf"(?:{_JUDGED}|[TF])(?=\s*[)）]?[.。]?$)", re.IGNORECASE)
_TOLD = re.compile(r"^(?P<asked>.*\w.*[?？])\s*(?P<told>[^\s?？(（\[【\"”’」』)）][^?？]{2,})$")
_ORDERS = re.compile(
    r"^(?:[请给从并结写试要举用假设提示]|如果|比如|例如|if\b|e\.g|for example)", re.IGNORECASE
)
_IDEOGRAPH = re.compile("[㐀-鿿]")


def with_own_lines(questions: Sequence[ParsedQuestion]) -> tuple[ParsedQuestion, ...]:
    """Part titles from the answers that stand on the same line."""
    judged = [_with_verdict(question) for question in questions]
    told = {n: match for n, q in enumerate(judged) if (match := _told(q))}
    if len(told) < FEWEST:
        return tuple(judged)
    many = len(told) >= SHARE * len(judged)
    return tuple(
        replace(q, title=told[n]["asked"], answer=told[n]["told"])
        if n in told and (many or _is_sentence(told[n]["told"]))
        else q
        for n, q in enumerate(judged)
    )


def _with_verdict(question: ParsedQuestion) -> ParsedQuestion:
    """Take the verdict off a statement; what explains it follows."""
    match = None if question.id or question.choices else _VERDICT.search(question.title)
    said = _SAID.search(question.title) if match and match.start() else None
    if match is None or said is None:
        return question
    answer = f"{said[0]}\n\n{question.answer}".rstrip()
    return replace(question, title=question.title[: match.start()].rstrip(), answer=answer)


def _told(question: ParsedQuestion) -> re.Match[str] | None:
    """Match a title that goes on after its question mark and neither asks nor orders there."""
    if question.id or question.answer or question.choices or question.follow_ups:
        return None
    match = _TOLD.match(question.title)
    if (
        match is None
        or match["asked"].count("`") % 2
        or _ORDERS.match(match["told"])
        or read_title(match["told"]).asks
    ):
        return None
    return match


def _is_sentence(text: str) -> bool:
    """Tell whether a text is a whole sentence by its signs, which only some scripts tell apart."""
    return bool(_IDEOGRAPH.search(text)) and text.endswith("。")
