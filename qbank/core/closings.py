"""What closes a file below a rule: a summary, links to other chapters, thanks. No answer goes on there."""

import re
from collections.abc import Sequence
from dataclasses import replace

from qbank.core.answers import trim_answer
from qbank.core.document import ParsedQuestion

FEWEST = 3  # questions from which on a file has a habit
HABIT = 0.8  # so many of the questions must end with a rule where a long closing is cut off
SHORT = 600  # characters of a closing that is cut off without that habit
_RULE = re.compile(r"^[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$", re.MULTILINE)
_BELOW = re.compile(rf"(?<=\n)[ \t]*\n{_RULE.pattern[1:]}", re.MULTILINE)


def without_closing(questions: Sequence[ParsedQuestion], lines: Sequence[str]) -> Sequence[ParsedQuestion]:
    """Cut the last answer at its rule, where no other answer holds one and others end with one."""
    if len(questions) < FEWEST or not (rule := _first_rule(questions[-1].answer)):
        return questions
    *others, last = questions
    if any(_first_rule(question.answer) for question in others):
        return questions
    parted = sum(_ends_with_rule(lines, after.line - 1) for after in questions[1:])
    closing = last.answer[rule.end() :]
    if parted < HABIT * len(others) and len(closing) > SHORT:
        return questions
    return [*others, replace(last, answer=trim_answer(last.answer[: rule.start()]))]


def _first_rule(answer: str) -> re.Match[str] | None:
    """Return the first rule of an answer that stands below a blank line and outside of code."""
    if not ("---" in answer or "***" in answer or "___" in answer or "- -" in answer or "* *" in answer):
        return None
    for match in _BELOW.finditer(answer):
        if answer.count("```", 0, match.start()) % 2 == 0:
            return match
    return None


def _ends_with_rule(lines: Sequence[str], line: int) -> bool:
    """Tell whether the last line above a question that says something is a rule; headings are passed over."""
    for place in range(line - 1, max(-1, line - 12), -1):
        text = lines[place].strip()
        if text and not text.startswith("#"):
            return bool(_RULE.fullmatch(text))
    return False
