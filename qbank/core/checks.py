"""Lint questions: what an author should know before readers find it."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from qbank.core.document import ParsedFile, ParsedQuestion, Problem
from qbank.core.leaks import find_leaks
from qbank.core.links import bank_path, fold_anchor
from qbank.core.maths import find_code_and_maths
from qbank.core.rewrite import Finding

_HAN = "㐀-鿿"
_LETTER = "[A-Za-zΑ-Ωα-ωΔ∆0-9]"
_CHINESE = re.compile(f"[{_HAN}]")
_DOUBLED = re.compile(rf"(?<!{_LETTER})(?P<half>{_LETTER}{{1,4}})(?P=half)(?!{_LETTER})")
_ANGLES = re.compile(
    rf"(?<![A-Za-z])h\s*([^\s。；;\nA-Za-z][^。；;\nh]{{0,60}}?[，,][^。；;\n]{{0,60}}?[{_HAN}])i(?![A-Za-z])"
)
_ANCHOR = re.compile(r"\b(?:id|name)\s*=\s*[\"']([^\"']+)[\"']")
_AROUND_HEADING = re.compile(r"<[^>]*>|\]\([^)]*\)|^\s*(?:\d+[.)]\s*)?#+")
_ADDRESS = re.compile(r"\]\([^)\s]*\)|https?://\S+|<[^>\n]*>")
_LOOSE_TEX = re.compile(
    r"(?<![\\$\w])\\(?:mathbb|mathcal|mathbf|frac|sqrt|sum|prod|int|partial|nabla|alpha|beta|gamma|theta|lambda|sigma|epsilon|times|cdot|leq|geq|infty|operatorname|text)(?![A-Za-z])"
)
_LINK_ENTRY = re.compile(
    r"^\s*(?:[-*+]|\d+[.)]|\|.*?)\s*\[[^\]]*\]\((?P<file>[^#)\s]*)(?:#(?P<anchor>[^)\s]+))?\)"
)
REMEDIES = {
    "remote-image": "Save the picture beside the file and link to it there.",
    "dead-link": "Link to a file of the bank, to a heading, or to a full address.",
    "formula-not-converted": "Use commands that MathML can show; the TeX is shown instead.",
    "formula-style": "The formula is shown without it.",
    "too-deep": "Nest less deeply, and close what is opened; the Markdown is shown as it is written instead.",
    "html-removed": "Write it as Markdown, or as code if it is meant to be read.",
}


def check_file(file: ParsedFile, text: str) -> list[Problem]:
    """Look for what is missing, repeated or broken by copying in one file; `text` is its source."""
    lines = text.split("\n")
    problems = [p for q in file.questions for p in _check_question(file.path, q, lines)]
    problems += _repeated(file)
    problems += _dead_contents(file, lines)
    return sorted(problems, key=lambda p: (p.line, p.code))


def check_contents(file: ParsedFile, lines: Sequence[str], exists: Callable[[str], bool]) -> list[Problem]:
    """Report entries of a table of contents, outside of answers, that lead to files which are not there."""
    answers = [(q.line, q.end_line) for q in file.questions]
    problems = []
    for number, line in enumerate(lines, 1):
        entry = _LINK_ENTRY.match(line) if "](" in line else None
        path = bank_path(entry["file"], file.path) if entry and entry["file"] else None
        if path and not exists(path) and not any(start <= number <= end for start, end in answers):
            message, remedy = f"The entry {path} leads nowhere.", "Correct the path, or add the file."
            problems.append(Problem(file.path, number, "dead-contents", message, remedy))
    return problems


def check_ids(files: Sequence[ParsedFile]) -> list[Problem]:
    """Look for an id that two files of one language claim."""
    problems = []
    seen: dict[tuple[str, str], str] = {}
    for file in files:
        for question in file.questions:
            if question.id:
                other = seen.setdefault((question.id, file.language), file.path)
                if other != file.path:
                    problems.append(
                        Problem(
                            file.path,
                            question.line,
                            "repeated-id",
                            f"The id {question.id} is taken by {other}.",
                            "Give each question an id of its own.",
                            fatal=True,
                        )
                    )
    return problems


def place_finding(finding: Finding, path: str, question: ParsedQuestion, lines: Sequence[str]) -> Problem:
    """Give what rendering found its line in the file."""
    line = _line_of(finding.excerpt, question, lines)
    return Problem(path, line, finding.code, finding.message, REMEDIES.get(finding.code, ""))


def copy_artefacts(markdown: str) -> list[tuple[str, str]]:
    """Find what copying from a rendered page leaves: (excerpt, what is wrong).

    KaTeX holds each formula twice, so `BA` is copied as `BABA`; angle brackets come from PDF as h and i.
    """
    if "\\" not in markdown and (markdown.isascii() or not _CHINESE.search(markdown)):
        return []  # doubles tell only beside Chinese
    text = _without_code_and_maths(markdown)
    doubles = []
    for match in _DOUBLED.finditer(text):
        word, half = match[0], match["half"]
        beside = text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]
        if not half.isdigit() and half != half.lower():
            doubles.append((word, bool(re.search(f"[{_HAN}]", beside))))
    found = []
    beside_han = [word for word, beside in doubles if beside]
    if any(len(set(word)) > 1 for word in beside_han) or (beside_han and len({w for w, _ in doubles}) > 1):
        for word in dict.fromkeys(word for word, _ in doubles):
            found.append(
                (word, f"“{word}” looks like a formula copied twice; it may be “{word[: len(word) // 2]}”.")
            )
    for match in _ANGLES.finditer(text):
        found.append((match[0], f"“{match[0]}” looks like ⟨{match[1]}⟩ copied from a PDF."))
    for match in list(_LOOSE_TEX.finditer(text))[:1]:
        found.append((match[0], f"{match[0]} stands outside of a formula."))
    return found


def _check_question(path: str, question: ParsedQuestion, lines: Sequence[str]) -> list[Problem]:
    problems = []
    if question.placeholder and not question.choices:
        missing = not question.answer.strip()
        message = (
            "There is no answer."
            if missing
            else f"The answer is a placeholder: “{question.answer.strip().splitlines()[0][:40]}”."
        )
        problems.append(Problem(path, question.line, "missing-answer", message, "Write the answer."))
    for excerpt, message in copy_artefacts(f"{question.stem}\n\n{question.answer}"):
        remedy = "Write the formula between $ signs, or correct the text."
        problems.append(Problem(path, _line_of(excerpt, question, lines), "copy-artefact", message, remedy))
    for leak in find_leaks(f"{question.stem}\n\n{question.answer}"):
        line = _line_of(leak.excerpt, question, lines)
        problems.append(Problem(path, line, leak.code, leak.message, leak.remedy))
    return problems


def _repeated(file: ParsedFile) -> list[Problem]:
    """Report numbers and titles that occur twice in a section."""
    problems = []
    numbers = Counter((q.section, q.number) for q in file.questions if q.number)
    titles = Counter((q.title.casefold(), q.stem, q.choices) for q in file.questions)
    first: dict[tuple[object, ...], int] = {}
    for q in file.questions:
        for code, key, count, what in (
            (
                "repeated-number",
                (q.section, q.number),
                numbers[(q.section, q.number)],
                f"The number {q.number}",
            ),
            (
                "repeated-title",
                (q.title.casefold(), q.stem, q.choices),
                titles[(q.title.casefold(), q.stem, q.choices)],
                f"“{q.title}”",
            ),
        ):
            earlier = first.setdefault((code, key), q.line)
            if count > 1 and earlier != q.line and (code != "repeated-number" or q.number):
                problems.append(
                    Problem(
                        file.path,
                        q.line,
                        code,
                        f"{what} stands on line {earlier} already.",
                        "Number or word it differently.",
                    )
                )
    return problems


def _dead_contents(file: ParsedFile, lines: Sequence[str]) -> list[Problem]:
    """Report entries of a table of contents that lead nowhere in the file."""
    entries = [
        (number, entry["anchor"])
        for number, line in enumerate(lines, 1)
        if "](" in line and (entry := _LINK_ENTRY.match(line)) and entry["anchor"] and not entry["file"]
    ]
    if not entries or not file.questions:
        return []
    titles = {fold_anchor(name) for q in file.questions for name in (q.title, q.number + q.title)}
    entries = [entry for entry in entries if fold_anchor(entry[1]) not in titles]
    anchors = _anchors(lines) if entries else set()
    remedy = "Correct the anchor or add the heading."
    return [
        Problem(file.path, number, "dead-contents", f"The entry #{anchor} leads nowhere.", remedy)
        for number, anchor in entries
        if fold_anchor(anchor) not in anchors
    ]


def _anchors(lines: Sequence[str]) -> set[str]:
    """Return the places that lines name, and those that headings make, folded."""
    named = {fold_anchor(a) for line in lines if "=" in line for a in _ANCHOR.findall(line)}
    return named | {fold_anchor(_AROUND_HEADING.sub("", line)) for line in lines if "#" in line}


def _line_of(excerpt: str, question: ParsedQuestion, lines: Sequence[str]) -> int:
    """Return the line (1-based) of the question on which the excerpt stands, else the question's own."""
    for number in range(question.line - 1, min(question.end_line or len(lines), len(lines))):
        if excerpt and excerpt in lines[number]:
            return number + 1
    return question.line


def _without_code_and_maths(markdown: str) -> str:
    """Blank code and formulas."""
    parts, done = [], 0
    for start, end in find_code_and_maths(markdown):
        parts += [markdown[done:start], " " * (end - start)]
        done = end
    return _ADDRESS.sub(" ", "".join([*parts, markdown[done:]]))
