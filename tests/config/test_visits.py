"""Every page of the site is looked at by `make e2e`, or is named here as no page."""

from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import translation

from tests.e2e.budgets.visits import all_visits

ATTEMPT = f"/quizzes/{UUID(int=0)}/"
SEEDED = {  # the paths that a run makes, by the name that it gives them; any other is an item's
    "flaw": f"{ATTEMPT}1/flaw/",
    "hand in": f"{ATTEMPT}finish/",
    "results": f"{ATTEMPT}results/",
    "run": f"/labs/runs/{UUID(int=0)}/",
    "draft": "/review-drafts/1/",
    "card": "/review/cards/1/",
}
FILES = {
    *("feed", "manifest", "media", "question-markdown", "robots", "sitemap", "sitemaps", "worker", "health"),
    *("account-export", "draft-published", "example-csv", "example-json", "grid-csv", "run-csv"),
    *("review-log-csv", "review-log-json"),
}
PARTS = {"search-panel", "search-results", "run-figure"}  # of pages, which show them
ACTS = {  # they answer a form and lead on to a page
    *("adapter-delete", "ask", "draft-generate", "playground-answer", "quiz-attempt", "review-act"),
    *("review-add", "review-answer", "review-rate", "review-undo", "run-cancel", "sessions-end"),
    *("set-theme", "sign-out"),
}


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """Give the names of all addresses but those of the API and of the admin."""
    for one in patterns:
        if isinstance(one, URLPattern):
            yield one.name or ""
        elif one.app_name != "admin":
            yield from names(one.url_patterns)


def test_every_page_is_visited() -> None:
    paths = defaultdict(lambda: f"{ATTEMPT}1/", SEEDED)
    visits = [visit for visit in all_visits(paths) if visit.name != "not found"]
    with translation.override("zh-hans"):
        visited = {resolve(urlsplit(visit.path).path).url_name for visit in visits}
    all_names = {name for name in names(get_resolver().url_patterns) if not name.startswith("api-")}
    assert all_names - visited - FILES - PARTS - ACTS == set()
    assert (FILES | PARTS | ACTS) - all_names == set()
