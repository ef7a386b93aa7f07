"""A quiz with an item of every kind in a real browser: by keyboard alone, and without script."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.conftest import PATIENCE, until

pytestmark = pytest.mark.browser
KINDS = ("single", "multiple", "true_false", "cloze", "matching", "ordering", "numeric", "open")


def address_of_every_kind(site: str, page: Page, **more: str) -> str:
    """Return the address of a quiz with one item of each kind."""
    refs = []
    for kind in KINDS:
        answer = page.request.post(
            f"{site}/api/v1/quizzes/", data={"kinds": [kind], "number": 1, "seed": "2"}
        )
        refs.append(answer.json()["items"][0]["ref"])
    query = [("items", ref) for ref in refs] + [("number", "8"), ("seed", "1"), *more.items()]
    return f"{site}/quizzes/new/?{urlencode(query)}"


def kind_of(site: str, page: Page) -> tuple[str, dict[str, Any]]:
    """Return the kind of the item that the page shows, and the item as the API shows it."""
    _, pk, position, *_ = re.split(r"/quizzes/([0-9a-f-]+)/(\d+)/", page.url)
    item = page.request.get(f"{site}/api/v1/quizzes/{pk}/").json()["items"][int(position) - 1]
    return item["kind"], item


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what the selector names has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    pytest.fail(f"Tab does not reach {selector}")


def answer_by_keyboard(page: Page, kind: str, *, onward: str) -> None:
    """Give some answer; `onward` is the text of the button that takes it."""
    if kind in ("single", "true_false"):
        page.keyboard.press("b")
        page.keyboard.press("a")
        expect(page.locator("main .opt input").first).to_be_checked()
    elif kind == "multiple":
        page.keyboard.press("1")
        page.keyboard.press("2")
        expect(page.locator("main .opt input:checked")).to_have_count(2)
    elif kind == "cloze":
        for blank in range(page.locator(".blank").count()):
            tab_to(page, f"[name=blank{blank}]")
            page.keyboard.type("words")
    elif kind == "matching":
        for term in range(page.locator("main select").count()):
            tab_to(page, f"#term{term}")
            page.keyboard.press("ArrowDown")
    elif kind == "ordering":
        first = page.locator(".ord li > span").first
        before = first.inner_text()
        tab_to(page, "button[name=move][value$=':down']")
        page.keyboard.press("Enter")
        expect(first).not_to_have_text(before)
        expect(page.locator("order-list [role=status]")).to_have_text(re.compile("2"))
    elif kind == "numeric":
        tab_to(page, "#number")
        page.keyboard.type("12.5")
    else:
        tab_to(page, "#text")
        page.keyboard.type("words")
    if kind in ("single", "true_false", "multiple", "cloze", "numeric"):
        page.keyboard.press("Enter")
    else:
        button = page.get_by_role("button", name=onward)
        for _ in range(30):
            page.keyboard.press("Tab")
            if button.evaluate("one => one === document.activeElement"):
                break
        page.keyboard.press("Enter")


def test_a_quiz_of_every_kind_by_keyboard_alone(site: str, page: Page) -> None:
    page.goto(address_of_every_kind(site, page))
    page.wait_for_load_state("load")
    page.keyboard.press("Enter")
    seen = set()
    for number in range(1, 9):
        expect(page).to_have_url(re.compile(rf"/quizzes/[0-9a-f-]+/{number}/$"), timeout=PATIENCE)
        page.wait_for_load_state("load")
        kind, _ = kind_of(site, page)
        seen.add(kind)
        answer_by_keyboard(page, kind, onward="看答案" if kind == "open" else "提交")
        if kind == "open":
            expect(page).to_have_url(re.compile("#answer$"))
            page.wait_for_load_state("load")
            tab_to(page, "input[name=point]")
            page.keyboard.press("Space")
            expect(page.locator("input[name=point]").first).to_be_checked()
            page.keyboard.press("2")
        expect(page.locator("#feedback")).to_be_visible()
        page.wait_for_load_state("load")
        page.keyboard.press("?")
        expect(page.locator("dialog.keys")).to_be_visible()
        page.keyboard.press("Escape")
        until(page, "() => !document.activeElement.closest('dialog')")  # a frame after it is hidden
        page.keyboard.press("Enter")
    assert seen == set(KINDS)
    expect(page).to_have_url(re.compile(r"/results/$"))
    expect(page.locator("main h1")).to_contain_text("8 题")


def test_an_exam_of_every_kind_by_keyboard_alone(site: str, page: Page) -> None:
    page.goto(address_of_every_kind(site, page, mode="exam"))
    page.wait_for_load_state("load")
    page.keyboard.press("Enter")
    for number in range(1, 9):
        expect(page).to_have_url(re.compile(rf"/quizzes/[0-9a-f-]+/{number}/$"), timeout=PATIENCE)
        page.wait_for_load_state("load")
        kind, _ = kind_of(site, page)
        if number == 1:
            page.keyboard.press("f")
            expect(page.locator("[name=flag]")).to_have_attribute("aria-pressed", "true")
            page.wait_for_load_state("load")
        answer_by_keyboard(page, kind, onward="保存，检查" if number == 8 else "保存，下一题")
    expect(page).to_have_url(re.compile(r"/finish/$"))
    expect(page.locator("main h1")).to_contain_text("8 题中已答 8 题")
    page.wait_for_load_state("load")
    tab_to(page, "main form button.btn-ink")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/results/$"))


def answer_without_script(page: Page, kind: str) -> None:
    """Give some answer and send it by its button."""
    if kind in ("single", "multiple", "true_false"):
        page.locator("main .opt input").first.check()
    elif kind == "cloze":
        for blank in page.locator(".blank").all():
            blank.fill("words")
    elif kind == "matching":
        for choice in page.locator("main select").all():
            choice.select_option(index=1)
    elif kind == "ordering":
        before = page.locator(".ord li > span").first.inner_text()
        page.locator("button[name=move][value$=':down']").first.click()
        expect(page.locator(".ord li > span").first).not_to_have_text(before)
    elif kind == "numeric":
        page.locator("#number").fill("12.5")
    else:
        page.locator("#text").fill("words")
    page.locator("form.answering .dock .btn-ink").click()


def test_a_quiz_of_every_kind_without_script(site: str, plain_page: Page) -> None:
    page = plain_page
    page.goto(address_of_every_kind(site, page))
    page.locator("main form[method=post] button").first.click()
    for _ in range(8):
        kind, _item = kind_of(site, page)
        answer_without_script(page, kind)
        if kind == "open":
            page.locator("input[name=point]").first.check()
            page.locator("button[name=grade][value=partly]").click()
        expect(page.locator("#feedback")).to_be_visible()
        page.locator("main .dock a.btn-ink").click()
    expect(page.locator("main h1")).to_contain_text("8 题")
    page.get_by_role("link", name=re.compile("只练这些")).click()
    expect(page).to_have_url(re.compile("items="))


def test_an_exam_of_every_kind_without_script(site: str, plain_page: Page) -> None:
    page = plain_page
    page.goto(address_of_every_kind(site, page, mode="exam"))
    page.locator("main form[method=post] button").first.click()
    for _ in range(8):
        kind, _item = kind_of(site, page)
        answer_without_script(page, kind)
    expect(page.locator("main h1")).to_contain_text("8 题中已答 8 题")
    page.locator("main form button.btn-ink").click()
    expect(page).to_have_url(re.compile(r"/results/$"))


def test_an_interview_without_script_goes_on_in_a_second_window(site: str, plain_page: Page) -> None:
    page = plain_page
    page.goto(f"{site}/quizzes/new/?mode=interview&number=2&seed=3")
    page.locator("main form[method=post] button").first.click()
    page.locator("button[name=speak]").click()
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("#text").fill("words")
    other.locator("button[name=reveal]").click()
    page.locator("button[name=reveal]").click()  # the older window: the first text stays
    expect(page.locator(".said-text")).to_have_text("words")
    page.locator("button[name=grade][value=got]").click()
    page.locator("button[name=skip]").click()
    expect(page.locator("main h1")).to_have_text("评分表")


def test_an_exam_saves_before_it_goes_on_however_slow_the_net(site: str, page: Page) -> None:
    def slowly(route: Route) -> None:
        if "x-autosave" not in route.request.headers:
            return route.continue_()
        answer = route.fetch()  # it is saved, and the page does not know yet
        page.wait_for_timeout(700)
        return route.fulfill(response=answer)

    page.goto(f"{site}/quizzes/new/?kinds=multiple&number=2&seed=4&mode=exam")
    page.locator("main form[method=post] button").first.click()
    page.wait_for_load_state("load")
    page.route("**/quizzes/**", slowly)
    options = page.locator("main .opt input")
    with page.expect_request(lambda request: "x-autosave" in request.headers):
        options.nth(0).check()
    page.wait_for_timeout(300)
    options.nth(1).check()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/2/$"), timeout=PATIENCE)
    page.goto(page.url.replace("/2/", "/1/"))
    expect(page.locator("main .opt input:checked")).to_have_count(2)


def exam_begun(page: Page, site: str) -> str:
    """Begin an exam of three, answer the first item, and return the exam's address."""
    page.goto(f"{site}/quizzes/new/?kinds=single&number=3&seed=4&mode=exam")
    page.locator("main form[method=post] button").first.click()
    expect(page).to_have_url(re.compile(r"/1/$"), timeout=PATIENCE)
    address = page.url.removesuffix("1/")
    page.locator("main .opt input").nth(1).check()
    page.locator("form.answering .dock .btn-ink").click()
    expect(page).to_have_url(f"{address}2/", timeout=PATIENCE)
    return address


@pytest.mark.parametrize("with_script", [True, False])
def test_an_exam_is_interrupted_and_resumed(site: str, browser: Browser, with_script: bool) -> None:
    """The browser is closed in the middle and opened again: the exam offers itself, with what was saved."""
    with browser.new_context(java_script_enabled=with_script, locale="zh-CN") as context:
        address = exam_begun(context.new_page(), site)
        kept = context.storage_state()
    with browser.new_context(java_script_enabled=with_script, locale="zh-CN", storage_state=kept) as context:
        page = context.new_page()
        page.goto(f"{site}/quizzes/")
        page.locator(f"main a[href='{address.removeprefix(site)}']").first.click()
        expect(page).to_have_url(f"{address}2/")
        page.goto(f"{address}1/")
        expect(page.locator("main .opt input").nth(1)).to_be_checked()
        for number in (1, 2, 3):
            page.goto(f"{address}{number}/")
            page.locator("main .opt input").first.check()
            page.locator("form.answering .dock .btn-ink").click()
            expect(page).not_to_have_url(f"{address}{number}/", timeout=PATIENCE)
        page.locator("main form button.btn-ink").click()
        expect(page).to_have_url(f"{address}results/")
        page.goto(f"{address}1/")
        expect(page.locator("form.answering")).to_have_count(0)  # it is over
