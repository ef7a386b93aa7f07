"""Editors work through the queue by form and key; nobody else comes near it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from qbank.models import Bank
from quizzes.core.generation import model
from quizzes.core.generation.strategies import STRATEGIES
from quizzes.drafts import refresh_drafts
from quizzes.models import Decision, Item
from quizzes.templatetags.drafts import RULE_LABELS
from tests.quizzes.drafting import edit, make_bank
from tests.quizzes.test_drafts import draft

pytestmark = pytest.mark.django_db
PAGES = ("/review-drafts/", "/review-drafts/rules/", "/review-drafts/published.md")


@pytest.fixture
def prose() -> Bank:
    bank = make_bank()
    refresh_drafts()
    return bank


@pytest.fixture
def editor(prose: Bank) -> Client:
    user = User.objects.create_user("editor", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_item"))
    client = Client(headers={"Origin": "http://testserver"})
    client.force_login(user)
    return client


def queue() -> list[int]:
    return list(
        Item.objects.filter(state="draft").order_by("provenance__rank", "pk").values_list("pk", flat=True)
    )


def test_who_is_not_signed_in_is_asked_to(prose: Bank, client: Client) -> None:
    for page in (*PAGES, f"/review-drafts/{draft().pk}/"):
        response = client.get(page)
        assert response.status_code == 302
        assert response["Location"].startswith("/account/sign-in/?next=/review-drafts/")
    response = client.post(
        f"/review-drafts/{draft().pk}/", {"act": "publish"}, headers={"Origin": "http://testserver"}
    )
    assert response.status_code == 302
    assert draft().state == "draft"


@pytest.mark.parametrize("is_staff", [True, False])
def test_who_may_not_change_items_is_turned_away(prose: Bank, client: Client, is_staff: bool) -> None:
    client.force_login(User.objects.create_user("somebody", is_staff=is_staff))
    for page in (*PAGES, f"/review-drafts/{draft().pk}/"):
        assert client.get(page).status_code == 403
    response = client.post(
        f"/review-drafts/{draft().pk}/", {"act": "publish"}, headers={"Origin": "http://testserver"}
    )
    assert response.status_code == 403
    assert draft().state == "draft"


def test_a_write_from_another_site_is_refused(editor: Client) -> None:
    response = Client(enforce_csrf_checks=True)
    response.cookies = editor.cookies
    answer = response.post(
        f"/review-drafts/{draft().pk}/", {"act": "publish"}, headers={"Origin": "http://evil.example"}
    )
    assert answer.status_code == 403
    assert draft().state == "draft"


def test_the_queue_shows_the_draft_beside_its_source_with_all_keys(editor: Client) -> None:
    page = editor.get("/en/review-drafts/").content.decode()
    assert "Is Python compiled to bytecode?" in page  # the rule with the best validity first
    assert "Yes, the interpreter compiles every module before it runs." in page
    for key in ("p", "d", "e", "n", "1", "9"):
        assert f'data-key="{key}"' in page
    assert "decided" in page


def test_publishing_goes_on_to_the_next_and_can_be_taken_back(editor: Client) -> None:
    first, second, *_ = queue()
    response = editor.post(f"/review-drafts/{first}/", {"act": "publish"})
    assert response["Location"] == f"/review-drafts/{second}/?done={first}"
    assert Item.objects.get(pk=first).state == "published"
    assert Decision.objects.get().decided_by == User.objects.get(username="editor")
    page = editor.get(response["Location"]).content.decode()
    assert 'data-key="u"' in page
    back = editor.post(f"/review-drafts/{first}/", {"act": "reopen"})
    assert back["Location"] == f"/review-drafts/{first}/"
    assert Item.objects.get(pk=first).state == "draft"


def test_discarding_takes_a_reason_and_keeps_the_filter(editor: Client) -> None:
    pk = draft().pk
    response = editor.post(f"/review-drafts/{pk}/?strategy=definition", {"reason": "implausible"})
    assert response["Location"].startswith("/review-drafts/")
    assert "strategy=definition" in response["Location"]
    assert Decision.objects.get().reason == "implausible"
    assert editor.post(f"/review-drafts/{draft('flow').pk}/", {"reason": "nonsense"}).status_code == 403
    assert editor.post(f"/review-drafts/{pk}/", {"act": "publish"}).status_code == 409


def test_fixing_in_place_publishes_or_says_what_is_wrong(editor: Client) -> None:
    item = draft()
    broken = item.provenance.markdown.replace("- [x]", "- [ ]")
    response = editor.post(f"/en/review-drafts/{item.pk}/", {"act": "publish", "markdown": broken})
    assert response.status_code == 400
    assert "No option is ticked" in response.content.decode()
    assert draft().state == "draft"
    fixed = item.provenance.markdown.replace("described here", "meant by this")
    editor.post(f"/review-drafts/{item.pk}/", {"act": "publish", "markdown": fixed})
    assert "meant by this" in draft().stem_html
    assert draft().state == "published"


def test_the_last_decision_leads_to_an_empty_queue(editor: Client) -> None:
    for pk in queue():
        response = editor.post(f"/review-drafts/{pk}/", {"reason": "trivial"})
    assert response["Location"] == f"/review-drafts/?done={pk}"
    page = editor.get("/en/review-drafts/").content.decode()
    assert "No draft waits." in page
    assert editor.post("/review-drafts/generate/").status_code == 302
    assert queue() == []


def test_a_stale_item_comes_first_and_says_why(editor: Client) -> None:
    editor.post(f"/review-drafts/{draft().pk}/", {"act": "publish"})
    edit("redux", "Redux is something else now.")
    page = editor.get("/en/review-drafts/").content.decode()
    assert "Its source has changed since it was published" in page


def test_rejections_are_told_by_rule_and_reason(editor: Client) -> None:
    editor.post(f"/review-drafts/{draft('jest').pk}/", {"reason": "leak"})
    editor.post(f"/review-drafts/{draft('flow').pk}/", {"reason": "leak"})
    editor.post(f"/review-drafts/{draft('redux').pk}/", {"act": "publish"})
    page = editor.get("/en/review-drafts/rules/").content.decode()
    assert 'gives the key away <span class="num">2</span>' in page
    assert "33 %" in page


def test_published_items_come_as_markdown_for_their_files(editor: Client) -> None:
    editor.post(f"/review-drafts/{draft().pk}/", {"act": "publish"})
    body = editor.get("/review-drafts/published.md").content.decode()
    assert body.startswith("<!-- redux.en.md -->\n")
    assert draft().provenance.markdown in body


def test_a_page_costs_few_queries(editor: Client, django_assert_max_num_queries: object) -> None:
    editor.get("/review-drafts/")  # the first page after a sign-in notes the session, once an hour
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        editor.get("/review-drafts/")


@pytest.mark.parametrize(
    "address",
    [
        "/review-drafts/0/",
        "/review-drafts/?done=x",
        "/review-drafts/?strategy=%00",
        "/review-drafts/?done=99999999999999999999999",
    ],
)
def test_bad_addresses_break_nothing(editor: Client, address: str) -> None:
    assert editor.get(address).status_code in (200, 400, 404)


def test_rules_are_named_in_words_beside_their_names(editor: Client) -> None:
    draft_page = editor.get(f"/review-drafts/{queue()[0]}/").content.decode()
    rules = {
        row.provenance.strategy for row in Item.objects.filter(state="draft").select_related("provenance")
    }
    for page in (draft_page, editor.get("/review-drafts/rules/").content.decode()):
        for rule in rules:
            assert str(RULE_LABELS[rule]) in page
    assert "项检查通过" in draft_page


def test_every_rule_has_a_name_in_words() -> None:
    assert set(RULE_LABELS) == {*STRATEGIES, model.NAME}
