"""The process that holds the model warm and answers: a small ASGI app without Django.

    LABS_INFERENCE_SECRET=… uvicorn labs.inference:application

POST /answer and GET /model (both with the shared secret in X-Labs-Secret), GET /health. Stateless.
"""

from __future__ import annotations

import hmac
import json
import os
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from labs.core.adapters import read_adapter
from labs.core.answering import Answer, Variants, compare_answers, find_question, load_base, make_variants
from labs.core.data import list_samples, picture_from_pixels, sample_pixels
from labs.core.model import WEIGHTS, checksum
from labs.core.training import use_one_thread

SAMPLES = 40  # shown to choose from
HELD_OUT = 360
BODY_LIMIT = 64 * 1024  # bytes
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Json = dict[str, Any]


class Problems(ValueError):
    """Everything that is wrong with a question."""

    def __init__(self, problems: list[Json]) -> None:
        super().__init__(str(problems))
        self.problems = problems


class Body(Exception):
    """The body of a request cannot be used at all."""


@dataclass
class Loaded:
    """The base, and each shipped adapter in its three states."""

    variants: dict[str, Variants]
    checksums: dict[str, str]  # "base" or an adapter's name → SHA-256 of its file

    @classmethod
    def from_folder(cls, folder: Path = WEIGHTS) -> Loaded:
        """Load the base and every adapter beside it, and answer once, so that no reader waits for it."""
        use_one_thread()
        base, base_checksum = load_base()
        files = sorted(path for path in folder.glob("*.safetensors") if path.name != "base.safetensors")
        variants = {path.stem: make_variants(base, read_adapter(path.read_bytes())) for path in files}
        loaded = cls(variants, {"base": base_checksum, **{path.stem: checksum(path) for path in files}})
        for name in variants:
            loaded.answer({"picture": {"left": 0, "right": 1}, "question": "left-digit", "adapter": name})
        return loaded

    @cached_property
    def description(self) -> Json:
        """Return what the web process shows of the model."""
        base = next(iter(self.variants.values())).base
        return {
            "parameters": sum(parameter.numel() for parameter in base.parameters()),
            "checksum": self.checksums["base"],
            "adapters": [{"name": name, "checksum": self.checksums[name]} for name in self.variants],
            "samples": [
                {"index": index, "digit": digit, "pixels": sample_pixels(index)}
                for index, digit in list_samples(SAMPLES)
            ],
        }

    def answer(self, asked: Json) -> Json:
        """Answer one question as base, unmerged and merged. Raises Problems."""
        started = time.perf_counter()
        name = asked.get("adapter", "gap-r8")
        problems = []
        try:
            question = find_question(str(asked.get("question")))
        except ValueError as error:
            problems.append({"name": "question", "message": str(error)})
        if name not in self.variants:
            listed = ", ".join(self.variants)
            problems.append({"name": "adapter", "message": f"unknown adapter {name!r}: expected {listed}"})
        try:
            picture, pixels = read_picture(asked.get("picture"))
        except ValueError as error:
            problems.append({"name": "picture", "message": str(error)})
        if problems:
            raise Problems(problems)
        (found,) = compare_answers(self.variants[name], picture[None], [question])
        return {
            "answers": {
                "base": describe(found.base),
                "unmerged": describe(found.unmerged),
                "merged": describe(found.merged),
            },
            "picture": pixels,
            "max_abs_difference": found.max_difference,
            "checksums": {"base": self.checksums["base"], "adapter": self.checksums[name]},
            "seconds": time.perf_counter() - started,
        }


def describe(answer: Answer) -> Json:
    """Write one answer as JSON."""
    return {
        "answer": " ".join(answer.words),
        "probabilities": [{"word": word, "probability": share} for word, share in answer.top],
        "logits": list(answer.logits),
    }


def read_picture(picture: object) -> tuple[Any, Json]:
    """Return the picture (3, 8, 16) of two digits, each a sample's number or 8×8 values, and those values.

    Raises ValueError.
    """
    if not isinstance(picture, Mapping):
        raise ValueError("expected left and right")
    given: list[Any] = [picture.get(side) for side in ("left", "right")]
    left, right = [sample_pixels(side) if _is_sample(side) else side for side in given]
    if not all(
        isinstance(side, list) and all(isinstance(row, list) for row in side) for side in (left, right)
    ):
        raise ValueError(f"expected a sample from 0 to {HELD_OUT - 1} or 8 rows of 8 values")
    colours = (str(picture.get("left_colour", "red")), str(picture.get("right_colour", "blue")))
    try:
        seen = picture_from_pixels(left, right, colours)
    except TypeError as error:
        raise ValueError(f"a value is no number: {error}") from error
    return seen, {"left": left, "right": right, "left_colour": colours[0], "right_colour": colours[1]}


def read_secret(environment: Mapping[str, str] = os.environ) -> str:
    """Return the shared secret: of the environment, else the one that the web process keeps in var/."""
    if value := environment.get("LABS_INFERENCE_SECRET"):
        return value
    folder = Path(environment.get("VAR_DIR") or Path(__file__).resolve().parent.parent / "var")
    try:
        return (folder / "labs_inference_secret").read_text()
    except OSError as error:
        raise RuntimeError(
            f"Set LABS_INFERENCE_SECRET, or start the web process once so that it keeps one in {folder}."
        ) from error


class Application:
    """Route three addresses; the model is loaded when the server starts, or at the first question."""

    def __init__(self, secret: Callable[[], str] = read_secret) -> None:
        self._read_secret = secret

    @cached_property
    def secret(self) -> bytes:
        """The shared secret. Raises RuntimeError when it is empty: a missing header would equal it."""
        secret = self._read_secret()
        if not secret.strip():
            raise RuntimeError("The shared secret is empty: set LABS_INFERENCE_SECRET.")
        return secret.encode()

    @cached_property
    def loaded(self) -> Loaded:
        """The model."""
        return Loaded.from_folder()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            status, body = await self._respond(scope, receive)
            await _send_json(send, status, body)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Load everything before the first request; a server without model or secret does not start."""
        await receive()
        try:
            _ = self.secret, self.loaded
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _respond(self, scope: Message, receive: Receive) -> tuple[int, Json]:
        route = scope["method"], scope["path"]
        if route == ("GET", "/health"):
            return 200, {"status": "ok", "checksum": self.loaded.checksums["base"]}
        if route not in (("POST", "/answer"), ("GET", "/model")):
            return 404, {"detail": "There are POST /answer, GET /model and GET /health."}
        given = dict(scope["headers"]).get(b"x-labs-secret", b"")
        if not given or not hmac.compare_digest(given, self.secret):
            return 403, {"detail": "The shared secret is missing or wrong."}
        if route == ("GET", "/model"):
            return 200, self.loaded.description
        try:
            return 200, self.loaded.answer(await _read_json(receive))
        except Problems as error:
            return 400, {"problems": error.problems}
        except Body as error:
            return 400, {"problems": [{"name": "", "message": str(error)}]}


async def _read_json(receive: Receive) -> Json:
    """Read a JSON object from the body. Raises Body."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > BODY_LIMIT:
            raise Body(f"more than {BODY_LIMIT} bytes")
    try:
        found = json.loads(body)
    except ValueError as error:
        raise Body(f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise Body("expected an object")
    return found


async def _send_json(send: Send, status: int, body: Json) -> None:
    content = json.dumps(body, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def _is_sample(side: object) -> bool:
    return isinstance(side, int) and not isinstance(side, bool) and 0 <= side < HELD_OUT


application = Application()
