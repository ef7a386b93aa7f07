"""A reader reports a mistake in three clicks, an editor answers, the reader reads the answer."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
QUESTION = "/questions/lora-initialisation/"
CHOOSE = """() => {
  const heading = [...document.querySelectorAll('.prose > h2[id]')][1];
  const range = document.createRange();
  range.selectNodeContents(heading.nextElementSibling);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  return [heading.id, heading.textContent.trim()];
}"""


def test_three_clicks_report_the_words_chosen_under_their_heading(site: str, page: Page) -> None:
    page.goto(f"{site}{QUESTION}")
    heading, title = page.evaluate(CHOOSE)
    page.locator(".about [data-report]").click()  # one
    query = parse_qs(urlsplit(page.url).query)
    assert query["place"] == [heading]
    assert 0 < len(query["quote"][0]) <= 300
    assert page.locator("#place").input_value() == heading
    page.locator("label", has=page.locator("[value=typo]")).click()  # two
    page.locator("main form button").click()  # three
    expect(page.locator("[role=status]")).to_be_visible()
    report = page.locator(".reports > li")
    expect(report).to_have_count(1)
    expect(report).to_contain_text(title)
    expect(report.locator(".state")).to_have_class("state open")


def test_without_words_chosen_the_heading_in_view_is_meant(site: str, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site}{QUESTION}")
    page.locator("#key-points").evaluate(
        "heading => heading.scrollIntoView({ behavior: 'instant', block: 'start' })"
    )
    page.locator(".toc [data-report]").click()
    assert page.locator("#place").input_value() in ("key-points", "mistakes")
    assert "quote" not in parse_qs(urlsplit(page.url).query)


def test_a_mistake_is_reported_without_script(site: str, plain_page: Page) -> None:
    plain_page.goto(f"{site}/en{QUESTION}")
    plain_page.locator(".about [data-report]").click()
    plain_page.locator("[value=wrong]").check()
    plain_page.locator("#place").select_option("key-points")
    plain_page.locator("#note").fill("Say so <b>plainly</b>.")
    plain_page.locator("main form button").click()
    expect(plain_page.locator(".reports .said")).to_have_text("Say so <b>plainly</b>.")
    expect(plain_page.locator(".reports > li")).to_contain_text("Key points")
