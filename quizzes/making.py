"""Make the items of a text that need nobody's review: authored, imported with their keys, and recall."""

import hashlib
from dataclasses import dataclass

from qbank.core.document import ItemSource, Problem
from qbank.models import QuestionText
from quizzes.core.authored import parse_items
from quizzes.core.items import Item, Multiple, Open, Option, Single, canonical
from quizzes.core.points import key_points

# Names of items that no author named; the sign keeps them apart from authors' marks.
RECALL = "@recall"
CHOICE = "@choice"


@dataclass(frozen=True)
class Made:
    """An item as Markdown, where it comes from, and a hash of the stretch of text that it was made from."""

    item: Item
    source: str
    span_hash: str

    @property
    def checksum(self) -> str:
        """SHA-256 of what is asked, key included."""
        return digest(self.source, canonical(self.item))


def digest(*parts: str) -> str:
    """Return the SHA-256 of some texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def make_ref(bank: str, question: str, key: str) -> str:
    """Name an item the same way in every installation, language and version: 12 hexadecimal digits."""
    return digest(bank, question, key)[:12]


def make_items(text: QuestionText) -> tuple[list[Made], list[Problem]]:
    """Return everything that can be asked about a text at once, and what is wrong with its authored items."""
    made, problems = make_authored(text)
    choice = make_choice(text)
    return [*made, *([choice] if choice else make_recall(text))], problems


def make_authored(text: QuestionText) -> tuple[list[Made], list[Problem]]:
    """Read the items that stand in the text's own file."""
    sources = [ItemSource(source["markdown"], source["line"]) for source in text.items_source]
    items, problems = parse_items(sources, path=text.path)
    return [Made(item, "authored", digest(source.markdown)) for source, item in items.items()], problems


def make_choice(text: QuestionText) -> Made | None:
    """Make a choice item of a question that was imported with its options and key."""
    letters = [chr(ord("A") + i) for i in range(len(text.choices))]
    key = tuple(i for i, letter in enumerate(letters) if letter in text.choice_key)
    if len(text.choices) < 2 or not key or len(set(text.choices)) < len(text.choices):
        return None
    options = tuple(Option(choice) for choice in text.choices)
    span = digest(text.title, *text.choices, *text.choice_key)
    item: Item = (
        Single(slug=CHOICE, stem=text.title, options=options, key=key[0])
        if len(key) == 1
        else Multiple(slug=CHOICE, stem=text.title, options=options, key=key)
    )
    return Made(item, "imported", span)


def make_recall(text: QuestionText) -> list[Made]:
    """Make an item that asks for the answer itself; the answer is shown from the text, never copied."""
    if text.placeholder or not text.answer.strip():
        return []
    points = tuple(point["text"] for point in text.key_points) or key_points(text.answer)
    return [Made(Open(slug=RECALL, stem=text.title, points=points), "recall", digest(text.answer))]
