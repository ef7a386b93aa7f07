"""What to try when a search finds nothing: other words that do find something, and titles close by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qbank.core.bigrams import fold, mark_hits, query_terms
from qbank.core.sounds import as_typed
from qbank.core.vocabulary import closest, overlap, words_alone
from qbank.models import QuestionText, SearchWord
from qbank.search import FoundText, nearest_texts, search_texts

MOST_TRIED = 10
MOST_SHOWN = 5
NEAR = 0.3  # of the query's tokens must stand in a title close by


@dataclass(frozen=True)
class Suggestion:
    """Another query and how many questions it finds."""

    query: str
    count: int


@dataclass(frozen=True)
class Suggestions:
    """Other queries, the likeliest first, and texts whose titles are close."""

    queries: list[Suggestion] = field(default_factory=list)
    titles: list[FoundText] = field(default_factory=list)


def read_as_typed(query: str, language: str) -> list[Suggestion]:
    """Return the words that a query spells in pinyin or by initials, if they find something."""
    typed = as_typed(query)
    if not typed:
        return []
    rows = SearchWord.objects.filter(typed__contains=f" {typed} ", avoided=False)
    # What is typed in full comes before what shares its initials; terms come before other words.
    words = sorted(rows, key=lambda row: (len(row.text) == len(typed), row.concept is None, row.pk))
    return _that_find([row.text for row in words], language)


def suggest(query: str, language: str) -> Suggestions:
    """Suggest for a query without a hit: a synonym, another spelling, each word alone; and close titles."""
    rows = list(
        SearchWord.objects.order_by("concept", "pk").values_list("text", "concept", "bank_id", "avoided")
    )
    tried = dict.fromkeys(_tries(query, rows))
    tried.pop(query, None)
    texts = nearest_texts(query=query, language=language, limit=3 * MOST_SHOWN)
    found = QuestionText.objects.select_related("question__topic", "search_text").in_bulk(texts)
    near = [found[pk] for pk in texts if pk in found]
    near = [text for text in near if overlap(query, text.search_text.title_plain) >= NEAR]
    titles = [FoundText(text, mark_hits(text.search_text.title_plain, query), []) for text in near]
    return Suggestions(_that_find(list(tried), language), titles[:MOST_SHOWN])


def _tries(query: str, rows: Sequence[tuple[str, int | None, int, bool]]) -> Iterator[str]:
    """Yield other queries, the likeliest first."""
    asked = fold(query)
    concepts = {(bank, concept) for text, concept, bank, _ in rows if fold(text) == asked} - {(0, None)}
    yield from (
        text
        for text, concept, bank, avoided in rows
        if concept is not None and (bank, concept) in concepts and not avoided
    )
    ours = [text for text, _, _, avoided in rows if not avoided]
    yield from closest(query, ours)
    if parts := words_alone(query):
        near = {part: closest(part, ours, limit=1) for part in parts}
        yield " ".join(next(iter(near[part]), part) for part in parts)
        yield from parts
        for part in parts:
            yield from near[part]


def _that_find(queries: Sequence[str], language: str) -> list[Suggestion]:
    """Return those queries that find something, with how much."""
    found: list[Suggestion] = []
    different = {query_terms(query): query for query in reversed(queries)}  # "LoRA+" finds what "LoRA" does
    for query in [query for query in queries if different[query_terms(query)] == query][:MOST_TRIED]:
        count = len(search_texts(query=query, language=language))
        if count:
            found.append(Suggestion(query, count))
        if len(found) == MOST_SHOWN:
            break
    return found
