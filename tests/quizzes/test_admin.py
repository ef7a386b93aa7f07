"""The admin of items and attempts."""

from __future__ import annotations

import pytest
from django.test import Client

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
    assert admin_client.get("/admin/quizzes/item/add/").status_code == 403
