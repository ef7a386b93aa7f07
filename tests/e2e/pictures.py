"""Make the pictures that the READMEs show and those that links to the site are shared with: `make pictures`.

Starts a fresh site with the content we ship, runs a lab, and writes docs/pictures/ and static/share/ anew.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.budgets.tools import find_chromium, flags
from tests.e2e.running import ROOT, environment_of, running_site

RUN_MILLISECONDS = 90_000
LANGUAGES = {"zh": ("", "zh-CN"), "en": ("/en", "en-GB")}
SHARE_SIZE = (1200, 630)
# The home page's first screen without what is for clicking, its words and figure larger.
SHARE = """
html { font-size: 20px; }
:is(.nav, .find, .tools, .doors, .facts, .foot, .skip, .hero ~ *, .says, .lab-h) { display: none !important; }
.top { border: 0; padding-block-start: 24px; }
.brand { font-size: 32px; } .brand svg { width: 52px; height: 52px; }
.hero { grid-template-columns: 1fr 480px; padding-block: 24px 0; }
"""


@dataclass(frozen=True)
class Picture:
    """One picture: its file below the root without language and ending, and what it shows."""

    name: str
    path: str
    size: tuple[int, int] = (1280, 900)
    scheme: str = "light"
    style: str = ""

    def file(self, language: str) -> Path:
        """Return where it is kept for a language."""
        return ROOT / f"{self.name}-{language}.png"


def all_pictures(run: str) -> list[Picture]:
    """List every picture; `run` is the path of a finished run."""
    return [
        Picture("docs/pictures/question-1280", "/questions/lora-initialisation/"),
        Picture("docs/pictures/question-360", "/questions/lora-latency/", size=(360, 740)),
        Picture("docs/pictures/home-dark", "/", scheme="dark"),
        Picture("docs/pictures/run-1280", run),
        Picture("static/share/bank", "/", size=SHARE_SIZE, style=SHARE),
    ]


def run_a_lab(browser: Browser, site: str) -> str:
    """Start the lab of the home page and return the path of its run once that has ended."""
    page = browser.new_page(base_url=site, locale="zh-CN")
    page.goto("/")
    page.locator(".doors .btn-run").click()
    expect(page.locator(".verdict h3")).to_be_visible(timeout=RUN_MILLISECONDS)
    path = page.url.removeprefix(site)
    page.close()
    return path


def take(browser: Browser, site: str, picture: Picture, language: str) -> None:
    """Write one picture in one language."""
    prefix, locale = LANGUAGES[language]
    width, height = picture.size
    page = browser.new_page(
        base_url=site,
        locale=locale,
        viewport={"width": width, "height": height},
        color_scheme=picture.scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        service_workers="block",
        bypass_csp=bool(picture.style),
    )
    page.goto(prefix + picture.path)
    if picture.style:
        page.add_style_tag(content=picture.style)
    file = picture.file(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file)
    page.close()


def make_pictures(say: Callable[[str], None] = print) -> None:
    """Make all of them."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=[*flags(), "--hide-scrollbars"]
        )
        with running_site(environment_of(Path(folder), None)) as site:
            for picture in all_pictures(run_a_lab(browser, site)):
                for language in LANGUAGES:
                    take(browser, site, picture, language)
                    say(str(picture.file(language).relative_to(ROOT)))
        browser.close()


if __name__ == "__main__":
    make_pictures()
