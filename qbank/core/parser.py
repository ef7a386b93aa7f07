"""Turn the bytes of a Markdown file into questions, or into problems with path and line."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from string import ascii_letters

from qbank.core.answer_lists import read_answer_lists, with_listed
from qbank.core.answers import find_facts, is_placeholder, trim_answer
from qbank.core.blocks import Document, read_document, with_gathered_items
from qbank.core.closings import without_closing
from qbank.core.dialects import DIALECTS, choices, front_matter, headings, links, pairs, single
from qbank.core.document import ParsedFile, ParsedQuestion, Problem
from qbank.core.grades import split_grades, split_title_grades
from qbank.core.keyless import with_keyless
from qbank.core.labels import answer_lines, drop_opener
from qbank.core.own_lines import with_own_lines
from qbank.core.titles import read_title

LARGEST_FILE = 10 * 1024 * 1024  # bytes
LEAST_CONFIDENCE = 0.25
SAMPLE = 50_000  # characters that tell the language
TOP = 120  # lines in which the title of a file is sought
_MAY_MIX = (headings.NAME, choices.NAME)  # with labelled questions in sections of their own
_WHOLE = (front_matter.NAME, single.NAME)  # nothing stands beside their one question
LEAST_BESIDE = 2  # answers that stand outside of all questions
_MAY_TELL = re.compile(r"答|解析|answer|solution|<details|\|", re.IGNORECASE)
_SUFFIX = re.compile(r"\.(zh-hans|zh-hant|en)\.(?:md|markdown)$", re.IGNORECASE)
_LOCALE = re.compile(r"[-_.]([a-z]{2})[-_]([A-Za-z]{2,4})\.(?:md|markdown)$")
_NEVER = re.compile(  # files of a repository that by convention hold no questions
    r"(?:^|/)(?:change[-_ ]?log|changes|release[-_ ]?notes|contributing|code[-_ ]of[-_ ]conduct|authors"
    r"|licen[cs]e|security(?=\.)|pull_request_template|bug[-_]report|feature[-_]request|\.github/.*)[^/]*\.(?:md|markdown)$",
    re.IGNORECASE,
)
_ASCII = re.compile("[\x00-\x7f]+")
_SCRIPTS = (
    ("ja", re.compile("[぀-ヿ]"), 0.1),
    ("ko", re.compile("[가-힯]"), 0.2),
    ("zh-hans", re.compile("[㐀-鿿]"), 0.1),
    ("ar", re.compile("[\u0600-\u06ff]"), 0.2),
    ("ru", re.compile("[\u0400-\u04ff]"), 0.2),
)


def parse_file(data: bytes | str, path: str, dialect: str = "") -> ParsedFile:
    """Read a file in the dialect that recognises it best, or in the one named.

    `path` is relative to the bank. Raises nothing: what cannot be taken in comes back as a fatal problem.
    """
    if isinstance(data, bytes):
        if problem := too_large(len(data), path):
            return ParsedFile(path, "", "", problems=(problem,))
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            return ParsedFile(path, "", "", problems=(_broken(data, error, path),))
    else:
        text = data
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        problem = Problem(
            path, line, "not-text", "The file holds a null byte.", "Is it Markdown?", fatal=True
        )
        return ParsedFile(path, "", "", problems=(problem,))
    document = with_gathered_items(read_document(text, path))
    name = dialect or choose_dialect(document)
    language, title = guess_language(document), find_title(document)
    if not name:
        return ParsedFile(path, "", language, problems=(*document.problems, _nothing(path)), title=title)
    questions, problems = DIALECTS[name].parse(document)
    if name in _MAY_MIX and (beside := pairs.find_beside(document, questions)):
        questions = sorted([*questions, *beside], key=lambda question: question.line)
    if name not in _WHOLE and (beside := find_beside(document, questions)):
        questions = sorted([*questions, *beside], key=lambda question: question.line)
    questions = without_closing(questions, document.lines)
    if read_answer_lists(document):
        questions = [with_listed(document, question) for question in questions]
    if not questions:
        problems = [*problems, _nothing(path)]
    return ParsedFile(
        path=path,
        dialect=name,
        language=language,
        questions=tuple(_with_facts(q) for q in with_own_lines(with_keyless(questions))),
        problems=tuple(sorted([*document.problems, *problems], key=lambda p: p.line)),
        title=title,
    )


def choose_dialect(document: Document) -> str:
    """Return the name of the dialect that is surest of the file, "" when none is."""
    if _NEVER.search(document.path) or _NEVER.search(f"{find_title(document)}.md"):
        return ""
    best, confidence = "", 0.0
    for name, module in DIALECTS.items():
        if getattr(module, "SUREST", 1.0) > confidence and (sure := module.recognises(document)) > confidence:
            best, confidence = name, sure
    return best if confidence >= LEAST_CONFIDENCE else ""


def find_beside(document: Document, questions: Sequence[ParsedQuestion]) -> list[ParsedQuestion]:
    """Read what stands outside of all questions where answers are given there: sections in another form."""
    taken = {n for q in questions for n in range(q.line - 1, max(q.line, q.end_line))}
    left = [n for n in range(document.body_start, len(document.lines)) if n not in taken]
    if len(left) < LEAST_BESIDE or not _MAY_TELL.search("\n".join(document.lines[n] for n in left)):
        return []
    told = sorted({*answer_lines(document), *links.held_rows(document)} - taken)
    if not questions or len(told) < LEAST_BESIDE:
        return []
    lines = ["" if n in taken else line for n, line in enumerate(document.lines)]
    rest = with_gathered_items(read_document("\n".join(lines), document.path))
    name = choose_dialect(rest)
    if not name or name in _WHOLE:
        return []
    found, _ = DIALECTS[name].parse(rest)
    return [q for q in found if bisect_left(told, q.line - 1) < bisect_left(told, max(q.line, q.end_line))]


def find_title(document: Document) -> str:
    """Return the title of the front matter, else the first first-level heading that says something."""
    if document.meta.get("title"):
        return str(document.meta["title"])
    for heading, _ in document.headings:
        if heading.start >= TOP:
            break
        title = read_title(heading.text)
        if heading.level == 1 and title.text and not title.is_contents:
            return title.text
    return ""


def guess_language(document: Document) -> str:
    """Take the language from the file's name, else from its script; Latin is taken for English."""
    if match := _SUFFIX.search(document.path):
        return match[1].lower()
    if match := _LOCALE.search(document.path):
        tag = f"{match[1]}-{match[2]}".lower()
        return {"zh-cn": "zh-hans", "zh-sg": "zh-hans", "zh-tw": "zh-hant", "zh-hk": "zh-hant"}.get(
            tag, match[1]
        )
    text = "".join(document.lines[document.body_start :])[:SAMPLE]
    other = _ASCII.sub("", text)
    letters = sum(map(text.count, ascii_letters)) + sum(map(str.isalpha, other)) or 1
    for language, script, share in _SCRIPTS:
        if len(script.findall(other)) / letters > share:
            return language
    return "en"


def too_large(size: int, path: str) -> Problem | None:
    """Return the problem of a file of more than 10 MB, from its size alone."""
    if size <= LARGEST_FILE:
        return None
    return Problem(
        path,
        1,
        "too-large",
        f"The file has {size / 1024 / 1024:.1f} MB; at most {LARGEST_FILE // 1024 // 1024} are read.",
        "Split it.",
        fatal=True,
    )


def _broken(data: bytes, error: UnicodeDecodeError, path: str) -> Problem:
    line = data[: error.start].count(b"\n") + 1
    return Problem(
        path,
        line,
        "broken-utf8",
        f"Byte 0x{data[error.start]:02x} at offset {error.start} is not UTF-8.",
        "Save the file as UTF-8.",
        fatal=True,
    )


def _nothing(path: str) -> Problem:
    return Problem(
        path,
        1,
        "no-questions",
        "No question was recognised in this file.",
        "Mark questions as headings, or name the dialect with --dialect.",
    )


def _with_facts(question: ParsedQuestion) -> ParsedQuestion:
    """Cut grades and labels off title and answer; add what can be seen from stem and answer alone."""
    title, answer = question.title, question.answer
    difficulty, frequency = question.difficulty, question.frequency
    if not question.id:
        grades, titled = split_grades(answer), split_title_grades(title)
        title, answer = titled.text, trim_answer(drop_opener(grades.text))
        difficulty = difficulty or titled.difficulty or grades.difficulty
        frequency = frequency or titled.frequency or grades.frequency
    facts = find_facts("\n\n".join([question.stem, *question.choices, answer]))
    return replace(
        question,
        title=title,
        answer=answer,
        difficulty=difficulty,
        frequency=frequency,
        images=facts.images,
        has_math=facts.has_math,
        has_code=facts.has_code,
        placeholder=not question.key and is_placeholder(answer),
    )
