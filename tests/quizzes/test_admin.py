"""The admin of items and attempts."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.html import escape

from quizzes.core.items import BLANK
from quizzes.draft_queue import accepted_of, faces_of
from quizzes.models import Attempt, Item
from quizzes.services import sync_authored_items

pytestmark = pytest.mark.django_db


def test_items_and_attempts_are_listed_and_shown(attempt: Attempt, admin_client: Client) -> None:
    item = Item.objects.first()
    assert item
    for url in (
        "/admin/quizzes/item/",
        f"/admin/quizzes/item/{item.pk}/change/",
        "/admin/quizzes/attempt/",
        f"/admin/quizzes/attempt/{attempt.pk}/change/",
    ):
        assert admin_client.get(url).status_code == 200, url


def test_an_item_that_an_editor_withdraws_stays_withdrawn_until_its_text_changes(
    attempt: Attempt, admin_client: Client
) -> None:
    item = Item.objects.get(key="both-zero", language="en")
    data = {"state": "draft", "answer-TOTAL_FORMS": "0", "answer-INITIAL_FORMS": "0"}
    assert admin_client.post(f"/admin/quizzes/item/{item.pk}/change/", data).status_code == 302
    sync_authored_items([item.text_id])
    assert not Item.objects.live().filter(pk=item.pk).exists()
    text = item.text
    text.items_source[0]["markdown"] = text.items_source[0]["markdown"].replace("Slower", "More slowly")
    text.save()
    sync_authored_items([text.pk])
    assert Item.objects.live().get(key="both-zero", language="en").version == 2


def test_what_was_asked_cannot_be_made_up(attempt: Attempt, admin_client: Client) -> None:
    assert admin_client.get("/admin/quizzes/attempt/add/").status_code == 403


WRITTEN = "### Single: One? {#mine}\r\n- [x] yes\r\n- [ ] no\r\n\r\n> because\r\n"


def test_an_editor_writes_an_item(attempt: Attempt, admin_client: Client) -> None:
    assert admin_client.get("/admin/quizzes/item/add/").status_code == 200
    given = {"question": "notes", "language": "zh-hans", "markdown": WRITTEN}
    assert admin_client.post("/admin/quizzes/item/add/", given).status_code == 302
    item = Item.objects.live().get(key="mine")
    assert (item.source, item.kind, item.question.slug) == ("written", "single", "notes")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"question": "nowhere"}, "没有这道题目"),
        ({"language": "en"}, "没有该语言的文本"),
        ({"markdown": "### x"}, "The item&#x27;s kind is not known."),
    ],
)
def test_what_is_wrong_with_a_written_item_is_told(
    attempt: Attempt, admin_client: Client, changed: dict[str, str], told: str
) -> None:
    given = {"question": "notes", "language": "zh-hans", "markdown": WRITTEN} | changed
    page = admin_client.post("/admin/quizzes/item/add/", given)
    assert page.status_code == 200
    assert told in page.content.decode()
    assert not Item.objects.filter(key="mine").exists()


def test_who_may_not_add_items_writes_none(attempt: Attempt, client: Client) -> None:
    client.force_login(User.objects.create_user("reader", is_staff=True))
    assert client.get("/admin/quizzes/item/add/").status_code == 403


def test_an_editor_reads_an_item_as_it_is_asked_with_its_key(attempt: Attempt, admin_client: Client) -> None:
    for item in Item.objects.select_related("answer"):
        html = admin_client.get(f"/admin/quizzes/item/{item.pk}/change/").content.decode()
        assert item.stem_html.replace(BLANK, "____") in html
        for face in faces_of(item.whole()):
            assert f"<li>{face.html}{' ✓' if face.is_key else ''}</li>" in html
        for form in accepted_of(item.whole()):
            assert f"<b>{escape(form)}</b>" in html
