"""Whatever an author writes, nothing of it runs: vectors and fuzzed samples in a real browser, no CSP."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from bench.fuzz import is_inert, mutated, seeds, try_one
from qbank.core.render import render, render_inline
from qbank.core.rewrite import Image, Surroundings

VECTORS = (Path(__file__).parent / "core" / "vectors.txt").read_text(encoding="utf-8").splitlines()
ROOT = Path(__file__).resolve().parents[2]
AROUND = Surroundings(image=lambda source: Image("/x.png"), link=lambda target: "#there")
SAMPLES = 200
ADDRESS = "http://site.test/"
WATCH = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"])
    window[name] = () => window.ran.push(name);
"""
PROVOKE = """() => {
    for (const element of document.querySelectorAll("main *")) {
        for (const name of "click mouseover focus load error toggle pointerenter animationstart".split(" "))
            element.dispatchEvent(new Event(name, {bubbles: true, cancelable: true}));
        for (const {name, value} of element.attributes)
            if (name.startsWith("on") || /^\\s*(javascript|vbscript|data):/i.test(value))
                window.ran.push(`${element.tagName} ${name}=${value}`);
    }
    const bad = "script, style, iframe, object, embed, svg, form, input, button, base, meta, link, template";
    for (const element of document.querySelectorAll(bad.split(", ").map((name) => `main ${name}`).join(", ")))
        window.ran.push(element.outerHTML);
    return window.ran;
}"""


def pages(corpora: Path | None) -> list[str]:
    """Return the HTML of every vector, as an answer and as a title, and of the samples."""
    html = [render(vector, AROUND).html for vector in VECTORS]
    html += [render_inline(vector, AROUND).html for vector in VECTORS]
    html += [render("\n\n".join(VECTORS[i : i + 5]), AROUND).html for i in range(0, len(VECTORS), 5)]
    return html + [try_one(text) for text in mutated(seeds(corpora or ROOT / "content"), SAMPLES, seed=7)]


def test_every_vector_comes_out_inert() -> None:
    assert len(VECTORS) > 150
    for vector in VECTORS:
        for html in (render(vector, AROUND).html, render_inline(vector, AROUND).html):
            assert is_inert(html), (vector, html)


@pytest.mark.browser
def test_nothing_runs_in_a_browser_that_would_let_it(browser: Browser) -> None:
    corpora = ROOT.parent / "shared" / "corpora"
    parts = pages(corpora if corpora.is_dir() else None)
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if route.request.url == ADDRESS:
            body = "".join(f"<section>{part}</section>\n" for part in parts)
            page = f"<!DOCTYPE html><meta charset=utf-8><script>{WATCH}</script><main>{body}</main>"
            route.fulfill(content_type="text/html; charset=utf-8", body=page)
        else:
            route.fulfill(status=404, body="")

    page = browser.new_page()
    page.add_init_script("addEventListener('click', (event) => event.preventDefault())")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.route("**/*", answer)
    page.goto(ADDRESS, wait_until="load")
    assert page.locator("main > section").count() == len(parts)
    found = page.evaluate(PROVOKE)
    page.close()
    assert found == []
    assert dialogs == []
    assert {url for url in asked if url not in (ADDRESS, f"{ADDRESS}favicon.ico", f"{ADDRESS}x.png")} == set()


def test_mutated_files_neither_crash_nor_hang_nor_run(corpora: Path) -> None:
    from bench.fuzz import failures

    assert list(failures(mutated(seeds(corpora), 400, seed=11), limit=5.0)) == []
