"""One import under way: what `services.import_bank` does inside its transaction, step by step."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify

from qbank.core.document import ParsedFile, ParsedQuestion, Problem
from qbank.core.identity import Known, match_questions
from qbank.core.links import LinkIndex, Place, bank_path
from qbank.core.rewrite import Image, Surroundings
from qbank.models import Bank, Picture, Question, QuestionText, SearchText, Slug, Tag, Topic
from qbank.rendering import Stored, stem_checksum, store_question
from qbank.sources import Sources

SITE_LANGUAGES = dict(settings.LANGUAGES)
LONGEST_SLUG = 80
COUNTS = (
    *("files", "questions", "texts", "added", "changed", "moved"),
    *("retired", "restored", "described", "unchanged"),
)


@dataclass
class ImportResult:
    """What an import did."""

    bank: Bank
    summary: dict[str, int]
    problems: list[Problem]
    text_ids: list[int] = field(default_factory=list)  # of all texts that are not as before

    @property
    def changed(self) -> bool:
        """Tell whether anything a reader could see is not as before."""
        return bool(self.text_ids) or any(
            self.summary[name] for name in ("added", "changed", "retired", "restored", "described")
        )


def _set(row: models.Model, values: Mapping[str, Any]) -> list[str]:
    """Set the fields that differ; return their names. Saves nothing."""
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    for name in differing:
        setattr(row, name, values[name])
    return differing


class Import:
    """One import; `run` does it all."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.problems = list(sources.problems)
        self.counts: Counter[str] = Counter()
        self.text_ids: set[int] = set()
        self.places: list[tuple[Place, ParsedFile, ParsedQuestion]] = [
            ((file.path, index), file, question)
            for file in sources.files
            for index, question in enumerate(file.questions)
        ]
        self.rows: dict[Place, Question] = {}

    def run(self) -> ImportResult:
        """Do it all, in order: bank, topics, pictures, questions, texts, what vanished."""
        self._bank()
        self._topics()
        self._pictures()
        known = self._match()
        self._questions(known)
        self._texts()
        self._retire()
        Topic.objects.filter(bank=self.bank, questions=None).delete()
        self.counts["files"] = sum(bool(file.questions) for file in self.sources.files)
        self.counts["questions"] = len({row.pk for row in self.rows.values()})
        self.counts["texts"] = len(self.places)
        summary = {name: self.counts[name] for name in COUNTS}
        problems = sorted(set(self.problems), key=lambda p: (p.path, p.line, p.code))
        return ImportResult(self.bank, summary, problems, sorted(self.text_ids))

    def _bank(self) -> None:
        info = self.sources.bank
        self.bank, created = Bank.objects.get_or_create(slug=info.slug, defaults={"language": info.language})
        values = {
            "name": info.name,
            "description": info.description,
            "language": info.language,
            "licence": info.licence,
            "licence_url": info.licence_url,
            "source_url": info.source_url,
            "attribution": info.attribution,
            "open_keys": info.open_keys,
        }
        if (info.described or created) and _set(self.bank, values):
            self.bank.save()
            self.counts["described"] += 1

    def _topics(self) -> None:
        """Make or correct the topic of each file; a file keeps the topic that its questions had."""
        self.topics: dict[str, Topic] = {}
        by_info: dict[tuple[str, str], Topic] = {}
        had = dict(
            QuestionText.objects.filter(question__bank=self.bank)
            .values_list("path", "question__topic")
            .distinct()
        )
        own = Topic.objects.filter(bank=self.bank).in_bulk()
        for path, info in self.sources.topics.items():
            if not any(place[0] == path for place, *_ in self.places):
                continue
            name = (info.slug, "" if info.slug else path)
            topic = by_info.get(name)
            if topic is None:
                topic = next(
                    (
                        t
                        for t in own.values()
                        if info.slug and t.slug in (info.slug, f"{self.bank.slug}-{info.slug}")
                    ),
                    None,
                )
                if topic is None and not info.slug:
                    topic = own.get(had.get(path, 0))
                if topic is None:
                    wanted = (
                        info.slug or slugify(next(iter(info.title.values())), allow_unicode=True) or "topic"
                    )
                    topic = Topic(bank=self.bank, slug=self._free_topic_slug(wanted))
                values = {"title": info.title, "order": info.order, "description": info.description}
                if _set(topic, values) or topic.pk is None:
                    topic.save()
                    self.counts["described"] += 1
                by_info[name] = topic
            self.topics[path] = topic

    def _free_topic_slug(self, wanted: str) -> str:
        wanted = wanted[:LONGEST_SLUG].strip("-")
        taken = set(Topic.objects.filter(slug__startswith=wanted[:20]).values_list("slug", flat=True))
        taken |= set(Topic.objects.filter(slug__startswith=self.bank.slug).values_list("slug", flat=True))
        return _free([wanted, f"{self.bank.slug}-{wanted}"], taken)

    def _pictures(self) -> None:
        """Copy pictures into our media, each under its checksum."""
        self.images: dict[str, Image] = {}
        rows = {row.source: row for row in Picture.objects.filter(bank=self.bank)}
        for source, picture in self.sources.pictures.items():
            digest = hashlib.sha256(picture.data).hexdigest()[:16]
            file = f"bank/{digest}.{picture.facts.extension}"
            _write_once(Path(settings.MEDIA_ROOT) / file, picture.data)
            values = {"file": file, "width": picture.facts.width, "height": picture.facts.height}
            row = rows.get(source) or Picture(bank=self.bank, source=source)
            if _set(row, values) or row.pk is None:
                row.save()
            self.images[source] = Image(settings.MEDIA_URL + file, picture.facts.width, picture.facts.height)
        if "" in self.sources.scope:
            Picture.objects.filter(bank=self.bank).exclude(source__in=self.sources.pictures).delete()

    def _match(self) -> dict[Place, int]:
        """Find the row of each question of the files."""
        texts = QuestionText.objects.filter(question__bank=self.bank).select_related("question")
        old: list[Known[Any]] = [
            Known(
                key=text.question_id,
                id="" if text.question.key.startswith("~") else text.question.key,
                checksum=text.stem_checksum,
                language=text.language,
                title=text.title,
                answer=f"{text.stem} {text.answer}",
                number=text.question.number,
                path=text.path,
            )
            for text in texts.order_by("question__order", "question_id", "language")
        ]
        new: list[Known[Any]] = [
            Known(
                key=place,
                id=question.id,
                checksum=stem_checksum(question),
                language=file.language,
                title=question.title,
                answer=f"{question.stem} {question.answer}",
                number=question.number,
                path=file.path,
            )
            for place, file, question in self.places
        ]
        matching = match_questions(old, new)
        for place, candidates in matching.ties.items():
            file, question = next((f, q) for p, f, q in self.places if p == place)
            slugs = ", ".join(Question.objects.filter(pk__in=candidates).values_list("slug", flat=True))
            self.problems.append(
                Problem(
                    file.path,
                    question.line,
                    "ambiguous-identity",
                    f"“{question.title}” could be {slugs} as well as its rival; it was taken in as new.",
                    "Give the question an id, or import the edits one at a time.",
                )
            )
        return matching.pairs

    def _questions(self, known: dict[Place, int]) -> None:
        """Make or correct the rows without language; texts that share an id share the row."""
        rows = Question.objects.filter(bank=self.bank).in_bulk()
        by_id = {row.key: row for row in rows.values()}
        self.taken = set(Question.objects.values_list("slug", flat=True)) | set(
            Slug.objects.values_list("slug", flat=True)
        )
        keys = set(by_id)
        originals = sorted(self.places, key=lambda p: p[1].language != self.sources.bank.language)
        order = {place: n for n, place in enumerate(self._in_order(), 1)}
        done: set[int] = set()
        for place, file, question in originals:
            row = by_id.get(question.id) if question.id else None
            row = row or rows.get(known.get(place, 0))
            if row is None:
                row = self._new_question(file, question, keys)
            if row.pk not in done:
                self._describe(row, file, question, order[place])
                done.add(row.pk)
            if question.id:
                by_id[question.id] = row
            self.rows[place] = row

    def _in_order(self) -> list[Place]:
        """Return the places of all questions in the order of topics, files and lines."""
        topics = {path: topic.order for path, topic in self.topics.items()}
        return [place for place, *_ in sorted(self.places, key=lambda p: (topics[p[0][0]], p[0]))]

    def _new_question(self, file: ParsedFile, question: ParsedQuestion, keys: set[str]) -> Question:
        base = f"{self.bank.slug}|{file.path}|{question.number}|{question.title}|{question.stem}"
        key = question.id or _free([f"~{hashlib.sha256(base.encode()).hexdigest()[:16]}"], keys)
        keys.add(key)
        slug = self._free_slug(question)
        return Question.objects.create(bank=self.bank, topic=self.topics[file.path], key=key, slug=slug)

    def _free_slug(self, question: ParsedQuestion) -> str:
        wanted = (
            question.slug
            or slugify(question.title, allow_unicode=True)[:LONGEST_SLUG].strip("-_")
            or "question"
        )
        slug = _free([wanted, f"{self.bank.slug}-{wanted}"] if question.slug else [wanted], self.taken)
        self.taken.add(slug)
        return slug

    def _describe(self, row: Question, file: ParsedFile, question: ParsedQuestion, order: int) -> None:
        """Set what a question has in no language; a changed address leaves a redirect."""
        values: dict[str, Any] = {
            "topic": self.topics[file.path],
            "number": question.number[:20],
            "order": order,
            "lab": question.lab,
            "difficulty": question.difficulty,
            "frequency": question.frequency,
        }
        if question.id:
            values["key"] = question.id
        if question.slug and row.slug != question.slug and question.slug not in self.taken:
            Slug.objects.get_or_create(slug=row.slug, defaults={"question": row})
            self.taken.add(question.slug)
            values["slug"] = question.slug
        if row.state == Question.State.RETIRED:
            values["state"] = Question.State.PUBLISHED
            self.counts["restored"] += 1
        differing = _set(row, values)
        if differing:
            row.save()
        if set(differing) - {"order"} and row.texts.exists():
            self.counts["described"] += 1
            if "state" in differing:
                self.text_ids.update(row.texts.values_list("pk", flat=True))

    def _texts(self) -> None:
        """Render every text and write those that are not as they were."""
        stored = {
            (text.question_id, text.language): text
            for text in QuestionText.objects.filter(question__bank=self.bank).prefetch_related("tags")
        }
        index = LinkIndex(self.sources.files)
        tokens: list[SearchText] = []
        for place, file, question in self.places:
            row = self.rows[place]
            made = store_question(file, question, self.sources.lines[file.path], self._around(file, index))
            self.problems += made.problems
            text = stored.get((row.pk, file.language))
            if text is None:
                text = QuestionText.objects.create(question=row, language=file.language, **made.text)
                stored[row.pk, file.language] = text
                self._tag(text, question)
                self.counts["added"] += 1
            elif not self._update(text, made, retagged=self._tag(text, question)):
                continue
            self.text_ids.add(text.pk)
            tokens.append(SearchText(text=text, **made.search))
        SearchText.objects.bulk_create(
            tokens,
            update_conflicts=True,
            unique_fields=["text"],
            update_fields=["title_plain", "body_plain", "title_tokens", "body_tokens"],
        )

    def _tag(self, text: QuestionText, question: ParsedQuestion) -> bool:
        """Give a text its own language's tags; tell whether they differ."""
        names = {name[:80] for name in question.tags}
        if names == {tag.name for tag in text.tags.all()}:
            return False
        text.tags.set([Tag.objects.get_or_create(name=name)[0] for name in sorted(names)])
        return True

    def _update(self, text: QuestionText, made: Stored, *, retagged: bool) -> bool:
        """Write what differs; tell whether more than the place in the file does."""
        differing = _set(text, made.text)
        if differing:
            text.save(update_fields=differing)
        changed = retagged or bool(set(differing) - {"path", "line"})
        self.counts["changed" if changed else "moved" if differing else "unchanged"] += 1
        return changed

    def _around(self, file: ParsedFile, index: LinkIndex) -> Surroundings:
        """Tell the renderer where pictures are and where links to other questions lead."""

        def link(target: str) -> str | None:
            place = index.find(target, file.path, file.language)
            if place is None or place not in self.rows:
                return None
            with translation.override(file.language if file.language in SITE_LANGUAGES else None):
                return reverse("question", args=[self.rows[place].slug])

        def image(address: str) -> Image | None:
            return self.images.get(bank_path(address, file.path) or "")

        return Surroundings(file.language, image, link)

    def _retire(self) -> None:
        """Retire the questions that vanished; drop a language that vanished from a question that stays."""
        kept = {(self.rows[place].pk, file.language) for place, file, _ in self.places}
        stay = {row.pk for row in self.rows.values()}
        texts = QuestionText.objects.filter(question__bank=self.bank).select_related("question")
        gone: set[int] = set()
        for text in texts:
            if (text.question_id, text.language) in kept or not self._in_scope(text.path):
                continue
            if text.question_id in stay:
                self.text_ids.discard(text.pk)
                text.delete()
                self.counts["changed"] += 1
            elif text.question.state == Question.State.PUBLISHED:
                gone.add(text.question_id)
                self.text_ids.add(text.pk)
        self.counts["retired"] = len(gone)
        for question in Question.objects.filter(pk__in=gone):
            question.state = Question.State.RETIRED
            question.save()

    def _in_scope(self, path: str) -> bool:
        return any(not s or path == s or path.startswith(f"{s}/") for s in self.sources.scope)


def _free(wishes: list[str], taken: set[str]) -> str:
    """Return the first wish that is free, else the last one with a number."""
    for wish in wishes:
        if wish not in taken:
            return wish
    number = 2
    while f"{wishes[-1]}-{number}" in taken:
        number += 1
    return f"{wishes[-1]}-{number}"


def _write_once(path: Path, data: bytes) -> None:
    """Write a file whose name is its checksum, whole or not at all."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f"{path.suffix}.part")
    part.write_bytes(data)
    part.replace(path)
