"""A digest of the files of a bank, taken without understanding them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def survey(
    root: Path,
    paths: Sequence[Path],
    files: Iterable[Path],
    words: Sequence[str],
    digest: Callable[[Path], str] = digest_file,
) -> str:
    """Return a digest of what was asked for: paths of a bank, their files, and how they are to be read."""
    whole = hashlib.sha256("\0".join([*words, "", *(str(path.relative_to(root)) for path in paths)]).encode())
    for file in files:
        whole.update(f"\n{file.relative_to(root)} {digest(file)}".encode())
    return whole.hexdigest()
