"""Writes of drafts: generated from the bank, decided by editors, withdrawn when their source changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from qbank.core.document import ItemSource
from qbank.models import Question, QuestionText
from quizzes.core.authored import parse_item
from quizzes.core.generation.drafts import Draft
from quizzes.core.generation.listing import Asking
from quizzes.core.generation.making import accepted, generate
from quizzes.core.generation.material import Material, Text
from quizzes.core.generation.strategies import OFFERED, STRATEGIES
from quizzes.core.items import Item as ItemValue
from quizzes.core.writing import write_item
from quizzes.item_rows import item_row
from quizzes.making import Made
from quizzes.models import Decision, Item, ItemKey, Provenance
from quizzes.rendering import render_item

BATCH = 500
LONGEST_MARKDOWN = 20_000
MOST_VERDICTS = 20


class DraftError(Exception):
    """What cannot be done with a draft; `code`: "decided" (it is none any more), "slug", "twice"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def texts_of_bank(bank: str = "") -> dict[tuple[str, str], list[QuestionText]]:
    """Read the texts that items may be made from, by bank and language, in the order of the bank."""
    found = QuestionText.objects.filter(question__state=Question.State.PUBLISHED)
    if bank:
        found = found.filter(question__bank__slug=bank)
    found = found.select_related("question__bank", "question__topic").order_by(
        "question__bank_id", "question__topic__order", "question__order", "question_id"
    )
    heaps: dict[tuple[str, str], list[QuestionText]] = {}
    for text in found:
        heaps.setdefault((text.question.bank.slug, text.language), []).append(text)
    return heaps


def core_text(text: QuestionText) -> Text:
    """Return a text as the rules see it; it is named by its row."""
    return Text(str(text.pk), text.title, text.answer, text.language, text.question.topic.slug)


def askings_of_bank(bank: str = "") -> list[list[Asking]]:
    """Return everything that can be asked about in the bank, one language at a time."""
    return [
        [
            Asking(
                Text(text.question.slug, text.title, text.answer, text.language, text.question.topic.slug),
                text.stem,
                tuple(point["text"] for point in text.key_points),
                tuple(choice["text"] for choice in text.choices),
                tuple(ord(letter) - ord("A") for letter in text.choice_key),
                tuple(ItemSource(source["markdown"], source["line"]) for source in text.items_source),
                text.placeholder,
            )
            for text in heap
        ]
        for heap in texts_of_bank(bank).values()
    ]


def refresh_drafts(*, seed: str = "1", bank: str = "", strategies: Iterable[str] = ()) -> dict[str, int]:
    """Generate the drafts of a bank anew; returns how many are new, kept, decided before, and withdrawn.

    What stands in the queue from the same span stays as it is, and so does every decision; drafts that the
    rules no longer propose leave the queue.
    """
    chosen = tuple(strategies) or OFFERED
    counts = Counter(new=0, kept=0, decided=0, withdrawn=0)
    for heap in texts_of_bank(bank).values():
        texts = {str(text.pk): text for text in heap}
        material = Material(
            tuple(core_text(t) for t in heap if not t.choices and not t.placeholder and t.answer.strip())
        )
        drafts = accepted(generate(material, seed=seed, strategies=chosen))
        counts.update(store_drafts(drafts=drafts, texts=texts, seed=seed, strategies=chosen))
    return dict(counts)


@transaction.atomic
def store_drafts(
    *, drafts: Sequence[Draft], texts: dict[str, QuestionText], seed: str = "", strategies: Sequence[str]
) -> dict[str, int]:
    """Put drafts of some texts into the queue, and take out what is not among them any more."""
    decided = set(
        Decision.objects.filter(span_hash__in=[draft.span_hash for draft in drafts]).values_list(
            "span_hash", flat=True
        )
    )
    live = Item.objects.filter(text__in=texts.values()).exclude(state=Item.State.RETIRED)
    taken = set(live.values_list("text_id", "key"))
    rows: list[tuple[Item, ItemKey, Provenance]] = []
    kept: set[tuple[int, str]] = set()
    counts = Counter(new=0, kept=0, decided=0, withdrawn=0)
    for draft in drafts:
        text = texts[draft.candidate.text.question]
        name = (text.pk, draft.item.slug)
        kept.add(name)
        if draft.span_hash in decided:
            counts["decided"] += 1
        elif name in taken:
            counts["kept"] += 1
        else:
            rows.append(_draft_rows(text, draft, seed))
    versions = _versions([row for row, _, _ in rows])
    for row, _, _ in rows:
        row.version = versions.get((row.question_id, row.language, row.key), 0) + 1
    Item.objects.bulk_create([row for row, _, _ in rows], batch_size=BATCH)
    for row, key, provenance in rows:
        key.item, provenance.item = row, row
    ItemKey.objects.bulk_create([key for _, key, _ in rows], batch_size=BATCH)
    Provenance.objects.bulk_create([provenance for _, _, provenance in rows], batch_size=BATCH)
    counts["new"] = len(rows)
    waiting = live.filter(state=Item.State.DRAFT, source=Item.Source.GENERATED, provenance__stale=False)
    waiting = waiting.filter(provenance__strategy__in=strategies, provenance__fixed=False)
    gone = [pk for pk, text, key in waiting.values_list("pk", "text_id", "key") if (text, key) not in kept]
    counts["withdrawn"] = Item.objects.filter(pk__in=gone).update(
        state=Item.State.RETIRED, updated_at=timezone.now()
    )
    return dict(counts)


def _draft_rows(text: QuestionText, draft: Draft, seed: str) -> tuple[Item, ItemKey, Provenance]:
    """Return the unsaved rows of a draft."""
    candidate = draft.candidate
    markdown = write_item(draft.item, chinese=candidate.text.chinese)
    row, key = generated_row(text, draft.item, span_hash=draft.span_hash)
    provenance = Provenance(
        strategy=draft.strategy,
        strategy_version=draft.version,
        seed=seed,
        span_start=candidate.span.start,
        span_end=candidate.span.end,
        span_line=candidate.span.line,
        source=candidate.source,
        markdown=markdown,
        verdicts=[
            {"name": v.filter, "passed": v.passed, "reason": v.reason} for v in draft.verdicts[:MOST_VERDICTS]
        ],
        rank=list(STRATEGIES).index(draft.strategy) if draft.strategy in STRATEGIES else len(STRATEGIES),
    )
    return row, key, provenance


def generated_row(
    text: QuestionText, item: ItemValue, *, span_hash: str, source: str = Item.Source.GENERATED
) -> tuple[Item, ItemKey]:
    """Return the unsaved rows of an item that is not in its text's file."""
    made = Made(item, render_item(item, text.language), source, span_hash)
    row, key = item_row(text, made, position=1000)
    row.state = Item.State.DRAFT
    return row, key


def _versions(rows: Sequence[Item]) -> dict[tuple[int, str, str], int]:
    """Return the newest version of what the rows are versions of."""
    found: dict[tuple[int, str, str], int] = {}
    known = Item.objects.filter(question__in={row.question_id for row in rows})
    for question, language, key, version in known.values_list("question_id", "language", "key", "version"):
        name = (question, language, key)
        found[name] = max(found.get(name, 0), version)
    return found


@transaction.atomic
def withdraw_stale_items(text_ids: Iterable[int]) -> None:
    """Send generated items back to drafts whose source no longer stands in its answer; an import hook.

    They stay answerable in attempts that drew them. A draft that nobody has looked at leaves the queue; one
    whose source came back after it had been published is published again.
    """
    ids = list(text_ids)
    for start in range(0, len(ids), BATCH):
        items = Item.objects.filter(text__in=ids[start : start + BATCH], source=Item.Source.GENERATED)
        items = items.exclude(state=Item.State.RETIRED).select_related("provenance", "text")
        decided = set(
            Decision.objects.filter(
                span_hash__in=items.values("span_hash"), verdict=Decision.Verdict.PUBLISHED
            ).values_list("span_hash", flat=True)
        )
        for item in items:
            _follow_source(item, was_published=item.span_hash in decided)


def _follow_source(item: Item, *, was_published: bool) -> None:
    """Bring the state of one generated item in line with its text."""
    assert item.text is not None
    stands = _spaced(item.provenance.source) in _spaced(item.text.answer)
    if stands == (not item.provenance.stale) and (stands or item.state == Item.State.DRAFT):
        return
    item.provenance.stale = not stands
    item.provenance.save(update_fields=["stale"])
    if was_published:
        item.state = Item.State.PUBLISHED if stands else Item.State.DRAFT
    elif not stands:
        item.state = Item.State.RETIRED
    item.save(update_fields=["state", "updated_at"])


def _spaced(text: str) -> str:
    return " ".join(text.split())


@transaction.atomic
def publish_draft(*, item: Item, by: Any = None, markdown: str = "", now: datetime | None = None) -> Item:
    """Publish a draft, as it is or as its editor has rewritten it; the decision stays with its span.

    Raises ItemError where the Markdown is no item, DraftError where it is no draft (any more).
    """
    row = _locked(item)
    if markdown and _spaced(markdown) != _spaced(row.provenance.markdown):
        row = _rewrite(row, markdown)
    row.state = Item.State.PUBLISHED
    row.save(update_fields=["state", "updated_at"])
    if row.provenance.stale:
        row.provenance.stale = False
        row.provenance.source = (
            ""  # what stands there now is another text: it is the editor's word that counts
        )
        row.provenance.save(update_fields=["stale", "source"])
    _decide(row, Decision.Verdict.PUBLISHED, by=by, now=now)
    return row


@transaction.atomic
def discard_draft(*, item: Item, reason: str, by: Any = None, now: datetime | None = None) -> Item:
    """Take a draft out of the queue for good, and say why."""
    row = _locked(item)
    row.state = Item.State.RETIRED
    row.save(update_fields=["state", "updated_at"])
    _decide(row, Decision.Verdict.DISCARDED, reason=Decision.Reason(reason).value, by=by, now=now)
    return row


@transaction.atomic
def reopen_draft(*, item: Item) -> Item:
    """Take a decision back: the item is a draft again."""
    row = Item.objects.select_for_update(of=("self",)).select_related("provenance").get(pk=item.pk)
    deleted, _ = Decision.objects.filter(span_hash=row.span_hash).delete()
    newer = Item.objects.filter(
        question=row.question_id, language=row.language, key=row.key, version__gt=row.version
    )
    if not deleted or newer.exists():
        raise DraftError("decided")
    row.state = Item.State.DRAFT
    row.save(update_fields=["state", "updated_at"])
    return row


def _locked(item: Item) -> Item:
    found = Item.objects.select_for_update(of=("self",)).select_related(
        "provenance", "text", "question__bank"
    )
    row = found.get(pk=item.pk)
    if row.state != Item.State.DRAFT or row.source != Item.Source.GENERATED:
        raise DraftError("decided")
    return row


def _decide(row: Item, verdict: Decision.Verdict, *, by: Any, now: datetime | None, reason: str = "") -> None:
    Decision.objects.update_or_create(
        span_hash=row.span_hash,
        defaults={
            "strategy": row.provenance.strategy,
            "verdict": verdict.value,
            "reason": reason,
            "fixed": row.provenance.fixed,
            "question_id": row.question_id,
            "decided_by": by,
            "decided_at": now or timezone.now(),
        },
    )


def _rewrite(row: Item, markdown: str) -> Item:
    """Give a draft another content; one that was asked before gets a new version."""
    text = row.text
    assert text is not None
    item = parse_item(markdown[:LONGEST_MARKDOWN], 1)
    if item.slug != row.key:
        raise DraftError("slug")
    fresh, key = generated_row(text, item, span_hash=row.span_hash)
    provenance = row.provenance
    provenance.markdown, provenance.fixed = markdown, True
    if row.asked.exists():
        Item.objects.filter(pk=row.pk).update(state=Item.State.RETIRED, updated_at=timezone.now())
        fresh.version = row.version + 1
        fresh.save(force_insert=True)
        key.item = fresh
        key.save(force_insert=True)
        provenance.pk = None
        provenance.item = fresh
        provenance.save(force_insert=True)
        return fresh
    fresh.pk, fresh.version, fresh.created_at = row.pk, row.version, row.created_at
    fresh.save()
    key.item = fresh
    key.save()
    provenance.save()
    fresh.provenance = provenance
    return fresh


@transaction.atomic
def add_written_item(*, question: Question, language: str, markdown: str) -> Item:
    """Publish an item that an editor writes here, as authors do; a known mark makes a new version.

    Raises ItemError where the Markdown is no item, DraftError("twice") where the mark is taken.
    """
    text = QuestionText.objects.select_related("question__bank").get(question=question, language=language)
    item = parse_item(markdown[:LONGEST_MARKDOWN], 1)
    row, key = generated_row(text, item, span_hash="", source=Item.Source.WRITTEN)
    row.state = Item.State.PUBLISHED
    same = Item.objects.filter(question=question, language=language, key=row.key).order_by("-version")
    newest = same.first()
    if newest and newest.state != Item.State.RETIRED:
        if newest.source != Item.Source.WRITTEN:
            raise DraftError("twice")
        if newest.checksum == row.checksum:
            return newest
        same.update(state=Item.State.RETIRED)
    row.version = newest.version + 1 if newest else 1
    row.save(force_insert=True)
    key.item = row
    key.save(force_insert=True)
    Provenance.objects.create(item=row, strategy="written", markdown=markdown)
    return row
