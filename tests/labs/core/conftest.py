"""The shipped base and small helpers; nothing here touches a database."""

from __future__ import annotations

import pytest

from labs.core.data import stream
from labs.core.lora import LoraConfig, attach
from labs.core.model import Transformer, load_model
from labs.core.training import use_one_thread


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    use_one_thread()


@pytest.fixture
def base() -> Transformer:
    return load_model()


def adapted(seed: int = 0, **config: object) -> Transformer:
    """The shipped base with a fresh adapter."""
    model = load_model()
    attach(model, LoraConfig(**config), stream(seed, "initial adapter"))  # type: ignore[arg-type]
    return model
