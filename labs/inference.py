"""The process that holds the model warm and answers: a small ASGI app without Django.

    LABS_INFERENCE_SECRET=… uvicorn labs.inference:application

POST /answer, POST /merge-check, POST /parameters and GET /model (all with the shared secret in
X-Labs-Secret), GET /health. Stateless: it reads adapters from LABS_ADAPTER_DIR and writes nothing.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import cached_property
from pathlib import Path
from typing import Any

from labs.core.serving import Json, Loaded, Problems

BODY_LIMIT = 512 * 1024  # bytes: 32 drawings with every value written out
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Body(Exception):
    """The body of a request cannot be used at all."""


def kept_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of kept adapters, where the web process and the runner put them."""
    return Path(environment.get("LABS_ADAPTER_DIR") or _state(environment) / "adapters")


def _state(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("VAR_DIR") or Path(__file__).resolve().parent.parent / "var")


def read_secret(environment: Mapping[str, str] = os.environ) -> str:
    """Return the shared secret: of the environment, else the one that the web process keeps in var/."""
    if value := environment.get("LABS_INFERENCE_SECRET"):
        return value
    folder = _state(environment)
    try:
        return (folder / "labs_inference_secret").read_text()
    except OSError as error:
        raise RuntimeError(
            f"Set LABS_INFERENCE_SECRET, or start the web process once so that it keeps one in {folder}."
        ) from error


class Application:
    """Route five addresses; the model is loaded when the server starts, or at the first question."""

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
        return Loaded.from_folders(kept_folder())

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
            return 200, {"status": "ok", "checksum": self.loaded.checksum}
        answers = {
            "/answer": self.loaded.answer,
            "/merge-check": self.loaded.check_merge,
            "/parameters": self.loaded.report_parameters,
        }
        asked = answers.get(scope["path"]) if scope["method"] == "POST" else None
        if asked is None and route != ("GET", "/model"):
            return 404, {"detail": f"There are POST {', '.join(answers)}, GET /model and GET /health."}
        given = dict(scope["headers"]).get(b"x-labs-secret", b"")
        if not given or not hmac.compare_digest(given, self.secret):
            return 403, {"detail": "The shared secret is missing or wrong."}
        if asked is None:
            return 200, self.loaded.description
        try:
            return 200, asked(await _read_json(receive))
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


application = Application()
