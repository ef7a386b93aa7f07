"""Open a page and note what it asked for, what it complained of, and what axe says of it in both schemes."""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, Page, Request, Response

from tests.e2e.budgets.visits import READERS, Seeded, Visit

INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son\w+=")
OURS = "{ exclude: ['#api'] }"  # Swagger UI's markup and colours are not ours
AXE = f"async (options) => (await axe.run({OURS}, {{ resultTypes: ['violations'], ...options }})).violations"
# A scheme changes colours and nothing else, so every rule is asked in one and those of colour in the other.
SCHEMES: Mapping[str, Mapping[str, object]] = {
    "light": {},
    "dark": {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}},
}
PICTURES = ("Image", "Media")
QUIET_SECONDS = 0.3  # without a request under way: what scripts asked for has come
LONGEST_SECONDS = 15.0
# Layout shifts that no reader caused, and a wait until what scripts add at once was painted.
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().filter((entry) => !entry.hadRecentInput)))
  .observe({ type: "layout-shift", buffered: true });
"""
SHIFTED = """async () => {
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  await new Promise((done) => setTimeout(done)); // observers are told after the frame
  const at = ({ x, y, width, height }) => `${x},${y} ${width}×${height}`;
  const what = ([first]) =>
    first && `${first.node?.outerHTML?.slice(0, 60)} (${at(first.previousRect)} → ${at(first.currentRect)})`;
  return shifts.map(({ value, sources }) => `${value.toFixed(4)} by ${what(sources)}`);
}"""


@dataclass
class Sent:
    """One answer that the page asked for: its address, kind, and bytes as transferred, headers too."""

    url: str
    kind: str
    size: int = 0


@dataclass
class Look:
    """What one visit in one language showed."""

    visit: Visit
    language: str
    sent: list[Sent] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    shifts: list[str] = field(default_factory=list)

    @property
    def before_paint(self) -> int:
        """Return the bytes of the page and its style sheets: nothing is painted before them."""
        return sum(one.size for one in self.sent if one.kind in ("Document", "Stylesheet"))

    @property
    def without_pictures(self) -> list[Sent]:
        """Return everything but pictures; the icon, which the browser asks for itself, counts."""
        return [one for one in self.sent if one.kind not in PICTURES]


class Traffic:
    """What a page has asked for and not got yet; streams of events, which never end, aside."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.under_way: set[Request] = set()
        self.last = time.monotonic()
        page.on("request", self._asked)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)

    def _asked(self, request: Request) -> None:
        if request.resource_type != "eventsource":
            self.under_way.add(request)
            self.last = time.monotonic()

    def _ended(self, request: Request) -> None:
        self.under_way.discard(request)
        self.last = time.monotonic()

    def is_quiet(self) -> bool:
        """Tell whether nothing has been under way for a while."""
        return not self.under_way and time.monotonic() - self.last >= QUIET_SECONDS

    def shifts(self) -> list[str]:
        """Wait until the page is idle and painted, and list what moved; raises where it never rests."""
        until = time.monotonic() + LONGEST_SECONDS
        while not self.is_quiet():
            assert time.monotonic() < until, f"never idle: {[one.url for one in self.under_way]}"
            self.page.wait_for_timeout(50)
        found: list[str] = self.page.evaluate(SHIFTED)
        return found


@contextmanager
def readers(
    browser: Browser, site: str, seeded: Seeded, locale: str
) -> Iterator[Mapping[str, BrowserContext]]:
    """Give each reader a browser of their own."""
    contexts = {
        reader: browser.new_context(
            base_url=site, locale=locale, reduced_motion="reduce", service_workers="block"
        )
        for reader in READERS
    }
    for reader, context in contexts.items():
        context.add_cookies(seeded.cookies[reader])  # type: ignore[arg-type]
    yield contexts
    for context in contexts.values():
        context.close()


def look(context: BrowserContext, visit: Visit, prefix: str, axe: str) -> Look:
    """Open the page with an empty cache, and run axe on it in the light and the dark scheme."""
    page = context.new_page()
    seen = Look(visit, prefix.strip("/") or "zh")
    watch(page, seen)
    page.add_init_script(SHIFTS)
    try:
        examine(page, seen, visit.path if visit.one_address else f"{prefix}{visit.path}", axe)
    except (AssertionError, Error) as error:  # a page that cannot be looked at does not hide the others
        seen.faults.append(str(error).splitlines()[0])
    page.close()
    return seen


def examine(page: Page, seen: Look, path: str, axe: str) -> None:
    """Go to the page, bring it into its state, and note what is wrong."""
    visit, traffic = seen.visit, Traffic(page)
    response = page.goto(path, wait_until="networkidle" if visit.counted else "load")
    assert response is not None
    seen.faults += faults_of(response, visit)
    seen.shifts += traffic.shifts()
    visit.act(page)
    page.evaluate(axe)
    for scheme, options in SCHEMES.items():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        seen.violations += [f"{scheme}: {text}" for text in written(page.evaluate(AXE, options))]
    host = urlsplit(response.url).netloc
    seen.faults += [f"asked {one.url}" for one in seen.sent if urlsplit(one.url).netloc not in (host, "")]


def watch(page: Page, seen: Look) -> None:
    """Note every request with its size, and every complaint of the browser."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    by_id: dict[str, Sent] = {}

    def asked(event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            by_id[event["requestId"]] = Sent(event["request"]["url"], event["type"])
            seen.sent.append(by_id[event["requestId"]])

    def done(event: dict[str, Any]) -> None:
        if sent := by_id.get(event["requestId"]):
            sent.size = int(event["encodedDataLength"])

    def complained(text: str) -> None:
        expected = seen.visit.status != 200 or "refused" in seen.visit.name
        if not expected or not text.startswith("Failed to load resource"):
            seen.faults.append(text)

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.loadingFinished", done)
    page.on("pageerror", lambda error: complained(str(error)))
    page.on("console", lambda message: complained(message.text) if message.type == "error" else None)


def faults_of(response: Response, visit: Visit) -> Iterator[str]:
    """Tell what is wrong with the answer itself: status, policy, anything inline."""
    if response.status != visit.status:
        yield f"status {response.status} instead of {visit.status}"
    policy = response.header_value("content-security-policy") or ""
    if "default-src 'none'" not in policy or "unsafe" in policy:
        yield f"policy: {policy or 'none'}"
    if found := INLINE.search(response.text()):
        yield f"inline: {found.group()}"


def written(violations: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Write each violation as one line with its first place."""
    for violation in violations:
        nodes = violation["nodes"]
        target = " ".join(map(str, nodes[0]["target"]))
        yield f"{violation['id']} at {target} ({len(nodes)}): {violation['help']}"
