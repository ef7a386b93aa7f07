"""Errors, the colour scheme and the API's page."""

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from config.views import server_error


@pytest.mark.parametrize(("address", "language"), [("/none/", "zh-Hans"), ("/en/none/", "en")])
def test_an_unknown_address_offers_a_search_in_the_readers_language(
    client: Client, db: None, address: str, language: str
) -> None:
    response = client.get(address)
    html = response.content.decode()
    assert response.status_code == 404
    assert f'<html lang="{language}"' in html
    assert html.count('type="search"') == 2


def test_a_server_error_needs_nothing_but_its_page(rf: RequestFactory) -> None:
    response = server_error(rf.get("/"))
    assert response.status_code == 500
    assert 'href="/static/' not in response.content.decode()
    assert "{%" not in render_to_string("500.html")


def test_the_scheme_chosen_is_on_every_page_and_comes_back(client: Client, db: None) -> None:
    assert "data-theme=" not in client.get("/topics/").content.decode()
    response = client.post("/prefs/theme/", {"theme": "dark", "next": "/topics/?lab=1"})
    assert response["Location"] == "/topics/?lab=1"
    assert '<html lang="zh-Hans" data-theme="dark">' in client.get("/topics/").content.decode()


def test_each_page_names_its_twin_and_its_own_address(client: Client, db: None) -> None:
    html = client.get("/en/topics/?lab=1").content.decode()
    assert '<link rel="canonical" href="http://testserver/en/topics/">' in html
    assert '<link rel="alternate" hreflang="zh-Hans" href="http://testserver/topics/">' in html


def test_the_apis_page_carries_nothing_inline(client: Client) -> None:
    html = client.get("/api/v1/docs/").content.decode()
    assert 'data-schema="/api/v1/schema/"' in html
    assert html.count("<script") == html.count(' src="/static/') == 2
    assert "style=" not in html
    assert "http" not in html
