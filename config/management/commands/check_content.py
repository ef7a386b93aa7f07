"""Check the bank we ship: each file by itself, and each translation against its original."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from labs.registry import LABS
from qbank.core.blocks import read_document
from qbank.core.document import ParsedFile, ParsedQuestion, Problem
from qbank.core.parser import parse_file
from quizzes.core.authored import lint_items, lint_translation

ORIGINAL = "zh-hans"
LANGUAGES = (ORIGINAL, "en")
NOT_QUESTIONS = ("README.md", "LICENSE")
LEAST_ITEMS = 2
KEY_POINTS = range(3, 9)

Texts = dict[str, dict[str, tuple[ParsedFile, ParsedQuestion]]]  # id → language → text


def read_texts(folder: Path) -> tuple[Texts, list[Problem]]:
    """Parse every Markdown file of the folder and join the languages of each question."""
    texts: Texts = defaultdict(dict)
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*.md")):
        if path.name in NOT_QUESTIONS:
            continue
        parsed = parse_file(path.read_bytes(), str(path.relative_to(folder)))
        problems += parsed.problems
        if parsed.dialect != "front-matter":
            problems.append(
                Problem(parsed.path, 1, "not-our-format", "The file has no front matter with id and title.")
            )
        for question in parsed.questions:
            if parsed.language in texts[question.id]:
                message = f"Another file is the {parsed.language} text of {question.id!r} already."
                problems.append(Problem(parsed.path, 1, "text-twice", message))
            texts[question.id][parsed.language] = (parsed, question)
    return texts, problems


def check_text(parsed: ParsedFile, question: ParsedQuestion) -> Iterator[Problem]:
    """Report what one text lacks."""
    if not question.gist:
        yield Problem(parsed.path, 1, "no-gist", "The one-sentence answer is missing.")
    if len(question.key_points) not in KEY_POINTS:
        message = f"{len(question.key_points)} key points; {KEY_POINTS[0]} to {KEY_POINTS[-1]} are wanted."
        yield Problem(parsed.path, 1, "key-points", message)
    if not question.sources:
        yield Problem(parsed.path, 1, "no-sources", "No source is given.")
    if len(question.items) < LEAST_ITEMS:
        yield Problem(
            parsed.path, 1, "few-items", f"{len(question.items)} items; at least {LEAST_ITEMS} are wanted."
        )
    yield from lint_items(question.items, path=parsed.path)


def check_original(parsed: ParsedFile, question: ParsedQuestion) -> Iterator[Problem]:
    """Report a lab that the registry does not have for this question."""
    if not question.lab:
        return
    lab = LABS.get(question.lab)
    if lab is None:
        yield Problem(
            parsed.path, 1, "unknown-lab", f"There is no lab {question.lab!r}; there are {', '.join(LABS)}."
        )
    elif str(lab.number) != question.number:
        message = f"The lab {lab.slug!r} belongs to question {lab.number}, this is {question.number}."
        yield Problem(parsed.path, 1, "wrong-lab", message)


def shape(question: ParsedQuestion) -> dict[str, int]:
    """Count what a translation must have as often as its original."""
    headings = read_document(question.answer, "").headings
    return {
        "headings": len(headings),
        "key points": len(question.key_points),
        "common mistakes": len(question.mistakes),
        "follow-ups": len(question.follow_ups),
        "sources": len(question.sources),
        "pictures": len(question.images),
    }


def check_translation(
    original: ParsedQuestion, parsed: ParsedFile, question: ParsedQuestion
) -> Iterator[Problem]:
    """Report where a translation has more or less than its original."""
    wanted, found = shape(original), shape(question)
    for what, number in wanted.items():
        if found[what] != number:
            message = f"{found[what]} {what} here, {number} in the original."
            yield Problem(parsed.path, 1, "translation", message)
    yield from lint_translation(original.items, question.items, path=parsed.path)


def check_question(key: str, languages: dict[str, tuple[ParsedFile, ParsedQuestion]]) -> Iterator[Problem]:
    """Report everything wrong with one question in all its languages."""
    for parsed, question in languages.values():
        yield from check_text(parsed, question)
    missing = [language for language in LANGUAGES if language not in languages]
    if missing:
        path = next(iter(languages.values()))[0].path
        yield Problem(path, 1, "missing-language", f"{key!r} has no text in {', '.join(missing)}.")
    if ORIGINAL in languages:
        yield from check_original(*languages[ORIGINAL])
        for language, (parsed, question) in languages.items():
            if language != ORIGINAL:
                yield from check_translation(languages[ORIGINAL][1], parsed, question)


class Command(BaseCommand):
    """Check content/."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)

    def handle(self, *args: object, path: Path, **options: object) -> None:
        texts, problems = read_texts(path)
        if not texts:
            raise CommandError(f"{path} holds no question.")
        for key, languages in texts.items():
            problems += check_question(key, languages)
        for problem in sorted(problems, key=lambda p: (p.path, p.line)):
            self.stderr.write(f"{path}/{problem}")
        if problems:
            raise CommandError(f"{len(problems)} problems in {path}.")
        self.stdout.write(f"{path}: {len(texts)} questions, nothing wrong.")
