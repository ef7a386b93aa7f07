"""Reads of the review queue: what waits, what was decided, and what goes back into the files."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from quizzes.core.items import (
    Cloze,
    Matching,
    Multiple,
    Numeric,
    Open,
    Ordering,
    Single,
    TrueFalse,
)
from quizzes.core.items import Item as ItemValue
from quizzes.models import Decision, Item

LISTED = 1000  # drafts of one look at the queue


@dataclass(frozen=True)
class Face:
    """One line of a draft as its editor sees it: an option, a pair, a step, what a gap accepts."""

    html: str
    is_key: bool
    why: str = ""


@dataclass(frozen=True)
class Filters:
    """What of the queue is looked at; empty strings leave a side open."""

    strategy: str = ""
    language: str = ""
    bank: str = ""

    def query(self) -> str:
        """Return the part of an address that says so."""
        pairs = [(name, value) for name, value in vars(self).items() if value]
        return "&".join(f"{name}={value}" for name, value in pairs)


EVERYTHING = Filters()


def waiting(wanted: Filters = EVERYTHING) -> QuerySet[Item]:
    """Return the drafts that wait, the rules with the best measured validity first."""
    found = Item.objects.filter(state=Item.State.DRAFT, source=Item.Source.GENERATED)
    if wanted.strategy:
        found = found.filter(provenance__strategy=wanted.strategy)
    if wanted.language:
        found = found.filter(language=wanted.language)
    if wanted.bank:
        found = found.filter(question__bank__slug=wanted.bank)
    order = ("-provenance__stale", "provenance__rank", "question__order", "question_id", "language", "pk")
    return found.order_by(*order)


def counts_of(found: QuerySet[Item]) -> list[tuple[str, int]]:
    """Count drafts by rule, the longest heap first."""
    rows = found.order_by().values_list("provenance__strategy").annotate(n=Count("pk"))
    return sorted(rows, key=lambda row: -row[1])


def faces_of(item: ItemValue) -> list[Face]:
    """Lay a draft out with its key."""
    match item:
        case Single() | Multiple():
            keys = {item.key} if isinstance(item, Single) else set(item.key)
            return [Face(o.text, i in keys, o.rationale) for i, o in enumerate(item.options)]
        case TrueFalse():
            return [
                Face(label, item.key is value, why)
                for value, label, why in zip(
                    (True, False), (_("True"), _("False")), item.rationales, strict=True
                )
            ]
        case Matching():
            return [
                Face(f"{term} — {item.descriptions[key]}", True)
                for term, key in zip(item.terms, item.key, strict=True)
            ]
        case Ordering():
            return [Face(item.steps[key], True) for key in item.key]
        case Open():
            return [Face(point, True) for point in item.points]
    return []


def accepted_of(item: ItemValue) -> list[str]:
    """Return what each gap of a draft accepts, as text."""
    if isinstance(item, Cloze):
        return [" / ".join(forms) for forms in item.key]
    if isinstance(item, Numeric):
        return [f"{item.key} ± {item.tolerance}" if item.tolerance else str(item.key)]
    return []


def rule_rows() -> list[dict[str, object]]:
    """Add up, rule by rule, what waits, what was published, and what was discarded for which reason."""
    heap = dict(counts_of(waiting()))
    decided = Decision.objects.order_by().values_list("strategy", "verdict", "fixed", "reason")
    counts = {(s, v, f, r): n for s, v, f, r, n in decided.annotate(n=Count("pk"))}
    names = sorted({*heap, *(name for name, *_rest in counts)})
    rows: list[dict[str, object]] = []
    for name in names:
        own = {key[1:]: n for key, n in counts.items() if key[0] == name}
        published = sum(n for (verdict, _fixed, _reason), n in own.items() if verdict == "published")
        reasons = [
            (Decision.Reason(reason).label if reason else "", n)
            for (verdict, _fixed, reason), n in sorted(own.items(), key=lambda pair: -pair[1])
            if verdict == "discarded"
        ]
        discarded = sum(n for _label, n in reasons)
        rows.append(
            {
                "strategy": name,
                "waiting": heap.get(name, 0),
                "published": published,
                "fixed": sum(
                    n for (verdict, fixed, _r), n in own.items() if verdict == "published" and fixed
                ),
                "discarded": discarded,
                "share": published / (published + discarded) if published + discarded else None,
                "reasons": reasons,
            }
        )
    return rows


def written_back() -> QuerySet[Item]:
    """Return the published items that do not stand in their files yet, file by file."""
    own = Q(source=Item.Source.GENERATED) | Q(source=Item.Source.WRITTEN)
    found = Item.objects.live().filter(own).select_related("text", "provenance", "question__bank")
    return found.order_by("question__bank__slug", "text__path", "text__line", "pk")
