"""How the site is found and shared: maps, feeds, addresses, and what asks not to be found."""

import re
import struct
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django.fixtures import Settings

from qbank.models import Question, QuestionText
from tests.factories import take_in, write_bank

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
LINKS = re.compile(r'<link rel="(canonical|alternate)"(?: hreflang="([^"]+)")? href="(http[^"]+)"')


@pytest.fixture(autouse=True)
def bank(settings: Settings, tmp_path: Path) -> None:
    """Take the tiny bank in."""
    settings.MEDIA_ROOT = tmp_path / "media"
    take_in(write_bank(tmp_path / "bank"))


@pytest.fixture
def chinese_alone() -> Question:
    """A question that has no English text."""
    question = Question.objects.get(slug="rank")
    QuestionText.objects.filter(question=question, language="en").delete()
    return question


def mapped(client: Client) -> dict[str, dict[str, str]]:
    """Return every address of the map, each with its alternates by language."""
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    found = {}
    for part in index.iter(f"{SITE}loc"):
        assert part.text
        for url in ElementTree.fromstring(client.get(part.text).content).iter(f"{SITE}url"):
            links = {link.attrib["hreflang"]: link.attrib["href"] for link in url.iter(f"{XHTML}link")}
            found[url.findtext(f"{SITE}loc") or ""] = links
    return found


def test_the_map_holds_each_public_page_in_both_languages(client: Client) -> None:
    found = mapped(client)
    for path in (
        "/",
        "/topics/",
        "/topics/tuning/",
        "/questions/rank/",
        "/labs/",
        "/labs/merging/",
        "/glossary/",
    ):
        here, there = f"http://testserver{path}", f"http://testserver/en{path}"
        expected = {"zh-hans": here, "en": there, "x-default": here}
        assert found[here] == found[there] == expected


def test_every_address_of_the_map_is_a_page_that_may_be_found(client: Client) -> None:
    asks_the_model = {"http://testserver/labs/playground/", "http://testserver/en/labs/playground/"}
    for address in set(mapped(client)) - asks_the_model:
        response = client.get(address, headers={"accept-language": "zh"})
        assert response.status_code == 200, address
        html = response.content.decode()
        assert "noindex" not in html, address
        assert f'<link rel="canonical" href="{address}">' in html


def test_the_map_leaves_out_what_has_no_text_or_is_retired(client: Client, chinese_alone: Question) -> None:
    found = mapped(client)
    assert "http://testserver/questions/rank/" in found
    assert "http://testserver/en/questions/rank/" not in found
    Question.objects.filter(pk=chinese_alone.pk).update(state=Question.State.RETIRED)
    assert "http://testserver/questions/rank/" not in mapped(client)


def test_crawlers_are_told_of_the_map(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert "Disallow: /admin/" in lines
    assert not any(line in ("Disallow: /", "Disallow: /static/") for line in lines)


def test_a_page_and_its_twin_name_each_other_and_not_their_queries(client: Client) -> None:
    here, there = "http://testserver/questions/rank/", "http://testserver/en/questions/rank/"
    for path, own in (("/questions/rank/?view=60s", here), ("/en/questions/rank/?recall=1", there)):
        links = {
            (rel, language): href for rel, language, href in LINKS.findall(client.get(path).content.decode())
        }
        assert links == {("canonical", ""): own, ("alternate", "zh-Hans"): here, ("alternate", "en"): there}


def test_a_page_of_a_list_is_a_page_of_its_own(client: Client) -> None:
    html = client.get("/topics/tuning/?page=2&x=1").content.decode()
    assert '<link rel="canonical" href="http://testserver/topics/tuning/?page=2">' in html
    assert 'hreflang="en" href="http://testserver/en/topics/tuning/?page=2"' in html


def test_a_text_shown_for_want_of_another_belongs_to_its_own_address(
    client: Client, chinese_alone: Question
) -> None:
    for path in ("/questions/rank/", "/en/questions/rank/"):
        links = LINKS.findall(client.get(path).content.decode())
        assert links == [("canonical", "", "http://testserver/questions/rank/")], path


def test_a_shared_question_carries_its_title_sentence_and_address(client: Client) -> None:
    text = QuestionText.objects.get(question__slug="rank", language="en")
    html = client.get("/en/questions/rank/").content.decode()
    told = dict(re.findall(r'property="og:(\w+)" content="([^"]*)"', html))
    assert told["title"].replace("&#x27;", "'") == text.title
    assert (told["type"], told["url"]) == ("article", "http://testserver/en/questions/rank/")
    assert told["locale"] == "en_GB"
    assert told["description"]


@pytest.mark.parametrize(("prefix", "language"), [("", "zh-hans"), ("/en", "en")])
def test_each_language_has_a_feed_of_its_new_questions(client: Client, prefix: str, language: str) -> None:
    response = client.get(f"{prefix}/feed.atom")
    assert response["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)
    texts = QuestionText.objects.filter(language=language, question__state="published")
    entries = {
        entry.findtext(f"{ATOM}title"): entry.find(f"{ATOM}link").attrib["href"]  # type: ignore[union-attr]
        for entry in feed.iter(f"{ATOM}entry")
    }
    assert entries == {t.title: f"http://testserver{prefix}/questions/{t.question.slug}/" for t in texts}
    assert entries
    page = client.get(f"{prefix}/topics/").content.decode()
    assert re.search(rf'type="application/atom\+xml" title="[^"]+" href="{prefix}/feed.atom"', page)


def test_a_question_that_comes_later_stands_first_in_the_feed(client: Client) -> None:
    newest = Question.objects.published().last()
    assert newest is not None
    Question.objects.exclude(pk=newest.pk).update(created_at="2020-01-01T00:00:00Z")
    feed = ElementTree.fromstring(client.get("/feed.atom").content)
    first = feed.find(f"{ATOM}entry/{ATOM}link")
    assert first is not None
    assert first.attrib["href"].endswith(f"/questions/{newest.slug}/")


@pytest.mark.parametrize(("prefix", "name"), [("", "可运行题库"), ("/en", "Runnable Bank")])
def test_the_site_can_be_installed_in_either_language(client: Client, prefix: str, name: str) -> None:
    assert (
        f'<link rel="manifest" href="{prefix}/manifest.webmanifest">'
        in client.get(f"{prefix}/topics/").content.decode()
    )
    response = client.get(f"{prefix}/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    told = response.json()
    assert (told["name"], told["start_url"]) == (name, f"{prefix}/")
    assert {icon.get("purpose", "any") for icon in told["icons"]} == {"any", "maskable"}
    for icon in told["icons"]:
        path = finders.find(icon["src"].removeprefix("/static/"))
        assert path is not None
        if icon["type"] == "image/png":  # its width and height stand in its first chunk
            width, height = struct.unpack(">II", Path(path).read_bytes()[16:24])
            assert icon["sizes"] == f"{width}x{height}"


@pytest.mark.parametrize(
    "path",
    [
        *("/search/", "/search/?q=LoRA", "/quizzes/own/", "/quizzes/new/?number=1&seed=1", "/account/"),
        *("/account/sign-in/", "/account/sign-up/", "/account/reset/"),
        *("/review/", "/review/card/", "/review/cards/", "/review/wrong/", "/review/settings/", "/progress/"),
    ],
)
def test_personal_pages_and_searches_ask_not_to_be_found(client: Client, path: str) -> None:
    for prefix in ("", "/en"):
        response = client.get(f"{prefix}{path}", follow=True)
        html = response.content.decode()
        assert '<meta name="robots" content="noindex">' in html, response.request
        assert 'property="og:url"' not in html


def test_a_shared_link_shows_a_picture_in_its_language_with_words_for_it(client: Client) -> None:
    for prefix, language, words in (("", "zh", "可运行题库"), ("/en", "en", "Runnable Bank")):
        for path in ("/", "/topics/", "/questions/rank/", "/labs/merging/"):
            html = client.get(f"{prefix}{path}").content.decode()
            told = dict(re.findall(r'property="og:(image[:\w]*)" content="([^"]*)"', html))
            assert told["image"] == f"http://testserver/static/share/bank-{language}.png"
            assert told["image:alt"].startswith(words)
        picture = finders.find(f"share/bank-{language}.png")
        assert picture is not None
        assert struct.unpack(">II", Path(picture).read_bytes()[16:24]) == (1200, 630)
