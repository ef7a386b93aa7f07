"""The texts of an import: rendered, compared with what is stored, written some hundred at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from qbank.core.document import ParsedFile, ParsedQuestion, Problem
from qbank.core.identity import is_large_change
from qbank.models import QuestionText, SearchText, Tag
from qbank.question_rows import set_fields
from qbank.rendering import Stored

BATCH = 200
PLACE = ("path", "line")
SEARCHED = ("title_plain", "body_plain", "title_tokens", "body_tokens")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text to be stored: of which question, in which file."""

    question_id: int
    file: ParsedFile
    question: ParsedQuestion


class TextRows:
    """The texts of one bank while an import goes through them; `flush` writes what is pending."""

    def __init__(self, render: Callable[[Wanted], Stored], now: datetime) -> None:
        self.render = render
        self.now = now
        self.counts: Counter[str] = Counter()
        self.problems: list[Problem] = []
        self.changed: dict[int, int] = {}  # texts that are not as before → their questions
        self._waiting: list[Wanted] = []
        self._tags: dict[str, Tag] = {tag.name: tag for tag in Tag.objects.all()}

    def take(self, wanted: Wanted) -> None:
        """Take one text in."""
        self._waiting.append(wanted)
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Render and write the texts that wait."""
        ids = {wanted.question_id for wanted in self._waiting}
        rows = QuestionText.objects.filter(question__in=ids).prefetch_related("tags")
        searched = SearchText.objects.filter(text__question__in=ids).in_bulk()
        known = {(text.question_id, text.language): text for text in rows}
        new: dict[tuple[int, str], tuple[QuestionText, Wanted, Stored]] = {}
        moved: list[QuestionText] = []
        found: list[SearchText] = []
        for wanted in self._waiting:
            made = self.render(wanted)
            self.problems += made.problems
            name = (wanted.question_id, wanted.file.language)
            text = known.get(name)
            if text is None:
                text = QuestionText(question_id=name[0], language=name[1], changed_at=self.now, **made.text)
                new[name] = (text, wanted, made)
            elif self._update(text, wanted, made, moved):
                self.changed[text.pk] = text.question_id
                found.append(SearchText(text=text, **made.search))
            elif _is_searched_otherwise(searched.get(text.pk), made):
                found.append(SearchText(text=text, **made.search))  # what search knows is made otherwise now
        QuestionText.objects.bulk_create([text for text, *_ in new.values()])
        for text, _, made in new.values():
            self.changed[text.pk] = text.question_id
            found.append(SearchText(text=text, **made.search))
        self.counts["added"] += len(new)
        self._tag_new([(text, wanted) for text, wanted, _ in new.values()])
        QuestionText.objects.bulk_update(moved, PLACE)
        SearchText.objects.bulk_create(
            found, update_conflicts=True, unique_fields=["text"], update_fields=SEARCHED
        )
        self._waiting = []

    def _update(self, text: QuestionText, wanted: Wanted, made: Stored, moved: list[QuestionText]) -> bool:
        """Write what differs; tell whether more than the place in the file does."""
        before = f"{text.title}\n{text.stem}\n{text.answer}"
        differing = set_fields(text, made.text)
        names = {name[:80] for name in wanted.question.tags}
        retagged = names != {tag.name for tag in text.tags.all()}
        if retagged:
            text.tags.set([self._tag(name) for name in sorted(names)])
        if not retagged and not set(differing) - set(PLACE):
            moved += [text] if differing else []
            self.counts["moved" if differing else "unchanged"] += 1
            return False
        if is_large_change(before, f"{text.title}\n{text.stem}\n{text.answer}"):
            text.changed_at = self.now
            differing.append("changed_at")
        if differing:
            text.save(update_fields=differing)
        self.counts["changed"] += 1
        return True

    def _tag_new(self, texts: Sequence[tuple[QuestionText, Wanted]]) -> None:
        """Tag texts that have no tags yet."""
        link = QuestionText.tags.through
        link.objects.bulk_create(
            link(questiontext_id=text.pk, tag_id=self._tag(name).pk)
            for text, wanted in texts
            for name in sorted({name[:80] for name in wanted.question.tags})
        )

    def _tag(self, name: str) -> Tag:
        if name not in self._tags:
            self._tags[name] = Tag.objects.create(name=name)
        return self._tags[name]


def _is_searched_otherwise(stored: SearchText | None, made: Stored) -> bool:
    """Tell whether search knows other words of a text than it would if it were written now."""
    return stored is None or any(getattr(stored, name) != made.search[name] for name in SEARCHED)
