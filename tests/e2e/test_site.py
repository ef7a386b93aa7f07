"""What somebody with a browser can do on a fresh installation."""

import json
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from labs.registry import LABS
from tests.e2e.budgets.looking import SHIFTS, Traffic

pytestmark = pytest.mark.browser
RUN_MILLISECONDS = 90_000  # patience of a loaded machine; a run ends itself after 60 s


def test_home_leads_to_a_question_with_its_lab(site: str, page: Page) -> None:
    page.goto(f"{site}/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.locator('a[href="/questions/lora-initialisation/"]').first.click()
    expect(page.locator("h1")).to_contain_text("LoRA")
    expect(page.locator("math").first).to_be_visible()
    expect(page.locator("aside.lab")).to_be_visible()


def test_the_language_switch_changes_the_address(site: str, page: Page) -> None:
    page.goto(f"{site}/questions/lora-initialisation/")
    page.locator('a[hreflang="en"]').first.click()
    expect(page).to_have_url(f"{site}/en/questions/lora-initialisation/")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_theme_button_works_without_script(site: str, plain_page: Page) -> None:
    plain_page.goto(f"{site}/topics/")
    plain_page.locator("button[name=theme]:visible").click()
    expect(plain_page).to_have_url(f"{site}/topics/")
    expect(plain_page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("query", ["微调", "显存", "LoRA微调", "RLHF"])
def test_search_finds_chinese_and_mixed_words(site: str, plain_page: Page, query: str) -> None:
    plain_page.goto(f"{site}/search/?q={query}")
    assert plain_page.locator(".hits > li").count() > 0


def test_nothing_is_wider_than_a_phone(site: str, page: Page) -> None:
    for path in (
        "/",
        "/topics/",
        "/questions/lora-latency/",
        "/labs/merging/",
        "/labs/inference-steps/",
        "/labs/rank-and-alpha/",
        "/quizzes/",
        "/search/?q=LoRA",
    ):
        page.goto(f"{site}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_results_of_every_lab_can_be_read_on_a_phone(site: str, page: Page) -> None:
    for number, slug in enumerate(LABS):
        page.goto(f"{site}{'/en' if number % 2 else ''}/labs/{slug}/", wait_until="domcontentloaded")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, slug
        table = page.locator("table.cards")
        expect(table).to_be_visible()
        assert table.evaluate("table => table.scrollWidth <= table.parentElement.clientWidth"), slug
        first = table.locator("td").first
        assert first.evaluate("cell => getComputedStyle(cell, '::before').content") == json.dumps(
            first.get_attribute("data-label"), ensure_ascii=False
        )


def test_a_seeded_quiz_can_be_taken_without_script(site: str, plain_page: Page) -> None:
    plain_page.goto(f"{site}/quizzes/new/?number=3&seed=7&kinds=single")
    plain_page.locator("main form[method=post] button").first.click()
    for _ in range(3):
        plain_page.locator(".opt input").first.check()
        plain_page.locator("form.answering button.btn-ink").click()
        expect(plain_page.locator(".fb")).to_be_visible()
        plain_page.locator("main a.btn-ink, main form button.btn-ink").first.click()
    expect(plain_page).to_have_url(re.compile(r"/quizzes/[0-9a-f-]+/results/$"))


@pytest.mark.parametrize(
    ("slug", "query"),
    [("initialisation", "steps=20&arms=claimed"), ("merging", "steps=20&trips=10&repeats=5")],
)
def test_a_lab_runs_from_its_page_to_a_verdict(site: str, page: Page, slug: str, query: str) -> None:
    page.goto(f"{site}/labs/{slug}/?seed=0&{query}")
    page.locator("main form[method=post] button.btn-run").click()
    expect(page).to_have_url(re.compile(r"/labs/runs/[0-9a-f-]+/"))
    expect(page.locator(".verdict h3")).to_be_visible(timeout=RUN_MILLISECONDS)
    assert page.locator("main table tbody tr").count() > 1


def test_a_heat_map_is_read_by_keyboard_and_by_pointer(site: str, page: Page) -> None:
    page.goto(f"{site}/en/labs/inference-steps/")
    figure = page.locator("read-figure").filter(has_text="Up: B(Ax)")
    cells = figure.locator("figure > .cells")
    said = figure.locator("output")
    cells.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    row = figure.locator(".values tbody tr").nth(1).locator("th, td").all_text_contents()
    assert row[0] == "patch 1-2"
    expect(said).to_have_text(f"patch 1-2　dimension 2　{row[2]}")
    page.keyboard.press("End")
    expect(said).to_have_text(f"patch 1-2　dimension 64　{row[64]}")
    cells.hover(position={"x": 1, "y": 1})
    expect(said).to_contain_text("patch 1-1　dimension 1")
    page.keyboard.press("Escape")
    expect(said).to_be_empty()


def test_a_curve_is_read_by_keyboard(site: str, page: Page) -> None:
    page.goto(f"{site}/en/labs/merging/")
    figure = page.locator("read-figure").first
    figure.locator("figure .plot").first.focus()
    page.keyboard.press("End")
    last = figure.locator(".values tbody tr").last.locator("th, td").all_text_contents()
    expect(figure.locator("output")).to_have_text(f"step {last[0]}　the adapter (unmerged) {last[1]}")


def test_stored_runs_show_their_maps_without_script(site: str, plain_page: Page) -> None:
    plain_page.goto(f"{site}/labs/inference-steps/")
    assert plain_page.locator("svg.cells[role=img] path").count() > 20
    expect(plain_page.locator("table.heat").first).to_be_visible()
    plain_page.locator(".values summary").first.click()
    expect(plain_page.locator(".values table").first).to_be_visible()


def test_the_model_answers_from_its_own_process(site: str, page: Page) -> None:
    response = page.request.post(
        f"{site}/api/v1/labs/answer/",
        data={"inputs": [{"picture": {"left": 3, "right": 8}, "question": "gap", "adapter": "gap-r8"}]},
    )
    assert response.ok, response.text()
    (answer,) = response.json()["answers"]
    assert answer["answer"].isdigit()


def test_an_unknown_address_is_a_page_in_the_readers_language(site: str, plain_page: Page) -> None:
    for prefix, words in (("", "没有"), ("/en", "not")):
        response = plain_page.goto(f"{site}{prefix}/questions/no-such-question/")
        assert response is not None
        assert response.status == 404
        assert words in plain_page.locator("main").inner_text()


def test_the_keys_are_a_page_and_with_script_a_dialog(site: str, page: Page, plain_page: Page) -> None:
    for opened in (page, plain_page):
        opened.goto(f"{site}/topics/")
        opened.locator(".foot [data-keys]").click()
    expect(plain_page).to_have_url(f"{site}/keys/")
    expect(plain_page.locator("main h1")).to_have_text("快捷键")
    expect(page.locator("dialog.keys")).to_be_visible()
    expect(page).to_have_url(f"{site}/topics/")
    page.locator("dialog.keys button").click()
    expect(page.locator("dialog.keys")).to_be_hidden()


@pytest.mark.parametrize(
    "path", ["/search/?q=LoRA", "/labs/merging/", "/labs/tree-of-thoughts/", "/labs/playground/", "/offline/"]
)
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_when_scripts_take_over(page: Page, site: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.add_init_script(SHIFTS)
    traffic = Traffic(page)
    page.goto(f"{site}{path}")
    assert traffic.shifts() == []


LATE = """<!doctype html><meta charset="utf-8"><p>a</p><script>
  fetch("/late").then((answer) => answer.text())
    .then((html) => document.body.insertAdjacentHTML("afterbegin", html));
</script>"""


def test_what_moves_because_of_a_late_answer_is_seen(page: Page) -> None:
    def answer_late(route: Route) -> None:
        time.sleep(0.4)
        route.fulfill(body="<h1>b</h1>", content_type="text/html; charset=utf-8")

    page.route("http://late.test/", lambda route: route.fulfill(body=LATE, content_type="text/html"))
    page.route("http://late.test/late", answer_late)
    page.add_init_script(SHIFTS)
    traffic = Traffic(page)
    page.goto("http://late.test/")
    assert len(traffic.shifts()) == 1


PIECES = (b"<find-panel", b'<div class="tools">', b'<button class="to-dark"', b"</header>")


class Dripping(BaseHTTPRequestHandler):
    """Pass the pages of a site on, the head in pieces that are painted one by one."""

    site: str

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer with the site's own answer."""
        given = httpx.get(f"{self.site}{self.path}")
        self.send_response(given.status_code)
        self.send_header("Content-Type", given.headers["Content-Type"])
        self.end_headers()
        left = given.content
        for piece in PIECES if "html" in given.headers["Content-Type"] else ():
            now, mark, left = left.partition(piece)
            left = mark + left
            self.wfile.write(now)
            time.sleep(0.2)
        self.wfile.write(left)


@pytest.mark.parametrize("width", [360, 800, 1280])
@pytest.mark.parametrize("path", ["/topics/", "/en/topics/"])
def test_the_head_keeps_its_place_when_it_comes_in_pieces(
    page: Page, site: str, path: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.add_init_script(SHIFTS)
    handler = type("OfSite", (Dripping,), {"site": site})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        traffic = Traffic(page)
        page.goto(f"http://127.0.0.1:{server.server_port}{path}")
        assert traffic.shifts() == []
        server.shutdown()
