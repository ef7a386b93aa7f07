"""The forms by which the staff import a bank and readers report mistakes."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.reports import LONGEST_NOTE
from qbank.importing import ImportResult
from qbank.origins import LARGEST_ZIP, ArchiveRejected, unpacked
from qbank.reader_reports import LONGEST_QUOTE, ReaderReport
from qbank.services import BankRejected, import_bank
from qbank.sources import BankOptions, read_bank


class UploadForm(forms.Form):
    """A .zip and what is to be said of the bank in it; what is left empty the files decide."""

    file = forms.FileField(label=_("File"))
    name = forms.SlugField(label=_("Name"), required=False)
    licence = forms.CharField(label=_("Licence"), required=False, max_length=64)
    source_url = forms.URLField(label=_("Origin"), required=False, assume_scheme="https")
    attribution = forms.CharField(label=_("Attribution"), required=False, max_length=300)

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what is no .zip by its name or too large."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if not (file.name or "").lower().endswith(".zip"):
            raise ValidationError(_("Choose a .zip file."))
        if (file.size or 0) > LARGEST_ZIP:
            raise ValidationError(_("The file is too large."))
        return file

    def take_in(self) -> ImportResult | None:
        """Import the bank; where it is refused every reason becomes an error of the form."""
        given: dict[str, Any] = {**self.cleaned_data}
        file: UploadedFile[Any] = given.pop("file")
        stem = slugify(Path(file.name or "").stem) or "bank"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{stem}.zip"
            with path.open("wb") as target:
                for chunk in file.chunks():
                    target.write(chunk)
            try:
                with unpacked(path) as inside:
                    return import_bank(sources=read_bank([inside], options=BankOptions(**given)))
            except (ArchiveRejected, BankRejected) as error:
                for problem in error.problems:
                    self.add_error("file", f"{problem} {problem.remedy}")
        return None


class ReportForm(forms.Form):
    """A mistake on a page: what kind, where, which words, and what one suggests."""

    kind = forms.ChoiceField(choices=ReaderReport.Kind.choices)
    place = forms.CharField(required=False)
    quote = forms.CharField(required=False)
    note = forms.CharField(required=False, max_length=LONGEST_NOTE)

    def __init__(self, *args: Any, places: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places

    def clean_place(self) -> str:
        """Take a place that the page no longer has, or never had, for the whole page."""
        place: str = self.cleaned_data["place"]
        return place if place in self.places else ""

    def clean_quote(self) -> str:
        """Keep the beginning of the words chosen."""
        quote: str = self.cleaned_data["quote"]
        return quote[:LONGEST_QUOTE]

    def problem(self) -> str:
        """Name the first thing that is wrong, by a key of REFUSALS."""
        if "kind" in self.errors:
            return "kind"
        codes = {error.code for error in self.errors.get("note", forms.utils.ErrorList()).as_data()}
        return "long" if "max_length" in codes else "characters"
