"""The adapters one may name: those that ship with the base by name, kept ones by id."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from labs import storage
from labs.core.adapter_file import read_header
from labs.models import Adapter

FOLDER = Path(__file__).resolve().parent / "weights" / "adapters"


@cache
def shipped_adapters() -> dict[str, Adapter]:
    """Return the shipped adapters by name: files, as rows that no database holds."""
    found = {}
    for path in sorted(FOLDER.glob("*.safetensors")):
        header = read_header(path.read_bytes())
        made = uuid.uuid5(uuid.NAMESPACE_OID, header.checksum)  # the same on every installation
        found[path.stem] = Adapter(**{**Adapter.describe(header), "id": made, "name": path.stem})
    return found


def find_adapters(references: Iterable[str]) -> dict[str, Adapter]:
    """Return adapters by what names them, a shipped name or any id; whoever knows an id may use it."""
    wanted = set(references)
    shipped = shipped_adapters()
    known = {**shipped, **{str(adapter.id): adapter for adapter in shipped.values()}}
    found = {reference: known[reference] for reference in wanted if reference in known}
    ids = {reference: made for reference in wanted - set(found) if (made := _as_id(reference)) is not None}
    kept = Adapter.objects.in_bulk(list(set(ids.values()))) if ids else {}
    return found | {reference: kept[made] for reference, made in ids.items() if made in kept}


def read_file(adapter: Adapter) -> bytes:
    """Return the bytes of an adapter's safetensors file. Raises FileNotFoundError when it is gone."""
    if adapter.is_shipped:
        return (FOLDER / f"{adapter.name}.safetensors").read_bytes()
    return storage.path_of(adapter.checksum).read_bytes()


def _as_id(reference: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(reference)
    except ValueError:
        return None
