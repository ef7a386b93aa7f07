"""The playground in a browser: keys, mouse, sliders, links, and a model that goes away."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = pytest.mark.browser
RUN_MILLISECONDS = 90_000  # patience of a loaded machine
ONE = ["ArrowRight", "ArrowUp", "ArrowUp", "ArrowUp", "Space", *["Shift+ArrowDown"] * 7]


def answer(page: Page, nth: int = 0) -> str:
    return page.locator("[data-part=compare] .says b").nth(nth).inner_text()


def test_a_digit_is_drawn_and_read_by_keyboard_alone(site: str, page: Page) -> None:
    page.goto(f"{site}/labs/playground/?question=left-digit&only=")
    page.locator("button[name=clear][value=left]").focus()
    page.keyboard.press("Enter")
    page.locator(".pad").first.focus()
    for key in ONE:
        page.keyboard.press(key)
    expect(page.locator("[data-part=compare] .says b")).to_have_text("1")
    expect(page.locator("[data-cursor]").first).to_have_text(re.compile("8.*5.*16"))
    expect(page).to_have_url(re.compile(r"left=[0-9a-g]{64}&"))
    for key in ("Delete", "ArrowUp", "Backspace"):
        page.keyboard.press(key)
    drawn = page.locator("#left").input_value()
    assert drawn[4::8] == "g" * 6 + "00"
    expect(page).to_have_url(re.compile(drawn))
    page.reload()
    assert page.locator("#left").input_value() == drawn


def test_a_stroke_of_the_mouse_leaves_no_gap_and_the_address_can_be_shared(site: str, page: Page) -> None:
    page.goto(f"{site}/labs/playground/?question=right-digit&only=")
    page.locator("button[name=clear][value=right]").click()
    pad = page.locator(".pad").nth(1)
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    cell = box["width"] / 8
    page.mouse.move(box["x"] + 3.5 * cell, box["y"] + 0.5 * cell)
    page.mouse.down()
    page.mouse.move(box["x"] + 3.5 * cell, box["y"] + 7.5 * cell, steps=2)
    page.mouse.up()
    drawn = page.locator("#right").input_value()
    assert drawn[3::8] == "g" * 8
    expect(page).to_have_url(re.compile(drawn))
    expect(page.locator("[data-part=compare] .says b")).to_have_text("1")


def test_adapters_are_switched_mixed_and_merged_without_a_new_page(site: str, page: Page) -> None:
    page.goto(f"{site}/labs/playground/?left=8&right=9&question=left-digit&only=")
    page.evaluate("window.same = true")
    page.locator("button[name=only][value=zh-r8]").click()
    expect(page.locator("[data-part=compare] .says b").first).to_have_text("三")
    expect(page.locator("[data-status]")).to_contain_text("三")
    page.locator("[name=w-gap-r8]").fill("0.5")
    expect(page.locator("table.alone tbody tr")).to_have_count(2)
    said = answer(page)
    page.locator("[name=merge][value=on]").check()
    expect(page.locator(".merge")).to_contain_text(re.compile(r"e-0\d"))
    assert answer(page) == said
    expect(page).to_have_url(re.compile(r"w-gap-r8=0\.5&w-zh-r8=1&merge=on"))
    assert page.evaluate("window.same")
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    assert answer(page) == said
    expect(page.locator("[name=merge][value=on]")).to_be_checked()


def test_a_ready_example_fills_the_form(site: str, page: Page) -> None:
    page.goto(f"{site}/labs/playground/")
    page.locator("a[data-fill]").last.click()
    expect(page.locator("#question")).to_have_value("left-digit")
    expect(page.locator("[name=w-gap-r8]")).to_have_value("0")
    assert page.locator("#left").input_value() == "0" * 64


def test_the_page_does_not_jump_while_one_draws(site: str, page: Page) -> None:
    page.goto(f"{site}/labs/playground/?question=left-digit&w-zh-r8=1")
    page.wait_for_load_state("networkidle")
    height = page.evaluate("document.documentElement.scrollHeight")
    page.locator("button[name=next][value=right]").click()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollHeight") == height
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_without_script_the_buttons_and_examples_work(site: str, plain_page: Page) -> None:
    plain_page.goto(f"{site}/labs/playground/")
    plain_page.locator("button[name=only][value=flip-r8]").click()
    assert plain_page.locator("[name=w-flip-r8]").input_value() == "1"
    plain_page.locator("button[name=mirror][value=left]").click()
    assert plain_page.locator("#left").input_value().endswith("m")
    plain_page.locator("#question").select_option("left-digit")
    plain_page.locator("button.btn-run").click()
    expect(plain_page.locator("[data-part=compare] .says b").first).to_have_text("3")
    plain_page.locator("[name=w-flip-r8]").press("Enter")  # the same question again, no other picture
    assert plain_page.locator("#left").input_value().endswith("m")
    plain_page.locator("a[data-fill]").nth(1).click()
    expect(plain_page.locator("[data-part=compare] .says b").first).to_have_text("七")


def test_a_model_that_goes_away_leaves_the_last_answer_in_sight_and_is_asked_again(
    site: str, browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{site}/en/labs/playground/?left=8&right=9&question=left-digit&only=")
    gone = True

    def serve(route: Route) -> None:
        if gone:
            route.fulfill(status=503, headers={"Retry-After": "1"}, body="")
        else:
            route.continue_()

    page.route("**/answer/**", serve)
    page.locator("#question").select_option("right-digit")
    expect(page.locator("[data-down-note]")).to_be_visible()
    assert answer(page) == "3"
    gone = False
    expect(page.locator("[data-part=compare] .says b")).to_have_text("7", timeout=10_000)
    expect(page.locator("[data-down-note]")).to_be_hidden()
    page.close()


def test_an_adapter_trained_in_a_lab_is_used_by_its_link(site: str, page: Page) -> None:
    page.goto(f"{site}/en/labs/training/?task=zh&r=2&lora_alpha=2&steps=160")
    page.locator("main form[method=post] button.btn-run").click()
    link = page.locator("a[href*='playground/?adapter=']").first
    expect(link).to_be_visible(timeout=RUN_MILLISECONDS)
    link.click()
    expect(page.locator("[data-part=compare] .says b").first).to_have_text("三")
    own = page.locator("[name^=w-][value='1']")
    name = own.get_attribute("name")
    own.fill("0")
    expect(page.locator("[data-part=compare] .says b")).to_have_count(1)
    expect(page.locator("[data-part=compare] .says b")).to_have_text("3")
    page.goto(f"{site}/en/labs/playground/")
    page.locator("#adapter").select_option(index=1)
    expect(page.locator(f"[name='{name}']")).to_have_value("1")
    page.locator("form[action$='/delete/'] button").click()
    expect(page.locator("#adapter")).to_have_count(0)
