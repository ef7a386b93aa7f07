"""Ask a language model for drafts: any chat endpoint that speaks OpenAI's protocol; off unless configured."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterable

import httpx
from django.conf import settings

from qbank.models import QuestionText
from quizzes.core.generation.model import NAME, messages_for, read_proposals
from quizzes.drafts import core_text, store_drafts, texts_of_bank
from quizzes.models import Item

logger = logging.getLogger(__name__)
LARGEST_REPLY = 200_000  # bytes
MOST_TOKENS = 2000


class ModelUnavailable(Exception):
    """The model cannot be asked: it is not configured, does not answer, or answers nonsense."""


def propose_drafts(*, bank: str = "", limit: int = 20, seed: str = "") -> dict[str, int]:
    """Ask the model about up to `limit` texts that have no drafts of it yet, and queue what passes.

    Every text is asked and stored by itself: no transaction stays open while the model thinks. Raises
    ModelUnavailable when it is not configured, or fails before anything came of it.
    """
    if not settings.ITEMS_MODEL_URL:
        raise ModelUnavailable("No model is configured: set ITEMS_MODEL_URL and ITEMS_MODEL_NAME.")
    counts = Counter(asked=0, proposed=0, new=0, rejected=0, failed=0)
    timeout = httpx.Timeout(settings.ITEMS_MODEL_SECONDS, connect=5)
    headers = {"Authorization": f"Bearer {settings.ITEMS_MODEL_KEY}"} if settings.ITEMS_MODEL_KEY else {}
    with httpx.Client(timeout=timeout, headers=headers, follow_redirects=False, trust_env=False) as client:
        for text in _unasked(bank, limit):
            counts["asked"] += 1
            try:
                reply = ask_model(client, messages_for(core_text(text)))
            except ModelUnavailable as error:
                counts["failed"] += 1
                logger.warning("The model gave nothing for %s: %s", text.question_id, error)
                if counts["failed"] == counts["asked"] == 1:
                    raise
                continue
            drafts = read_proposals(reply, core_text(text))
            passed = [draft for draft in drafts if draft.state == "draft"]
            stored = store_drafts(drafts=passed, texts={str(text.pk): text}, seed=seed, strategies=())
            counts.update(proposed=len(drafts), rejected=len(drafts) - len(passed), new=stored["new"])
    return dict(counts)


def _unasked(bank: str, limit: int) -> Iterable[QuestionText]:
    """Return texts with an answer in prose that no draft of the model was made from."""
    asked = set(Item.objects.filter(provenance__strategy=NAME).values_list("text_id", flat=True))
    texts = (text for heap in texts_of_bank(bank).values() for text in heap)
    wanted = [
        t for t in texts if t.pk not in asked and not t.choices and not t.placeholder and t.answer.strip()
    ]
    return wanted[:limit]


def ask_model(client: httpx.Client, messages: list[dict[str, str]]) -> str:
    """Send one chat and return the reply's text; bounded in time and size. Raises ModelUnavailable."""
    asked = {
        "model": settings.ITEMS_MODEL_NAME,
        "messages": messages,
        "temperature": 0,
        "max_tokens": MOST_TOKENS,
        "response_format": {"type": "json_object"},
    }
    address = f"{settings.ITEMS_MODEL_URL.rstrip('/')}/chat/completions"
    body = b""
    try:
        with client.stream("POST", address, json=asked) as response:
            if response.status_code != 200:
                raise ModelUnavailable(f"it answered {response.status_code}")
            for part in response.iter_bytes():
                body += part
                if len(body) > LARGEST_REPLY:
                    raise ModelUnavailable("its reply is too large")
        told = json.loads(body)["choices"][0]["message"]["content"]
    except (httpx.HTTPError, ValueError, KeyError, IndexError, TypeError) as error:
        raise ModelUnavailable(repr(error)) from None
    if not isinstance(told, str):
        raise ModelUnavailable("its reply holds no text")
    return told
