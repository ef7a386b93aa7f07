"""Reviewing in a real browser: by keyboard alone, and without script."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def add_topic(site: str, page: Page) -> None:
    page.goto(f"{site}/review/")
    page.locator(".adds button").last.click()
    expect(page.locator("[role=status]")).to_be_visible()


def reveal(page: Page, key: str) -> None:
    """Press the key that shows the answer, once the page's scripts listen."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)
    expect(page.locator("button[data-main]")).to_be_enabled()


def test_a_review_by_keyboard_alone(site: str, page: Page) -> None:
    add_topic(site, page)
    page.wait_for_load_state("load")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/review/card/")
    page.wait_for_load_state("load")
    first = page.locator(".card .stem").first.inner_text()
    expect(page.locator(".rating")).to_be_hidden()
    page.keyboard.press("4")  # nothing: the answer was not seen
    expect(page.locator(".card .stem").first).to_have_text(first)
    reveal(page, "Space")
    page.keyboard.press("Space")  # Good
    expect(page.locator(".card .stem").first).not_to_have_text(first)
    page.wait_for_load_state("load")
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile("said=undone"))
    expect(page.locator(".card .stem").first).to_have_text(first)
    reveal(page, "Enter")
    page.keyboard.press("4")
    expect(page.locator(".card .stem").first).not_to_have_text(first)
    page.wait_for_load_state("load")
    page.keyboard.press("?")
    expect(page.locator("dialog.keys")).to_contain_text("复习时")
    page.keyboard.press("?")
    page.goto(f"{site}/progress/")
    expect(page.locator(".cal rect.c4")).to_have_count(1)
    page.wait_for_load_state("load")
    days = page.locator(".cal rect title").all_text_contents()
    said = page.locator(".readout")
    page.locator(".cal").focus()
    page.keyboard.press("ArrowLeft")
    expect(said).to_have_text(days[-8])  # the same weekday a week ago
    page.keyboard.press("End")
    expect(said).to_have_text(re.compile(rf"^{re.escape(days[-1])}$"))
    page.keyboard.press("Escape")
    expect(said).to_be_empty()


def test_a_review_without_script(site: str, plain_page: Page) -> None:
    add_topic(site, plain_page)
    plain_page.locator("main a.btn-ink").click()
    first = plain_page.locator(".card .stem").first.inner_text()
    expect(plain_page.locator(".rating")).to_be_hidden()
    plain_page.locator("summary").first.click()
    plain_page.locator(".rating button").last.click()
    expect(plain_page.locator(".card .stem").first).not_to_have_text(first)
    plain_page.locator("form[action$='/undo/'] button").click()
    expect(plain_page.locator(".card .stem").first).to_have_text(first)


def test_wrong_answers_of_a_quiz_come_to_the_notebook_and_history_moves_into_an_account(
    site: str, plain_page: Page
) -> None:
    plain_page.goto(f"{site}/quizzes/new/?number=4&seed=7&kinds=single")
    plain_page.locator("main form[method=post] button").first.click()
    for _ in range(4):
        plain_page.locator(".opt input").first.check()
        plain_page.locator("form.answering button.btn-ink").click()
        plain_page.locator("main a.btn-ink, main form button.btn-ink").first.click()
    plain_page.goto(f"{site}/review/wrong/?which=ever")
    wrong = plain_page.locator(".deck > li").count()
    assert 0 < wrong <= 4
    plain_page.goto(f"{site}/account/sign-up/")
    for name, value in (("username", "ming"), ("password1", "correct horse battery")):
        plain_page.locator(f"[name={name}]").fill(value)
    plain_page.locator("[name=password2]").fill("correct horse battery")
    plain_page.locator("main form button.btn-ink").click()
    expect(plain_page.locator("[role=status]")).to_be_visible()
    plain_page.goto(f"{site}/review/wrong/?which=ever")
    assert plain_page.locator(".deck > li").count() == wrong


def test_the_pages_of_memory_are_no_wider_than_a_phone(site: str, page: Page) -> None:
    for prefix in ("", "/en"):
        for path in ("/review/", "/review/cards/", "/review/settings/", "/progress/", "/account/sign-up/"):
            page.goto(f"{site}{prefix}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
            height = page.evaluate("document.querySelector('.top').offsetHeight")
            assert height < 110, f"{prefix}{path}: the head of the page takes a third line"
