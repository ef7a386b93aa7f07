"""The file of an adapter as a web process reads it: what it says of itself, without torch.

A safetensors file is eight bytes with the length of a JSON header, the header, and the numbers. The header
lists name, type and shape of every matrix; ours carries PEFT's configuration and the task beside them.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CONFIG_FILE, WEIGHTS_FILE = "adapter_config.json", "adapter_model.safetensors"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day a zip can name: the same adapter gives the same bytes


class AdapterError(ValueError):
    """Raised with everything that keeps a file from being an adapter of this model."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


@dataclass(frozen=True)
class AdapterHeader:
    """What the file of an adapter says of itself."""

    config: dict[str, Any]  # adapter_config.json, in PEFT's words
    task: str
    base: str  # SHA-256 of the base it was trained on
    parameters: int
    size: int  # bytes
    checksum: str  # SHA-256 of the file

    @property
    def name(self) -> str:
        """Name it by task and rank: "gap-r8"."""
        return f"{self.task}-r{self.config['r']}"


def header_of(data: bytes) -> dict[str, Any]:
    """Return the JSON header of a safetensors file; raise ValueError when there is none."""
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    if not isinstance(header, dict):
        raise ValueError("the header is no object")
    return header


def read_header(data: bytes) -> AdapterHeader:
    """Read what a file of ours says of itself. Raises AdapterError when it is none."""
    try:
        header = header_of(data)
        config = json.loads(header["__metadata__"]["adapter_config"])
        task = config.pop("task")
        base = config["base_model_name_or_path"].removeprefix("sha256:")
        shapes = [matrix["shape"] for name, matrix in header.items() if name != "__metadata__"]
        parameters = sum(math.prod(shape) for shape in shapes)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise AdapterError([f"not an adapter file: {error!r}"]) from error
    return AdapterHeader(config, task, base, parameters, len(data), hashlib.sha256(data).hexdigest())


def config_file(config: Mapping[str, object]) -> bytes:
    """Return adapter_config.json."""
    return json.dumps(config, indent=2, sort_keys=True).encode()


def pack(config: Mapping[str, object], weights: bytes) -> bytes:
    """Return a zip of the two files that PEFT's `PeftModel.from_pretrained` reads from a folder."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in ((CONFIG_FILE, config_file(config)), (WEIGHTS_FILE, weights)):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
