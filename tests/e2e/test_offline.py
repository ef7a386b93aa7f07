"""Offline and back in a real browser: pages read, answers given without a network, each counted once."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e.conftest import PATIENCE, until

pytestmark = pytest.mark.browser
QUESTION = "/questions/lora-initialisation/"
READY = "() => Boolean(navigator.serviceWorker.controller)"
ALL = """() => new Promise((resolve, reject) => {
  const opening = indexedDB.open("offline", 1);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const all = opening.result.transaction("answers").objectStore("answers").getAll();
    all.onsuccess = () => { opening.result.close(); resolve(all.result); };
  };
})"""
LEARNER = """() => new Promise((resolve, reject) => {
  const opening = indexedDB.open("offline", 1);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const note = opening.result.transaction("notes").objectStore("notes").get("learner");
    note.onsuccess = () => { opening.result.close(); resolve(note.result); };
  };
})"""
COPIES = """async (name) => {
  const found = [];
  for (const cache of (await caches.keys()).filter((one) => one.startsWith(name)))
    for (const key of await (await caches.open(cache)).keys()) found.push(new URL(key.url).pathname);
  return found;
}"""


@pytest.fixture
def context(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """Open a browser of its own, in which only our own site can be reached."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN", base_url=site)
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield context
    expect.set_options(timeout=5000)  # as it was
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Open a page whose worker serves it; any script error fails the test."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/")
    until(page, READY)
    yield page
    assert not errors, errors


def answers(page: Page) -> list[dict[str, Any]]:
    """Return what waits or was refused in this browser."""
    found: list[dict[str, Any]] = page.evaluate(ALL)
    return found


def wait_until_kept(page: Page, name: str, *paths: str) -> None:
    """Wait until the worker has copies of the paths."""
    until(
        page,
        f"async ([name, paths]) => {{ const found = await ({COPIES})(name);"
        " return paths.every((path) => found.includes(path)); }",
        arg=[name, list(paths)],
    )


def wait_until_sent(page: Page) -> None:
    """Wait until nothing waits."""
    until(page, f"async () => (await ({ALL})()).every((one) => one.refused)")


def begin(page: Page, query: str) -> str:
    """Begin a quiz and return its path, once all of its items are kept."""
    page.goto(f"/quizzes/new/?{query}")
    page.locator("main form[method=post] button").first.click()
    page.wait_for_url(re.compile(r"/quizzes/[0-9a-f-]{36}/1/"))
    attempt = re.sub(r"1/$", "", page.url[page.url.index("/quizzes/") :])
    number = page.locator(".steps li").count()
    wait_until_kept(page, "own-", *(f"{attempt}{n}/" for n in range(1, number + 1)))
    return attempt


def counted(page: Page, attempt: str) -> list[dict[str, Any]]:
    """Return the attempt's items as the server has them."""
    items: list[dict[str, Any]] = page.request.get(f"/api/v1{attempt}").json()["items"]
    return items


def reviews(page: Page) -> list[dict[str, Any]]:
    """Return the log of reviews as the server has it."""
    found: list[dict[str, Any]] = page.request.get("/api/v1/reviews/").json()["results"]
    return found


def choose(page: Page, option: int = 0) -> None:
    """Choose an option of a single choice and submit it."""
    page.locator(".opt input").nth(option).check()
    page.locator("form.answering button.btn-ink").click()


def test_a_question_chosen_is_read_offline_with_the_day_of_its_copy(
    context: BrowserContext, page: Page
) -> None:
    page.goto(QUESTION)
    button = page.locator("button[data-keep]")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_contain_text("已存离线")
    context.set_offline(True)
    page.goto(QUESTION)
    expect(page.locator("h1")).to_contain_text("LoRA")
    expect(page.locator("math").first).to_be_visible()
    expect(page.locator(".offline-bar [role=status]")).to_contain_text("当前离线。 这是 20")
    sheets = page.evaluate("[...document.styleSheets].map((sheet) => sheet.cssRules.length > 0)")
    assert sheets
    assert all(sheets)
    page.goto("/questions/qlora/")
    expect(page).to_have_url(re.compile("/offline/#not-kept$"))
    expect(page.locator("[role=alert]")).to_be_visible()
    page.locator(f'[data-part=kept] a[href="{QUESTION}"]').click()
    expect(page.locator("h1")).to_contain_text("LoRA")
    button = page.locator("button[data-keep]")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert page.evaluate(COPIES, "kept") == []


def test_a_quiz_begun_is_answered_offline_and_counted_once(context: BrowserContext, page: Page) -> None:
    attempt = begin(page, "number=3&seed=7&kinds=single")
    context.set_offline(True)
    for n in (1, 2):
        expect(page).to_have_url(re.compile(f"{attempt}{n}/"))
        choose(page)
    expect(page).to_have_url(re.compile(f"{attempt}3/"))
    expect(page.locator(".offline-bar [role=status]")).to_contain_text("等待发送的作答：2。")
    page.goto(f"{attempt}1/")
    page.reload()
    expect(page.locator("form[data-item] .opt input").first).to_be_disabled()
    expect(page.locator("form[data-item] .opt input").first).to_be_checked()
    expect(page.locator(".note[role=status]")).to_contain_text("联网后评分")
    assert [one["kind"] for one in answers(page)] == ["response", "response"]
    assert "已存" not in page.locator("main").inner_text()
    page.goto(attempt)
    expect(page).to_have_url(re.compile(f"{attempt}3/"))
    context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_until_sent(page)
    assert answers(page) == []
    items = counted(page, attempt)
    assert [item["result"] is not None for item in items] == [True, True, False]
    assert len(reviews(page)) == 2
    page.goto(f"{attempt}1/")
    expect(page.locator("#feedback")).to_be_visible()


def test_what_is_incomplete_offline_is_not_taken_for_an_answer(context: BrowserContext, page: Page) -> None:
    attempt = begin(page, "number=1&seed=7&kinds=single")
    context.set_offline(True)
    page.locator("form.answering button.btn-ink").click()
    expect(page).to_have_url(re.compile(f"{attempt}1/#incomplete$"))
    expect(page.locator(".note[role=status]")).to_contain_text("请先选")
    assert answers(page) == []


def test_no_copy_holds_the_key_of_what_is_not_answered(context: BrowserContext, page: Page) -> None:
    attempt = begin(page, "number=20&seed=5")
    texts = page.evaluate(
        """async () => { const found = {};
        for (const name of await caches.keys()) if (name.startsWith("own-")) {
          const cache = await caches.open(name);
          for (const key of await cache.keys())
            found[new URL(key.url).pathname] = await (await cache.match(key)).text();
        } return found; }"""
    )
    items = [path for path in texts if path.startswith(attempt)]
    assert len(items) == 20
    for path in items:
        assert 'id="feedback"' not in texts[path], path
        assert 'id="answer"' not in texts[path], path
    answered = counted(page, attempt)
    assert all(item["result"] is None for item in answered)


def test_a_server_that_fails_in_the_middle_keeps_the_rest_waiting(
    context: BrowserContext, page: Page
) -> None:
    attempt = begin(page, "number=3&seed=7&kinds=single")
    context.set_offline(True)
    for _ in range(3):
        choose(page)
    expect(page).to_have_url(re.compile("/offline/"))
    expect(page.locator("[data-part=waiting] li")).to_have_count(3)
    seen: list[int] = []
    broken = [True]

    def fail_second(route: Route) -> None:
        seen.append(json.loads(route.request.post_data or "{}")["position"])
        if seen[-1] == 2 and broken:
            route.fulfill(status=500, body="{}")
        else:
            route.continue_()

    context.route("**/api/v1/quizzes/*/responses/", fail_second)
    context.set_offline(False)
    page.locator("[data-send]").click()
    until(page, f"async () => (await ({ALL})()).length === 2")
    assert [item["result"] is not None for item in counted(page, attempt)] == [True, False, False]
    broken.clear()
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_until_sent(page)
    assert [item["result"] is not None for item in counted(page, attempt)] == [True] * 3
    assert seen == [1, *[2] * seen.count(2), 3]  # the page may have tried by itself too
    assert len(reviews(page)) == 3


def test_an_answer_whose_end_nobody_saw_counts_once(context: BrowserContext, page: Page) -> None:
    """The server takes it, the line breaks before its word arrives: it is sent again, and is the same."""
    attempt = begin(page, "number=2&seed=7&kinds=single")
    lost: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch(max_redirects=0).status)
            route.abort()
        else:
            route.continue_()

    context.route(f"**{attempt}1/", lose)
    choose(page)
    expect(page).to_have_url(re.compile(f"{attempt}2/"))
    assert lost == [302]
    wait_until_sent(page)
    assert answers(page) == []
    assert counted(page, attempt)[0]["result"] is not None
    assert len(reviews(page)) == 1


def kill_workers(context: BrowserContext, page: Page) -> None:
    """End every worker of the browser as it is ended by the system, and close the tab."""
    session = context.new_cdp_session(page)
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")
    page.close()


def test_what_was_on_its_way_when_everything_was_killed_counts_once(
    context: BrowserContext, page: Page
) -> None:
    attempt = begin(page, "number=3&seed=7&kinds=single")
    context.set_offline(True)
    for _ in range(2):
        choose(page)
    expect(page).to_have_url(re.compile(f"{attempt}3/"))
    taken: list[int] = []

    def take_and_hang(route: Route) -> None:
        if taken:
            route.continue_()
        else:
            taken.append(route.fetch().status)  # the server has it; the browser never hears of it

    context.route("**/api/v1/quizzes/*/responses/", take_and_hang)
    context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    deadline = time.monotonic() + PATIENCE / 1000
    while not taken and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    assert taken == [200]
    kill_workers(context, page)
    again = context.new_page()
    again.goto("/offline/")
    wait_until_sent(again)
    assert answers(again) == []
    assert [item["result"] is not None for item in counted(again, attempt)] == [True, True, False]
    assert len(reviews(again)) == 2


def test_an_items_card_is_answered_offline_and_marked_when_it_is_sent(
    context: BrowserContext, page: Page
) -> None:
    attempt = begin(page, "number=2&seed=7&kinds=single")
    for _ in range(2):
        choose(page)
        expect(page.locator("#feedback")).to_be_visible()
        page.locator("main a.btn-ink").first.click()
    expect(page).to_have_url(re.compile(f"{attempt}results/"))
    page.goto("/review/")
    cards = page.request.get("/api/v1/reviews/ahead/").json()["cards"]
    assert len(cards) == 2
    wait_until_kept(page, "own-", *(one["page"] for one in cards))
    context.set_offline(True)
    page.goto("/review/card/")
    page.locator(".opt input").first.check()
    page.locator("form.answering button.btn-ink").click()
    expect(page.locator(".offline-bar [role=status]")).to_contain_text("等待发送的作答：1。")
    assert page.locator("#feedback").count() == 0
    assert [one["kind"] for one in answers(page)] == ["card"]
    context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_until_sent(page)
    assert answers(page) == []
    assert [review["source"] for review in reviews(page)] == ["review", "quiz", "quiz"]


def test_a_copy_is_shown_in_the_sheets_of_today(context: BrowserContext, page: Page) -> None:
    """A copy made before a release names files that are there no more."""
    page.goto(QUESTION)
    page.locator("button[data-keep]").click()
    expect(page.locator("button[data-keep]")).to_have_attribute("aria-pressed", "true")
    page.evaluate(
        """async (path) => {
          const cache = await caches.open("kept");
          const copy = await cache.match(path, { ignoreVary: true });
          const html = (await copy.text()).replace(/\\.[0-9a-f]{12}\\.(css|js)/g, ".0123456789ab.$1");
          await cache.put(path, new Response(html, { headers: copy.headers }));
        }""",
        QUESTION,
    )
    context.set_offline(True)
    page.goto(QUESTION)
    expect(page.locator(".offline-bar")).to_be_visible()
    sheets = page.evaluate("[...document.styleSheets].map((one) => [one.href, one.cssRules.length])")
    assert len(sheets) >= 2
    assert all(rules and "0123456789ab" not in href for href, rules in sheets)


def test_two_tabs_send_everything_once(context: BrowserContext, page: Page) -> None:
    attempt = begin(page, "number=4&seed=9&kinds=single")
    other = context.new_page()
    other.goto(f"{attempt}3/")
    context.set_offline(True)
    choose(page)
    choose(other)
    choose(page)
    expect(page).to_have_url(re.compile(f"{attempt}4/"))
    sent: list[str] = []
    context.on(
        "request", lambda r: sent.append(r.url) if r.method == "POST" and "/responses/" in r.url else None
    )
    context.set_offline(False)
    for tab in (page, other, page):
        tab.evaluate("dispatchEvent(new Event('online'))")
    wait_until_sent(page)
    assert [item["result"] is not None for item in counted(page, attempt)] == [True, True, True, False]
    assert len(reviews(page)) == 3


def test_what_was_answered_elsewhere_meanwhile_is_told(context: BrowserContext, page: Page) -> None:
    attempt = begin(page, "number=2&seed=7&kinds=single")
    context.set_offline(True)
    choose(page, 0)
    page.request.post(f"/api/v1{attempt}responses/", data={"position": 1, "response": 1})
    context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".offline-bar [role=status]")).to_contain_text("未被接受的作答：1。")
    page.locator(".offline-bar a").click()
    refused = page.locator("[data-part=refused] li")
    expect(refused).to_contain_text("第 1 题")
    expect(refused).to_contain_text("以第一次")
    refused.locator("button").last.click()
    expect(refused).to_have_count(0)
    assert counted(page, attempt)[0]["response"] == 1


def test_an_exam_goes_on_offline_and_its_answers_may_change(context: BrowserContext, page: Page) -> None:
    attempt = begin(page, "number=3&seed=7&kinds=single&mode=exam")
    wait_until_kept(page, "own-", f"{attempt}finish/")
    context.set_offline(True)
    for option in (0, 1):
        page.locator(".opt input").nth(option).check()
        expect(page.locator("[data-state]")).to_contain_text("已存本机")
    page.locator("[data-onward]").click()
    expect(page).to_have_url(re.compile(f"{attempt}2/"))
    page.locator(".opt input").nth(0).check()
    expect(page.locator("[data-state]")).to_contain_text("已存本机")
    page.goto(f"{attempt}1/")
    expect(page.locator(".opt input").nth(1)).to_be_checked()
    context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_until_sent(page)
    assert answers(page) == []
    assert [item["response"] for item in counted(page, attempt)] == [1, 0, None]
    wait_until_kept(page, "own-", f"{attempt}1/")
    until(
        page,  # the copy has the new revision, so that the next change offline is no stale one
        """async (path) => (await (await caches.match(path, { ignoreVary: true })).text())
        .includes('name="revision" value="1"')""",
        arg=f"{attempt}1/",
    )
    context.set_offline(True)
    page.goto(f"{attempt}1/")
    page.locator(".opt input").nth(0).check()
    expect(page.locator("[data-state]")).to_contain_text("已存本机")
    context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_until_sent(page)
    assert answers(page) == []
    assert counted(page, attempt)[0]["response"] == 0


def test_an_exam_handed_in_elsewhere_refuses_what_comes_later(context: BrowserContext, page: Page) -> None:
    attempt = begin(page, "number=2&seed=7&kinds=single&mode=exam")
    context.set_offline(True)
    page.locator(".opt input").nth(0).check()
    expect(page.locator("[data-state]")).to_contain_text("已存本机")
    page.request.post(f"/api/v1{attempt}finish/")
    context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".offline-bar [role=status]")).to_contain_text("未被接受的作答：1。")
    assert answers(page)[0]["refused"]["status"] == 409
    assert counted(page, attempt)[0]["response"] is None


def start_review(page: Page) -> None:
    """Put a topic into review and wait until today's cards are kept."""
    page.goto("/review/")
    page.locator(".adds form:has([value=lora]) button").click()
    expect(page.locator("[role=status]")).to_be_visible()
    page.goto("/review/")
    cards = page.request.get("/api/v1/reviews/ahead/").json()["cards"]
    assert len(cards) > 2
    wait_until_kept(page, "own-", *(one["page"] for one in cards))


def rate(page: Page, value: int) -> str:
    """Show the answer of a card and rate it; return what it asked."""
    stem = page.locator(".card .stem").first.inner_text()
    page.locator("details.answer > summary").first.click()
    page.locator(f".rate button[value='{value}']").click()
    expect(page.locator(".card .stem").first).not_to_have_text(stem)
    return stem


def test_the_review_queue_goes_on_offline_with_an_undo_and_counts_once(
    context: BrowserContext, page: Page
) -> None:
    start_review(page)
    context.set_offline(True)
    page.goto("/review/card/")
    first = rate(page, 3)
    second = rate(page, 1)
    assert first != second
    page.locator("form[action$='/review/undo/'] button").click()
    expect(page.locator(".card .stem").first).to_have_text(second)
    rate(page, 4)
    page.reload()
    expect(page.locator(".offline-bar [role=status]")).to_contain_text("等待发送的作答：2。")
    before = [one["at"] for one in answers(page)]
    context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_until_sent(page)
    assert answers(page) == []
    log = reviews(page)
    assert sorted(review["rating"] for review in log) == [3, 4]
    times = sorted(page.evaluate("(t) => Date.parse(t)", review["reviewed_at"]) for review in log)
    assert all(abs(one - two) < 2500 for one, two in zip(times, before[:1] + before[-1:], strict=True))
    page.goto("/review/card/")
    expect(page.locator(".card .stem").first).not_to_have_text(first)


def test_a_card_reviewed_elsewhere_is_told(context: BrowserContext, page: Page) -> None:
    start_review(page)
    context.set_offline(True)
    page.goto("/review/card/")
    rate(page, 3)
    (kept,) = answers(page)
    body = {"card": kept["body"]["card"], "turn": 0, "rating": 1, "idempotency_key": "another-device"}
    assert page.request.post("/api/v1/reviews/", data=body).ok
    context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".offline-bar [role=status]")).to_contain_text("未被接受的作答：1。")
    assert [review["rating"] for review in reviews(page)] == [1]


def sign_up(page: Page, name: str) -> None:
    page.goto("/account/sign-up/")
    page.locator("[name=username]").fill(name)
    for field in ("password1", "password2"):
        page.locator(f"[name={field}]").fill("correct horse battery")
    page.locator("main form button.btn-ink").click()
    expect(page.locator("[role=status]").last).to_be_visible()


def test_signing_out_clears_the_copies_and_sends_what_waits_before(
    context: BrowserContext, page: Page
) -> None:
    attempt = begin(page, "number=2&seed=7&kinds=single")
    context.set_offline(True)
    choose(page)
    context.set_offline(False)
    sign_up(page, "offline-one")
    assert counted(page, attempt)[0]["result"] is not None  # moved in with everything else
    page.goto(QUESTION)
    page.locator("button[data-keep]").click()
    expect(page.locator("button[data-keep]")).to_have_attribute("aria-pressed", "true")
    page.goto(f"{attempt}2/")
    wait_until_kept(page, "own-", f"{attempt}2/")
    page.goto("/account/")
    page.locator("form[action$='/sign-out/'] button").click()
    expect(page.locator("[role=status]").last).to_be_visible()
    until(page, f"async () => !(await ({COPIES})('own-')).some((path) => path.includes('-'))")
    assert page.evaluate(COPIES, "kept") == []
    context.set_offline(True)
    page.goto(f"{attempt}2/")
    expect(page).to_have_url(re.compile("/offline/#not-kept$"))


def test_what_a_failing_server_did_not_take_goes_into_the_account(
    context: BrowserContext, page: Page
) -> None:
    sign_up(page, "offline-four")
    page.goto("/account/")
    page.locator("form[action$='/sign-out/'] button").click()
    expect(page.locator("[role=status]").last).to_be_visible()
    attempt = begin(page, "number=2&seed=7&kinds=single")
    context.set_offline(True)
    choose(page)
    context.route("**/api/v1/quizzes/*/responses/", lambda route: route.fulfill(status=500, body="{}"))
    context.set_offline(False)
    page.goto("/account/sign-in/")
    page.locator("[name=username]").fill("offline-four")
    page.locator("[name=password]").fill("correct horse battery")
    page.locator("main form button.btn-ink").click()
    expect(page.locator("[role=status]").last).to_be_visible()
    assert counted(page, attempt)[0]["result"] is None
    context.unroute("**/api/v1/quizzes/*/responses/")
    page.goto("/offline/")  # which sends what waits
    until(page, f"async () => !(await ({ALL})()).length")
    assert counted(page, attempt)[0]["result"] is not None


def test_another_learner_sees_no_copy_and_takes_no_answer(
    context: BrowserContext, page: Page, site: str
) -> None:
    attempt = begin(page, "number=2&seed=7&kinds=single")
    context.set_offline(True)
    choose(page)
    cookies = context.cookies()
    context.clear_cookies()  # as when a session ends by itself
    context.set_offline(False)
    sent: list[str] = []
    context.on("request", lambda r: sent.append(r.url) if r.method == "POST" else None)
    page.goto("/quizzes/")
    until(page, f"async () => (await ({LEARNER})()) === 'none'")
    page.goto("/offline/")
    expect(page.locator("[data-empty]")).to_be_attached()
    expect(page.locator("[data-part=waiting] li, [data-part=refused] li")).to_have_count(0)
    assert sent == []
    (kept,) = answers(page)
    assert (kept["refused"], kept["learner"] not in ("none", "")) == (None, True)
    context.set_offline(True)
    page.goto(f"{attempt}2/")
    expect(page).to_have_url(re.compile("/offline/#not-kept$"))
    context.set_offline(False)
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page.goto("/quizzes/")
    until(page, f"async () => !(await ({ALL})()).length")
    assert counted(page, attempt)[0]["result"] is not None


def test_signing_out_clears_what_was_refused(context: BrowserContext, page: Page) -> None:
    sign_up(page, "offline-two")
    attempt = begin(page, "number=2&seed=7&kinds=single")
    context.set_offline(True)
    choose(page)
    page.request.post(f"/api/v1{attempt}responses/", data={"position": 1, "response": 1})
    context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".offline-bar [role=status]")).to_contain_text("未被接受的作答：1。")
    page.goto("/account/")
    page.locator("form[action$='/sign-out/'] button").click()
    expect(page.locator("[role=status]").last).to_be_visible()
    assert answers(page) == []


def test_a_page_asked_for_before_signing_out_is_not_kept_after_it(
    context: BrowserContext, page: Page
) -> None:
    sign_up(page, "offline-three")
    attempt = begin(page, "number=2&seed=7&kinds=single")
    held: list[Route] = []
    context.route(f"**{attempt}results/", lambda route: held.append(route))
    other = context.new_page()
    other.goto("/account/")
    page.evaluate("(path) => { location.href = path; }", f"{attempt}results/")
    deadline = time.monotonic() + PATIENCE / 1000
    while not held and time.monotonic() < deadline:
        other.wait_for_timeout(100)
    response = held[0].fetch()
    assert response.headers["x-learner"] != "none"
    other.locator("form[action$='/sign-out/'] button").click()
    expect(other.locator("[role=status]").last).to_be_visible()
    until(other, f"async () => !(await ({COPIES})('own-')).some((path) => path.includes('-'))")
    held[0].fulfill(response=response)
    page.wait_for_url(re.compile("results/$"))
    other.wait_for_timeout(1000)  # the worker would write it meanwhile
    assert not [path for path in other.evaluate(COPIES, "own-") if "results" in path]


def test_the_page_can_be_installed(context: BrowserContext, page: Page) -> None:
    session = context.new_cdp_session(page)
    found = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # a window of a test is never one that may install; everything else would be ours to mend
    assert [one["errorId"] for one in found if one["errorId"] != "in-incognito"] == []
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    icons = json.loads(manifest["data"])["icons"]
    assert {"any", "maskable"} <= {icon.get("purpose", "any") for icon in icons}
    for icon in icons:
        assert page.request.get(icon["src"]).ok


def test_the_worker_asks_for_nothing_elsewhere_and_breaks_no_policy(
    context: BrowserContext, page: Page, site: str
) -> None:
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for path in ("/", QUESTION, "/review/", "/quizzes/", "/offline/", "/en/offline/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
    assert all(url.startswith((f"{site}/", "data:", "blob:")) for url in asked)
    assert complaints == []
