"""The bank's pages: topics, one topic, one question and its Markdown, search; and its pictures."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils._os import safe_join
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.services import find_learner
from qbank.filters import QuestionFilter, difficulty_choices, tag_choices
from qbank.glossary import glossary_terms, term_id
from qbank.models import Bank, Picture, Question, QuestionText, Topic
from qbank.results import SORTS, Asked, Results, find_questions
from qbank.search import MOST_HITS, Hit, search_texts, show_hits, show_texts
from qbank.suggestions import read_as_typed, suggest
from qbank.twin import write_markdown

LISTED = 20  # questions of each topic on the page of all topics
PAGE = 50  # questions on a page of one topic
HITS = 20  # on a page of search results
PANEL = 6  # below the field in the head
RELATED = 4
MODES = {"60s": "?view=60s", "recall": "?recall=1", "full": ""}

# Names under MEDIA_ROOT carry checksums, so what is behind one never changes.
FOREVER = "public, max-age=31536000, immutable"
PICTURES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}


def page_language() -> str:
    """Return the language of this page."""
    return get_language() or settings.LANGUAGE_CODE


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """Show every topic with its questions, narrowed by difficulty, tag and lab."""
    wanted = QuestionFilter.from_query(request.GET)
    everything = Question.objects.published()
    counts = everything.facts()
    context = {
        "topics": Topic.objects.listed(page_language(), among=everything.narrowed(wanted), limit=LISTED),
        "counts": counts,
        "wanted": wanted,
        "difficulties": difficulty_choices(counts, wanted),
        "tags": tag_choices(everything.tag_counts(page_language(), wanted.tags), wanted),
        "banks": Bank.objects.order_by("pk"),
    }
    return render(request, "qbank/topics.html", context)


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """Show the terms of all banks in the order of their authors, each with the question that explains it."""
    terms = [{**term, "place": term_id(term)} for term in glossary_terms()]
    return render(request, "qbank/glossary.html", {"terms": terms})


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one topic and all its questions, page by page."""
    found = get_object_or_404(Topic.objects.select_related("bank"), slug=slug)
    questions = Question.objects.published().filter(topic=found).with_title(page_language())
    page = Paginator(questions.order_by("order", "id"), PAGE).get_page(request.GET.get("page"))
    return render(request, "qbank/topic.html", {"topic": found, "page": page})


@require_safe
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one question: in full, in 60 seconds, or with the answer hidden to recall it first."""
    language = page_language()
    found = get_object_or_404(Question.objects.for_page(language).at_address(slug))
    if found.slug != slug:
        return redirect(found, permanent=True)
    mode = "recall" if request.GET.get("recall") == "1" else request.GET.get("view", "full")
    mode = mode if mode in MODES else "full"
    text = text_of(found)
    beside = list(Question.objects.beside(found).with_title(language))
    context = {
        "question": found,
        "text": text,
        "is_foreign": text.language != language,
        "has_twin": len(found.chosen_texts) > 1,  # type: ignore[attr-defined]
        "is_retired": found.state == Question.State.RETIRED,
        "mode": mode,
        "mode_query": MODES[mode],
        "before": next((q for q in beside if (q.order, q.pk) < (found.order, found.pk)), None),
        "after": next((q for q in beside if (q.order, q.pk) > (found.order, found.pk)), None),
        "related": Question.objects.related_to(found).with_title(language)[:RELATED],
    }
    return render(request, "qbank/question.html", context, status=410 if context["is_retired"] else 200)


@require_safe
def question_markdown(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the Markdown of a question's text, without its items."""
    found = get_object_or_404(Question.objects.for_page(page_language()), slug=slug)
    text = text_of(found)
    pictures = dict(Picture.objects.filter(bank=found.bank_id).values_list("source", "file"))
    headers = {"Content-Language": text.language}
    body = write_markdown(found, text, pictures)
    return HttpResponse(body, content_type="text/markdown; charset=utf-8", headers=headers)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what the bank says about some words: filtered, counted, ordered."""
    return render(request, "qbank/search.html", _found(request))


@require_safe
def search_results(request: HttpRequest) -> HttpResponse:
    """Give the part of the search page that changes while one types."""
    return render(request, "qbank/_results.html", _found(request))


@require_safe
def search_panel(request: HttpRequest) -> HttpResponse:
    """Give the closest questions for the field in the head of every page."""
    asked = Asked(query=Asked.from_query(request.GET).query)
    hits, read_as = _hits(asked.query)
    context = {
        "asked": asked,
        "count": len(hits),
        "more": len(hits) == MOST_HITS,
        "hits": show_hits(hits[:PANEL], read_as or asked.query),
        "read_as": read_as,
        "suggestions": suggest(asked.query, page_language()) if asked.query and not hits else None,
    }
    return render(request, "qbank/_panel.html", context)


def _hits(query: str) -> tuple[list[Hit], str]:
    """Search; where nothing has the words, read them as pinyin. Return the hits and what was read."""
    hits = search_texts(query=query, language=page_language())
    if hits or not (heard := read_as_typed(query, page_language())):
        return hits, ""
    return search_texts(query=heard[0].query, language=page_language()), heard[0].query


def _found(request: HttpRequest) -> dict[str, Any]:
    """Search as the address asks; what the page and its changing part show."""
    asked = Asked.from_query(request.GET)
    language = page_language()
    learner = find_learner(request)
    standings = partial(import_string(settings.QBANK_STANDINGS), learner) if learner else None
    results = find_questions(asked, language, standings) if asked.query or asked.narrows else Results(asked)
    read_as = ""
    if asked.query and not results.found and (heard := read_as_typed(asked.query, language)):
        read_as = heard[0].query
        results = find_questions(replace(asked, query=read_as), language, standings)
    page = Paginator(results.text_ids, HITS).get_page(request.GET.get("page"))
    return {
        "asked": asked,
        "results": results,
        "read_as": read_as,
        "sorts": SORTS,
        "page": page,
        "hits": show_texts(list(page), read_as or asked.query),
        "suggestions": suggest(asked.query, language) if asked.query and not results.found else None,
    }


def text_of(question: Question) -> QuestionText:
    """Return the text that `with_text` chose; a question without any text is not a page."""
    texts: list[QuestionText] = question.chosen_texts  # type: ignore[attr-defined]
    if not texts:
        raise Http404
    return texts[0]


@require_safe
def media(request: HttpRequest, path: str) -> FileResponse:
    """Serve a picture below MEDIA_ROOT, and nothing else that may lie there."""
    content_type = PICTURES.get(Path(path).suffix.lower())
    try:
        file = Path(safe_join(settings.MEDIA_ROOT, path)).resolve()
        there = file.is_file() and file.is_relative_to(Path(settings.MEDIA_ROOT).resolve())
    except (SuspiciousFileOperation, ValueError, OSError):  # OSError: a name longer than the system takes
        raise Http404 from None
    if content_type is None or not there:
        raise Http404
    response = FileResponse(file.open("rb"), content_type=content_type)
    response["Cache-Control"] = FOREVER
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
