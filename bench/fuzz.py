"""Mutated Markdown through reading and rendering: no crash, nothing over a second, nothing that could run."""

import contextlib
import os
import random
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from django.conf import settings

from qbank.core.checks import check_file
from qbank.core.parser import parse_file
from qbank.core.render import render, render_inline

INPUTS = 100_000
LONGEST = 800  # characters of an input
STEP = 1000
LIMIT = 1.0  # seconds
CORPORA = settings.BASE_DIR.parent / "shared" / "corpora"
SCRAPS = (
    *(
        "$",
        "$$",
        "\n",
        "\n\n",
        "`",
        "```",
        "~~~",
        "<div>",
        "</div>",
        "<details>",
        "<summary>",
        "- ",
        "1. ",
        "> ",
    ),
    *(
        "|",
        "---",
        "# ",
        "![a](b)",
        "[a](#b)",
        "**",
        "__",
        "\\(",
        "\\)",
        "\\[",
        "{#x}",
        "\ue000",
        "0\ue001",
        "\t",
    ),
    *(
        "    ",
        "<script>alert(1)</script>",
        "&lt;",
        "\\begin{array}",
        "\\frac{",
        "&",
        "●",
        "(1)",
        "<!--",
        "-->",
    ),
    *(
        "]]>",
        "<?",
        "<![CDATA[",
        "<a href='$x$'>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "\x00",
    ),
    *(
        "<math><mtext></mtext><style>",
        "</style>",
        "<table><td>",
        "<pre>",
        "<code>",
        "\r\n",
        "\u200b",
        "\ufeff",
    ),
    *(
        "[^1]",
        "[^1]: x",
        "javascript:alert(1)",
        "](javascript:alert(1))",
        "<noscript>",
        "<template>",
        "*",
        "_",
    ),
)
_RUNS = re.compile(
    r"<(?:script|iframe|object|embed|svg|style|form|base|meta|link|template|noscript)\b"
    r"|<[^>]*\s(?:on\w+|style|srcdoc|formaction)\s*=(?=[^<>]*>)",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[a-zA-Z](?:[^\"<>]|\"[^\"]*\")*>")
_QUOTED = re.compile(r"=\"[^\"]*\"")


class TooSlow(Exception):
    """An input took longer than the limit."""


def seeds(folder: Path) -> list[str]:
    """Return the Markdown below a folder."""
    return [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.md"))]


def mutated(texts: list[str], count: int, seed: int) -> Iterator[str]:
    """Yield pieces of the texts, cut, doubled, swapped and strewn with scraps of markup."""
    chance = random.Random(seed)
    for _ in range(count):
        text = chance.choice(texts)
        start = chance.randrange(max(1, len(text)))
        piece = text[start : start + chance.randrange(20, LONGEST)]
        for _ in range(chance.randrange(1, 12)):
            a, b = sorted(chance.randrange(len(piece) + 1) for _ in range(2))
            kind = chance.randrange(6)
            if kind == 0:
                piece = piece[:a] + piece[b:]
            elif kind == 1:
                piece = (piece[:b] + piece[a:])[: 2 * LONGEST]
            elif kind == 2:
                piece = piece[:a] + chance.choice(SCRAPS) * chance.choice((1, 1, 2, 5, 30)) + piece[a:]
            elif kind == 3:
                piece = (
                    piece[:a]
                    + chr(chance.choice((0, 9, 10, 13, 0x200B, 0xE000, 0x2028, 0x1F600)))
                    + piece[b:]
                )
            else:
                piece = piece[:a] + chance.choice(SCRAPS) + piece[a:b] + chance.choice(SCRAPS) + piece[b:]
        yield piece


def try_one(text: str) -> str:
    """Read, check and render one input; return its HTML. Raises whatever goes wrong."""
    file = parse_file(text, "x.md")
    check_file(file, text)
    parts = [render(text).html, render_inline(text).html]
    parts += [render(q.answer).html for q in file.questions[:3]]
    return "\n".join(parts)


def is_inert(html: str) -> bool:
    """Tell whether there is no element and no attribute that could run or load something."""
    tags = " ".join(tag[0] for tag in _TAG.finditer(html))
    addresses = re.findall(r"(?:href|src)=\"([^\"]*)\"", tags)
    return not _RUNS.search(_QUOTED.sub('=""', html)) and not any(
        re.match(r"\s*(?:javascript|data|vbscript):", address, re.IGNORECASE) for address in addresses
    )


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """End what takes longer. Raises TooSlow."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def failures(texts: Iterator[str], limit: float = LIMIT) -> Iterator[tuple[str, str]]:
    """Yield each input that crashes, hangs or comes out able to run, and why."""
    for text in texts:
        try:
            with limited(limit):
                html = try_one(text)
        except Exception as error:
            yield text, f"{type(error).__name__}: {error}"
            continue
        if not is_inert(html):
            yield text, "something could run"


def main() -> None:
    """Try the inputs (FUZZ_INPUTS of them, from FUZZ_SEED on) and print what failed."""
    count, seed = int(os.environ.get("FUZZ_INPUTS", INPUTS)), int(os.environ.get("FUZZ_SEED", "1"))
    texts = seeds(CORPORA if CORPORA.is_dir() else settings.BASE_DIR / "content")
    start, failed = time.process_time(), 0
    for done in range(0, count, STEP):
        for text, why in failures(mutated(texts, min(STEP, count - done), seed + done)):
            failed += 1
            print(f"fuzz: {why}: {text!r}", flush=True)
        print(f"fuzz: {min(count, done + STEP)} of {count}, {failed} failed", file=sys.stderr, flush=True)
    spent = time.process_time() - start
    print(f"fuzz: {count} mutated inputs (seed {seed}), {failed} failed, {spent:.0f} s CPU")


if __name__ == "__main__":
    main()
