"""The model's answers against one forward pass, and the memory of a web process in use."""

import os
import subprocess
import sys

from django.conf import settings

from bench.interleave import interleaved
from labs.core.answering import answer, find_question
from labs.core.data import picture_from_pixels, sample_pixels
from labs.core.serving import ROWS, Loaded

PROMPT = {"picture": {"left": 3, "right": 8}, "question": "left-digit"}
PAGES = ["/", "/topics/", "/labs/", "/quizzes/", "/search/?q=LoRA", "/api/v1/labs/", "/api/v1/schema/"]
WEB_PROCESS = """
import asyncio, resource, sys
import config.asgi
from django.test import AsyncClient

async def visit():
    for address in sys.argv[1:]:
        assert (await AsyncClient().get(address)).status_code == 200, address

asyncio.run(visit())
assert "torch" not in sys.modules
with open("/proc/self/statm") as file:
    print(int(file.read().split()[1]) * resource.getpagesize() / 2**20)
"""


def web_memory() -> float:
    """Return the resident MiB of a web process that has served its pages (Linux)."""
    done = subprocess.run(
        [sys.executable, "-c", WEB_PROCESS, *PAGES],
        cwd=settings.BASE_DIR,
        env={**os.environ, "ALLOWED_HOSTS": "testserver"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(done.stdout)


def main() -> None:
    """Print the figures."""
    loaded = Loaded.from_folders(settings.LABS_ADAPTER_DIR)
    base = loaded.base
    adapters = [{"checksum": loaded.shipped["gap-r8"]}]
    row = {**PROMPT, "adapters": adapters}
    picture = picture_from_pixels(sample_pixels(3), sample_pixels(8), ("red", "blue"))[None]
    question = find_question("left-digit")
    seconds = interleaved(
        {
            "one answer of the base": lambda: answer(base, picture, [question]),
            "one row with an adapter": lambda: loaded.answer({"inputs": [row]}),
            f"{ROWS} rows with an adapter": lambda: loaded.answer({"inputs": [row] * ROWS}),
            "… and where it looks": lambda: loaded.answer({"inputs": [row] * ROWS, "attention": "mean"}),
            "merge check of one row": lambda: loaded.check_merge({"inputs": [PROMPT], "adapters": adapters}),
        },
        rounds=30,
        calls=10,
    )
    plain = seconds["one answer of the base"]
    for name, value in seconds.items():
        print(f"labs: {name:26} {value / plain:6.2f} × one answer of the base ({value * 1000:.1f} ms CPU)")
    if sys.platform.startswith("linux"):
        print(f"labs: web process {web_memory():.0f} MiB resident (goal: under 120), no torch in it")
