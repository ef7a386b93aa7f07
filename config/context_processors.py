"""What every page's template needs."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import translate_url
from django.utils.translation import get_language

THEMES = ("light", "dark")


def twin(request: HttpRequest, language: str) -> str:
    """Return the page's address in the other language, or that language's home where the page has none."""
    here = request.get_full_path()
    there = translate_url(here, language)
    return there if there != here else "/en/" if language == "en" else "/"


def chosen_theme(request: HttpRequest) -> str:
    """Return the colour scheme that the reader chose, "" for the device's own."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else ""


def canonical_paths(request: HttpRequest, other: str) -> tuple[str, str]:
    """Return the one address of this page and of its twin: without a query, but for the page of a list."""
    number = request.GET.get("page", "")
    query = f"?page={number}" if number.isdecimal() and number != "1" else ""
    there = translate_url(request.path, other)
    return request.path + query, (there if there != request.path else twin(request, other)) + query


def page(request: HttpRequest) -> dict[str, object]:
    """Give the chosen colour scheme, the page's language and the address of its twin in the other."""
    language = get_language() or "zh-hans"
    other = "en" if language == "zh-hans" else "zh-hans"
    here, there = canonical_paths(request, other)
    return {
        "canonical_url": request.build_absolute_uri(here),
        "canonical_twin_url": request.build_absolute_uri(there),
        "share_url": request.build_absolute_uri(static(f"share/bank-{'en' if other != 'en' else 'zh'}.png")),
        "theme": chosen_theme(request),
        "html_language": "zh-Hans" if language == "zh-hans" else "en",
        "other_language": other,
        "other_language_url": twin(request, other),
    }
