"""Measure the budgets of pages in a real browser: `make e2e`, or `make e2e ARGS="--only transfer axe"`.

Starts a fresh site with the content we ship, prints one table, writes it to var/budgets.md and
var/budgets.json, and ends with 1 when a budget is broken. `--timings print` prints what depends on the
machine's load without judging it.
"""

import argparse
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

from tests.e2e.budgets.audits import Audited, all_audits, run_audits
from tests.e2e.budgets.looking import Look, look, readers
from tests.e2e.budgets.tools import find_tools
from tests.e2e.budgets.visits import EDITOR, PASSWORD, all_visits, seed
from tests.e2e.running import ROOT, environment_of, manage, running_site

FIRST_BYTES = 14 * 1024
ALL_BYTES = 50 * 1024
REQUESTS = 5
LCP_MS = 1000.0
TBT_MS = 50.0
TRIES = 5  # of a page whose timings count: their median does
PARTS = ("transfer", "axe", "lighthouse")


@dataclass(frozen=True)
class Figure:
    """One measured figure beside its limit; a timing depends on the machine's load."""

    page: str
    name: str
    value: float
    limit: float
    at_least: bool = False
    timing: bool = False

    @property
    def kept(self) -> bool:
        """Tell whether the budget is kept."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def transfer_figures(seen: Look, largest: int) -> Iterator[Figure]:
    """Give what a question page sends; `largest` is by how much the largest question's HTML is larger."""
    page = f"question ({seen.language})"
    yield Figure(page, "bytes before first paint", seen.before_paint, FIRST_BYTES)
    yield Figure(page, "the same, largest question", seen.before_paint + largest, FIRST_BYTES)
    total = sum(one.size for one in seen.without_pictures)
    yield Figure(page, "bytes in all, without pictures", total, ALL_BYTES)
    yield Figure(page, "requests, without pictures", len(seen.without_pictures), REQUESTS)


def larger_than(site: str, path: str, prefix: str) -> int:
    """Return how many bytes more the largest published question's page has than this one, compressed."""
    headers = {"Accept-Encoding": "br"}
    with httpx.Client(base_url=site, headers=headers, timeout=30) as client:
        slugs = []
        page: str | None = "/api/v1/questions/?page_size=100"
        while page:
            listed = client.get(page).json()
            slugs += [question["slug"] for question in listed["results"]]
            page = listed["next"]
        paths = [path, *(f"/questions/{slug}/" for slug in slugs)]
        sizes = [int(client.get(f"{prefix}{one}").headers["Content-Length"]) for one in paths]
    return max(sizes) - sizes[0]


def audit_figures(audited: Audited) -> Iterator[Figure]:
    """Give the scores of a page and its layout shift, and of a timed page its timings."""
    page = audited.audit.name
    for category, score in audited.scores.items():
        yield Figure(page, category, score, 100, at_least=True, timing=category == "performance")
    yield Figure(page, "CLS", round(audited.cls, 4), 0)
    if audited.audit.timed:
        many = f"median of {len(audited.lcps)}"
        yield Figure(page, f"LCP, ms, {many}", round(audited.lcp), LCP_MS, timing=True)
        yield Figure(page, f"TBT, ms, {many}", round(audited.tbt), TBT_MS, timing=True)


def write_table(figures: Iterable[Figure], judge_timings: bool) -> str:
    """Write the figures as a table in Markdown."""
    rows = ["| page | figure | measured | budget | |", "|---|---|---|---|---|"]
    for one in figures:
        sign = "≥" if one.at_least else "≤"
        word = "kept" if one.kept else "BROKEN" if judge_timings or not one.timing else "missed, not judged"
        rows.append(f"| {one.page} | {one.name} | {one.value:g} | {sign} {one.limit:g} | {word} |")
    return "\n".join(rows)


def measure(parts: set[str], pages: re.Pattern[str]) -> tuple[list[Figure], list[str]]:
    """Measure the parts asked for; return figures, and what was found where nothing may be found."""
    tools = find_tools()
    figures: list[Figure] = []
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        environment = environment_of(Path(folder), None) | {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}
        browser = playwright.chromium.launch(executable_path=tools.chromium, args=tools.flags)
        with running_site(environment) as site:
            manage(environment, "createsuperuser", "--noinput", "--username", EDITOR, "--email", "")
            seeded = seed(browser, site, "zh-CN")
            visits = all_visits(seeded.paths)
            if "axe" not in parts:
                visits = [visit for visit in visits if visit.counted]
            visits = [visit for visit in visits if pages.search(visit.name)]
            say(f"{len(visits)} pages and states in two languages and two schemes")
            for prefix, locale in (("", "zh-CN"), ("/en", "en-GB")) if parts & {"transfer", "axe"} else ():
                looks = []
                with readers(browser, site, seeded, locale) as contexts:
                    for visit in visits:
                        looks.append(look(contexts[visit.reader], visit, prefix, tools.axe))
                        found += told(looks[-1])
                for seen in looks:
                    if seen.visit.counted and "transfer" in parts:
                        figures += transfer_figures(seen, larger_than(site, seen.visit.path, prefix))
                if looks and "axe" in parts:
                    broken = sum(len(seen.violations) for seen in looks)
                    name = f"all {len(looks)} ({looks[0].language})"
                    figures.append(Figure(name, "axe violations, light and dark", broken, 0))
                    faults = sum(len(seen.faults) for seen in looks)
                    figures.append(Figure(name, "other hosts, policy, console, status", faults, 0))
                    shifts = sum(len(seen.shifts) for seen in looks)
                    figures.append(Figure(name, "layout shifts", shifts, 0))
            browser.close()
            if "lighthouse" in parts:
                say("Lighthouse")
                audits = [one for one in all_audits(dict(seeded.paths)) if pages.search(one.name)]
                for audited in run_audits(tools, site, seeded, audits, TRIES):
                    figures += audit_figures(audited)
                    found += [f"{audited.audit.name}: {line}" for line in audited.failed]
                    lcps = ", ".join(f"{lcp:.0f}" for lcp in audited.lcps)
                    say(f"{audited.audit.name}: LCP {lcps} ms at a load of {os.getloadavg()[0]:.1f}")
    return figures, found


def told(seen: Look) -> list[str]:
    """Tell at once, and return, what is wrong with a page."""
    wrong = (*seen.faults, *seen.violations, *(f"layout shift of {line}" for line in seen.shifts))
    lines = [f"{seen.visit.name} ({seen.language}): {line}" for line in wrong]
    for line in lines:
        say(line)
    return lines


def say(text: str) -> None:
    """Tell what is being done, with the time since the start."""
    print(f"{time.monotonic() - STARTED:5.0f} s  {text}", flush=True)


def main() -> int:
    """Measure, print, write, judge."""
    parser = argparse.ArgumentParser(prog="make e2e", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--pages", type=re.compile, default=re.compile(""), help="those that this finds")
    parser.add_argument("--timings", choices=("judge", "print"), default="judge")
    given = parser.parse_args()
    figures, found = measure(set(given.only), given.pages)
    table = write_table(figures, given.timings == "judge")
    report = "\n".join([table, *(f"- {line}" for line in found)])
    (ROOT / "var").mkdir(exist_ok=True)
    (ROOT / "var" / "budgets.md").write_text(f"{report}\n")
    whole = {"figures": [asdict(one) | {"kept": one.kept} for one in figures], "found": found}
    (ROOT / "var" / "budgets.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1))
    say("done")
    print(report)
    broken = [one for one in figures if not one.kept and (given.timings == "judge" or not one.timing)]
    return 1 if broken else 0


STARTED = time.monotonic()
if __name__ == "__main__":
    sys.exit(main())
