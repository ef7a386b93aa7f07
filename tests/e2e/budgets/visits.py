"""Which pages are looked at, in which state and as whom; and what has to be done first so that they exist."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, expect

RUN_MILLISECONDS = 90_000
KINDS = ("single", "multiple", "true_false", "cloze", "matching", "ordering", "numeric", "open")
QUESTION = "/questions/lora-initialisation/"
PASSWORD = "correct horse battery"
EDITOR = "editor"
NOBODY, LEARNER, REVIEWER, MEMBER, STAFF = "nobody", "learner", "reviewer", "member", "staff"
READERS = (NOBODY, LEARNER, REVIEWER, MEMBER, STAFF)


@dataclass(frozen=True)
class Visit:
    """One page in one state."""

    name: str
    path: str
    reader: str = NOBODY
    act: Callable[[Page], object] = field(default=lambda page: None)
    status: int = 200  # of the page; what its act sends may be refused where the name says so
    one_address: bool = False  # in every language
    counted: bool = False  # its bytes and requests have a budget


@dataclass(frozen=True)
class Seeded:
    """What was made for the visits: the cookies of each reader, and addresses by name."""

    cookies: Mapping[str, list[dict[str, str]]]
    paths: Mapping[str, str]


def seed(browser: Browser, site: str, language: str) -> Seeded:
    """Do what the visits need as each of the readers, with pages in the browser's language."""
    cookies: dict[str, list[dict[str, str]]] = {NOBODY: []}
    paths: dict[str, str] = {}
    steps = {
        LEARNER: prepare_learner, REVIEWER: add_topic, MEMBER: prepare_member, STAFF: prepare_staff,
    }  # fmt: skip
    for reader, prepare in steps.items():
        context = browser.new_context(base_url=site, locale=language)
        paths |= prepare(context.new_page())
        cookies[reader] = [dict(cookie) for cookie in context.cookies()]  # type: ignore[call-overload]
        context.close()
    return Seeded(cookies, paths)


def path_of(page: Page) -> str:
    """Return the path of the page's address."""
    return re.sub(r"^https?://[^/]+|[?#].*$", "", page.url)


def begin(page: Page, query: str) -> str:
    """Begin a quiz and return the path of its first page."""
    page.goto(f"/quizzes/new/?seed=7&{query}")
    page.locator("main form[method=post] button").first.click()
    page.wait_for_url("**/quizzes/*-*/**")
    return path_of(page)


def answer(page: Page) -> None:
    """Answer a single choice by its first option."""
    page.locator(".opt input").first.check()
    page.locator("form.answering button.btn-ink").click()
    expect(page.locator(".fb")).to_be_visible()


def add_topic(page: Page) -> dict[str, str]:
    """Put a topic into review."""
    page.goto("/review/")
    page.locator(".adds button").last.click()
    expect(page.locator("[role=status]")).to_be_visible()
    return {}


def prepare_learner(page: Page) -> dict[str, str]:
    """Sit quizzes of every kind and way, put a topic into review, run a lab."""
    add_topic(page)
    paths = {kind: begin(page, f"number=1&kinds={kind}") for kind in KINDS}
    paths["told"] = begin(page, "number=2&kinds=single")
    answer(page)
    paths["results"] = re.sub(r"\d+/$", "results/", begin(page, "number=1&kinds=single"))
    answer(page)
    paths["flaw"] = re.sub(r"results/$", "1/flaw/", paths["results"])
    paths["exam"] = begin(page, "mode=exam&number=3")
    paths["hand in"] = re.sub(r"(/quizzes/[^/]+/).*", r"\1finish/", paths["exam"])
    paths |= prepare_interviews(page)
    paths["exam results"] = re.sub(r"\d+/$", "results/", begin(page, "mode=exam&number=2"))
    page.goto(re.sub(r"results/$", "finish/", paths["exam results"]))
    page.locator("#hand-in button").click()
    page.wait_for_url("**/results/")
    page.goto("/labs/merging/?seed=0&steps=20&trips=10&repeats=5")
    page.locator("main form[method=post] button.btn-run").click()
    expect(page.locator(".verdict h3")).to_be_visible(timeout=RUN_MILLISECONDS)
    paths["run"] = path_of(page)
    paths["card"] = page.request.get("/api/v1/reviews/ahead/").json()["cards"][0]["page"]
    page.goto(f"{QUESTION}report/?place=gist")
    page.locator("[value=typo]").check()
    page.locator("main form button.btn-ink").click()
    expect(page.locator("[role=status]")).to_be_visible()
    return paths


def prepare_interviews(page: Page) -> dict[str, str]:
    """Bring one interview into each of its phases."""
    paths = {phase: begin(page, "mode=interview&number=1") for phase in ("interview", "speaking")}
    page.locator("[name=speak]").click()
    paths["comparing"] = begin(page, "mode=interview&number=1")
    page.locator("[name=speak]").click()
    page.locator("[name=reveal]").click()
    expect(page.locator("[name=reveal]")).to_have_count(0)
    paths["scorecard"] = re.sub(r"\d+/$", "results/", begin(page, "mode=interview&number=1"))
    page.locator("form.end button").click()
    page.wait_for_url("**/results/")
    return paths


def prepare_member(page: Page) -> dict[str, str]:
    """Sign up."""
    page.goto("/account/sign-up/")
    page.locator("[name=username]").fill("ming")
    for name in ("password1", "password2"):
        page.locator(f"[name={name}]").fill(PASSWORD)
    page.locator("main form button.btn-ink").click()
    expect(page.locator("[role=status]")).to_be_visible()
    return {}


def prepare_staff(page: Page) -> dict[str, str]:
    """Sign in as the editor, whom the site has already."""
    page.goto("/account/sign-in/")
    page.locator("[name=username]").fill(EDITOR)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button.btn-ink").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto("/review-drafts/")
    if generate := page.locator("form[action$='/generate/'] button").all():
        generate[0].click()
        expect(page.locator("form.decide")).to_be_visible(timeout=RUN_MILLISECONDS)
    return {"draft": path_of(page)}


def forge(page: Page) -> None:
    """Send a form to the page's address as if another site's page had it."""
    address = page.url
    page.goto("about:blank")
    page.set_content(f'<form method="post" action="{address}"><button>Send</button></form>')
    page.locator("button").click()
    expect(page.locator("h1")).to_contain_text(re.compile("refused|拒绝"))


def type_in_head(page: Page) -> None:
    """Type into the field of the head, and wait for what appears below it."""
    page.locator("#find").click()
    page.locator("#find").press_sequentially("LoRA")
    expect(page.locator(".below a").first).to_be_visible()


def submit_empty(page: Page) -> None:
    """Send the page's form without filling it."""
    page.locator("main form[method=post] button.btn-ink").first.click()
    page.wait_for_load_state()


def submit_unchecked(page: Page) -> None:
    """Send the page's form without what it needs, past the browser's own check."""
    page.evaluate("document.querySelector('main form').noValidate = true")
    submit_empty(page)


def open_folds(page: Page) -> None:
    """Open everything that is folded."""
    page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")


def show_keys(page: Page) -> None:
    """Open the dialog of keys."""
    page.locator(".foot [data-keys]").click()
    expect(page.locator("dialog.keys")).to_be_visible()


def await_schema(page: Page) -> None:
    """Wait until Swagger UI shows the schema."""
    expect(page.locator("#api .info .title")).to_be_visible(timeout=RUN_MILLISECONDS)


def reveal(page: Page) -> None:
    """Show the answer of a card."""
    page.wait_for_load_state()
    page.keyboard.press("Space")
    expect(page.locator(".rating")).to_be_visible()


def all_visits(paths: Mapping[str, str]) -> list[Visit]:
    """List every page and state."""
    return [
        Visit("home", "/"),
        Visit("topics", "/topics/"),
        Visit("topics, narrowed", "/topics/?difficulty=2&lab=1"),
        Visit("topics, none left", "/topics/?tag=no-such-tag"),
        Visit("topic", "/topics/lora/"),
        Visit("question", QUESTION, counted=True),
        Visit("question, all open", QUESTION, act=open_folds),
        Visit("question, 60 seconds", f"{QUESTION}?view=60s"),
        Visit("question, recall", f"{QUESTION}?recall=1", act=open_folds),
        Visit("question with a picture", "/questions/rlhf/"),
        Visit("offline", "/offline/"),
        Visit("keys", "/keys/"),
        Visit("keys, as a dialog", QUESTION, act=show_keys),
        Visit("glossary", "/glossary/"),
        Visit("search, empty", "/search/"),
        Visit("search", "/search/?q=LoRA"),
        Visit("search, filtered", "/search/?q=LoRA&topic=lora&difficulty=1"),
        Visit("search, filtered away", "/search/?q=tanh&topic=serving&difficulty=3"),
        Visit("search, filters alone", "/search/?topic=multimodal"),
        Visit("search, suggestion", "/search/?q=LorRA"),
        Visit("search, nothing found", "/search/?q=qqqqzzzz"),
        Visit("search in the head", "/glossary/", act=type_in_head),
        Visit("not found", "/no-such-page/", status=404),
        Visit("form, refused", "/account/sign-in/", act=forge),
        Visit("API", "/api/v1/docs/", act=await_schema, one_address=True),
        Visit("labs", "/labs/"),
        Visit("lab", "/labs/merging/", act=open_folds),
        Visit("lab with maps", "/labs/inference-steps/"),
        Visit("lab with trees", "/labs/tree-of-thoughts/"),
        Visit("lab with grids", "/labs/rank-and-alpha/"),
        Visit("lab, out of bounds", "/labs/merging/?r=0", status=400),
        Visit("playground", "/labs/playground/"),
        Visit("run", paths["run"], LEARNER, act=open_folds),
        Visit("quizzes", "/quizzes/"),
        Visit("quizzes of a learner", "/quizzes/", LEARNER),
        Visit("new quiz", "/quizzes/new/?number=3&seed=7"),
        Visit("new quiz, refused", "/quizzes/new/?number=0", status=400),
        Visit("own quizzes", "/quizzes/own/", LEARNER),
        *(Visit(f"item: {kind}", paths[kind], LEARNER) for kind in KINDS),
        Visit("item, told", paths["told"], LEARNER, act=open_folds),
        Visit("flaw of an item", paths["flaw"], LEARNER),
        Visit("flaw, refused", paths["flaw"], LEARNER, act=submit_unchecked),
        Visit("results", paths["results"], LEARNER),
        Visit("results of an exam", paths["exam results"], LEARNER, act=open_folds),
        Visit("exam", paths["exam"], LEARNER),
        Visit("exam, hand in", paths["hand in"], LEARNER),
        Visit("interview", paths["interview"], LEARNER),
        Visit("interview, speaking", paths["speaking"], LEARNER),
        Visit("interview, comparing", paths["comparing"], LEARNER),
        Visit("scorecard", paths["scorecard"], LEARNER, act=open_folds),
        Visit("review, empty", "/review/"),
        Visit("review", "/review/", LEARNER),
        Visit("card of a choice", "/review/card/", LEARNER),
        Visit("card", "/review/card/", REVIEWER),
        Visit("card, answer shown", "/review/card/", REVIEWER, act=reveal),
        Visit("card whose turn may not be", paths["card"], LEARNER),
        Visit("cards", "/review/cards/", LEARNER),
        Visit("wrong answers", "/review/wrong/?which=ever", LEARNER),
        Visit("review settings", "/review/settings/", LEARNER),
        Visit("reschedule", "/review/reschedule/", LEARNER),
        Visit("progress, empty", "/progress/"),
        Visit("progress", "/progress/", LEARNER),
        Visit("sign up", "/account/sign-up/"),
        Visit("sign up, refused", "/account/sign-up/", act=submit_empty),
        Visit("sign in", "/account/sign-in/"),
        Visit("sign in, refused", "/account/sign-in/", act=submit_empty),
        Visit("reset", "/account/reset/"),
        Visit("account without one", "/account/", LEARNER),
        Visit("account", "/account/", MEMBER),
        Visit("new password", "/account/password/", MEMBER),
        Visit("new address", "/account/email/", MEMBER),
        Visit("sessions", "/account/sessions/", MEMBER),
        Visit("reset, no link", "/account/reset/x/y/", status=404),
        Visit("new password, refused", "/account/password/", MEMBER, act=submit_empty),
        Visit("own reports, none", "/account/reports/", MEMBER),
        Visit("own reports", "/account/reports/", LEARNER),
        Visit("new address, no link", "/account/email/x/", MEMBER, status=404),
        Visit("delete", "/account/delete/", MEMBER),
        Visit("report of a question", f"{QUESTION}report/?place=gist&quote=LoRA"),
        Visit("report, refused", f"{QUESTION}report/", act=submit_unchecked),
        Visit("report of the glossary", "/glossary/report/"),
        Visit("report of a lab", "/labs/merging/report/"),
        Visit("own quizzes, none", "/quizzes/own/"),
        Visit("cards, none", "/review/cards/"),
        Visit("wrong answers, none", "/review/wrong/"),
        Visit("drafts, none", "/review-drafts/?bank=no-such-bank", STAFF),
        Visit("draft", paths["draft"], STAFF),
        Visit("rules of drafts", "/review-drafts/rules/", STAFF),
    ]
