"""Run Lighthouse in its mobile profile (simulated throttling) over some pages."""

import json
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.e2e.budgets.tools import FOLDER, Tools, undisturbed
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
    timed: bool = False  # its timings have budgets of their own


@dataclass(frozen=True)
class Audited:
    """What Lighthouse found: scores of 100 by category, LCP and TBT in ms, CLS, the audits that failed."""

    audit: Audit
    scores: dict[str, int]
    lcps: list[float]  # of each run; `lcp` is their median
    lcp: float
    tbt: float
    cls: float
    failed: list[str]


def all_audits(paths: dict[str, str]) -> list[Audit]:
    """List the pages that have a budget."""
    return [
        Audit("question", QUESTION, timed=True),
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
    """Audit the pages one after another in one browser, one whose timings count `tries` times."""
    by_name = {audit.name: audit for audit in audits}
    asked = [
        {
            "name": audit.name,
            "url": f"{site}{audit.path}",
            "cookie": "; ".join(f"{c['name']}={c['value']}" for c in seeded.cookies[audit.reader]),
            "categories": audit.categories,
            "timed": audit.timed,
            "tries": tries,
        }
        for audit in by_name.values()
    ]
    script = str(FOLDER / "lighthouse.mjs")
    command: Sequence[str] = [tools.node, script, tools.chromium, *tools.flags, *undisturbed()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asked))
        process.stdin.close()
        for line in process.stdout:
            given = json.loads(line)
            yield read_audit(by_name[given["name"]], given)
    if process.returncode:
        raise RuntimeError(f"Lighthouse ended with {process.returncode}")


def read_audit(audit: Audit, line: dict[str, Any]) -> Audited:
    """Read one line of lighthouse.mjs."""
    if line.get("error"):
        raise RuntimeError(f"{audit.name}: {line['error']}")
    scores = {name: round(100 * (score or 0)) for name, score in line["scores"].items()}
    timings = line["timings"]
    return Audited(
        audit, scores, timings["lcps"], timings["lcp"], timings["tbt"], timings["cls"], line["failed"]
    )
