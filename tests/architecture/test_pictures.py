"""The pictures of the READMEs are those that `make pictures` makes, in the README's language."""

import re
import struct

import pytest

from tests.e2e.pictures import LANGUAGES, all_pictures
from tests.e2e.running import ROOT

READMES = {"en": "README.md", "zh": "README.zh.md"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_readme_shows_what_the_command_makes(language: str) -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+\.png)\)", (ROOT / READMES[language]).read_text())
    made = {str(picture.file(language).relative_to(ROOT)) for picture in all_pictures("")}
    assert shown
    assert set(shown) <= made


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_picture_has_its_size(language: str) -> None:
    for picture in all_pictures(""):
        size = struct.unpack(">II", picture.file(language).read_bytes()[16:24])
        assert size == picture.size, picture.name


def test_nothing_else_lies_beside_them() -> None:
    made = {picture.file(language) for picture in all_pictures("") for language in LANGUAGES}
    kept = {*(ROOT / "docs" / "pictures").iterdir(), *(ROOT / "static" / "share").iterdir()}
    assert kept == made
