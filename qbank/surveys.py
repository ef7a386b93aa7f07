"""A digest of the files of a bank, taken without understanding them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file, "" where there is none that can be read."""
    if not os.path.isfile(path):
        return ""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def survey(
    root: Path,
    paths: Sequence[Path],
    files: Iterable[Path],
    words: Sequence[str],
) -> str:
    """Return a digest of what was asked for: paths of a bank, their files, and how they are to be read."""
    asked = "\0".join([*words, "", *(str(path.relative_to(root)) for path in paths)])
    whole = hashlib.sha256(os.fsencode(asked))
    for file in files:
        whole.update(os.fsencode(f"\n{file.relative_to(root)} {digest_file(file)}"))
    return whole.hexdigest()
