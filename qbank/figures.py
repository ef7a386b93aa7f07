"""Where figures in texts are read: `settings.QBANK_FIGURES` names the function that knows the stored runs."""

from __future__ import annotations

import json

from django.conf import settings
from django.utils.module_loading import import_string

from qbank.core.figures import Description, Read, Settled, settle_figures


def figure_reader() -> Read | None:
    """Return the function that reads a reference, None on a site without labs."""
    return import_string(settings.QBANK_FIGURES) if settings.QBANK_FIGURES else None


def settle_text(text: str, path: str) -> Settled:
    """Write the stored numbers into a file; without labs it stays as it is."""
    read = figure_reader()
    return settle_figures(text, path, read) if read else Settled(text)


def describe_figure(reference: str, language: str) -> Description | None:
    """Return where a figure is from, None when it is not stored."""
    read = figure_reader()
    try:
        return read(reference).describe(language) if read else None
    except ValueError:
        return None


def print_figure(reference: str) -> str:
    """Return all that a page says of a figure, in each language of the site, or why it cannot."""
    read = figure_reader()
    try:
        said = [read(reference).describe(code) for code, _ in settings.LANGUAGES] if read else []
    except ValueError as error:
        return f"{reference} {error}"
    return f"{reference} {json.dumps(said, ensure_ascii=False, sort_keys=True)}"
