"""Character references in HTML."""

import re
from html import unescape

_ENDLESS = re.compile(r"&#[0-9]{1000,};?")  # Python reads no number of so many digits


def without_endless(text: str) -> str:
    """Return a text with U+FFFD for each reference whose number is too long to be read."""
    return _ENDLESS.sub("\ufffd", text) if "&#" in text else text


def without_references(html: str) -> str:
    """Return HTML with the characters that its references mean; one that means none becomes U+FFFD."""
    return unescape(without_endless(html))
