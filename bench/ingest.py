"""Taking a bank in, against Python-Markdown with the same extensions and the sanitiser alone."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import markdown
import nh3
from django.conf import settings
from django.db import connections, transaction
from django.test.utils import override_settings, setup_databases, teardown_databases

from bench.interleave import interleaved
from qbank.core import render
from qbank.services import find_unchanged, import_bank
from qbank.sources import Sources, read_bank

CORPORA = settings.BASE_DIR.parent / "shared" / "corpora"
ROUNDS = 5
MANY = 100_000
A_FILE = 500  # questions of the synthetic bank
CHILD = """
import os, sys
from pathlib import Path
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django
django.setup()
from bench.ingest import child
child(Path(sys.argv[1]))
"""


def plain(texts: list[str], clean: Callable[[str], str] = render._TEXT_CLEANER.clean) -> int:
    """Render each text with the prescribed renderer, clean it as an answer is cleaned; return the length."""
    configs = {name: values for name, values in render._CONFIGS.items() if name != "pymdownx.superfences"}
    renderer = markdown.Markdown(extensions=render._EXTENSIONS, extension_configs=configs)
    return sum(len(clean(renderer.reset().convert(text))) for text in texts)


def pieces(sources: Sources) -> list[str]:
    """Return what has to be rendered of a bank: titles, stems, choices, answers, each on its own."""
    questions = [q for file in sources.files for q in file.questions]
    return [text for q in questions for text in (q.title, q.stem, *q.choices, q.answer) if text]


def main() -> None:
    """Print the cost of an import and of a second one as multiples of rendering and sanitising alone.

    Each import is undone, so that every one finds the database empty and none pays for emptying it.
    """
    source: Path = CORPORA if CORPORA.is_dir() else settings.BASE_DIR / "content"
    databases = setup_databases(verbosity=0, interactive=False)
    with tempfile.TemporaryDirectory() as name, override_settings(BANK_IMPORT_HOOKS=[]):
        folder = Path(name) / "bank"
        shutil.copytree(
            source, folder, ignore=shutil.ignore_patterns("*.png", "*.jp*g", "*.gif", "*.svg", "*.webp")
        )
        texts = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.md"))]
        parts = pieces(read_bank([folder]))

        def anew() -> None:
            with transaction.atomic():
                import_bank(sources=read_bank([folder]))
                transaction.set_rollback(True)

        def again() -> None:
            assert find_unchanged(paths=[folder]) is not None

        tasks = {
            "render and sanitise alone, by question": lambda: plain(parts),
            "render and sanitise alone, by file": lambda: plain(texts),
            "the same with the sanitiser's defaults": lambda: plain(parts, nh3.clean),
            "read only": lambda: read_bank([folder]),
            "import": anew,
        }
        seconds = interleaved(tasks, rounds=ROUNDS, calls=1)
        import_bank(sources=read_bank([folder]))
        seconds |= interleaved({"import again, nothing changed": again}, rounds=ROUNDS, calls=1)
    teardown_databases(databases, verbosity=0)
    base, files = (seconds[f"render and sanitise alone, by {unit}"] for unit in ("question", "file"))
    for name, value in seconds.items():
        print(f"ingest ({source.name}): {name:38} {value / base:6.2f} × (by file {value / files:6.2f} ×)")


def large() -> None:
    """Take in 100,000 synthetic questions (or INGEST_LARGE) in a process of its own; print its memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "many"
        folder.mkdir()
        for start in range(0, int(os.environ.get("INGEST_LARGE", MANY)), A_FILE):
            written = "\n\n".join(synthetic(n) for n in range(start, start + A_FILE))
            (folder / f"{start:06}.md").write_text(
                f"# Part {start // A_FILE}\n\n{written}\n", encoding="utf-8"
            )
        subprocess.run([sys.executable, "-c", CHILD, str(folder)], cwd=settings.BASE_DIR, check=True)


def synthetic(number: int) -> str:
    """Return one question of some 500 characters, unlike the others."""
    words = [f"词{number * k % 9973}与{k * 31 + number % 613}" for k in range(1, 24)]
    return (
        f"## {number}. 第 {number} 个问题：{words[0]} 为什么这样？\n\n"
        f"先看 **{words[1]}**，再看 `{words[2]}`：\n\n"
        + "\n".join(f"- {a}，因为 {b}。" for a, b in zip(words[3:13], words[13:], strict=False))
        + f"\n\n所以 $x_{{{number}}} = {number % 89}$。"
    )


def child(folder: Path) -> None:
    """Import a folder into an empty database of its own, then tell what it took."""
    databases = setup_databases(verbosity=0, interactive=False)
    result = import_bank(sources=read_bank([folder]))
    used = resource.getrusage(resource.RUSAGE_SELF)
    connections.close_all()
    teardown_databases(databases, verbosity=0)
    print(
        f"ingest-large: {result.summary['added']} texts, {used.ru_maxrss / 1024:.0f} MiB resident at most"
        f" (goal: under 500), {used.ru_utime + used.ru_stime:.0f} s CPU"
    )
