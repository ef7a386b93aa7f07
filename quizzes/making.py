"""Make the items of a text that need nobody's review: authored, imported with their keys, and recall."""

import hashlib
from dataclasses import dataclass

from django.utils.html import escape

from qbank.core.document import ItemSource, Problem
from qbank.core.render import render_inline
from qbank.models import QuestionText
from quizzes.core.authored import parse_items
from quizzes.core.generation.material import Text
from quizzes.core.items import Item, Multiple, Open, OpenForm, Option, Single, arrange, canonical
from quizzes.core.points import key_points
from quizzes.core.recall import FEWEST_POINTS, hidden_terms, term_item
from quizzes.core.sheet import stored_order
from quizzes.rendering import render_item

# Items in the form of authored ones: written back into its file, one is the same as before.
AS_AUTHORED = ("generated", "written")

# Names of items that no author named; the sign keeps them apart from authors' marks.
RECALL = "@recall"
CHOICE = "@choice"
POINTS = "@points"


@dataclass(frozen=True)
class Made:
    """An item as Markdown and as HTML, where it comes from, and a hash of the text that it was made from."""

    item: Item
    shown: Item
    source: str
    span_hash: str

    @property
    def order(self) -> tuple[int, ...]:
        """The order in which it is stored."""
        return stored_order(self.item)

    @property
    def checksum(self) -> str:
        """SHA-256 of what is asked, in the order in which it is stored, key included: never to be shown."""
        source = "authored" if self.source in AS_AUTHORED else self.source
        return digest(source, canonical(arrange(self.item, self.order)))


def digest(*parts: str) -> str:
    """Return the SHA-256 of some texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def make_ref(bank: str, question: str, key: str) -> str:
    """Name an item the same way in every installation, language and version: 12 hexadecimal digits."""
    return digest(bank, question, key)[:12]


def make_items(text: QuestionText) -> tuple[list[Made], list[Problem]]:
    """Return everything that can be asked about a text at once, and what is wrong with its authored items.

    Where the author wrote items, recall of the whole answer is all that is added to them.
    """
    made, problems = make_authored(text)
    if choice := make_choice(text):
        return [*made, choice], problems
    whole = make_recall(text)
    rest = [make_points(text), *make_terms(text)] if whole and not made else []
    return [*made, *(one for one in (whole, *rest) if one)], problems


def make_authored(text: QuestionText) -> tuple[list[Made], list[Problem]]:
    """Read the items that stand in the text's own file."""
    sources = [ItemSource(source["markdown"], source["line"]) for source in text.items_source]
    items, problems = parse_items(sources, path=text.path)
    made = [
        Made(item, render_item(item, text.language), "authored", digest(source.markdown))
        for source, item in items.items()
    ]
    return made, problems


def make_choice(text: QuestionText) -> Made | None:
    """Make a choice item of a question that was imported with its options and key."""
    choices = [choice["text"] for choice in text.choices]
    key = tuple(i for i in range(len(choices)) if chr(ord("A") + i) in text.choice_key)
    if len(choices) < 2 or not key or len(set(choices)) < len(choices):
        return None

    def item(stem: str, options: list[str]) -> Item:
        several = tuple(map(Option, options))
        if len(key) == 1:
            return Single(slug=CHOICE, stem=stem, options=several, key=key[0])
        return Multiple(slug=CHOICE, stem=stem, options=several, key=key)

    asked = item(_stem(text), choices)
    shown = item(_stem_html(text), [choice["html"] for choice in text.choices])
    return Made(asked, shown, "imported", digest(_stem(text), *choices, *text.choice_key))


def make_recall(text: QuestionText) -> Made | None:
    """Make an item that asks for the answer itself; the answer is shown from the text, never copied."""
    if text.placeholder or not text.answer.strip():
        return None
    points, points_html = _points(text)
    asked = Open(slug=RECALL, stem=_stem(text), points=points)
    shown = Open(slug=RECALL, stem=_stem_html(text), points=points_html)
    return Made(asked, shown, "recall", digest(text.answer))


def make_points(text: QuestionText) -> Made | None:
    """Make an item that asks for the key points alone, their number told."""
    points, points_html = _points(text)
    if len(points) < FEWEST_POINTS:
        return None
    asked = Open(slug=POINTS, stem=_stem(text), points=points, form=OpenForm.POINTS)
    shown = Open(slug=POINTS, stem=_stem_html(text), points=points_html, form=OpenForm.POINTS)
    return Made(asked, shown, "recall", digest("points", *points))


def make_terms(text: QuestionText) -> list[Made]:
    """Make items that show a sentence of the answer without its term."""
    read = Text(text.question.key, text.title, text.answer, text.language)
    made = []
    for hidden in hidden_terms(read):
        item = term_item(hidden, read)
        span = digest("term", hidden.sentence, hidden.term)
        made.append(Made(item, render_item(item, text.language), "recall", span))
    return made


def _points(text: QuestionText) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the key points as Markdown and as HTML: the author's, else those of the answer's form."""
    if text.key_points:
        return (
            tuple(point["text"] for point in text.key_points),
            tuple(point["html"] for point in text.key_points),
        )
    points = key_points(text.answer)
    return points, tuple(render_inline(point).html for point in points)


def _stem(text: QuestionText) -> str:
    """Return the question as Markdown: its title, and what stands between title and answer."""
    return f"{text.title}\n\n{text.stem}" if text.stem else text.title


def _stem_html(text: QuestionText) -> str:
    return f"<p>{text.title_html or escape(text.title)}</p>{text.stem_html}"
