"""The language-free rows of an import: each question finds its row or gets one, some hundred at a time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.text import slugify

from qbank.core.document import ParsedFile, ParsedQuestion
from qbank.core.links import Place
from qbank.models import Bank, Question, QuestionText, Slug, Topic

LONGEST_SLUG = 80
BATCH = 500
DESCRIBED = (
    "topic",
    "key",
    "slug",
    "number",
    "order",
    "lab",
    "difficulty",
    "frequency",
    "state",
    "updated_at",
)


def set_fields(row: models.Model, values: Mapping[str, Any]) -> list[str]:
    """Set the fields that differ; return their names. Saves nothing."""
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    for name in differing:
        setattr(row, name, values[name])
    return differing


def free_name(wishes: list[str], taken: set[str]) -> str:
    """Return the first wish that is free, else the last one with a number."""
    for wish in wishes:
        if wish not in taken:
            return wish
    number = 2
    while f"{wishes[-1]}-{number}" in taken:
        number += 1
    return f"{wishes[-1]}-{number}"


class QuestionRows:
    """The rows of one bank while an import goes through its questions; `flush` writes what is pending."""

    def __init__(self, bank: Bank, topics: Mapping[str, Topic], now: datetime) -> None:
        self.bank = bank
        self.topics = topics  # file path → topic
        self.now = now
        self.counts: Counter[str] = Counter()
        self.revived: set[int] = set()  # rows that were retired
        self.ids: dict[Place, int] = {}
        self.slugs: dict[int, str] = {}
        self._known = Question.objects.filter(bank=bank).in_bulk()
        self._by_id = {row.key: row for row in self._known.values()}
        self._keys = set(self._by_id)
        self._done: set[int] = set()
        self._new: list[tuple[Question, Place]] = []
        self._changed: list[Question] = []
        self._taken = set(Question.objects.values_list("slug", flat=True))
        self._taken |= set(Slug.objects.values_list("slug", flat=True))
        texts = QuestionText.objects.filter(question__bank=bank)
        self._shown = set(texts.order_by().values_list("question", flat=True).distinct())

    def take(self, place: Place, file: ParsedFile, question: ParsedQuestion, pk: int, order: int) -> None:
        """Give a question its row: the one of its id, else the one matched (0: none), else a new one.

        The first language that comes describes the row; the originals must come first.
        """
        row = self._by_id.get(question.id) if question.id else None
        if row is not None and row.pk is None:
            self.flush()
        row = row or self._known.get(pk)
        values = self._values(file, question, order)
        if row is None:
            row = Question(bank_id=self.bank.pk, **values)
            row.key = question.id or self._free_key(file, question)
            row.slug = self._free_slug(question)
            self._new.append((row, place))
            self._keys.add(row.key)
        else:
            self.ids[place] = row.pk
            if row.pk not in self._done:
                self._describe(row, question, values)
        if question.id:
            self._by_id[question.id] = row
        if len(self._new) + len(self._changed) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write the pending rows."""
        Question.objects.bulk_create([row for row, _ in self._new])
        for row, place in self._new:
            self.ids[place] = row.pk
            self.slugs[row.pk] = row.slug
            self._done.add(row.pk)
        Question.objects.bulk_update(self._changed, DESCRIBED)
        self._new, self._changed = [], []

    def _values(self, file: ParsedFile, question: ParsedQuestion, order: int) -> dict[str, Any]:
        return {
            "topic_id": self.topics[file.path].pk,
            "number": question.number[:20],
            "order": order,
            "lab": question.lab,
            "difficulty": question.difficulty,
            "frequency": question.frequency,
        }

    def _free_key(self, file: ParsedFile, question: ParsedQuestion) -> str:
        base = f"{self.bank.slug}|{file.path}|{question.number}|{question.title}|{question.stem}"
        return free_name([f"~{hashlib.sha256(base.encode()).hexdigest()[:16]}"], self._keys)

    def _free_slug(self, question: ParsedQuestion) -> str:
        title = slugify(question.title, allow_unicode=True)[:LONGEST_SLUG].strip("-_")
        wanted = question.slug or title or "question"
        wishes = [wanted, f"{self.bank.slug}-{wanted}"] if question.slug else [wanted]
        slug = free_name(wishes, self._taken)
        self._taken.add(slug)
        return slug

    def _describe(self, row: Question, question: ParsedQuestion, values: dict[str, Any]) -> None:
        """Set what a question has in no language; a changed address leaves a redirect."""
        if question.id:
            values["key"] = question.id
        if question.slug and row.slug != question.slug and question.slug not in self._taken:
            Slug.objects.get_or_create(slug=row.slug, defaults={"question": row})
            self._taken.add(question.slug)
            values["slug"] = question.slug
        if row.state == Question.State.RETIRED:
            values["state"] = Question.State.PUBLISHED
            self.counts["restored"] += 1
            self.revived.add(row.pk)
        differing = set_fields(row, values)
        if set(differing) - {"order"}:
            row.updated_at = self.now
            self.counts["described"] += row.pk in self._shown
        if differing:
            self._changed.append(row)
        self.slugs[row.pk] = row.slug
        self._done.add(row.pk)
