"""Everything that can be asked about some texts, in one list: what is published at once, and the drafts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from qbank.core.document import ItemSource, ParsedQuestion
from quizzes.core.authored import parse_items
from quizzes.core.generation.drafts import Verdict
from quizzes.core.generation.making import accepted, generate
from quizzes.core.generation.material import Material, Text
from quizzes.core.generation.strategies import OFFERED
from quizzes.core.items import BLANK, Item, Multiple, Open, OpenForm, Option, Single
from quizzes.core.points import key_points
from quizzes.core.recall import FEWEST_POINTS, hidden_terms, term_item
from quizzes.core.sheet import split


@dataclass(frozen=True)
class Asking:
    """A text with what its file says beside the answer."""

    text: Text
    stem: str = ""
    points: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    key: tuple[int, ...] = ()
    items: tuple[ItemSource, ...] = ()
    placeholder: bool = False


@dataclass(frozen=True)
class Listed:
    """An item with its provenance, as `generate_items` prints it."""

    item: Item
    question: str
    title: str
    strategy: str  # "authored", "imported", "recall", or the name of a rule
    version: int
    state: str  # "published", "draft" or "rejected"
    source: str
    line: int  # of the answer, from 1
    span_hash: str = ""
    verdicts: tuple[Verdict, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        sheet, key = split(self.item)
        return {
            "kind": self.item.kind.value,
            "stem": self.item.stem.replace(BLANK, "____"),
            "options": sheet.get("options", []),
            "sheet": sheet,
            "key": key.get("key", key.get("points")),
            "rationale": self.item.rationale,
            "source": self.source,
            "line": self.line,
            "question": self.question,
            "title": self.title,
            "strategy": self.strategy,
            "version": self.version,
            "filters": [{"name": v.filter, "passed": v.passed, "reason": v.reason} for v in self.verdicts],
            "state": self.state,
            "slug": self.item.slug,
            "span_hash": self.span_hash,
        }


def read_question(question: ParsedQuestion, *, path: str, language: str) -> Asking:
    """Make of a parsed question what items are made from."""
    name = question.id or f"{path}:{question.line}"
    section = "/".join(question.section) or (path.rsplit("/", 1)[0] if question.id else path)
    return Asking(
        Text(name, question.title, question.answer, language, section),
        question.stem,
        question.key_points,
        question.choices,
        tuple(ord(letter) - ord("A") for letter in question.key),
        question.items,
        question.placeholder,
    )


def list_items(
    askings: Iterable[Asking],
    *,
    seed: str,
    strategies: Iterable[str] = OFFERED,
    rejected: bool = False,
) -> Iterator[Listed]:
    """Yield the items of texts in one language: published ones text by text, then the drafts of them all."""
    several = list(askings)
    for asking in several:
        yield from published(asking)
    material = Material(
        tuple(a.text for a in several if not a.choices and not a.placeholder and a.text.answer.strip())
    )
    drafts = list(generate(material, seed=seed, strategies=strategies))
    kept = {draft.span_hash for draft in accepted(drafts)}
    for draft in drafts:
        if draft.span_hash in kept or rejected:
            candidate = draft.candidate
            yield Listed(
                draft.item,
                candidate.text.question,
                candidate.text.title,
                draft.strategy,
                draft.version,
                draft.state if draft.span_hash in kept or draft.state == "rejected" else "surplus",
                candidate.source,
                candidate.span.line,
                draft.span_hash,
                draft.verdicts,
            )


def published(asking: Asking) -> Iterator[Listed]:
    """Yield what needs no review: authored items, the imported choice, and the self-graded ones."""
    text = asking.text
    items, _ = parse_items(asking.items)
    for source, item in items.items():
        yield Listed(
            item, text.question, text.title, "authored", 1, "published", source.markdown, source.line
        )
    title = f"{text.title}\n\n{asking.stem}" if asking.stem else text.title
    if asking.choices and asking.key:
        options = tuple(map(Option, asking.choices))
        choice: Item = (
            Single(slug="choice", stem=title, options=options, key=asking.key[0])
            if len(asking.key) == 1
            else Multiple(slug="choice", stem=title, options=options, key=asking.key)
        )
        yield Listed(choice, text.question, text.title, "imported", 1, "published", title, 1)
        return
    if asking.placeholder or not text.answer.strip():
        return
    points = asking.points or key_points(text.answer)
    whole = Open(slug="recall", stem=title, points=points, rationale=text.answer)
    yield Listed(whole, text.question, text.title, "recall", 1, "published", text.answer, 1)
    if items:
        return
    if len(points) >= FEWEST_POINTS:
        listed = Open(slug="points", stem=title, points=points, form=OpenForm.POINTS)
        yield Listed(listed, text.question, text.title, "recall", 1, "published", "\n".join(points), 1)
    for hidden in hidden_terms(text):
        yield Listed(
            term_item(hidden, text),
            text.question,
            text.title,
            "recall",
            1,
            "published",
            text.answer[hidden.span.start : hidden.span.end],
            hidden.span.line,
        )
