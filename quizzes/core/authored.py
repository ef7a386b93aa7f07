"""How authors write items in Markdown (content/README.md, "Items"): read, or refused with every reason."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from qbank.core.document import ItemSource, Problem
from quizzes.core.folding import NotANumber, fold_text, read_number
from quizzes.core.items import (
    BLANK,
    Cloze,
    Item,
    Kind,
    Matching,
    Multiple,
    Numeric,
    Open,
    Option,
    Ordering,
    Single,
    TrueFalse,
)
from quizzes.core.reader import Draft, Entry, Reader

KIND_WORDS = {
    "单选": Kind.SINGLE,
    "多选": Kind.MULTIPLE,
    "判断": Kind.TRUE_FALSE,
    "填空": Kind.CLOZE,
    "数值": Kind.NUMERIC,
    "连线": Kind.MATCHING,
    "排序": Kind.ORDERING,
    "简答": Kind.OPEN,
    "single": Kind.SINGLE,
    "multiple": Kind.MULTIPLE,
    "true/false": Kind.TRUE_FALSE,
    "cloze": Kind.CLOZE,
    "numeric": Kind.NUMERIC,
    "matching": Kind.MATCHING,
    "ordering": Kind.ORDERING,
    "open": Kind.OPEN,
}
VERDICTS = {"对": True, "true": True, "错": False, "false": False}

LED = re.compile(r"(?P<word>[^\s:：]{1,12})\s*[:：]\s*(?P<stem>.*)", re.DOTALL)
BLANKS = re.compile(r"\[\[(.*?)\]\]")
UNSPLITTABLE = re.compile(r"`[^`]*`|\$(?!\s)[^$\n]+(?<!\s)\$")  # code, formulas
MARKS = {
    Kind.SINGLE: "task",
    Kind.MULTIPLE: "task",
    Kind.TRUE_FALSE: "task",
    Kind.NUMERIC: "value",
    Kind.MATCHING: "bullet",
    Kind.ORDERING: "step",
    Kind.OPEN: "bullet",
}
REMEDIES = {
    "task": "Write a task list: `- [x] right`, `- [ ] wrong`.",
    "value": "Write one line `= 1024` or `= 0.95 ± 0.02`.",
    "bullet": "Write a list: `- term :: description` for a matching, `- point` for an open item.",
    "step": "Write a numbered list in the right order.",
    "": "A cloze has no list: write the blanks as `[[accepted|also accepted]]` in its text.",
}


class ItemError(ValueError):
    """An item that cannot be understood; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)


def parse_item(markdown: str, line: int, *, path: str = "") -> Item:
    """Read one item; `line` is its heading's. Raises ItemError with every problem."""
    reader = Reader(markdown, line, path)
    draft = reader.draft()
    kind, stem = _kind_and_stem(reader, draft)
    item = None
    if kind:
        _check_marks(reader, draft, kind)
        if not draft.rationale.strip():
            reader.report(
                line, "item-rationale", "Nothing says why.", "End the item with a line `> because …`."
            )
        if not stem.strip():
            reader.report(line, "item-stem", "The stem is empty.", "Write the question in the heading.")
        item = BUILDERS[kind](reader, draft, stem)
    if reader.problems or item is None:
        raise ItemError(sorted(reader.problems, key=lambda problem: problem.line))
    return item


def _kind_and_stem(reader: Reader, draft: Draft) -> tuple[Kind | None, str]:
    led = LED.fullmatch(draft.heading)
    kind = KIND_WORDS.get(led["word"].casefold()) if led else None
    heading = led["stem"] if led and kind else draft.heading
    stem = f"{heading}\n\n{draft.stem}" if draft.stem else heading
    if kind:
        return kind, stem
    if any(entry.mark == "task" for entry in draft.entries):
        return (Kind.MULTIPLE if sum(e.ticked for e in draft.entries) > 1 else Kind.SINGLE), stem
    remedy = f"Begin the heading with one of {', '.join(KIND_WORDS)} and a colon."
    reader.report(draft.line, "item-kind", "The item's kind is not known.", remedy)
    return None, stem


def _check_marks(reader: Reader, draft: Draft, kind: Kind) -> None:
    wanted = MARKS.get(kind, "")
    for entry in draft.entries:
        if entry.mark != wanted:
            reader.report(
                entry.line, "item-list", f"{entry.text!r} is not of a {kind.value} item.", REMEDIES[wanted]
            )
        elif not entry.text:
            reader.report(
                entry.line, "item-empty", "An empty line in the list.", "Write something or remove it."
            )
        if entry.rationale and wanted != "task":
            reader.report(
                entry.line, "item-reason", "Only options have reasons of their own.", "Quote without indent."
            )


def _distinct(reader: Reader, line: int, texts: Iterable[str], what: str) -> None:
    for text, count in Counter(map(fold_text, texts)).items():
        if count > 1:
            reader.report(
                line, "item-twice", f"The {what} {text!r} occurs {count} times.", "Make them differ."
            )


def _at_least_two(reader: Reader, draft: Draft, entries: Sequence[Entry], mark: str) -> None:
    if len(entries) < 2:
        reader.report(draft.line, "item-few", f"{len(entries)} in the list; two are needed.", REMEDIES[mark])


def _tasks(reader: Reader, draft: Draft) -> tuple[tuple[Option, ...], tuple[int, ...]]:
    entries = [entry for entry in draft.entries if entry.mark == "task"]
    _at_least_two(reader, draft, entries, "task")
    _distinct(reader, draft.line, (entry.text for entry in entries), "option")
    key = tuple(i for i, entry in enumerate(entries) if entry.ticked)
    if not key:
        reader.report(draft.line, "item-key", "No option is ticked.", "Tick the right one: `- [x]`.")
    return tuple(Option(entry.text, entry.rationale) for entry in entries), key


def _single(reader: Reader, draft: Draft, stem: str) -> Single | None:
    options, key = _tasks(reader, draft)
    if len(key) > 1:
        reader.report(
            draft.line, "item-key", f"{len(key)} options are ticked.", "Tick one, or write Multiple."
        )
    if len(key) != 1:
        return None
    return Single(slug=draft.slug, stem=stem, rationale=draft.rationale, options=options, key=key[0])


def _multiple(reader: Reader, draft: Draft, stem: str) -> Multiple:
    options, key = _tasks(reader, draft)
    return Multiple(slug=draft.slug, stem=stem, rationale=draft.rationale, options=options, key=key)


def _true_false(reader: Reader, draft: Draft, stem: str) -> TrueFalse | None:
    tasks = [entry for entry in draft.entries if entry.mark == "task"]
    verdicts = [VERDICTS.get(entry.text.casefold()) for entry in tasks]
    ticked = [verdict for entry, verdict in zip(tasks, verdicts, strict=True) if entry.ticked]
    if sorted(map(str, verdicts)) != ["False", "True"] or len(ticked) != 1:
        remedy = "Write the options 对 and 错, or True and False, and tick one of them."
        reader.report(draft.line, "item-verdict", "The two verdicts are not as they should be.", remedy)
        return None
    reasons = {verdict: entry.rationale for entry, verdict in zip(tasks, verdicts, strict=True)}
    return TrueFalse(
        slug=draft.slug,
        stem=stem,
        rationale=draft.rationale,
        key=bool(ticked[0]),
        rationales=(reasons[True], reasons[False]),
    )


def _cloze(reader: Reader, draft: Draft, stem: str) -> Cloze:
    key = tuple(tuple(form.strip() for form in found.split("|")) for found in BLANKS.findall(stem))
    if not key:
        reader.report(draft.line, "item-blank", "There is no blank.", REMEDIES[""])
    if not all(all(accepted) for accepted in key):
        reader.report(
            draft.line, "item-blank", "A blank accepts nothing.", "Write `[[accepted|also accepted]]`."
        )
    if any("[[" in span for span in UNSPLITTABLE.findall(stem)):
        remedy = "Put blanks outside `code` and $formulas$."
        reader.report(draft.line, "item-blank", "A blank stands inside code or a formula.", remedy)
    return Cloze(slug=draft.slug, stem=BLANKS.sub(BLANK, stem), rationale=draft.rationale, key=key)


def _matching(reader: Reader, draft: Draft, stem: str) -> Matching:
    entries = [entry for entry in draft.entries if entry.mark == "bullet"]
    _at_least_two(reader, draft, entries, "bullet")
    pairs = []
    for entry in entries:
        term, colons, description = (part.strip() for part in entry.text.partition("::"))
        if not (term and colons and description):
            reader.report(
                entry.line, "item-pair", f"{entry.text!r} is no pair.", "Write `- term :: description`."
            )
        pairs.append((term, description))
    _distinct(reader, draft.line, (term for term, _ in pairs), "term")
    _distinct(reader, draft.line, (description for _, description in pairs), "description")
    return Matching(
        slug=draft.slug,
        stem=stem,
        rationale=draft.rationale,
        terms=tuple(term for term, _ in pairs),
        descriptions=tuple(description for _, description in pairs),
        key=tuple(range(len(pairs))),
    )


def _ordering(reader: Reader, draft: Draft, stem: str) -> Ordering:
    entries = [entry for entry in draft.entries if entry.mark == "step"]
    _at_least_two(reader, draft, entries, "step")
    _distinct(reader, draft.line, (entry.text for entry in entries), "step")
    steps = tuple(entry.text for entry in entries)
    return Ordering(
        slug=draft.slug, stem=stem, rationale=draft.rationale, steps=steps, key=tuple(range(len(steps)))
    )


def _numeric(reader: Reader, draft: Draft, stem: str) -> Numeric | None:
    entries = [entry for entry in draft.entries if entry.mark == "value"]
    if len(entries) != 1:
        reader.report(draft.line, "item-value", f"{len(entries)} values; one is needed.", REMEDIES["value"])
        return None
    value, tolerance = _value(reader, entries[0])
    return Numeric(slug=draft.slug, stem=stem, rationale=draft.rationale, key=value, tolerance=tolerance)


def _value(reader: Reader, entry: Entry) -> tuple[Decimal, Decimal]:
    value, sign, tolerance = entry.text.partition("±")
    try:
        read = read_number(value), read_number(tolerance) if sign else Decimal(0)
        if read[1] >= 0:
            return read
    except NotANumber:
        pass
    reader.report(
        entry.line, "item-value", f"{entry.text!r} is no number with a tolerance.", REMEDIES["value"]
    )
    return Decimal(0), Decimal(0)


def _open(reader: Reader, draft: Draft, stem: str) -> Open:
    points = tuple(entry.text for entry in draft.entries if entry.mark == "bullet")
    if not points:
        reader.report(draft.line, "item-points", "There are no key points.", "List them: `- point`.")
    return Open(slug=draft.slug, stem=stem, rationale=draft.rationale, points=points)


BUILDERS: dict[Kind, Callable[[Reader, Draft, str], Item | None]] = {
    Kind.SINGLE: _single,
    Kind.MULTIPLE: _multiple,
    Kind.TRUE_FALSE: _true_false,
    Kind.CLOZE: _cloze,
    Kind.MATCHING: _matching,
    Kind.ORDERING: _ordering,
    Kind.NUMERIC: _numeric,
    Kind.OPEN: _open,
}


def parse_items(
    sources: Iterable[ItemSource], *, path: str = ""
) -> tuple[dict[ItemSource, Item], list[Problem]]:
    """Read the items of one text; wrong ones are left out and reported, and so is a mark used twice."""
    items: dict[ItemSource, Item] = {}
    problems: list[Problem] = []
    slugs: set[str] = set()
    for source in sources:
        try:
            item = parse_item(source.markdown, source.line, path=path)
        except ItemError as error:
            problems.extend(error.problems)
            continue
        if item.slug in slugs:
            message = f"The mark {item.slug!r} stands on another item too."
            problems.append(Problem(path, source.line, "item-slug", message, "Give each item its own mark."))
        else:
            items[source] = item
            slugs.add(item.slug)
    return items, problems


def lint_items(sources: Iterable[ItemSource], *, path: str = "") -> list[Problem]:
    """Report everything that is wrong with the items of one text."""
    return parse_items(sources, path=path)[1]


def lint_translation(
    original: Iterable[ItemSource], translation: Iterable[ItemSource], *, path: str = ""
) -> list[Problem]:
    """Report items that a translation lacks, adds, or gives another kind or key than the original."""
    sources = list(translation)
    wanted = {item.slug: item for item in parse_items(original)[0].values()}
    found = {item.slug: item for item in parse_items(sources)[0].values()}
    line = min((source.line for source in sources), default=1)
    problems = []
    for slug in wanted.keys() | found.keys():
        if slug not in found or slug not in wanted:
            what = "is missing here" if slug in wanted else "is not in the original"
        elif found[slug].kind != wanted[slug].kind or not _same_key(wanted[slug], found[slug]):
            what = f"has another kind or key than the original, a {wanted[slug].kind.value} item"
        else:
            continue
        remedy = "Translations have the same items, with their options in the same order."
        problems.append(Problem(path, line, "item-translation", f"The item {slug!r} {what}.", remedy))
    return sorted(problems, key=lambda problem: problem.message)


def _same_key(one: Item, other: Item) -> bool:
    if isinstance(one, Cloze) and isinstance(other, Cloze):
        return len(one.key) == len(other.key)
    if isinstance(one, Open) and isinstance(other, Open):
        return len(one.points) == len(other.points)
    if isinstance(one, Single | Multiple) and isinstance(other, Single | Multiple):
        return one.key == other.key and len(one.options) == len(other.options)
    return getattr(one, "key", None) == getattr(other, "key", None)
