"""The form by which the staff import a bank."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from qbank.importing import ImportResult
from qbank.origins import LARGEST_ZIP, ArchiveRejected, unpacked
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
