"""The terms of all banks as readers meet them."""

from typing import Any

from qbank.models import Bank, Question


def glossary_terms() -> list[dict[str, Any]]:
    """Return all terms in their authors' order; `question` is a published slug or "" (two queries)."""
    glossaries = Bank.objects.order_by("pk").values_list("glossary", flat=True)
    terms = [term for glossary in glossaries for term in glossary]
    asked = {term["question"] for term in terms}
    there = set(Question.objects.published().filter(slug__in=asked).values_list("slug", flat=True))
    return [{**term, "question": term["question"] if term["question"] in there else ""} for term in terms]


def term_id(term: dict[str, Any]) -> str:
    """Name a term by its name in its bank's first language: a term has no other id."""
    return str(next(iter(term["names"].values())))[:200]
