"""What makes the site work offline: the service worker's address, and the page that it falls back to."""

import hashlib
import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

# What a kept page needs: browsers keep it when the worker is installed. The worker's own modules come first.
SHELL = (
    *(f"js/offline/{name}.js" for name in ("worker", "send", "copies", "store", "words", "page", "kept")),
    *(f"js/lib/{name}.js" for name in ("clock", "grades", "responses", "typing")),
    *(f"js/elements/{name}.js" for name in ("copy-link", "exam-form", "find-panel", "order-list")),
    *(f"js/elements/{name}.js" for name in ("print-page", "quiz-clock", "review-card", "self-grade")),
    *(f"css/{name}.css" for name in ("site", "pages", "quiz", "memory", "offline", "keys")),
    *("js/app.js", "icon.svg"),
)
LANGUAGES = ("zh-hans", "en")
ENTERING = ("sign-in", "sign-up")  # after these, own pages may be another's
LEAVING = ("sign-out", "account-delete", "admin:logout")  # after these, so may be everything


def addresses(name: str) -> list[str]:
    """Return a page's address in each language."""
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            found.append(reverse(name))
    return found


def offline_pages(request: HttpRequest) -> str:
    """Render the page in each language, in no chosen colour scheme."""
    pages = []
    for language in LANGUAGES:
        with translation.override(language):
            pages.append(render_to_string("offline.html", {"theme": ""}, request))
    return "".join(pages)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Give the service worker, whose scope is the whole site as it stands at the root.

    A browser takes a new one when a byte of it differs: `version` is a digest of the shell's hashed names and
    of the page to fall back to.
    """
    shell = [static(name) for name in SHELL]
    pages = addresses("offline")
    version = hashlib.sha256("\n".join([*shell, offline_pages(request)]).encode()).hexdigest()[:12]
    given = {
        "version": version,
        "shell": [*shell, *pages, *addresses("keys")],
        "pages": pages,
        "entering": [address for name in ENTERING for address in addresses(name)],
        "leaving": [address for name in LEAVING for address in addresses(name)],
        "deleting": addresses("account-delete"),
    }
    body = f'import {{ serve }} from "{shell[0]}";\nserve({json.dumps(given, indent=1)});\n'
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(body, content_type="text/javascript; charset=utf-8", headers=headers)


@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """Show what this browser keeps for offline: its script fills the page, from this browser alone."""
    return render(request, "offline.html")
