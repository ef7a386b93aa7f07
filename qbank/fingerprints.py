"""Tell in little time whether a bank's files, and the code that reads them, are what the last import read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from django.conf import settings

from qbank.figures import print_figure
from qbank.models import Bank, Picture, Question, QuestionText
from qbank.surveys import digest_file


@cache
def code_version() -> str:
    """Return a digest of everything that decides how a file is read and rendered."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements-web.txt").read_bytes())
    for path in sorted((settings.BASE_DIR / "qbank").rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def fingerprint(
    bank: Bank,
    survey: str,
    sought: Sequence[str],
    cited: Sequence[str],
    digest_of: Callable[[str], str],
) -> str:
    """Return a digest of code, survey, the pictures and figures that files name, and the texts stored."""
    texts = QuestionText.objects.filter(question__bank=bank).count()
    pictures = (f"{source} {digest_of(source)}" for source in sought)
    figures = map(print_figure, cited)
    parts = [code_version(), survey, str(texts), *pictures, *figures]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def is_up_to_date(bank: Bank, survey: str, root: Path) -> bool:
    """Tell whether an import could change nothing: same files, same code, rows and pictures untouched."""

    def digest_of(source: str) -> str:
        return digest_file(root / source)

    if bank.fingerprint != fingerprint(bank, survey, bank.sought, bank.cited, digest_of):
        return False
    if Question.objects.filter(bank=bank, updated_at__gt=bank.updated_at).exists():
        return False
    files = Picture.objects.filter(bank=bank).values_list("file", flat=True)
    return all((Path(settings.MEDIA_ROOT) / file).is_file() for file in files)
