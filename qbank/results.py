"""One search as its address asks for it: what fits, in which order, and what each filter would leave."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qbank.core.bigrams import LONGEST_QUERY
from qbank.core.facets import count_choices, misses
from qbank.filters import DIFFICULTIES, FREQUENCIES, Choice, QuestionFilter, tag_choices
from qbank.models import Question, QuestionText, Topic
from qbank.search import MOST_HITS, search_texts

Label = str | Promise | Mapping[str, str]  # a mapping is {language: name}
Standings = Callable[[Iterable[int]], Mapping[int, str]]

SORTS: Mapping[str, str | Promise] = {
    "": _("Closest first"),
    "number": _("By number"),
    "easiest": _("Easiest first"),
    "hardest": _("Hardest first"),
    "newest": _("Newest first"),
}
STANDINGS: Mapping[str, str | Promise] = {
    "new": _("Not begun"),
    "learning": _("Being learnt"),
    "learnt": _("Learnt"),
}
LEGENDS: Mapping[str, str | Promise] = {
    "topic": _("Topics"),
    "difficulty": _("Difficulty"),
    "frequency": _("Frequency"),
    "lab": _("Kind"),
    "mine": _("My progress"),
    "tag": _("Tags"),
}
TAGS = 8  # offered, the most used
FACTS = (
    *("pk", "question_id", "question__topic__slug", "question__difficulty", "question__frequency"),
    *("question__lab", "question__bank_id", "question__number", "question__order", "question__created_at"),
)


@dataclass(frozen=True)
class Asked:
    """What an address asks for."""

    query: str = ""
    wanted: QuestionFilter = field(default_factory=QuestionFilter)
    mine: tuple[str, ...] = ()  # of STANDINGS
    sort: str = ""  # of SORTS

    @classmethod
    def from_query(cls, query: QueryDict) -> Asked:
        """Read `q`, `sort`, `mine` (many times) and what QuestionFilter reads; nonsense is left out.

        Of `q` the first LONGEST_QUERY characters are read.
        """
        sort = query.get("sort", "")
        return cls(
            query=query.get("q", "").strip()[:LONGEST_QUERY],
            wanted=QuestionFilter.from_query(query),
            mine=tuple(dict.fromkeys(name for name in query.getlist("mine") if name in STANDINGS)),
            sort=sort if sort in SORTS else "",
        )

    def chosen(self) -> dict[str, list[str]]:
        """Return the choices of each facet."""
        return {**self.wanted.chosen(), "mine": list(self.mine)}

    @property
    def narrows(self) -> bool:
        """Tell whether anything is filtered."""
        return bool(self.wanted or self.mine)

    def address(self, chosen: Mapping[str, Sequence[str]]) -> str:
        """Return the address of this search with other choices, on its first page."""
        query = QueryDict(mutable=True)
        if self.query:
            query["q"] = self.query
        for name, values in chosen.items():
            query.setlist(name, list(values))
        if self.sort:
            query["sort"] = self.sort
        return "?" + query.urlencode()


@dataclass(frozen=True)
class Facet:
    """One way of filtering, with its choices."""

    name: str
    legend: str | Promise
    choices: list[FacetChoice]


@dataclass(frozen=True)
class FacetChoice(Choice):
    """A box; the label of a topic is {language: name}."""

    label: Label  # type: ignore[assignment]


@dataclass(frozen=True)
class Chip:
    """A filter that is on: the address without it, and how many questions that would leave."""

    facet: str
    label: Label
    address: str
    count: int


@dataclass(frozen=True)
class Results:
    """What was found; `text_ids` fit all filters, in order."""

    asked: Asked
    text_ids: list[int] = field(default_factory=list)
    found: int = 0  # without filters
    more: bool = False  # than these were found; the closest are counted
    facets: list[Facet] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)

    @property
    def cleared(self) -> str:
        """The address of the same search without filters."""
        return self.asked.address({})


@dataclass(frozen=True)
class _Row:
    """A text found, and what filters and orders know of its question."""

    text_id: int
    question_id: int
    difficulty: int | None
    place: tuple[int, list[int], int]  # bank, number such as 3.2, order in the bank
    created: float
    values: dict[str, frozenset[str]]


def find_questions(asked: Asked, language: str, standings: Standings | None = None) -> Results:
    """Search, filter, count and order (four queries; one more with filters and very many hits).

    Without words every question fits. `standings` tells how the reader stands with questions; None for a
    reader of whom nothing is known.
    """
    ids = _candidates(asked, language)
    more = len(ids) == MOST_HITS
    if more and asked.wanted:  # what fits may be among those that were left out
        narrowed = _candidates(asked, language, narrowed=True)
        ids = list(dict.fromkeys([*narrowed, *ids]))
    if not ids:
        return Results(asked)
    rows = _rows(ids, language, asked, standings)
    wanted = asked.chosen() if standings else {**asked.chosen(), "mine": []}
    fitting = _ordered([row for row in rows if not misses(row.values, wanted)], asked)
    return Results(
        asked,
        text_ids=[row.text_id for row in fitting],
        found=len(rows),
        more=more,
        facets=(facets := _facets(rows, wanted)),
        chips=_chips(rows, asked, wanted, facets),
    )


def _candidates(asked: Asked, language: str, *, narrowed: bool = False) -> list[int]:
    """Return the texts that have the words, the closest first; all texts when there are no words."""
    questions = Question.objects.published()
    if narrowed:
        questions = questions.narrowed(asked.wanted)
    if asked.query:
        hits = search_texts(query=asked.query, language=language, questions=questions, limit=MOST_HITS)
        return [hit.text_id for hit in hits]
    texts = QuestionText.objects.shown_in(language).filter(question__in=questions.order_by().values("pk"))
    texts = texts.order_by("question__bank_id", "question__order", "question_id")
    return list(texts.values_list("pk", flat=True)[:MOST_HITS])


def _rows(ids: Sequence[int], language: str, asked: Asked, standings: Standings | None) -> list[_Row]:
    """Load what is known of some texts, in their order (two queries)."""
    facts = {fact[0]: fact for fact in QuestionText.objects.filter(pk__in=ids).values_list(*FACTS)}
    questions = {fact[1] for fact in facts.values()}
    tags: dict[int, set[str]] = {}
    links = QuestionText.tags.through.objects.filter(questiontext__question__in=questions)
    for text, question, name in links.values_list(
        "questiontext_id", "questiontext__question_id", "tag__name"
    ):
        if text in facts or name in asked.wanted.tags:
            tags.setdefault(question, set()).add(name)
    stands = standings(questions) if standings else {}
    rows = []
    for pk, question, topic, difficulty, frequency, lab, bank, number, order, created in filter(
        None, map(facts.get, ids)
    ):
        values = {
            "topic": frozenset([topic]),
            "difficulty": frozenset([str(difficulty)] if difficulty else ()),
            "frequency": frozenset([str(frequency)] if frequency else ()),
            "lab": frozenset(["1"] if lab else ()),
            "tag": frozenset(tags.get(question, ())),
            "mine": frozenset([stands.get(question, "new")] if standings else ()),
        }
        rows.append(
            _Row(pk, question, difficulty, (bank, _numbers(number), order), created.timestamp(), values)
        )
    return rows


def _numbers(number: str) -> list[int]:
    """Read an author's number, `3.2` after `3` and before `10`; without one a question goes last."""
    return [int(digits[:9]) for digits in re.findall(r"\d+", number)] or [10**9]


def _ordered(rows: list[_Row], asked: Asked) -> list[_Row]:
    """Put rows in the order asked for; equal ones stay the closest first, without words by number."""
    match asked.sort:
        case "number":
            return sorted(rows, key=lambda row: row.place)
        case "easiest":
            return sorted(rows, key=lambda row: row.difficulty or 9)
        case "hardest":
            return sorted(rows, key=lambda row: -(row.difficulty or 0))
        case "newest":
            return sorted(rows, key=lambda row: -row.created)
    return rows


def _facets(rows: Sequence[_Row], wanted: Mapping[str, Sequence[str]]) -> list[Facet]:
    """Make the boxes of all facets that occur, those chosen among them (one query, for the topics)."""
    counts = count_choices((row.values for row in rows), wanted)
    topics = Topic.objects.filter(slug__in=list(counts.get("topic", ())))
    names: dict[str, Mapping[str, Label]] = {
        "topic": {topic.slug: topic.title for topic in topics},
        "difficulty": DIFFICULTIES,
        "frequency": FREQUENCIES,
        "lab": {"1": _("Runnable")},
        "mine": STANDINGS,
        "tag": _most_used(rows, wanted.get("tag", ())),
    }
    facets = []
    for name, legend in LEGENDS.items():
        counter = counts.get(name, Counter())
        chosen = wanted.get(name, ())
        choices = [
            FacetChoice(value, label, counter[value], value in chosen)
            for value, label in names[name].items()
            if value in counter
        ]
        if choices:
            facets.append(Facet(name, legend, choices))
    return facets


def _most_used(rows: Sequence[_Row], chosen: Sequence[str]) -> dict[str, Label]:
    """Name the tags to offer: the most used of all that was found, and those chosen."""
    used = Counter(name for row in rows for name in row.values["tag"])
    ranked = sorted(used.items(), key=lambda item: (-item[1], item[0]))
    return {c.value: c.label for c in tag_choices(ranked, QuestionFilter(tags=tuple(chosen)), limit=TAGS)}


def _chips(
    rows: Sequence[_Row], asked: Asked, wanted: Mapping[str, Sequence[str]], facets: Sequence[Facet]
) -> list[Chip]:
    """List the filters that are on (a query for topics that nothing found is of)."""
    labels = {(facet.name, choice.value): choice.label for facet in facets for choice in facet.choices}
    if lost := [slug for slug in wanted.get("topic", ()) if ("topic", slug) not in labels]:
        titles = Topic.objects.filter(slug__in=lost).values_list("slug", "title")
        labels |= {("topic", slug): title for slug, title in titles}
    sets = {name: frozenset(values) for name, values in wanted.items()}
    chips = []
    for name, values in wanted.items():
        for value in values:
            others = [other for other in values if other != value]
            without = {**sets, name: frozenset(others)}
            left = sum(not misses(row.values, without) for row in rows)
            label = labels.get((name, value), _name(name, value))
            chips.append(Chip(name, label, asked.address({**wanted, name: others}), left))
    return chips


def _name(facet: str, value: str) -> Label:
    """Name a choice that nothing found has."""
    known: Mapping[str, Mapping[str, Label]] = {
        "difficulty": DIFFICULTIES,
        "frequency": FREQUENCIES,
        "mine": STANDINGS,
        "lab": {"1": _("Runnable")},
    }
    return known.get(facet, {}).get(value, value)
