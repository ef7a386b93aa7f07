"""Reading and rendering a bank against Python-Markdown with the same extensions and the sanitiser alone."""

from pathlib import Path

import markdown
import nh3
from django.conf import settings

from bench.interleave import interleaved
from qbank.core import render
from qbank.services import preview_bank
from qbank.sources import read_bank

CORPORA = settings.BASE_DIR.parent / "shared" / "corpora"


def plain(texts: list[str]) -> int:
    """Render each file whole with the prescribed renderer, clean it, and return the length."""
    renderer = markdown.Markdown(extensions=render._EXTENSIONS, extension_configs=render._CONFIGS)
    return sum(len(nh3.clean(renderer.reset().convert(text))) for text in texts)


def main() -> None:
    """Print the cost of a dry-run ingest as a multiple of rendering and sanitising alone."""
    folder: Path = CORPORA if CORPORA.is_dir() else settings.BASE_DIR / "content"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.md"))]
    seconds = interleaved(
        {
            "render and sanitise alone": lambda: plain(texts),
            "read only": lambda: read_bank([folder]),
            "read, check and render": lambda: preview_bank(sources=read_bank([folder])),
        },
        rounds=3,
        calls=1,
    )
    base = seconds["render and sanitise alone"]
    for name, value in seconds.items():
        print(f"ingest ({folder.name}): {name:26} {value / base:6.2f} × rendering and sanitising alone")
