"""The pages on which a reader may report a mistake: their places, and the passage at each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qbank.core.sections import section_of
from qbank.glossary import glossary_terms, term_id
from qbank.models import Question, QuestionText, ReaderReport

Place = tuple[str, str]  # its id, and what it is called
LAB_PLACES = {
    "claim": gettext_lazy("The claim"),
    "settings": gettext_lazy("The settings"),
    "result": gettext_lazy("The result"),
    "limits": gettext_lazy("What this shows, and does not"),
}
PARTS = {  # of a text: id on its page → (field, heading)
    "key-points": ("key_points", gettext_lazy("Key points")),
    "mistakes": ("mistakes", gettext_lazy("Common mistakes")),
    "follow-ups": ("follow_ups", gettext_lazy("Follow-ups")),
    "figures": ("figures", gettext_lazy("Figures from our labs")),
    "sources": ("sources", gettext_lazy("Sources")),
}
NAMES = {"gist": gettext_lazy("In one sentence")}


@dataclass(frozen=True)
class Reportable:
    """A page as it is read in a language."""

    page: str  # of ReaderReport.Page
    title: str
    url: str
    language: str  # of title and text
    places: list[Place]
    question: Question | None = None
    lab: str = ""
    checksum: str = ""

    def name_of(self, place: str) -> str:
        """Return what a place is called, "" for the whole page."""
        return dict(self.places).get(place, "")


def question_page(slug: str, language: str) -> Reportable | None:
    """Return a question's page, with the sections of the text that its reader sees."""
    found = Question.objects.for_page(language).filter(slug=slug).first()
    texts: list[QuestionText] = getattr(found, "chosen_texts", [])
    if found is None or not texts:
        return None
    text = texts[0]
    places = [("gist", str(NAMES["gist"]))] if text.gist else []
    places += [(entry["id"], entry["title"]) for entry in text.toc]
    places += [(name, str(title)) for name, (field, title) in PARTS.items() if getattr(text, field)]
    return Reportable(
        ReaderReport.Page.QUESTION,
        text.title,
        found.get_absolute_url(),
        text.language,
        places,
        question=found,
        checksum=text.checksum,
    )


def glossary_page(slug: str, language: str) -> Reportable | None:
    """Return the glossary with its terms, called as the reader's language calls them."""
    places = [
        (term_id(term), term["names"].get(language) or next(iter(term["names"].values())))
        for term in glossary_terms()
    ]
    return Reportable(ReaderReport.Page.GLOSSARY, _("Glossary"), reverse("glossary"), language, places)


def lab_page(slug: str, language: str) -> Reportable | None:
    """Return a lab's page, by whoever knows the labs (QBANK_LABS)."""
    describe = import_string(settings.QBANK_LABS) if settings.QBANK_LABS else None
    described = describe(slug) if describe else None
    if described is None:
        return None
    title, url = described
    places = [(name, str(title)) for name, title in LAB_PLACES.items()]
    return Reportable(ReaderReport.Page.LAB, title, url, language, places, lab=slug)


PAGES = {
    ReaderReport.Page.QUESTION.value: question_page,
    ReaderReport.Page.GLOSSARY.value: glossary_page,
    ReaderReport.Page.LAB.value: lab_page,
}


def page_of(report: ReaderReport) -> Reportable | None:
    """Return the page of a report as it stands now, in the language that was read; None where it is gone."""
    slug = report.question.slug if report.question else report.lab
    return PAGES[report.page](slug, report.language)


def text_of(report: ReaderReport) -> QuestionText | None:
    """Return the text that a report is about, as it stands now."""
    texts = report.question.texts.all() if report.question else []
    return next((text for text in texts if text.language == report.language), None)


def passage_of(report: ReaderReport) -> SafeString:
    """Return what stands at the place of a report now, as safe HTML; "" where nothing does."""
    if report.page == ReaderReport.Page.GLOSSARY:
        found = [term for term in glossary_terms() if term_id(term) == report.place]
        rows = ((language, text) for term in found for language, text in term["meanings"].items())
        return format_html_join("", '<p lang="{}">{}</p>', rows)
    text = text_of(report)
    return mark_safe(_part(text, report.place)) if text else SafeString("")  # sanitised at ingest


def _part(text: QuestionText, place: str) -> str:
    """Return a part of a text, "" where it has none of this name."""
    if place in ("", "gist"):
        return text.gist_html or text.stem_html or text.answer_html
    if place not in PARTS:
        return section_of(text.answer_html, place)
    rows = getattr(text, PARTS[place][0])
    return str(
        format_html_join("", "<ul>{}</ul>", [(format_html_join("", "<li>{}</li>", map(_line, rows)),)])
    )


def _line(row: dict[str, Any]) -> tuple[SafeString]:
    """Return the stored HTML of one point, mistake, follow-up or source, or the title of a figure."""
    parts = [mark_safe(value) for name, value in row.items() if name.endswith("html")]
    return (format_html_join(" ", "{}", ((part,) for part in parts or [row.get("title", "")])),)
