"""Finished pages that are the same for everybody, kept in memory in front of Django's other middleware.

Kept are answers 200 to GET of the pages named in SHARED, unless they set a cookie or vary by cookies:
sessions and `accounts.middleware` say so (Vary: Cookie) once somebody asked who is reading. The colour
scheme, the one cookie that these pages read, is part of the key. All go when the content changes. A query
that its page does not read is answered but not kept, so that nobody fills the memory with made-up ones.
"""

import gzip
import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

import brotli
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

from config.context_processors import chosen_theme
from config.views import prefers_english
from qbank.models import Bank

SHARED = frozenset(
    {
        *("home", "topics", "topic", "question", "question-markdown", "glossary", "labs"),
        *("keys", "feed", "sitemaps", "sitemap", "robots", "manifest"),
    }
)
QUERIES = {  # of pages that read one: those worth keeping; written otherwise, the same are only answered
    "topics": re.compile(r"(difficulty=[123]|lab=1)?"),
    "topic": re.compile(r"(page=[1-9]\d?)?"),
    "question": re.compile(r"(view=60s|recall=1)?"),
    "sitemap": re.compile(r"(p=[1-9]\d?)?"),
}
FRESH_SECONDS = 1.0  # how long an import or an edit of another process may go unseen
Key = tuple[str, ...]
State = tuple[object, ...]


def content_state() -> State:
    """Return what each import that changes something, and each edit in the admin, makes another."""
    banks = Bank.objects.order_by("pk").values_list("pk", "version", "fingerprint", "updated_at")
    # The last alone would miss an edit that got its number earlier and was committed later.
    edits = LogEntry.objects.aggregate(last=Max("pk"), number=Count("pk"))
    return (*banks, edits["last"], edits["number"])


def compress_brotli(body: bytes) -> bytes:
    """Compress as small as it gets: once a page and change of content."""
    return cast("bytes", brotli.compress(body, quality=11))


ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": compress_brotli,
    "gzip": lambda body: gzip.compress(body, 9, mtime=0),
}


REFUSED = re.compile(r";\s*q=0(\.0*)?\s*$")


def accepted_encoding(header: str) -> str | None:
    """Return the best encoding that an Accept-Encoding names and does not refuse, None for none."""
    names = {part.partition(";")[0].strip().lower() for part in header.split(",") if not REFUSED.search(part)}
    return next((name for name in ENCODERS if name in names), None)


def encoding_for(request: HttpRequest) -> str | None:
    """Return the best encoding that a request accepts, None for none."""
    return accepted_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))


@dataclass(frozen=True)
class Page:
    """A finished page: its headers, its body, and the body in each encoding that was asked for."""

    headers: dict[str, str]
    body: bytes
    etag: str
    encoded: dict[str, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Return about how many bytes it takes once it was asked for in every encoding."""
        return 2 * len(self.body)

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request with this page: compressed as it accepts, or 304 when it has it already."""
        encoding = encoding_for(request)
        if encoding and encoding not in self.encoded:
            self.encoded[encoding] = ENCODERS[encoding](self.body)
        response = HttpResponse(self.encoded[encoding] if encoding else self.body, headers=self.headers)
        if encoding:
            response.headers["Content-Encoding"] = encoding
        response.headers["Content-Length"] = str(len(response.content))
        return get_conditional_response(request, etag=self.etag, response=response) or response


class Pages:
    """The pages of one process and one state of the content, the least recently used dropped first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._bytes = 0
        self._state: State = ()
        self._checked = 0.0

    def is_fresh(self, now: float) -> bool:
        """Tell whether the state of the content was looked up just now."""
        return now - self._checked < FRESH_SECONDS

    def note(self, state: State, now: float) -> None:
        """Note the state of the content; when it is another, drop every page."""
        with self._lock:
            self._checked = now
            if state != self._state:
                self._state = state
                self._pages.clear()
                self._bytes = 0

    def state(self) -> State:
        """Return the state of the content as last noted."""
        return self._state

    def find(self, key: Key) -> Page | None:
        """Return the page kept under the key."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def keep(self, key: Key, page: Page, state: State) -> None:
        """Keep a page that was made in this state of the content; one made in an older state is let go."""
        with self._lock:
            if state != self._state or key in self._pages:
                return
            self._pages[key] = page
            self._bytes += page.size
            while self._bytes > settings.SHARED_PAGES_BYTES:
                self._bytes -= self._pages.popitem(last=False)[1].size


PAGES = Pages()  # of this process


def key_of(request: HttpRequest) -> Key | None:
    """Return what a shared page depends on, None for a request that none may answer."""
    if not settings.SHARED_PAGES_BYTES or request.method not in ("GET", "HEAD"):
        return None
    if request.path == "/" and prefers_english(request):
        return None
    host = request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", "")
    if not is_own_host(host, request.META.get("SERVER_PORT", "")):
        return None
    return (
        request.scheme or "",
        host,
        request.path,
        request.META.get("QUERY_STRING", ""),
        chosen_theme(request),
    )


def is_own_host(host: str, port: str) -> bool:
    """Tell whether ALLOWED_HOSTS names a host as it is written, alone or with the server's port.

    Django lets any port pass, and what a wildcard stands for: such readers get their pages, but none is kept.
    """
    return host in settings.ALLOWED_HOSTS or host.removesuffix(f":{port}") in settings.ALLOWED_HOSTS


def page_of(request: HttpRequest, response: HttpResponseBase) -> Page | None:
    """Return the answer as a page to keep, None where it may be anybody's own."""
    match = request.resolver_match
    if match is None or match.view_name not in SHARED or request.method != "GET":
        return None
    if not is_kept(match.view_name, request.META.get("QUERY_STRING", "")):
        return None
    if not isinstance(response, HttpResponse) or response.status_code != 200 or response.cookies:
        return None
    if response.has_header("Content-Encoding") or varies_by_cookie(response):
        return None
    patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
    response.headers["Cache-Control"] = "no-cache"  # to be kept and asked about: the scheme may have changed
    etag = f'W/"{hashlib.sha256(response.content).hexdigest()[:12]}"'
    response.headers["ETag"] = etag
    return Page(dict(response.headers), response.content, etag)


def is_kept(view: str, query: str) -> bool:
    """Tell whether a page is kept under a query: there are few such for each page."""
    known = QUERIES.get(view)
    return known.fullmatch(query) is not None if known else not query


def varies_by_cookie(response: HttpResponseBase) -> bool:
    """Tell whether the answer depends on who asked."""
    return "cookie" in [name.strip().lower() for name in response.get("Vary", "").split(",")]


class SharedPagesMiddleware:
    """Answer from the pages kept; outermost but for compression."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = key_of(request)
        if key is not None and not PAGES.is_fresh(time.monotonic()):
            PAGES.note(content_state(), time.monotonic())
        page = None if key is None else PAGES.find(key)
        if page is not None:
            return page.answer(request)
        state = PAGES.state()
        return self.finish(request, key, state, self.get_response(request))

    def finish(
        self, request: HttpRequest, key: Key | None, state: State, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Keep the answer if it is everybody's; tell caches that any other is its reader's own."""
        page = None if key is None else page_of(request, response)
        if key is None or page is None:
            response.headers.setdefault("Cache-Control", "private, no-cache")
            return response
        PAGES.keep(key, page, state)
        return page.answer(request)
