"""The inference process with the real model, and the web side when it is there and when it is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from pytest_django.fixtures import Settings

from labs import client, inference
from labs.core.questions import MENU, VOCABULARY

ASK = "/api/v1/labs/answer/"
QUESTION = {"picture": {"left": 3, "right": 8}, "question": "left-digit", "adapter": "gap-r8"}
SECRET = {"X-Labs-Secret": "known"}
application = inference.Application(lambda: "known")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def process(anyio_backend: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the inference application, in this process."""
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://model", headers=SECRET) as found:
        yield found


@pytest.fixture
def down(settings: Settings) -> None:
    """Point the web side to where nobody listens."""
    settings.LABS_INFERENCE_URL = "http://127.0.0.1:9"
    cache.clear()


@pytest.mark.anyio
async def test_the_model_answers_in_its_three_states(process: httpx.AsyncClient) -> None:
    found = (await process.post("/answer", json=QUESTION)).json()
    assert set(found["answers"]) == {"base", "unmerged", "merged"}
    for answer in found["answers"].values():
        assert len(answer["logits"]) == len(VOCABULARY)
        shares = [guess["probability"] for guess in answer["probabilities"]]
        assert shares == sorted(shares, reverse=True)
        assert answer["answer"] == answer["probabilities"][0]["word"]
    assert 0 < found["max_abs_difference"] < 1e-3
    assert found["answers"]["merged"]["answer"] == found["answers"]["unmerged"]["answer"]
    assert set(found["checksums"]) == {"base", "adapter"}


@pytest.mark.anyio
async def test_the_same_question_gets_the_same_logits(process: httpx.AsyncClient) -> None:
    first, second = [(await process.post("/answer", json=QUESTION)).json() for _ in range(2)]
    assert first["answers"] == second["answers"]


@pytest.mark.anyio
async def test_a_drawn_picture_is_answered_like_the_sample_it_copies(process: httpx.AsyncClient) -> None:
    samples = {s["index"]: s["pixels"] for s in (await process.get("/model")).json()["samples"]}
    index = next(iter(samples))
    by_index = {**QUESTION, "picture": {"left": index, "right": index}}
    by_pixels = {**QUESTION, "picture": {"left": samples[index], "right": samples[index]}}
    found = [(await process.post("/answer", json=asked)).json()["answers"] for asked in (by_index, by_pixels)]
    assert found[0] == found[1]


@pytest.mark.anyio
async def test_everything_wrong_with_a_question_is_listed(process: httpx.AsyncClient) -> None:
    response = await process.post(
        "/answer", json={"picture": {"left": -1}, "question": "why", "adapter": "none"}
    )
    assert response.status_code == 400
    assert [p["name"] for p in response.json()["problems"]] == ["question", "adapter", "picture"]


@pytest.mark.anyio
@pytest.mark.parametrize(
    "picture",
    [None, {"left": [[1]], "right": 1}, {"left": [["x"] * 8] * 8, "right": 1}, {"left": True, "right": 1}],
)
async def test_a_malformed_picture_is_refused(process: httpx.AsyncClient, picture: object) -> None:
    assert (await process.post("/answer", json={**QUESTION, "picture": picture})).status_code == 400


@pytest.mark.anyio
async def test_bodies_that_are_no_json_object_or_too_long_are_refused(process: httpx.AsyncClient) -> None:
    for body in (b"{", b"[]", b"\xff", b" " * (inference.BODY_LIMIT + 1)):
        assert (await process.post("/answer", content=body)).status_code == 400


@pytest.mark.anyio
async def test_without_the_secret_only_health_answers(process: httpx.AsyncClient) -> None:
    wrong = {"X-Labs-Secret": "guessed"}
    assert (await process.post("/answer", json=QUESTION, headers=wrong)).status_code == 403
    assert (await process.get("/model", headers=wrong)).status_code == 403
    assert (await process.get("/health", headers=wrong)).json()["status"] == "ok"
    assert (await process.get("/elsewhere")).status_code == 404


@pytest.mark.anyio
async def test_an_empty_secret_opens_nothing_and_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "labs_inference_secret").write_text("\n")
    for read in (lambda: "", lambda: inference.read_secret({"VAR_DIR": str(tmp_path)})):
        careless = inference.Application(read)
        said: list[dict[str, object]] = []

        async def hear() -> dict[str, object]:
            return {"type": "lifespan.startup"}

        async def say(message: dict[str, object], said: list[dict[str, object]] = said) -> None:
            said.append(message)

        await careless({"type": "lifespan"}, hear, say)  # type: ignore[arg-type]
        assert [message["type"] for message in said] == ["lifespan.startup.failed"]
        assert "empty" in str(said[0]["message"])
        transport = httpx.ASGITransport(careless, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://model") as stranger:
            for headers in ({}, {"X-Labs-Secret": ""}):
                assert (await stranger.get("/model", headers=headers)).status_code in (403, 500)


def test_the_secret_comes_from_the_environment_or_from_the_installations_folder(tmp_path: Path) -> None:
    assert inference.read_secret({"LABS_INFERENCE_SECRET": "a"}) == "a"
    (tmp_path / "labs_inference_secret").write_text("b")
    assert inference.read_secret({"VAR_DIR": str(tmp_path)}) == "b"
    with pytest.raises(RuntimeError, match="LABS_INFERENCE_SECRET"):
        inference.read_secret({"VAR_DIR": str(tmp_path / "none")})


@pytest.mark.django_db
def test_without_the_inference_process_the_api_says_when_to_come_back(down: None, client: Client) -> None:
    response = client.post(ASK, QUESTION, content_type="application/json")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert client.get("/api/v1/labs/model/").status_code == 503


@pytest.mark.django_db
def test_without_the_inference_process_the_pages_still_open(down: None, client: Client) -> None:
    assert client.get("/labs/").status_code == 200
    response = client.get("/labs/ask/")
    assert response.status_code == 503
    assert "Retry-After" in response.headers


@pytest.mark.django_db
def test_every_wrong_part_of_a_question_is_named_before_anything_is_asked(down: None, client: Client) -> None:
    asked = {"picture": {"left": 999, "right": [[1]], "left_colour": "mud"}, "question": "why"}
    response = client.post(ASK, asked, content_type="application/json")
    assert response.status_code == 400
    names = {error["name"] for error in response.json()["errors"]}
    assert names == {"picture.left", "picture.right", "picture.left_colour", "question"}


@pytest.fixture
def up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer the web side in this process, with the real model."""

    def call(method: str, path: str, body: dict[str, object] | None) -> dict[str, object]:
        if path == "/model":
            return application.loaded.description
        try:
            return application.loaded.answer(body or {})
        except inference.Problems as error:
            raise client.Refused(error.problems) from error

    cache.clear()
    monkeypatch.setattr(client, "_call", call)


@pytest.mark.django_db
def test_the_api_passes_the_answer_on(up: None) -> None:
    web = Client()
    found = web.post(ASK, {**QUESTION, "adapter": "gap-r8"}, content_type="application/json").json()
    assert set(found["answers"]) == {"base", "unmerged", "merged"}
    refused = web.post(ASK, {**QUESTION, "adapter": "none"}, content_type="application/json")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["name"] == "adapter"


@pytest.mark.django_db
def test_the_api_describes_the_model(up: None) -> None:
    model = Client().get("/api/v1/labs/model/").json()
    assert len(model["vocabulary"]) == len(VOCABULARY)
    assert {question["id"] for question in model["questions"]} == set(MENU)
    assert model["card"].startswith("# Model card")
    assert model["parameters"] > 100_000


@pytest.mark.django_db
def test_the_page_asks_by_its_address_alone(up: None) -> None:
    response = Client().get("/en/labs/ask/", {"left": "3", "right": "8", "question": "sum"})
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count('<ol class="probs">') == 3
    assert not response.cookies
    drawn = "g" * 32 + "0" * 32
    again = Client().get("/en/labs/ask/", {"left": drawn, "right": "8", "question": "sum"}).content.decode()
    assert f'<option value="{drawn}"' in again
    assert again.count('fill="#ff0000"') == 32


@pytest.mark.django_db
def test_the_page_names_wrong_fields_as_its_form_does(up: None) -> None:
    wrong = Client().get(
        "/en/labs/ask/", {"left": "x", "right": "999", "left_colour": "mud", "question": "why"}
    )
    assert wrong.status_code == 400
    shown = wrong.content.decode()
    for label in ("Left digit", "Right digit", "Colour of the left digit", "Question to the model"):
        assert f"<li>{label}: " in shown
    refused = Client().get("/en/labs/ask/", {"adapter": "none"})
    assert refused.status_code == 400
    assert "<li>Adapter: The model has no such adapter.</li>" in refused.content.decode()


@pytest.mark.parametrize("name", ["adapter", "question", "picture", "", "news"])
def test_what_the_process_says_in_english_is_shown_in_the_readers_language(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translation._trans, "gettext", str.upper)
    refused = client.Refused([{"name": name, "message": "unknown: expected a, b"}])
    ((field, message),) = refused.explain()
    assert field == name
    assert message == message.upper()
    assert "UNKNOWN" not in message
