"""Searching as one types, by keyboard, and without script."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
WAITED = 600  # milliseconds; the field waits 180 before it asks


@contextmanager
def asked(page: Page, path: str) -> Iterator[list[str]]:
    """Collect the addresses asked for below a path."""
    addresses: list[str] = []

    def note(request: object) -> None:
        url: str = request.url  # type: ignore[attr-defined]
        if path in url:
            addresses.append(url)

    page.on("request", note)
    yield addresses
    page.remove_listener("request", note)


@pytest.fixture
def wide_page(browser: Browser) -> Iterator[Page]:
    """Open a page on a desk; any script error fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert not complaints, complaints


def test_results_follow_what_is_typed_and_the_focus_stays(site: str, page: Page) -> None:
    page.goto(f"{site}/en/search/")
    field = page.locator("#q")
    field.press_sequentially("QLoRA", delay=20)
    expect(page.locator(".hits mark").first).to_have_text("QLoRA")
    expect(page).to_have_url(f"{site}/en/search/?q=QLoRA")
    expect(field).to_be_focused()
    said = page.locator(".said")
    expect(said).to_have_text(re.compile(r"^\d+ questions?$"))
    assert said.inner_text().split()[0] == str(page.locator(".hits > li").count())
    switch = page.locator('.tools a[hreflang="zh-Hans"]')
    expect(switch).to_have_attribute("href", f"{site}/search/?q=QLoRA")
    field.press("Escape")
    expect(page.locator(".hits")).to_have_count(0)
    expect(page).to_have_url(f"{site}/en/search/")
    expect(said).to_be_empty()


def test_fast_typing_asks_once_and_shows_the_last_answer(site: str, page: Page) -> None:
    page.goto(f"{site}/en/search/")
    with asked(page, "/search/results/") as addresses:
        page.locator("#q").press_sequentially("rank", delay=10)
        expect(page.locator(".hits mark").first).to_be_visible()
    assert addresses == [f"{site}/en/search/results/?q=rank"]


def test_a_slow_older_answer_never_replaces_a_newer_one(site: str, page: Page) -> None:
    page.goto(f"{site}/en/search/")
    held = []
    page.route(re.compile(r"results/\?q=merge$"), lambda route: held.append(route))
    page.locator("#q").fill("merge")
    page.wait_for_timeout(WAITED)
    assert len(held) == 1
    page.locator("#q").fill("QLoRA")
    expect(page.locator(".hits mark").first).to_have_text("QLoRA")
    held[0].abort()
    expect(page.locator(".hits mark").first).to_have_text("QLoRA")
    expect(page.locator(".results")).not_to_have_attribute("aria-busy", "true")


def test_nothing_is_asked_while_characters_are_composed(site: str, page: Page) -> None:
    page.goto(f"{site}/search/")
    page.locator("#q").focus()
    keys = page.context.new_cdp_session(page)
    with asked(page, "/search/results/") as addresses:
        for text in ("w", "we", "wei", "wei'tiao"):
            keys.send(
                "Input.imeSetComposition",
                {"text": text, "selectionStart": len(text), "selectionEnd": len(text)},
            )
            page.wait_for_timeout(100)
        page.wait_for_timeout(WAITED)
        assert addresses == []
        keys.send("Input.insertText", {"text": "微调"})
        expect(page.locator(".hits mark").first).to_have_text("微调")
    assert len(addresses) == 1
    expect(page.locator("#q")).to_have_value("微调")


def test_back_and_forward_go_through_what_was_sent(site: str, page: Page) -> None:
    page.goto(f"{site}/en/search/?q=LoRA")
    field = page.locator("#q")
    field.fill("rank")
    field.press("Enter")
    expect(page).to_have_url(f"{site}/en/search/?q=rank")
    expect(page.locator(".hits mark").first).to_have_text(re.compile("rank", re.IGNORECASE))
    page.go_back()
    expect(field).to_have_value("LoRA")
    expect(page.locator(".hits mark").first).to_have_text("LoRA")
    page.go_forward()
    expect(field).to_have_value("rank")
    expect(page.locator(".hits mark").first).to_have_text(re.compile("rank", re.IGNORECASE))


def test_filters_and_order_act_at_once_and_keep_their_place(site: str, wide_page: Page) -> None:
    page = wide_page
    page.goto(f"{site}/en/search/?q=LoRA")
    before = page.locator(".hits > li").count()
    box = page.locator('input[name=difficulty][value="3"]')
    count = int(page.locator("label").filter(has=box).locator(".meta").inner_text())
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator(".hits > li")).to_have_count(count)
    expect(page.locator('input[name=difficulty][value="3"]')).to_be_focused()
    expect(page.locator('input[name=difficulty][value="3"]')).to_be_checked()
    expect(page).to_have_url(f"{site}/en/search/?q=LoRA&difficulty=3")
    page.locator("#sort").select_option("number")
    expect(page).to_have_url(re.compile("sort=number"))
    expect(page.locator(".results")).not_to_have_attribute("aria-busy", "true")
    numbers = [
        int(text.split()[1]) for text in page.locator(".hits .facts > span:first-child").all_inner_texts()
    ]
    assert numbers == sorted(numbers)
    page.locator(".picked a").first.click()
    expect(page.locator(".hits > li")).to_have_count(before)
    expect(page.locator(".picked")).to_have_count(0)
    page.go_back()
    expect(page.locator(".hits > li")).to_have_count(count)


def test_arrows_go_through_the_hits_and_escape_comes_back(site: str, page: Page) -> None:
    page.goto(f"{site}/en/search/?q=LoRA")
    page.locator("body").press("/")
    field = page.locator("#q")
    expect(field).to_be_focused()
    links = page.locator(".hits h2 a")
    page.keyboard.press("ArrowDown")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/en/questions/"))


def test_the_head_shows_the_closest_questions(site: str, wide_page: Page) -> None:
    page = wide_page
    page.goto(f"{site}/topics/")
    page.locator("body").press("/")
    field = page.locator("#find")
    expect(field).to_be_focused()
    field.press_sequentially("微调")
    below = page.locator("find-panel .below")
    expect(below.locator("mark").first).to_have_text("微调")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(below.locator("a").first).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(below).to_be_hidden()
    expect(field).to_have_value("")
    field.fill("RLHF")
    expect(below).to_be_visible()
    field.press("Enter")
    expect(page).to_have_url(f"{site}/search/?q=RLHF")


def test_the_head_on_a_phone_leads_to_the_field(site: str, page: Page) -> None:
    page.goto(f"{site}/topics/")
    page.locator("body").press("/")
    expect(page).to_have_url(f"{site}/search/#q")
    expect(page.locator("#q")).to_be_focused()


def test_what_cannot_be_reached_is_said_and_the_results_stay(site: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{site}/en/search/?q=LoRA")
    count = page.locator(".hits > li").count()
    context.set_offline(True)
    page.locator("#q").fill("rank")
    expect(page.locator(".said")).to_contain_text("cannot be reached")
    assert page.locator(".hits > li").count() == count
    context.close()


def test_everything_works_without_script(site: str, plain_page: Page) -> None:
    page = plain_page
    page.goto(f"{site}/en/search/")
    page.locator("#q").fill("LoRA")
    page.locator("#q").press("Enter")
    everything = page.locator(".hits > li").count()
    page.locator('input[name=difficulty][value="2"]').check()
    page.locator("#sort").select_option("easiest")
    page.locator(".sort button").click()
    expect(page).to_have_url(f"{site}/en/search/?q=LoRA&difficulty=2&sort=easiest")
    assert 0 < page.locator(".hits > li").count() < everything
    page.locator(".picked .all").click()
    expect(page).to_have_url(f"{site}/en/search/?q=LoRA&sort=easiest")
    assert page.locator(".hits > li").count() == everything
    page.goto(f"{site}/en/search/?q=LorRA")
    page.locator(".tries a").first.click()
    expect(page).to_have_url(f"{site}/en/search/?q=LoRA")
