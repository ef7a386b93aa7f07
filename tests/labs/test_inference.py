"""The inference process with the real model, and the web side when it is there and when it is not."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from accounts.models import Learner
from labs import client, inference, services, storage
from labs.adapters import shipped_adapters
from labs.core import serving
from labs.core.adapter_file import AdapterError
from labs.core.adapters import dump_adapter
from labs.core.lora import LoraConfig
from labs.core.model import ADAPTERS, WEIGHTS
from labs.core.questions import MENU, VOCABULARY
from tests.labs.core.conftest import adapted

ASK = "/api/v1/labs/answer/"
MERGE = "/api/v1/labs/merge-check/"
SHIPPED = shipped_adapters()["gap-r8"].checksum
PICTURE = {"left": 3, "right": 8}
ROW = {"picture": PICTURE, "question": "gap"}
ADAPTED = {**ROW, "adapters": [{"checksum": SHIPPED}]}
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


async def ask(process: httpx.AsyncClient, *rows: dict[str, object], **more: object) -> list[dict[str, Any]]:
    response = await process.post("/answer", json={"inputs": rows, **more})
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["answers"]
    return found


@pytest.mark.anyio
async def test_a_row_is_answered_by_the_adapter_it_names(process: httpx.AsyncClient) -> None:
    base, adapted = await ask(process, ROW, ADAPTED, logits=True)
    assert base["answer"] != adapted["answer"]
    for answer in (base, adapted):
        assert len(answer["logits"]) == len(VOCABULARY)
        shares = [guess["probability"] for guess in answer["probabilities"]]
        assert shares == sorted(shares, reverse=True)
        assert answer["answer"] == answer["probabilities"][0]["word"]


@pytest.mark.anyio
async def test_rows_of_a_batch_get_what_they_would_get_alone(process: httpx.AsyncClient) -> None:
    mix = {**ROW, "adapters": [{"checksum": SHIPPED, "weight": w} for w in (0.25, 0.5)]}
    rows = [ROW, ADAPTED, mix, {**ADAPTED, "question": "caption"}, {"question": "chinese-7"}, ADAPTED]
    together = await ask(process, *rows, logits=True)
    for row, found in zip(rows, together, strict=True):
        (alone,) = await ask(process, row, logits=True)
        assert alone["answer"] == found["answer"]
        assert alone["logits"] == pytest.approx(found["logits"], abs=1e-4)
    assert together[1] == together[5]


@pytest.mark.anyio
async def test_a_mix_is_the_weighted_sum_of_its_adapters(process: httpx.AsyncClient) -> None:
    halves = {**ROW, "adapters": [{"checksum": SHIPPED, "weight": 0.5}] * 2}
    nothing = {**ROW, "adapters": [{"checksum": SHIPPED, "weight": 0}]}
    whole, half, base, none = await ask(process, ADAPTED, halves, ROW, nothing, logits=True)
    assert half["logits"] == pytest.approx(whole["logits"], abs=1e-4)
    assert none["logits"] == pytest.approx(base["logits"], abs=1e-5)


@pytest.mark.anyio
async def test_a_row_shows_where_the_model_looks(process: httpx.AsyncClient) -> None:
    rows = (ROW, {"question": "chinese-7"}, {**ADAPTED, "question": "caption"})
    for found in await ask(process, *rows, attention="layers"):
        assert len(found["attention"]) == 3
        for look in found["attention"]:
            patches = [share for row in look["patches"] or [] for share in row]
            assert len(patches) in (0, 8)
            assert sum(patches) + sum(look["words"]) == pytest.approx(1, abs=1e-5)
    mean, text, _ = await ask(process, *rows, attention="mean")
    assert len(mean["attention"]) == 1
    assert text["attention"][0]["patches"] is None
    assert "attention" not in (await ask(process, ROW))[0]


@pytest.mark.anyio
async def test_merging_changes_no_answer(process: httpx.AsyncClient) -> None:
    named = {"adapters": ADAPTED["adapters"]}
    found = (await process.post("/merge-check", json={**named, "rows": 40})).json()
    assert (found["compared"], found["same_answers"], found["rows"]) == (40, 40, [])
    assert 0 < found["max_abs_difference"] < 1e-3
    mix = {"adapters": [{"checksum": SHIPPED, "weight": w} for w in (0.7, -0.4)]}
    for asked in (named, mix):
        found = (await process.post("/merge-check", json={**asked, "inputs": [ROW, ROW]})).json()
        assert [row["same_answer"] for row in found["rows"]] == [True, True]
        answers = found["rows"][0]["answers"]
        assert set(answers) == {"base", "unmerged", "merged"}
        assert answers["merged"]["answer"] == answers["unmerged"]["answer"]


@pytest.mark.anyio
async def test_parameters_are_reported_in_pefts_words(process: httpx.AsyncClient) -> None:
    found = (await process.post("/parameters", json={"checksum": SHIPPED})).json()
    assert found["report"] == (
        f"trainable params: {found['trainable']:,d} || all params: {found['all']:,d} || "
        f"trainable%: {found['percent']:.4f}"
    )
    assert sum(layer["parameters"] for layer in found["layers"]) == found["trainable"]
    assert len(found["layers"]) == 18


@pytest.mark.anyio
async def test_the_same_question_gets_the_same_logits(process: httpx.AsyncClient) -> None:
    first, second = [await ask(process, ADAPTED, logits=True) for _ in range(2)]
    assert first == second


@pytest.mark.anyio
async def test_a_drawn_picture_is_answered_like_the_sample_it_copies(process: httpx.AsyncClient) -> None:
    samples = {s["index"]: s["pixels"] for s in (await process.get("/model")).json()["samples"]}
    index = next(iter(samples))
    by_index = {**ROW, "picture": {"left": index, "right": index}}
    by_pixels = {**ROW, "picture": {"left": samples[index], "right": samples[index]}}
    first, second = await ask(process, by_index, by_pixels, logits=True)
    assert first == second


@pytest.mark.anyio
async def test_everything_wrong_with_the_rows_is_listed(process: httpx.AsyncClient) -> None:
    wrong = [{"picture": {"left": -1}, "question": "why"}, {"question": "sum"}]
    response = await process.post("/answer", json={"inputs": wrong})
    assert response.status_code == 400
    names = [problem["name"] for problem in response.json()["problems"]]
    assert names == ["inputs.0.question", "inputs.0.picture", "inputs.1.picture"]


@pytest.mark.anyio
@pytest.mark.parametrize("rows", [None, [], [ROW] * 33, ["sum"], {"question": "sum"}])
async def test_no_rows_or_too_many_are_refused(process: httpx.AsyncClient, rows: object) -> None:
    assert (await process.post("/answer", json={"inputs": rows})).status_code == 400


@pytest.mark.anyio
@pytest.mark.parametrize(
    "adapters",
    [
        [{"checksum": "0" * 64}],
        [{"checksum": "../../weights/base"}],
        [{}],
        "gap-r8",
        ["gap-r8"],
        [{"checksum": SHIPPED}] * 5,
        [{"checksum": SHIPPED, "weight": "much"}],
    ],
)
async def test_adapters_that_cannot_be_loaded_are_refused(
    process: httpx.AsyncClient, adapters: object
) -> None:
    response = await process.post("/answer", json={"inputs": [{**ROW, "adapters": adapters}]})
    assert response.status_code == 400
    assert [problem["name"] for problem in response.json()["problems"]] == ["inputs.0.adapter"]
    merged = await process.post("/merge-check", json={"adapters": adapters})
    assert [problem["name"] for problem in merged.json()["problems"]] == ["adapter"]


def test_a_file_that_is_not_what_its_name_says_is_not_loaded(tmp_path: Path) -> None:
    shelf = serving.Shelf(application.loaded.base, {}, tmp_path)
    data = (WEIGHTS / ADAPTERS / "gap-r8.safetensors").read_bytes()
    (tmp_path / f"{SHIPPED}.safetensors").write_bytes(data[:-1] + b"?")
    with pytest.raises(AdapterError, match="does not hold"):
        shelf.take(SHIPPED)
    (tmp_path / f"{SHIPPED}.safetensors").write_bytes(data)
    assert shelf.take(SHIPPED).task == "gap"


def test_only_the_latest_adapters_stay_warm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "WARM", 2)
    base = application.loaded.base
    shelf = serving.Shelf(base, {}, tmp_path)
    made = []
    for seed in range(3):
        data = dump_adapter(adapted(seed), LoraConfig(), task="gap", base="")
        made.append(hashlib.sha256(data).hexdigest())
        (tmp_path / f"{made[-1]}.safetensors").write_bytes(data)
    for wanted in (made[0], made[1], made[0], made[2]):
        shelf.take(wanted)
    assert list(shelf.warm) == [made[0], made[2]]


@pytest.mark.anyio
@pytest.mark.parametrize(
    "picture",
    [None, {"left": [[1]], "right": 1}, {"left": [["x"] * 8] * 8, "right": 1}, {"left": True, "right": 1}],
)
async def test_a_malformed_picture_is_refused(process: httpx.AsyncClient, picture: object) -> None:
    asked = {"inputs": [{**ROW, "picture": picture}]}
    assert (await process.post("/answer", json=asked)).status_code == 400


@pytest.mark.anyio
async def test_bodies_that_are_no_json_object_or_too_long_are_refused(process: httpx.AsyncClient) -> None:
    for body in (b"{", b"[]", b"\xff", b" " * (inference.BODY_LIMIT + 1)):
        assert (await process.post("/answer", content=body)).status_code == 400


@pytest.mark.anyio
async def test_without_the_secret_only_health_answers(process: httpx.AsyncClient) -> None:
    wrong = {"X-Labs-Secret": "guessed"}
    assert (await process.post("/answer", json={"inputs": [ROW]}, headers=wrong)).status_code == 403
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
    asked = {"inputs": [{**ROW, "adapter": "gap-r8"}]}
    answers = [
        client.post(ASK, asked, content_type="application/json"),
        client.post(MERGE, {"adapter": "gap-r8"}, content_type="application/json"),
        client.get("/api/v1/labs/adapters/gap-r8/parameters/"),
        client.get("/api/v1/labs/model/"),
    ]
    for response in answers:
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0


@pytest.mark.django_db
def test_without_the_inference_process_the_pages_still_open(down: None, client: Client) -> None:
    assert client.get("/labs/").status_code == 200
    assert client.get("/labs/playground/").status_code == 503


@pytest.mark.django_db
def test_every_wrong_part_of_a_row_is_named_before_anything_is_asked(down: None, client: Client) -> None:
    picture = {"left": 999, "right": [[1]], "left_colour": "mud"}
    asked = {
        "inputs": [ROW, {"picture": picture, "question": "why"}, {"question": "sum"}],
        "top": 0,
        "attention": "all",
    }
    response = client.post(ASK, asked, content_type="application/json")
    assert response.status_code == 400
    assert {error["name"] for error in response.json()["errors"]} == {
        "inputs.1.picture.left",
        "inputs.1.picture.right",
        "inputs.1.picture.left_colour",
        "inputs.1.question",
        "inputs.2.picture",
        "top",
        "attention",
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"adapter": "none"}, "inputs.0.adapter"),
        ({"adapter": str(uuid4())}, "inputs.0.adapter"),
        (
            {"mix": [{"adapter": "gap-r8", "weight": 1}, {"adapter": "none", "weight": 1}]},
            "inputs.0.mix.1.adapter",
        ),
        ({"mix": [{"adapter": "gap-r8", "weight": 5}]}, "inputs.0.mix.0.weight"),
        ({"mix": [{"adapter": "gap-r8", "weight": 1}] * 5}, "inputs.0.mix"),
        ({"adapter": "gap-r8", "mix": [{"adapter": "gap-r8", "weight": 1}]}, "inputs.0.mix"),
    ],
)
def test_an_adapter_that_cannot_be_used_is_named(
    down: None, client: Client, row: dict[str, object], field: str
) -> None:
    response = client.post(ASK, {"inputs": [{**ROW, **row}]}, content_type="application/json")
    assert response.status_code == 400
    assert [error["name"] for error in response.json()["errors"]] == [field]


@pytest.mark.django_db
def test_a_batch_has_bounds(down: None, client: Client) -> None:
    for inputs in ([], [ROW] * 33, "sum"):
        assert client.post(ASK, {"inputs": inputs}, content_type="application/json").status_code == 400
    for asked in ({}, {"adapter": "gap-r8", "rows": 0}, {"adapter": "gap-r8", "inputs": [ROW] * 33}):
        assert client.post(MERGE, asked, content_type="application/json").status_code == 400


@pytest.mark.django_db
def test_the_api_passes_rows_on_and_tells_who_answered(
    up: serving.Loaded, learner: Learner, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    data = dump_adapter(adapted(1), LoraConfig(), task="gap", base="")
    (kept,) = services.keep_adapters(trained=[services.Trained(data)], learner=learner)
    mix = [{"adapter": "gap-r8", "weight": 0.5}, {"adapter": str(kept.id), "weight": 2}]
    rows = [ROW, {**ROW, "adapter": "gap-r8"}, {**ROW, "mix": mix}, {"question": "chinese-3"}]
    with django_assert_num_queries(1):
        found = Client().post(ASK, {"inputs": rows}, content_type="application/json").json()
    named = [[(part["name"], part["weight"]) for part in answer["adapters"]] for answer in found["answers"]]
    assert named == [[], [("gap-r8", 1)], [("gap-r8", 0.5), ("gap-r8", 2)], []]
    assert found["answers"][3]["picture"] is None
    storage.remove(kept.checksum)
    up.shelf.warm.clear()
    gone = Client().post(ASK, {"inputs": [{**ROW, "adapter": str(kept.id)}]}, content_type="application/json")
    assert gone.status_code == 400
    assert gone.json()["errors"][0]["name"] == "inputs.0.adapter"


@pytest.mark.django_db
def test_the_api_compares_merged_with_unmerged(up: None) -> None:
    asked = {"mix": [{"adapter": "gap-r8", "weight": 0.5}], "inputs": [ROW], "logits": True}
    found = Client().post(MERGE, asked, content_type="application/json").json()
    assert found["same_answers"] == found["compared"] == 1
    assert found["adapters"][0]["name"] == "gap-r8"
    assert len(found["rows"][0]["answers"]["merged"]["logits"]) == len(VOCABULARY)
    asked = {"adapter": "gap-r8", "rows": 20}
    assert Client().post(MERGE, asked, content_type="application/json").json()["compared"] == 20
    report = Client().get("/api/v1/labs/adapters/gap-r8/parameters/").json()["report"]
    assert report.startswith("trainable params: ")


@pytest.mark.django_db
def test_the_api_describes_the_model(up: None) -> None:
    model = Client().get("/api/v1/labs/model/").json()
    assert len(model["vocabulary"]) == len(VOCABULARY)
    assert {question["id"] for question in model["questions"]} == set(MENU)
    assert model["card"].startswith("# Model card")
    assert model["parameters"] > 100_000


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
