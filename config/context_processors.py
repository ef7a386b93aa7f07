"""What every page's template needs."""

from django.http import HttpRequest
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


def page(request: HttpRequest) -> dict[str, object]:
    """Give the chosen colour scheme, the page's language and the address of its twin in the other."""
    language = get_language() or "zh-hans"
    other = "en" if language == "zh-hans" else "zh-hans"
    return {
        "theme": chosen_theme(request),
        "html_language": "zh-Hans" if language == "zh-hans" else "en",
        "other_language": other,
        "other_language_url": twin(request, other),
    }
