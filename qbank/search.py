"""Full-text search over the bank: one question, two databases that answer it.

SQLite keeps an FTS5 index beside `SearchText`, PostgreSQL a generated `tsvector` column (migration 0002).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from qbank.core import bigrams
from qbank.core.bigrams import Segment, Term
from qbank.managers import QuestionQuerySet
from qbank.models import Question, QuestionText

MOST_HITS = 500

SQLITE = """
    SELECT found.rowid,
           found.rowid IN (SELECT rowid FROM qbank_search_fts WHERE qbank_search_fts MATCH %s) AS in_title,
           bm25(qbank_search_fts, 8.0, 1.0) AS distance
    FROM qbank_search_fts AS found
    WHERE qbank_search_fts MATCH %s AND EXISTS ({allowed})
    ORDER BY in_title DESC, distance, found.rowid LIMIT %s
"""
POSTGRESQL = """
    WITH asked AS (SELECT to_tsquery('simple', %s) AS in_title, to_tsquery('simple', %s) AS anywhere),
    candidate AS (
        (SELECT found.text_id, found.search FROM qbank_searchtext AS found, asked
         WHERE found.search @@ asked.in_title AND EXISTS ({allowed}) LIMIT %s)
        UNION
        (SELECT found.text_id, found.search FROM qbank_searchtext AS found, asked
         WHERE found.search @@ asked.anywhere AND EXISTS ({allowed}) LIMIT %s)
    )
    SELECT candidate.text_id, candidate.search @@ asked.in_title AS in_title,
           -ts_rank('{{0, 0, 0.125, 1}}', candidate.search, asked.anywhere, 1) AS distance
    FROM candidate, asked
    ORDER BY in_title DESC, distance, candidate.text_id LIMIT %s
"""
NEAREST_SQLITE = """
    SELECT found.rowid FROM qbank_search_fts AS found WHERE qbank_search_fts MATCH %s AND EXISTS ({allowed})
    ORDER BY bm25(qbank_search_fts), found.rowid LIMIT %s
"""
NEAREST_POSTGRESQL = """
    WITH asked AS (SELECT %s::tsquery AS query),
    candidate AS (
        SELECT found.text_id, found.search FROM qbank_searchtext AS found, asked
        WHERE found.search @@ asked.query AND EXISTS ({allowed}) LIMIT 2000
    )
    SELECT candidate.text_id FROM candidate, asked
    ORDER BY ts_rank(candidate.search, asked.query) DESC, candidate.text_id LIMIT %s
"""


@dataclass(frozen=True)
class Hit:
    """A text that has all the terms of a query."""

    text_id: int
    in_title: bool  # all of them in its title
    distance: float  # the smaller the better; comparable within one answer only


@dataclass(frozen=True)
class FoundText:
    """A hit as it is shown: the text, its question loaded, its title and an excerpt with the hits marked."""

    text: QuestionText
    title: list[Segment]
    excerpt: list[Segment]


def search_texts(
    *, query: str, language: str, questions: QuestionQuerySet | None = None, limit: int = MOST_HITS
) -> list[Hit]:
    """Find the texts that a reader of the language sees and that have every term: titles first.

    One hit a question, the closest first, at most `limit`; `questions` narrows the search (default: all
    published ones). One query.
    """
    terms = bigrams.query_terms(query)
    if not terms:
        return []
    if questions is None:
        questions = Question.objects.published()
    allowed, allowed_values = _allowed(language, questions)
    if connection.vendor == "sqlite":
        statement = SQLITE.format(allowed=allowed)
        values = [f"title_tokens : ({_fts5(terms)})", _fts5(terms), *allowed_values, limit]
    else:
        statement = POSTGRESQL.format(allowed=allowed)
        values = [
            _tsquery(terms, "A"),
            _tsquery(terms, ""),
            *allowed_values,
            limit,
            *allowed_values,
            limit,
            limit,
        ]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Hit(row[0], bool(row[1]), float(row[2])) for row in cursor.fetchall()]


def nearest_texts(*, query: str, language: str, limit: int) -> list[int]:
    """Return texts whose titles have some of the query's tokens, those with most of its rare ones first."""
    found = [token for term in bigrams.query_terms(query) for token in term.tokens if len(token) > 1]
    if not found:
        return []
    every = [Term((token,), False, "") for token in dict.fromkeys(found)]
    sqlite = connection.vendor == "sqlite"
    if sqlite:
        asked = "title_tokens : (" + " OR ".join(f'"{term.tokens[0]}"' for term in every) + ")"
    else:
        asked = " | ".join(_tsquery([term], "A") for term in every)
    allowed, values = _allowed(language, Question.objects.published())
    statement = (NEAREST_SQLITE if sqlite else NEAREST_POSTGRESQL).format(allowed=allowed)
    with connection.cursor() as cursor:
        cursor.execute(statement, [asked, *values, limit])
        return [row[0] for row in cursor.fetchall()]


def _allowed(language: str, questions: QuestionQuerySet) -> tuple[str, tuple[Any, ...]]:
    """Return, as SQL with its values, which texts found a reader of the language sees."""
    here = RawSQL("found.rowid" if connection.vendor == "sqlite" else "found.text_id", ())
    texts = QuestionText.objects.shown_in(language).filter(
        pk=here, question__in=questions.order_by().values("pk")
    )
    return texts.order_by().values("pk").query.sql_with_params()


def show_hits(hits: Sequence[Hit], query: str) -> list[FoundText]:
    """Load the texts of some hits, in their order, with the hits marked (one query)."""
    return show_texts([hit.text_id for hit in hits], query)


def show_texts(ids: Sequence[int], query: str) -> list[FoundText]:
    """Load texts in this order, with the query marked where they have it (one query)."""
    texts = QuestionText.objects.select_related("question__topic", "search_text").in_bulk(ids)
    return [
        FoundText(
            text=texts[i],
            title=bigrams.mark_hits(texts[i].search_text.title_plain, query),
            excerpt=bigrams.excerpt(texts[i].search_text.body_plain, query),
        )
        for i in ids
        if i in texts
    ]


def _fts5(terms: Sequence[Term]) -> str:
    """Write the terms as an FTS5 query; tokens are letters and digits only, so nothing needs escaping."""
    return " AND ".join(f'"{" ".join(term.tokens)}"{" *" if term.prefix else ""}' for term in terms)


def _tsquery(terms: Sequence[Term], weight: str) -> str:
    """Write the terms as a tsquery of phrases, limited to a weight (A is the title)."""
    phrases = []
    for term in terms:
        marks = [""] * (len(term.tokens) - 1) + ["*" if term.prefix else ""]
        lexemes = [
            f"'{token}':{mark}{weight}" if mark or weight else f"'{token}'"
            for token, mark in zip(term.tokens, marks, strict=True)
        ]
        phrases.append(f"({' <-> '.join(lexemes)})")
    return " & ".join(phrases)
