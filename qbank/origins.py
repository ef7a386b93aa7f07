"""Where a bank comes from: a folder or file as it is, a git checkout with its origin, a .zip taken apart."""

from __future__ import annotations

import lzma
import re
import shutil
import stat
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from qbank.core.document import Problem

LARGEST_ZIP = 64 * 1024 * 1024  # bytes, packed
LARGEST_CONTENT = 256 * 1024 * 1024  # bytes, unpacked
LARGEST_RATIO = 100  # unpacked to packed, of one entry and of the whole
MOST_ENTRIES = 20_000
_CHUNK = 1024 * 1024
# What reading an archive raises where its bytes are not what they should be: headers, names, packed data.
_BROKEN = (
    *(zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError),
    *(ValueError, zlib.error, lzma.LZMAError),
)
_SCP = re.compile(r"^(?:ssh://)?(?:[\w.-]+@)([\w.-]+)[:/](?!\d+/)(.+)$")


class ArchiveRejected(Exception):
    """A .zip that is not taken apart, with all the reasons."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


def git_origin(root: Path) -> str:
    """Return the web address of the commit that a git checkout stands at, "" where there is none to tell."""
    if shutil.which("git") is None or not _in_checkout(root):
        return ""
    origin, commit = _git(root, "remote", "get-url", "origin"), _git(root, "rev-parse", "HEAD")
    if match := _SCP.match(origin):
        origin = f"https://{match[1]}/{match[2]}"
    if not re.match(r"https?://", origin):
        return ""
    address = re.sub(r"^(https?://)[^/@]*@", r"\1", origin).removesuffix("/").removesuffix(".git")
    return (f"{address}/tree/{commit}" if re.fullmatch("[0-9a-f]{40,64}", commit) else address)[:200]


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Give the folder to read: the path itself, or a .zip taken apart, which is removed afterwards.

    Raises ArchiveRejected before anything is unpacked that is too large, leads out of its folder or links.
    """
    if path.suffix.lower() != ".zip" or not path.is_file():
        yield path
        return
    folder = Path(tempfile.mkdtemp(prefix="bank-"))
    try:
        inside = folder / (path.stem or "bank")
        inside.mkdir()
        _unpack(path, inside)
        yield _only_folder(inside)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpack(path: Path, folder: Path) -> None:
    """Check all entries, then write them; what an entry says of its size is not believed."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if problems := _check(path, entries):
                raise ArchiveRejected(problems)
            left = LARGEST_CONTENT
            for entry in entries:
                name = PurePosixPath(entry.filename)
                if ".git" in name.parts:
                    continue
                target = folder / name
                if entry.is_dir():
                    target.mkdir(parents=True, exist_ok=True)
                else:
                    left = _write(archive, entry, target, left, path)
    except _BROKEN as error:
        raise ArchiveRejected(
            [_problem(path, "broken-zip", f"It cannot be read: {error}.", "Pack it again.")]
        ) from None


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, left: int, path: Path) -> int:
    """Write one entry, no more than it may have; return how many bytes are left for the others."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as source, target.open("xb") as file:
        while chunk := source.read(_CHUNK):
            left -= len(chunk)
            if left < 0 or file.tell() + len(chunk) > entry.file_size:
                raise ArchiveRejected([_too_large(path, entry.filename)])
            file.write(chunk)
    return left


def _check(path: Path, entries: list[zipfile.ZipInfo]) -> list[Problem]:
    """List what forbids taking an archive apart."""
    problems = []
    packed = path.stat().st_size
    size = sum(entry.file_size for entry in entries)
    if packed > LARGEST_ZIP or size > LARGEST_CONTENT or size > LARGEST_RATIO * max(packed, 1):
        problems.append(_too_large(path, path.name))
    if len(entries) > MOST_ENTRIES:
        message = f"It has {len(entries)} entries; at most {MOST_ENTRIES} are read."
        problems.append(
            _problem(path, "too-many-entries", message, "Pack only the questions and their pictures.")
        )
    seen: set[str] = set()
    for entry in entries[:MOST_ENTRIES]:
        name = PurePosixPath(entry.filename)
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if (
            name.is_absolute()
            or ".." in name.parts
            or re.search(r"[\\:\x00]", entry.filename)
            or not name.parts
        ):
            problems.append(
                _problem(path, "unsafe-entry", f"“{entry.filename}” leads out of it.", "Rename it.")
            )
        elif kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            problems.append(
                _problem(path, "link-in-zip", f"“{entry.filename}” is a link.", "Pack the file itself.")
            )
        elif entry.file_size > LARGEST_RATIO * max(entry.compress_size, 1) and entry.file_size > _CHUNK:
            problems.append(_too_large(path, entry.filename))
        elif str(name) in seen:
            problems.append(
                _problem(path, "repeated-entry", f"“{entry.filename}” is there twice.", "Pack it again.")
            )
        seen.add(str(name))
    return problems


def _too_large(path: Path, name: str) -> Problem:
    message = (
        f"“{name}” is too large: at most {LARGEST_ZIP // _CHUNK} MB packed,"
        f" {LARGEST_CONTENT // _CHUNK} MB unpacked, {LARGEST_RATIO} times its packed size."
    )
    return _problem(path, "zip-too-large", message, "Split it, or import the folder.")


def _problem(path: Path, code: str, message: str, remedy: str) -> Problem:
    return Problem(path.name, 1, code, message, remedy, fatal=True)


def _only_folder(folder: Path) -> Path:
    """Return the one folder that a folder holds, as archives of repositories do, else itself."""
    inside = [path for path in folder.iterdir() if path.name != "__MACOSX"]
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else folder


def _in_checkout(root: Path) -> bool:
    return any((folder / ".git").exists() for folder in (root, *root.parents))


def _git(root: Path, *words: str) -> str:
    """Ask git; "" when it does not answer."""
    command = ["git", "-C", str(root), *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
