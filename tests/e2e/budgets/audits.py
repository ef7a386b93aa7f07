"""Run Lighthouse in its mobile profile (simulated throttling) over some pages."""

import json
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.e2e.budgets.tools import FOLDER, Tools
from tests.e2e.budgets.visits import LEARNER, NOBODY, QUESTION, Seeded

PUBLIC = ("performance", "accessibility", "best-practices", "seo")
PRIVATE = PUBLIC[:3]  # pages that ask not to be indexed


@dataclass(frozen=True)
class Audit:
    """One page to be audited."""

    name: str
    path: str
    reader: str = NOBODY
    categories: tuple[str, ...] = PUBLIC


@dataclass(frozen=True)
class Audited:
    """What Lighthouse found: scores of 100 by category, LCP and TBT in ms, CLS, the audits that failed."""

    name: str
    scores: dict[str, int]
    lcp: float
    tbt: float
    cls: float
    failed: list[str]


def all_audits(paths: dict[str, str]) -> list[Audit]:
    """List the pages that have a budget."""
    return [
        Audit("question", QUESTION),
        Audit("home", "/"),
        Audit("topic", "/topics/lora/"),
        Audit("lab", "/labs/merging/"),
        Audit("quiz", paths["single"], LEARNER, PRIVATE),
        Audit("results", paths["results"], LEARNER, PRIVATE),
        Audit("review", "/review/", LEARNER, PRIVATE),
        Audit("search", "/search/?q=LoRA", NOBODY, PRIVATE),
    ]


def run_audits(
    tools: Tools, site: str, seeded: Seeded, audits: Iterable[Audit], tries: int
) -> Iterator[Audited]:
    """Audit the pages one after another in one browser, one that misses a timing up to `tries` times."""
    asked = [
        {
            "name": audit.name,
            "url": f"{site}{audit.path}",
            "cookie": "; ".join(f"{c['name']}={c['value']}" for c in seeded.cookies[audit.reader]),
            "categories": audit.categories,
            "tries": tries,
        }
        for audit in audits
    ]
    command: Sequence[str] = [tools.node, str(FOLDER / "lighthouse.mjs"), tools.chromium, *tools.flags]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asked))
        process.stdin.close()
        for line in process.stdout:
            yield read_audit(json.loads(line))
    if process.returncode:
        raise RuntimeError(f"Lighthouse ended with {process.returncode}")


def read_audit(line: dict[str, Any]) -> Audited:
    """Read one line of lighthouse.mjs."""
    if line.get("error"):
        raise RuntimeError(f"{line['name']}: {line['error']}")
    scores = {name: round(100 * (score or 0)) for name, score in line["scores"].items()}
    timings = line["timings"]
    return Audited(line["name"], scores, timings["lcp"], timings["tbt"], timings["cls"], line["failed"])
