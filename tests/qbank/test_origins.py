"""Banks from archives, from git, under names and licences of their own."""

import io
import os
import shutil
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from qbank import origins
from qbank.models import Bank, Question
from qbank.origins import ArchiveRejected, git_origin, unpacked
from tests.factories import FILES, write_bank
from tests.qbank.test_ingest_command import ingest

NOTES = "## What is a?\n\nIt.\n\n## What is b?\n\nThat.\n"


def zipped(path: Path, files: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def codes(path: Path) -> list[str]:
    """Return why an archive is rejected."""
    with pytest.raises(ArchiveRejected) as error, unpacked(path):
        pass
    return [problem.code for problem in error.value.problems]


@pytest.mark.django_db
def test_an_archive_is_a_bank(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"tiny-main/{name}": text for name, text in FILES.items()}
    said, complained = ingest(zipped(tmp_path / "tiny.zip", files))
    assert "3 added" in said
    assert complained == ""
    assert Bank.objects.get().slug == "tiny"


@pytest.mark.django_db
def test_problems_of_an_archive_are_placed_inside_it(tmp_path: Path) -> None:
    path = zipped(tmp_path / "tiny.zip", {"tiny/a.md": "## What is a?\n\nTODO\n\n## What is b?\n\nThat.\n"})
    said, _ = ingest(path)
    assert "\na.md:1: missing-answer: " in said


def test_an_archive_is_removed_after_reading(tmp_path: Path) -> None:
    with unpacked(zipped(tmp_path / "x.zip", {"a.md": NOTES})) as folder:
        assert (folder / "a.md").read_text() == NOTES
    assert not folder.exists()


@pytest.mark.parametrize("name", ["../a.md", "/etc/a.md", "a/../../b.md", "a\\..\\b.md", "C:/a.md"])
def test_an_entry_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    assert codes(zipped(tmp_path / "x.zip", {name: NOTES})) == ["unsafe-entry"]


def test_a_link_is_refused(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("a.md")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert codes(path) == ["link-in-zip"]


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    assert "zip-too-large" in codes(zipped(tmp_path / "x.zip", {"a.md": b"\0" * 30_000_000}))


def test_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origins, "MOST_ENTRIES", 3)
    assert codes(zipped(tmp_path / "x.zip", {f"{n}.md": NOTES for n in range(4)})) == ["too-many-entries"]


def test_an_entry_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a.md": b"x" * 5000})
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    assert codes(path) in (["zip-too-large"], ["broken-zip"])


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_whose_packed_data_are_damaged_is_refused(tmp_path: Path, method: int) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("a.md", NOTES * 50)
    data = path.read_bytes()
    path.write_bytes(data[:45] + b"\xff" * 8 + data[53:])
    assert codes(path) == ["broken-zip"]


def test_an_archive_with_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"目.md": NOTES})
    path.write_bytes(path.read_bytes().replace("目".encode(), b"\xff\xff\xff"))
    assert codes(path) == ["broken-zip"]


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK\x03\x04 no")
    assert codes(path) == ["broken-zip"]


@pytest.mark.django_db
def test_banks_live_side_by_side_with_their_own_licence(tmp_path: Path, client: Client) -> None:
    folder = write_bank(tmp_path / "x", {"a.md": NOTES})
    for name, licence in (("one", "CC-BY-4.0"), ("two", "MIT")):
        source = f"https://example.org/{name}"
        ingest(folder, bank=name, licence=licence, source=source, attribution=f"Author of {name}")
    assert Question.objects.published().count() == 4
    question = Question.objects.filter(bank__slug="two").first()
    assert question is not None
    bank = client.get(f"/api/v1/questions/{question.slug}/").json()["bank"]
    assert (bank["slug"], bank["licence"], bank["source_url"]) == ("two", "MIT", "https://example.org/two")
    page = client.get(f"/en/questions/{question.slug}/").content.decode()
    assert "Author of two" in page
    assert "https://example.org/two" in page


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("git@github.com:a/b.git", "https://github.com/a/b/tree/"),
        ("https://user:secret@example.org/a/b.git", "https://example.org/a/b/tree/"),
        ("/srv/git/b", ""),
    ],
)
def test_a_git_checkout_names_its_origin_and_commit(tmp_path: Path, remote: str, address: str) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not on this machine")
    folder = write_bank(tmp_path / "x", {"a.md": NOTES})
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for words in (
        ("init", "-q"),
        ("add", "."),
        (*who, "commit", "-qm", "x"),
        ("remote", "add", "origin", remote),
    ):
        subprocess.run(["git", "-C", str(folder), *words], check=True)
    found = git_origin(folder)
    assert found.startswith(address)
    assert bool(found) == bool(address)
    assert "secret" not in found
    assert git_origin(tmp_path) == ""


def test_a_watched_folder_is_read_again_when_it_changes(tmp_path: Path) -> None:
    folder = write_bank(tmp_path / "notes", {"a.md": NOTES})
    state = tmp_path / "var"
    state.mkdir()
    environment = {**os.environ, "VAR_DIR": str(state), "PYTHONUNBUFFERED": "1"}
    environment.pop("DATABASE_URL", None)
    base = settings.BASE_DIR
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "--verbosity", "0"], env=environment, cwd=base, check=True)
    watcher = subprocess.Popen(
        [*manage, "ingest", "--watch", str(folder)],
        env=environment,
        cwd=base,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert isinstance(watcher.stdout, io.TextIOBase)
    try:
        assert any("2 added" in line for line in iter(watcher.stdout.readline, ""))
        time.sleep(0.1)
        write_bank(folder, {"a.md": NOTES + "\n## What is c?\n\nThis.\n"})
        assert any("1 added" in line for line in iter(watcher.stdout.readline, ""))
    finally:
        watcher.terminate()
        watcher.wait()
        watcher.stdout.close()
