"""What the bank we ship must have: each text, its translation, its items, and the words of its glossary."""

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from labs.figures import read_figure
from labs.registry import LABS
from qbank.core.blocks import read_document
from qbank.core.document import ParsedFile, ParsedQuestion, Problem
from qbank.core.figures import FIGURE, SCHEME, correct_figures, settle_figures
from qbank.core.glossary import FILE as GLOSSARY
from qbank.core.glossary import Term, read_terms
from qbank.core.links import LinkIndex, bank_path
from qbank.core.maths import find_code, find_maths
from qbank.core.parser import parse_file
from quizzes.core.authored import lint_items, lint_translation, parse_items
from quizzes.core.generation.bias import measure
from quizzes.core.items import Item, Multiple, Single

ORIGINAL = "zh-hans"
LANGUAGES = (ORIGINAL, "en")
NOT_QUESTIONS = ("README.md", "LICENSE")
TRANSLATIONS = "_translations.yaml"
LEAST_ITEMS, LEAST_KINDS = 4, 3
KEY_POINTS = range(3, 7)
FOLLOW_UPS = range(2, 5)
LONGEST_GIST = {ORIGINAL: 80, "en": 240}  # characters: what one can say in one breath
FIELDS = ("difficulty", "frequency", "number")
SURE = 0.01  # chance below which a bias of keys is no accident
MARK = 12  # hexadecimal digits of a text's checksum
SENTENCE_END = re.compile(r"[。！？!?]|\.(?=\s|$)")
IDENTIFIER = re.compile(r"\]\(https?://[^)\s]+\)|\b(?:arXiv|doi|ISBN)[:\s]\s*[\w.]", re.IGNORECASE)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<file>[^)\s]+)\)")
NOT_PROSE = re.compile(  # addresses, titles of papers, the names in the front matter
    r"\]\([^)\s]*\)|https?://\S+|(?<!\*)\*(?!\*)[^*\n]+\*(?!\*)|^(?:id|lab):.*$", re.MULTILINE
)

Text = tuple[ParsedFile, ParsedQuestion]
Texts = dict[str, dict[str, Text]]  # id → language → text


@dataclass(frozen=True)
class Bank:
    """A folder of content as its files say it, not yet checked."""

    texts: Texts
    sources: Mapping[str, str]  # path → Markdown
    problems: tuple[Problem, ...]  # of reading
    files: frozenset[str]  # every path there is
    translations: Mapping[str, str]  # path of a translation → mark of the original it was made from
    glossary: Sequence[Term]

    def mark_of(self, language: str, key: str) -> str:
        """Return the mark of the original that a text was, or would be, translated from."""
        path = self.texts[key][ORIGINAL][0].path
        return hashlib.sha256(self.sources[path].encode()).hexdigest()[:MARK]


def read_bank(folder: Path) -> Bank:
    """Parse every Markdown file of the folder and join the languages of each question."""
    texts: Texts = defaultdict(dict)
    sources: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*.md")):
        if path.name in NOT_QUESTIONS:
            continue
        parsed = parse_file(path.read_bytes(), path.relative_to(folder).as_posix())
        sources[parsed.path] = path.read_text(encoding="utf-8")
        problems += parsed.problems
        if parsed.dialect != "front-matter":
            message = "The file has no front matter with id and title."
            problems.append(Problem(parsed.path, 1, "not-our-format", message))
        for question in parsed.questions:
            if parsed.language in texts[question.id]:
                message = f"Another file is the {parsed.language} text of {question.id!r} already."
                problems.append(Problem(parsed.path, 1, "text-twice", message))
            texts[question.id][parsed.language] = (parsed, question)
    terms: list[Term] = []
    if (folder / GLOSSARY).exists():
        terms, found = read_terms(_read_yaml(folder / GLOSSARY) or {}, LANGUAGES)
        problems += found
    return Bank(
        texts=texts,
        sources=sources,
        problems=tuple(problems),
        files=frozenset(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()),
        translations=_read_yaml(folder / TRANSLATIONS) or {},
        glossary=tuple(terms),
    )


def _read_yaml(path: Path) -> dict[str, Any] | None:
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else None


def confirm_translations(folder: Path, paths: Sequence[str]) -> list[str]:
    """Note that translations (all, when none is named) say what their originals say; return their paths."""
    bank = read_bank(folder)
    marks = dict(bank.translations)
    noted = []
    for key, languages in bank.texts.items():
        for language, (parsed, _) in languages.items():
            if language != ORIGINAL and ORIGINAL in languages and (not paths or parsed.path in paths):
                marks[parsed.path] = bank.mark_of(language, key)
                noted.append(parsed.path)
    kept = {path: mark for path, mark in sorted(marks.items()) if path in bank.files}
    head = '# The original that each translation was held against last; see README.md, "Translations".\n'
    (folder / TRANSLATIONS).write_text(head + yaml.safe_dump(kept, sort_keys=True), encoding="utf-8")
    return noted


def check_bank(bank: Bank) -> list[Problem]:
    """Report everything wrong with a bank, by path and line."""
    problems = list(bank.problems)
    links = LinkIndex([parsed for languages in bank.texts.values() for parsed, _ in languages.values()])
    for key, languages in bank.texts.items():
        problems += _check_question(bank, key, languages)
        for parsed, question in languages.values():
            problems += _dead_links(bank, links, parsed, question)
            problems += _spellings(bank, parsed)
            problems += _check_figures(bank, parsed, question)
    problems += _check_glossary(bank)
    problems += _check_bias(bank)
    return sorted(problems, key=lambda problem: (problem.path, problem.line, problem.code))


def _check_question(bank: Bank, key: str, languages: Mapping[str, Text]) -> Iterator[Problem]:
    for language, (parsed, question) in languages.items():
        yield from _check_text(language, parsed, question)
        yield from _check_items(parsed, question)
    missing = [language for language in LANGUAGES if language not in languages]
    if missing:
        path = next(iter(languages.values()))[0].path
        yield Problem(path, 1, "missing-language", f"{key!r} has no text in {', '.join(missing)}.")
    if ORIGINAL not in languages:
        return
    yield from _check_original(*languages[ORIGINAL])
    for language, (parsed, question) in languages.items():
        if language != ORIGINAL:
            yield from _check_translation(languages[ORIGINAL][1], parsed, question)
            yield from _check_age(bank, language, key, parsed)


def _check_text(language: str, parsed: ParsedFile, question: ParsedQuestion) -> Iterator[Problem]:
    """Report what one text lacks."""

    def lacks(code: str, message: str) -> Problem:
        return Problem(parsed.path, 1, code, message)

    if not question.gist:
        yield lacks("no-gist", "The one-sentence answer is missing.")
    elif len(question.gist) > LONGEST_GIST[language]:
        most = LONGEST_GIST[language]
        yield lacks("long-gist", f"{len(question.gist)} characters are no one-sentence answer; {most} are.")
    elif len(SENTENCE_END.findall(question.gist)) != 1:
        yield lacks("long-gist", "The one-sentence answer is not one sentence.")
    for name, found, wanted in (
        ("key-points", question.key_points, KEY_POINTS),
        ("follow-ups", question.follow_ups, FOLLOW_UPS),
    ):
        if len(found) not in wanted:
            yield lacks(name, f"{len(found)} here; {wanted[0]} to {wanted[-1]} are wanted.")
    if not question.mistakes:
        yield lacks("no-mistakes", "No common mistake is named.")
    if not question.tags:
        yield lacks("no-tags", "There are no tags.")
    if not question.sources:
        yield lacks("no-sources", "No source is given.")
    for source in question.sources:
        if not IDENTIFIER.search(source):
            yield lacks("no-identifier", f"Neither address nor arXiv, DOI or ISBN: “{source[:50]}”.")


def _check_items(parsed: ParsedFile, question: ParsedQuestion) -> Iterator[Problem]:
    """Report items that are wrong by themselves, too few, or of too few kinds."""
    yield from lint_items(question.items, path=parsed.path)
    read = parse_items(question.items)[0]
    kinds = {item.kind for item in read.values()}
    if len(read) < LEAST_ITEMS or len(kinds) < LEAST_KINDS:
        message = f"{len(read)} items of {len(kinds)} kinds; {LEAST_ITEMS} of {LEAST_KINDS} kinds are wanted."
        yield Problem(parsed.path, 1, "few-items", message)
    for source, item in read.items():
        for text in _without_reason(item):
            message = f"Nothing says why “{text}” is wrong."
            remedy = "Write a quoted line, indented, below the option."
            yield Problem(parsed.path, source.line, "no-reason", message, remedy)


def _without_reason(item: Item) -> list[str]:
    """Return the distractors that have no reason of their own."""
    if not isinstance(item, Single | Multiple):
        return []
    key = {item.key} if isinstance(item, Single) else set(item.key)
    return [o.text for i, o in enumerate(item.options) if i not in key and not o.rationale.strip()]


def _check_original(parsed: ParsedFile, question: ParsedQuestion) -> Iterator[Problem]:
    """Report metadata that is missing, and a lab that the registry does not have for this question."""
    for name in FIELDS:
        if not getattr(question, name):
            yield Problem(parsed.path, 1, "no-field", f"The front matter has no {name}.")
    if not question.lab:
        return
    lab = LABS.get(question.lab)
    if lab is None:
        message = f"There is no lab {question.lab!r}; there are {', '.join(LABS)}."
        yield Problem(parsed.path, 1, "unknown-lab", message)
    elif str(lab.number) != question.number:
        message = f"The lab {lab.slug!r} belongs to question {lab.number}, this is {question.number}."
        yield Problem(parsed.path, 1, "wrong-lab", message)


def _shape(question: ParsedQuestion) -> dict[str, int]:
    """Count what a translation must have as often as its original."""
    headings = read_document(question.answer, "").headings
    return {
        "headings": len(headings),
        "key points": len(question.key_points),
        "common mistakes": len(question.mistakes),
        "follow-ups": len(question.follow_ups),
        "sources": len(question.sources),
        "pictures": len(question.images),
        "tags": len(question.tags),
    }


def _cited(question: ParsedQuestion) -> Counter[str]:
    """Count the references to figures."""
    said = [question.answer, *question.key_points, *(item.markdown for item in question.items)]
    said += [text for pair in (*question.mistakes, *question.follow_ups) for text in pair]
    return Counter(figure["reference"] for text in said for figure in FIGURE.finditer(text))


def _check_translation(
    original: ParsedQuestion, parsed: ParsedFile, question: ParsedQuestion
) -> Iterator[Problem]:
    """Report where a translation has more or less than its original."""
    wanted, found = _shape(original), _shape(question)
    for what, number in wanted.items():
        if found[what] != number:
            message = f"{found[what]} {what} here, {number} in the original."
            yield Problem(parsed.path, 1, "translation", message)
    if _cited(original) != _cited(question):
        other = sorted((_cited(original) - _cited(question)) + (_cited(question) - _cited(original)))
        message = f"The figures are not those of the original: {', '.join(other)}."
        yield Problem(parsed.path, 1, "translation", message)
    yield from lint_translation(original.items, question.items, path=parsed.path)


def _check_age(bank: Bank, language: str, key: str, parsed: ParsedFile) -> Iterator[Problem]:
    """Report a translation that was not held against its original since that changed."""
    if bank.translations.get(parsed.path) != bank.mark_of(language, key):
        message = "The original changed since this translation was held against it."
        remedy = f"Bring it up to date, then: python manage.py check_content content --confirm {parsed.path}"
        yield Problem(parsed.path, 1, "stale-translation", message, remedy)


def _dead_links(
    bank: Bank, links: LinkIndex, parsed: ParsedFile, question: ParsedQuestion
) -> Iterator[Problem]:
    """Report links to questions or files of the bank that are not there, and pictures that show nothing."""
    for number, line in enumerate(bank.sources[parsed.path].split("\n"), 1):
        for picture in PICTURE.finditer(line):
            if bank_path(picture["file"], parsed.path) not in bank.files:
                yield Problem(parsed.path, number, "dead-picture", f"{picture['file']} is not there.")
            if not picture["alt"].strip():
                yield Problem(parsed.path, number, "no-alt", f"{picture['file']} has no text in its place.")
        for target in LINK.findall(line):
            inside = bank_path(target, parsed.path)
            if inside is None and not target.startswith("#"):
                continue
            if inside not in bank.files and links.find(target, parsed.path, parsed.language) is None:
                yield Problem(parsed.path, number, "dead-link", f"{target} leads nowhere.")


def _check_figures(bank: Bank, parsed: ParsedFile, question: ParsedQuestion) -> Iterator[Problem]:
    """Report figures that are not the stored ones, and those that stand where no link can."""
    yield from settle_figures(bank.sources[parsed.path], parsed.path, read_figure).problems
    bare = [question.title, question.gist, *(claim for claim, _ in question.mistakes)]
    for item in question.items:
        bare += [line for line in item.markdown.split("\n") if not line.lstrip().startswith(">")]
    for text in bare:
        if f"]({SCHEME}" in text:
            message = f"A figure of a lab cannot stand in “{text[:50]}”."
            remedy = "Give it in the answer, a key point, a correction, a follow-up or a reason."
            yield Problem(parsed.path, 1, "figure-place", message, remedy)


def fix_figures(folder: Path) -> list[str]:
    """Write the stored numbers into the files; return the paths of those that changed."""
    changed = []
    for path in sorted(folder.rglob("*.md")):
        if path.name not in NOT_QUESTIONS:
            text, name = path.read_text(encoding="utf-8"), path.relative_to(folder).as_posix()
            fixed = correct_figures(text, read_figure)
            if fixed != text:
                path.write_text(fixed, encoding="utf-8")
                changed.append(name)
    return changed


def _spellings(bank: Bank, parsed: ParsedFile) -> Iterator[Problem]:
    """Report words for which the glossary has another spelling."""
    text = _prose(bank.sources[parsed.path])
    for term in bank.glossary:
        for wrong in (term.avoid or {}).get(parsed.language, ()):
            found = _word(wrong)(text)
            if found is not None:
                line = text.count("\n", 0, found) + 1
                message = f"The glossary spells “{wrong}” “{term.names[parsed.language]}”."
                yield Problem(parsed.path, line, "spelling", message)


def _prose(markdown: str) -> str:
    """Blank code, formulas, addresses and titles of papers, keeping every line where it is."""
    spans = find_code(markdown) + [(m.start, m.end) for m in find_maths(markdown)]
    spans += [found.span() for found in NOT_PROSE.finditer(markdown)]
    characters = list(markdown)
    for start, end in spans:
        characters[start:end] = ["\n" if sign == "\n" else " " for sign in characters[start:end]]
    return "".join(characters)


def _word(wanted: str) -> Callable[[str], int | None]:
    """Return a search for a spelling: of Latin words only whole ones, in any case unless it has capitals."""
    latin = wanted.isascii()
    pattern = rf"(?<![\w-]){re.escape(wanted)}(?![\w-])" if latin else re.escape(wanted)
    flags = re.IGNORECASE if wanted == wanted.lower() else 0
    expression = re.compile(pattern, flags)

    def find(text: str) -> int | None:
        found = expression.search(text)
        return found.start() if found else None

    return find


def _check_glossary(bank: Bank) -> Iterator[Problem]:
    """Report terms that lead to no question."""
    for term in bank.glossary:
        if term.question and term.question not in bank.texts:
            message = f"{term.names['en']} leads to {term.question!r}, which is no question."
            yield Problem(GLOSSARY, 1, "glossary", message)


def _check_bias(bank: Bank) -> Iterator[Problem]:
    """Report keys that could be guessed over the whole bank by where they stand or how long they are."""
    for language in LANGUAGES:
        questions = [languages[language][1] for languages in bank.texts.values() if language in languages]
        bias = measure(item for question in questions for item in parse_items(question.items)[0].values())
        if bias.p_value < SURE:
            message = (
                f"Keys of single choices in {language} stand at {bias.positions}, χ² = {bias.chi_square:.1f}."
            )
            yield Problem(".", 1, "key-position", message, "Move some of them.")
        for name, share in (("longest", bias.longest), ("shortest", bias.shortest)):
            hits = round(share * bias.singles)
            often = _tail(hits, bias.singles, bias.expected)
            seldom = _tail(bias.singles - hits, bias.singles, 1 - bias.expected)
            if min(often, seldom) < SURE / 2:
                message = f"In {language} the key is the {name} option in {share:.0%} of single choices."
                yield Problem(".", 1, "key-length", message, f"By chance it would be {bias.expected:.0%}.")


def _tail(found: int, of: int, chance: float) -> float:
    """Return the chance of so many hits or more (binomial)."""
    return sum(math.comb(of, k) * chance**k * (1 - chance) ** (of - k) for k in range(found, of + 1))
