"""What holds for the project as a whole."""

import re
import shutil
import subprocess
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tests.conftest import ROOT

REPORT_FILE = ROOT / "templates" / "qbank" / "report.html"  # a file of its own, never a page


@pytest.mark.parametrize("name", ["requirements-web.txt", "requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_to_one_version(name: str) -> None:
    for line in (ROOT / name).read_text().splitlines():
        if line and not line.startswith(("#", "-r ")):
            assert re.fullmatch(r"[A-Za-z0-9._-]+(\[[a-z,-]+\])?==[\w.]+", line), line


def test_torch_is_named_only_beside_the_labs() -> None:
    assert "torch==2.13.0" in (ROOT / "requirements.txt").read_text().splitlines()
    assert not any(
        line.startswith("torch") for line in (ROOT / "requirements-web.txt").read_text().splitlines()
    )


def forms(message: Message) -> list[str]:
    """Return a message's translation, or those of its plural forms."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


def read(compiled: GNUTranslations, message: Message) -> str:
    """Return what gettext says for a message; Chinese has one form for every number."""
    if isinstance(message.id, str):
        return (
            compiled.pgettext(message.context, message.id)
            if message.context
            else compiled.gettext(message.id)
        )
    return compiled.ngettext(*message.id, 2)


def test_the_compiled_catalogue_is_the_translated_one() -> None:
    folder = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES"
    with (folder / "django.po").open("rb") as file:
        source = read_po(file, locale="zh_Hans")
    with (folder / "django.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for message in source:
        if message.id:
            assert all(forms(message)), message.id
            assert not message.fuzzy, message.id
            assert read(compiled, message) == forms(message)[0], message.id


def test_scripts_run_by_the_readme_exist_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for readme in ("README.md", "README.zh.md"):
        for target in re.findall(r"^make (\w+)", (ROOT / readme).read_text(), re.M):
            assert re.search(rf"^{target}:", makefile, re.M), (readme, target)


def tracked_files() -> list[Path]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this copy of the project is no git checkout, or there is no git")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def test_no_page_loads_anything_from_another_host() -> None:
    for path in tracked_files():
        if path.suffix in {".html", ".css", ".js"} and path.is_relative_to(
            ROOT / "templates"
        ) | path.is_relative_to(ROOT / "static"):
            text = path.read_text(encoding="utf-8")
            loads = r"(?:src=|@import|url\(|from )[\"']?(?:https?:)?//|<link[^>]+rel=.stylesheet.[^>]+//"
            assert not re.search(loads, text), path


def test_templates_carry_no_inline_script_or_style() -> None:
    for path in set((ROOT / "templates").rglob("*.html")) - {REPORT_FILE}:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son\w+=", text), path
