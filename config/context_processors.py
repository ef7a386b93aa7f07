"""What every page's template needs."""

from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

THEMES = ("light", "dark")


def page(request: HttpRequest) -> dict[str, object]:
    """Give the chosen colour scheme, the page's language and the address of its twin in the other."""
    language = get_language() or "zh-hans"
    other = "en" if language == "zh-hans" else "zh-hans"
    theme = request.COOKIES.get("theme", "")
    return {
        "theme": theme if theme in THEMES else "",
        "html_language": "zh-Hans" if language == "zh-hans" else "en",
        "other_language": other,
        "other_language_url": translate_url(request.get_full_path(), other),
    }
