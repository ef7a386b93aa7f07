"""The web side of the inference process: one HTTP call, two seconds, or a clear refusal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

import httpx
from django.conf import settings
from django.core.cache import cache as kept
from django.utils.translation import gettext_lazy as _

TIMEOUT_SECONDS = 2.0
RETRY_SECONDS = 5  # what a caller is told to wait when the process does not answer
MODEL_KEY = "labs-model"
MODEL_SECONDS = 60
SECRET_HEADER = "X-Labs-Secret"
REFUSALS = {  # the process speaks English, to whoever runs it; readers are told in their own language
    "adapter": _("The model has no such adapter."),
    "inputs": _("The model cannot read these inputs."),
    "question": _("The model does not know this question."),
    "picture": _("The model cannot read this picture."),
}
Answer = dict[str, object]


class InferenceDown(Exception):
    """The inference process did not answer in time, or not as agreed."""


class Refused(Exception):
    """The inference process understood the question and found it wrong."""

    def __init__(self, problems: list[Mapping[str, str]]) -> None:
        super().__init__("; ".join(f"{problem['name']}: {problem['message']}" for problem in problems))
        self.problems = problems

    def explain(self) -> list[tuple[str, str]]:
        """List what is wrong as (field, message), in the active language."""
        unknown = _("The model's process refused this question.")
        field = ((p["name"], p["name"].rpartition(".")[2]) for p in self.problems)
        return [(name, str(REFUSALS.get(last, unknown))) for name, last in field]


def answer(body: Mapping[str, object]) -> Answer:
    """Answer rows that name different adapters, in one pass. Raises InferenceDown or Refused."""
    return _call("POST", "/answer", body)


def check_merge(body: Mapping[str, object]) -> Answer:
    """Answer as base, unmerged and merged, and compare. Raises InferenceDown or Refused."""
    return _call("POST", "/merge-check", body)


def report_parameters(checksum: str) -> Answer:
    """Report what training an adapter trains, in PEFT's words. Raises InferenceDown or Refused."""
    return _call("POST", "/parameters", {"checksum": checksum})


def describe() -> Answer:
    """Return figures, adapters and sample pictures, asked for once a minute. Raises InferenceDown."""
    found: Answer | None = kept.get(MODEL_KEY)
    if found is None:
        try:
            found = _call("GET", "/model", None)
        except InferenceDown:
            kept.set(MODEL_KEY, {}, RETRY_SECONDS)  # a page must not wait for it each time
            raise
        kept.set(MODEL_KEY, found, MODEL_SECONDS)
    if not found:
        raise InferenceDown("it did not answer a moment ago")
    return found


@cache
def _client() -> httpx.Client:
    return httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False)


def _call(method: str, path: str, body: Mapping[str, object] | None) -> Answer:
    """Send one request with the shared secret and read its JSON object."""
    headers = {SECRET_HEADER: settings.LABS_INFERENCE_SECRET}
    try:
        response = _client().request(
            method, f"{settings.LABS_INFERENCE_URL}{path}", json=body, headers=headers
        )
        found = response.json()
    except (httpx.HTTPError, json.JSONDecodeError) as error:
        raise InferenceDown(str(error)) from error
    if response.status_code == httpx.codes.BAD_REQUEST:
        raise Refused(found["problems"])
    if response.status_code != httpx.codes.OK or not isinstance(found, dict):
        raise InferenceDown(f"status {response.status_code}")
    return found
