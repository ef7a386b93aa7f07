"""The folder of kept adapters: one file each, named by the SHA-256 of what it holds.

Web processes and runners write it, the inference process reads it; at scale it is a shared volume.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings


def path_of(checksum: str) -> Path:
    """Return where the file of an adapter lies."""
    return Path(settings.LABS_ADAPTER_DIR) / f"{checksum}.safetensors"


def write(checksum: str, data: bytes) -> None:
    """Keep a file, whole or not at all."""
    path = path_of(checksum)
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=".", suffix=path.suffix, delete=False
    ) as file:  # what a killed process leaves of it is pruned like a file that nobody names
        file.write(data)
    Path(file.name).chmod(0o644)  # the inference process may be another user
    Path(file.name).replace(path)


def list_before(moment: datetime) -> set[str]:
    """List the checksums of the files that were written before a moment."""
    found = Path(settings.LABS_ADAPTER_DIR).glob("*.safetensors")
    return {path.stem for path in found if path.stat().st_mtime < moment.timestamp()}


def remove(checksum: str) -> None:
    """Forget a file, if it is there."""
    path_of(checksum).unlink(missing_ok=True)
