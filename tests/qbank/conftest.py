"""A bank on disk and in the database."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.factories import take_in, write_bank


@pytest.fixture(autouse=True)
def own_media(settings: Settings, tmp_path: Path) -> None:
    """Keep pictures of tests apart."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tiny bank's files."""
    return write_bank(tmp_path / "bank")


@pytest.fixture
def bank(folder: Path, db: None) -> Path:
    """The tiny bank, taken in."""
    take_in(folder)
    return folder
