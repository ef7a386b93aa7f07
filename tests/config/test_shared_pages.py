"""Pages kept in memory: the same for everybody, nobody's own, and gone when the content changes."""

import asyncio
import gzip
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import AsyncClient, Client
from django.urls import path
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from accounts.services import find_learner
from config import shared_pages
from config.shared_pages import SHARED, accepted_encoding, is_kept, is_own_host
from config.urls import urlpatterns as site_patterns
from qbank.models import Question, Topic
from tests.factories import take_in, write_bank

pytestmark = pytest.mark.django_db
STATE_QUERIES = 2


def own(request: HttpRequest) -> HttpResponse:
    """Answer, under the name of a shared page, with who reads it."""
    return HttpResponse(f"for {find_learner(request)}")


def signed_in(request: HttpRequest) -> HttpResponse:
    """Answer, under the name of a shared page, with the account that reads it."""
    return HttpResponse(f"for {request.user}")


urlpatterns = [
    path("own/", own, name="glossary"),
    path("signed-in/", signed_in, name="labs"),
    *site_patterns,
]


@pytest.fixture(autouse=True)
def keep_pages(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep pages, and look whether the content changed at every request."""
    settings.SHARED_PAGES_BYTES = 2**20
    monkeypatch.setattr(shared_pages, "PAGES", shared_pages.Pages())
    monkeypatch.setattr(shared_pages, "FRESH_SECONDS", 0.0)


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """The tiny bank's files, taken in."""
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = write_bank(tmp_path / "bank")
    take_in(folder)
    return folder


@pytest.fixture
def slug(folder: Path) -> str:
    """The name of a question of the tiny bank."""
    return Question.objects.published().filter(texts__path__contains="rank").distinct().get().slug


@pytest.fixture
def addresses(slug: str) -> list[str]:
    """One address of every kind of shared page, in both languages."""
    topic = Topic.objects.get(questions__slug=slug)
    pages = ["", "topics/", f"topics/{topic.slug}/", "glossary/", "labs/", "keys/"]
    pages += ["manifest.webmanifest", "feed.atom"]
    pages += [f"questions/{slug}/", f"questions/{slug}.md"]
    whole = ["/robots.txt", "/sitemap.xml", "/sitemap-questions.xml"]
    return whole + [f"/{prefix}{page}" for prefix in ("", "en/") for page in pages]


def test_a_second_reader_is_answered_without_the_database(
    addresses: list[str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    names = set()
    for address in addresses:
        made = Client().get(address)
        names.add(made.resolver_match.view_name)
        with django_assert_num_queries(STATE_QUERIES):
            kept = Client().get(address)
        assert kept.content == made.content, address
        assert kept.headers == made.headers, address
        assert "default-src 'none'" in kept["Content-Security-Policy"]
    assert names == SHARED


def test_a_kept_page_holds_nothing_of_the_one_it_was_made_for(addresses: list[str], slug: str) -> None:
    learner, editor, nobody = Client(), Client(), Client()
    learner.post("/review/add/", {"question": slug})
    assert "learner" in learner.cookies
    editor.force_login(User.objects.create_superuser("editor-of-the-bank"))
    for address in addresses:
        pages = []
        for reader in (learner, editor, nobody):
            shared_pages.PAGES.note((reader,), 0.0)  # drops what another reader's page left
            pages.append(reader.get(address).content)
        assert len(set(pages)) == 1, address


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("address", ["/own/", "/signed-in/"])
def test_a_page_that_asks_who_reads_is_never_kept(address: str, slug: str) -> None:
    learner = Client()
    learner.post("/review/add/", {"question": slug})
    if address == "/signed-in/":
        learner.force_login(User.objects.create_user("ming"))
    theirs = learner.get(address)
    assert theirs["Cache-Control"] == "private, no-cache"
    assert "Cookie" in theirs["Vary"]
    assert Client().get(address).content != theirs.content


def test_each_scheme_language_host_and_query_has_pages_of_its_own(slug: str) -> None:
    dark = Client()
    dark.cookies["theme"] = "dark"
    strange = Client()
    strange.cookies["theme"] = "no-such"
    address = f"/questions/{slug}/"
    pages = [
        *(client.get(address).content for client in (Client(), dark)),
        Client().get(f"/en{address}").content,
        Client().get(address, {"view": "60s"}).content,
        Client().get(address, headers={"host": "localhost"}).content,
    ]
    assert len(set(pages)) == len(pages)
    assert strange.get(address).content == pages[0]


def test_an_english_browser_at_the_root_is_led_on_whatever_is_kept(folder: Path) -> None:
    chinese = {"accept-language": "zh-CN"}
    assert Client().get("/", headers=chinese).status_code == 200
    assert Client().get("/", headers={"accept-language": "en"}).headers["Location"] == "/en/"
    assert Client().get("/", headers=chinese).status_code == 200


def test_an_import_that_changes_something_shows_at_once(folder: Path, slug: str) -> None:
    client = Client()
    before = client.get(f"/questions/{slug}/").content.decode()
    for file in folder.rglob("*.md"):
        file.write_text(file.read_text().replace("显存有限", "内存有限"))
    take_in(folder)
    after = client.get(f"/questions/{slug}/").content.decode()
    assert "显存有限" in before
    assert "内存有限" in after


def test_what_an_editor_changes_shows_at_once(slug: str) -> None:
    editor, client = Client(), Client()
    editor.force_login(User.objects.create_superuser("editor"))
    topic = Question.objects.get(slug=slug).topic
    assert topic is not None
    client.get(f"/topics/{topic.slug}/")
    names = '{"zh-hans": "新名字", "en": "New name"}'
    change = {"order": 1, "title": names, "description": names}
    changed = editor.post(f"/admin/qbank/topic/{topic.pk}/change/", change)
    assert changed.status_code == 302
    assert "新名字" in client.get(f"/topics/{topic.slug}/").content.decode()


def test_a_page_made_while_the_content_changed_is_not_kept() -> None:
    pages = shared_pages.Pages()
    pages.note(("old",), 0.0)
    page = shared_pages.Page({}, b"old", "")
    pages.note(("new",), 1.0)
    pages.keep(("key",), page, ("old",))
    assert pages.find(("key",)) is None


def test_the_least_recently_used_page_makes_room(settings: Settings) -> None:
    settings.SHARED_PAGES_BYTES = 4_000
    pages = shared_pages.Pages()
    for name in ("a", "b"):
        pages.keep((name,), shared_pages.Page({}, bytes(900), ""), ())
    pages.find(("a",))
    pages.keep(("c",), shared_pages.Page({}, bytes(900), ""), ())
    assert [pages.find((name,)) is not None for name in "abc"] == [True, False, True]


def test_a_reader_who_has_the_page_is_told_so(slug: str) -> None:
    client = Client()
    address = f"/questions/{slug}/"
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "no-cache"
    client.cookies["theme"] = "dark"
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(("accepted", "unpack"), [("gzip, br", brotli.decompress), ("gzip", gzip.decompress)])
def test_a_kept_page_comes_compressed_as_the_reader_accepts(
    slug: str, accepted: str, unpack: Callable[[bytes], bytes]
) -> None:
    client = Client()
    plain = client.get(f"/questions/{slug}/").content
    for _ in range(2):
        packed = client.get(f"/questions/{slug}/", headers={"accept-encoding": accepted})
        assert unpack(packed.content) == plain
        assert packed["Content-Length"] == str(len(packed.content))
        assert "Accept-Encoding" in packed["Vary"]


@pytest.mark.parametrize(
    ("header", "encoding"),
    [("gzip, deflate, br", "br"), ("gzip;q=0.5", "gzip"), ("br;q=0, gzip;q=0.000", None), ("", None)],
)
def test_encodings_are_taken_as_they_are_offered(header: str, encoding: str | None) -> None:
    assert accepted_encoding(header) == encoding


def test_every_other_page_is_compressed_too_and_is_its_readers_own(client: Client) -> None:
    plain = client.get("/search/")
    packed = client.get("/search/", headers={"accept-encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert packed["Cache-Control"] == "private, no-cache"
    assert gzip.decompress(packed.content) == plain.content
    # Django pads what it compresses by chance: its size says nothing about a secret beside reflected words.
    sizes = {len(client.get("/search/", headers={"accept-encoding": "gzip"}).content) for _ in range(8)}
    assert len(sizes) > 1


@pytest.mark.django_db(transaction=True)
def test_the_event_loop_is_answered_the_same(slug: str) -> None:
    address = f"/questions/{slug}/"
    plain = Client().get(address).content

    async def ask() -> tuple[HttpResponseBase, HttpResponseBase]:
        client = AsyncClient()
        return await client.get(address), await client.get(address, headers={"accept-encoding": "br"})

    first, second = asyncio.run(ask())
    assert first.content == plain  # type: ignore[attr-defined]
    assert brotli.decompress(second.content) == plain  # type: ignore[attr-defined]


def test_made_up_queries_keep_nothing_and_push_nothing_out(
    slug: str, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, address = Client(), f"/questions/{slug}/"
    size = len(client.get(address).content)
    settings.SHARED_PAGES_BYTES = 8 * size
    junk = [f"j={n}" for n in range(8)] + [f"view={n}" for n in range(8)]
    junk += ["view=60s&view=60s", "view=%360s", "page=2", "recall=1&j=1"]
    for query in junk:
        answer = client.get(f"{address}?{query}")
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-cache"
        client.get(f"/glossary/?{query}")
    with django_assert_num_queries(STATE_QUERIES):
        client.get(address)


def test_made_up_hosts_keep_nothing_and_push_nothing_out(
    slug: str, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, address = Client(), f"/questions/{slug}/"
    size = len(client.get(address).content)
    settings.SHARED_PAGES_BYTES = 8 * size
    settings.ALLOWED_HOSTS = ["testserver", ".example.org"]
    hosts = [f"testserver:{port}" for port in range(81, 89)] + [f"a{n}.example.org" for n in range(8)]
    for host in [*hosts, "TestServer", "testserver:080"]:
        answer = client.get(address, headers={"host": host})
        assert f'href="http://{host}{address}"' in answer.content.decode()
        assert answer["Cache-Control"] == "private, no-cache"
    with django_assert_num_queries(STATE_QUERIES):
        client.get(address)


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("a.org", True),
        ("a.org:8000", True),
        ("b.org:8080", True),
        ("[::1]:8000", True),
        ("a.org:8001", False),
        ("a.org:08000", False),
        ("A.org", False),
        ("b.org", False),
        ("sub.c.org", False),
        (":8000", False),
        ("", False),
    ],
)
def test_a_host_is_own_as_the_settings_name_it(host: str, own: bool, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["a.org", "b.org:8080", "[::1]", ".c.org", "*"]
    assert is_own_host(host, "8000") is own


@pytest.mark.parametrize(
    ("view", "query", "kept"),
    [
        ("question", "", True),
        ("question", "view=60s", True),
        ("question", "recall=1", True),
        ("question", "recall=1&recall=1", False),
        ("topic", "page=12", True),
        ("topic", "page=012", False),
        ("topic", "page=100", False),
        ("topics", "difficulty=2", True),
        ("topics", "tag=a", False),
        ("sitemap", "p=2", True),
        ("glossary", "page=2", False),
    ],
)
def test_a_page_is_kept_under_the_queries_it_reads(view: str, query: str, kept: bool) -> None:
    assert is_kept(view, query) is kept


@pytest.mark.parametrize("accepted", ["br", "gzip"])
def test_a_page_is_compressed_at_its_best_once_and_no_made_up_one(
    slug: str, accepted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    best = shared_pages.ENCODERS[accepted]
    packed: list[bytes] = []

    def pack(body: bytes) -> bytes:
        packed.append(body)
        return best(body)

    monkeypatch.setattr(shared_pages, "ENCODERS", {accepted: pack})
    client = Client(headers={"accept-encoding": accepted})
    for query in ("", "", "?j=1", "?view=2", ""):
        client.get(f"/questions/{slug}/{query}")
    assert len(packed) == 1


def test_an_edit_that_got_its_number_earlier_and_is_seen_later_is_another_state() -> None:
    editor = User.objects.create_superuser("editor")
    edit = {"user": editor, "action_flag": CHANGE, "object_repr": "topic"}
    LogEntry.objects.create(pk=12, **edit)
    before = shared_pages.content_state()
    LogEntry.objects.create(pk=11, **edit)
    assert shared_pages.content_state() != before


@pytest.mark.django_db(transaction=True)
def test_nothing_is_compressed_in_the_event_loop(slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    in_loop: list[bool] = []

    def watched(pack: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
        def packing(body: bytes) -> bytes:
            try:
                asyncio.get_running_loop()
            except RuntimeError:
                in_loop.append(False)
            else:
                in_loop.append(True)
            return pack(body)

        return packing

    packers = {key: watched(pack) for key, pack in shared_pages.ENCODERS.items()}
    monkeypatch.setattr(shared_pages, "ENCODERS", packers)

    async def ask() -> None:
        for accepted in ("br", "gzip", "gzip"):
            answer = await AsyncClient().get(f"/questions/{slug}/", headers={"accept-encoding": accepted})
            assert answer.headers["Content-Encoding"] == accepted

    asyncio.run(ask())
    assert in_loop == [False, False]  # each encoding once
