"""A lab's run in a real browser: watched, stopped, shared by its link."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
RUN_MILLISECONDS = 90_000  # patience of a loaded machine; a run ends itself after 60 s
RUNS = re.compile(r"/labs/runs/[0-9a-f-]+/$")


def run(page: Page, site: str, lab: str, query: str) -> str:
    """Start a run and return its address."""
    page.goto(f"{site}/labs/{lab}/?{query}")
    page.locator("main form[method=post] button.btn-run").click()
    expect(page).to_have_url(RUNS, timeout=RUN_MILLISECONDS)
    return page.url


def test_a_run_is_stopped_and_its_link_says_so_to_others(site: str, page: Page, plain_page: Page) -> None:
    address = run(page, site, "rlhf", "seed=31&steps=300")
    plain_page.goto(address)
    expect(plain_page.locator("form[action$='/cancel/']")).to_have_count(0)  # only its owner stops it
    page.locator("form[action$='/cancel/'] button").click()
    expect(page.locator("[data-status]")).to_have_text("已取消", timeout=RUN_MILLISECONDS)
    plain_page.goto(address)
    expect(plain_page.locator("[data-status]")).to_have_text("已取消")
    plain_page.locator("main form[action='/labs/rlhf/'] button.btn-ink").click()
    expect(plain_page).to_have_url(re.compile("seed=31"))  # its settings, to run it again


def test_a_run_without_script_goes_to_its_end_and_is_shared(site: str, plain_page: Page, page: Page) -> None:
    address = run(plain_page, site, "initialisation", "seed=32&steps=20&arms=claimed")
    expect(plain_page.locator(".verdict h3")).to_be_visible(timeout=RUN_MILLISECONDS)  # it reloads itself
    told = plain_page.locator(".verdict").inner_text()
    page.goto(address)
    assert page.locator(".verdict").inner_text() == told
    page.goto(address.replace("/labs/runs/", "/en/labs/runs/"))
    expect(page.locator(".verdict h3")).to_be_visible()
