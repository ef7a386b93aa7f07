"""One import under way: what `services.import_bank` does inside its transaction, step by step."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify

from qbank.core.document import ParsedFile, ParsedQuestion, Problem
from qbank.core.identity import Known, match_questions
from qbank.core.links import LinkIndex, Place, bank_path
from qbank.core.rewrite import Image, Surroundings
from qbank.figures import describe_figure
from qbank.models import Bank, Picture, Question, QuestionText, Tag, Topic
from qbank.question_rows import LONGEST_SLUG, QuestionRows, free_name, set_fields
from qbank.rendering import Stored, stem_checksum, store_question
from qbank.sources import Sources, TopicInfo
from qbank.text_rows import TextRows, Wanted
from qbank.words import write_words

SITE_LANGUAGES = dict(settings.LANGUAGES)
BATCH = 500
STEP = 20  # texts between two reports of progress
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


class Import:
    """One import; `run` does it all."""

    def __init__(self, sources: Sources, now: datetime, progress: Callable[[int, int], None]) -> None:
        self.sources = sources
        self.now = now
        self.progress = progress
        self.problems = list(sources.problems)
        self.counts: Counter[str] = Counter()
        self.text_ids: set[int] = set()
        self.topics: dict[str, Topic] = {}  # file path → topic

    def places(self) -> Iterator[tuple[Place, ParsedFile, ParsedQuestion]]:
        """Yield every question with its place."""
        for file in self.sources.files:
            for index, question in enumerate(file.questions):
                yield (file.path, index), file, question

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
        if self.text_ids:
            Tag.objects.filter(texts=None).delete()
        write_words(self.bank, self.sources.bank.glossary if self.described else None)
        self.counts["files"] = sum(bool(file.questions) for file in self.sources.files)
        self.counts["questions"] = len(set(self.rows.ids.values()))
        self.counts["texts"] = self.sources.question_count
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
            "glossary": [term.as_json() for term in info.glossary],
        }
        self.described = info.described or created
        if self.described and set_fields(self.bank, values):
            self.bank.save()
            self.counts["described"] += 1

    def _topics(self) -> None:
        """Make or correct the topic of each file; a file keeps the topic that its questions had."""
        had = dict(
            QuestionText.objects.filter(question__bank=self.bank)
            .order_by("pk")
            .values_list("path", "question__topic")
        )
        own = Topic.objects.filter(bank=self.bank).in_bulk()
        asking = [file.path for file in self.sources.files if file.questions]
        infos = {path: self.sources.topics[path] for path in asking}
        rows: dict[str | int, Topic] = {}
        for path in sorted(asking, key=lambda path: not infos[path].slug):  # who has a name takes it first
            info = infos[path]
            name = info.slug or id(info)  # the files of a folder share what it says
            if name not in rows:
                rows[name] = self._topic(info, own, had.get(path, 0))
            self.topics[path] = rows[name]

    def _topic(self, info: TopicInfo, own: dict[int, Topic], had: int) -> Topic:
        """Correct the topic that is called so, or the one that a file had; else make one.

        `own` are the topics of the bank that nobody has taken yet.
        """
        names = (info.slug, f"{self.bank.slug}-{info.slug}") if info.slug else ()
        topic = next((topic for topic in own.values() if topic.slug in names), None)
        if topic is None and not info.slug:
            topic = own.get(had)
        if topic is None:
            wanted = info.slug or slugify(next(iter(info.title.values())), allow_unicode=True) or "topic"
            topic = Topic(bank=self.bank, slug=self._free_topic_slug(wanted))
        own.pop(topic.pk, None)
        values = {"title": info.title, "order": info.order, "description": info.description}
        if set_fields(topic, values) or topic.pk is None:
            topic.save()
            self.counts["described"] += 1
        return topic

    def _free_topic_slug(self, wanted: str) -> str:
        wanted = wanted[:LONGEST_SLUG].strip("-")
        taken = set(Topic.objects.filter(slug__startswith=wanted[:20]).values_list("slug", flat=True))
        taken |= set(Topic.objects.filter(slug__startswith=self.bank.slug).values_list("slug", flat=True))
        return free_name([wanted, f"{self.bank.slug}-{wanted}"], taken)

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
            if set_fields(row, values) or row.pk is None:
                row.save()
            self.images[source] = Image(settings.MEDIA_URL + file, picture.facts.width, picture.facts.height)
        if "" in self.sources.scope:
            Picture.objects.filter(bank=self.bank).exclude(source__in=self.sources.pictures).delete()

    def _match(self) -> dict[Place, int]:
        """Find the row of each question of the files."""
        texts = QuestionText.objects.filter(question__bank=self.bank)
        names = ("pk", "question_id", "question__key", "stem_checksum", "language", "title")
        rows = texts.order_by("question__order", "question_id", "language").values_list(
            *names, "question__number", "path"
        )
        old = [
            Known(
                key=("", question),
                id="" if key.startswith("~") else key,
                checksum=checksum,
                language=language,
                title=title,
                number=number,
                path=path,
            )
            for _, question, key, checksum, language, title, number, path in rows.iterator()
        ]
        if not old:
            return {}
        new = [
            Known(
                key=place,
                id=question.id,
                checksum=stem_checksum(question),
                language=file.language,
                title=question.title,
                number=question.number,
                path=file.path,
            )
            for place, file, question in self.places()
        ]
        matching = match_questions(old, new, self._stored_answers, self._answers)
        for place, candidates in matching.ties.items():
            self._report_tie(place, [pk for _, pk in candidates])
        return {place: pk for place, (_, pk) in matching.pairs.items()}

    def _stored_answers(self, keys: Collection[Place]) -> dict[Place, str]:
        """Return stem and answer of the questions stored."""
        texts = QuestionText.objects.filter(question__bank=self.bank).order_by("pk")
        rows = texts.values_list("question_id", "stem", "answer").iterator()
        return {("", pk): f"{stem} {answer}" for pk, stem, answer in rows if ("", pk) in keys}

    def _answers(self, keys: Collection[Place]) -> dict[Place, str]:
        """Return stem and answer of questions of the files."""
        return {place: f"{q.stem} {q.answer}" for place, _, q in self.places() if place in keys}

    def _report_tie(self, place: Place, candidates: list[int]) -> None:
        question = next(q for p, _, q in self.places() if p == place)
        slugs = ", ".join(Question.objects.filter(pk__in=candidates).values_list("slug", flat=True))
        self.problems.append(
            Problem(
                place[0],
                question.line,
                "ambiguous-identity",
                f"“{question.title}” could be {slugs} as well as its rival; it was taken in as new.",
                "Give the question an id, or import the edits one at a time.",
            )
        )

    def _questions(self, known: dict[Place, int]) -> None:
        """Make or correct the rows without language; texts that share an id share the row."""
        topics = {path: topic.order for path, topic in self.topics.items()}
        places = sorted(self.places(), key=lambda p: (topics[p[0][0]], p[0]))
        order = {place: n for n, (place, *_) in enumerate(places, 1)}
        self.rows = QuestionRows(self.bank, self.topics, self.now)
        original = self.sources.bank.language
        for place, file, question in sorted(self.places(), key=lambda p: p[1].language != original):
            self.rows.take(place, file, question, known.get(place, 0), order[place])
        self.rows.flush()
        self.counts += self.rows.counts

    def _texts(self) -> None:
        """Render every text and write those that are not as they were."""
        self.index = LinkIndex(self.sources.files)
        writer = TextRows(self._render, self.now)
        of = self.sources.question_count
        for done, (place, file, question) in enumerate(self.places()):
            if done % STEP == 0:
                self.progress(done, of)
            writer.take(Wanted(self.rows.ids[place], file, question))
        writer.flush()
        self.progress(of, of)
        self.counts += writer.counts
        self.problems += writer.problems
        self.text_ids.update(writer.changed)
        revived = QuestionText.objects.filter(question__in=self.rows.revived)
        self.text_ids.update(revived.values_list("pk", flat=True))
        touched = sorted(set(writer.changed.values()))
        for start in range(0, len(touched), BATCH):
            Question.objects.filter(pk__in=touched[start : start + BATCH]).update(updated_at=self.now)

    def _render(self, wanted: Wanted) -> Stored:
        file = wanted.file
        return store_question(file, wanted.question, self.sources.lines_of(file.path), self._around(file))

    def _around(self, file: ParsedFile) -> Surroundings:
        """Tell the renderer where pictures and figures are and where links to other questions lead."""

        def link(target: str) -> str | None:
            place = self.index.find(target, file.path, file.language)
            if place is None or place not in self.rows.ids:
                return None
            with translation.override(file.language if file.language in SITE_LANGUAGES else None):
                return reverse("question", args=[self.rows.slugs[self.rows.ids[place]]])

        def image(address: str) -> Image | None:
            return self.images.get(bank_path(address, file.path) or "")

        figure = partial(describe_figure, language=file.language)
        return Surroundings(file.language, image, link, figure)

    def _retire(self) -> None:
        """Retire the questions that vanished; drop a language that vanished from a question that stays."""
        kept = {(self.rows.ids[place], file.language) for place, file, _ in self.places()}
        stay = set(self.rows.ids.values())
        texts = QuestionText.objects.filter(question__bank=self.bank).order_by("pk")
        names = ("pk", "question_id", "language", "path", "question__state")
        dropped: set[int] = set()
        gone: set[int] = set()
        for pk, question, language, path, state in texts.values_list(*names).iterator():
            if (question, language) in kept or not self._in_scope(path):
                continue
            if question in stay:
                dropped.add(pk)
            elif state == Question.State.PUBLISHED:
                gone.add(question)
                self.text_ids.add(pk)
        QuestionText.objects.filter(pk__in=dropped).delete()
        self.text_ids -= dropped
        self.counts["changed"] += len(dropped)
        self.counts["retired"] = len(gone)
        Question.objects.filter(pk__in=gone).update(state=Question.State.RETIRED, updated_at=self.now)

    def _in_scope(self, path: str) -> bool:
        return any(not s or path == s or path.startswith(f"{s}/") for s in self.sources.scope)


def _write_once(path: Path, data: bytes) -> None:
    """Write a file whose name is its checksum, whole or not at all."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f"{path.suffix}.part")
    part.write_bytes(data)
    part.replace(path)
