"""Say what a quiz is made of, and choose its items: the same pool, blueprint and seed give the same quiz."""

import hashlib
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from quizzes.core.items import Kind

DEFAULT_NUMBER = 10
MOST = 50
SEED = re.compile(r"[\w-]{1,40}", re.ASCII)
LISTS = ("topics", "questions", "tags", "difficulty", "kinds", "items")
REF = re.compile(r"[0-9a-f]{12}")


class Mode(StrEnum):
    """How a quiz is sat: in practice the feedback comes at once."""

    PRACTICE = "practice"


@dataclass(frozen=True)
class BlueprintProblem:
    """One wrong parameter; `code`: "topic", "difficulty", "kind", "number", "mode", "seed", "item"."""

    name: str
    code: str
    value: str


class BlueprintError(ValueError):
    """A blueprint that cannot be read; `problems` lists every wrong parameter."""

    def __init__(self, problems: Sequence[BlueprintProblem]) -> None:
        super().__init__("; ".join(f"{problem.name}: {problem.value!r}" for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Blueprint:
    """Which items may be asked, and how many; an empty tuple leaves that side open.

    `topics` and `questions` are slugs, `items` the names of single items.
    """

    topics: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    difficulty: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    number: int = DEFAULT_NUMBER
    mode: str = Mode.PRACTICE.value

    def as_json(self) -> dict[str, Any]:
        """Return the blueprint as JSON, to be stored with an attempt."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return a blueprint that `as_json` wrote."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()
        }
        return cls(**values)

    def as_query(self) -> list[tuple[str, str]]:
        """Return the query parameters that say what differs from an empty blueprint, and the number."""
        pairs = [(name, str(value)) for name in LISTS for value in getattr(self, name)]
        mode = [("mode", self.mode)] if self.mode != Mode.PRACTICE else []
        return [*pairs, ("number", str(self.number)), *mode]


def read_blueprint(given: Mapping[str, Sequence[Any]], *, known_topics: Sequence[str]) -> Blueprint:
    """Read a blueprint from lists of values by name, as a query string gives them.

    Values may also be joined by commas (except tags). Raises BlueprintError listing every wrong value.
    """
    problems: list[BlueprintProblem] = []

    def report(name: str, code: str, value: str) -> None:
        problems.append(BlueprintProblem(name, code, value))

    def values(name: str) -> tuple[str, ...]:
        parts = [part.strip() for value in given.get(name, ()) for part in str(value).split(",")]
        return tuple(dict.fromkeys(filter(None, parts)))

    allowed: dict[str, tuple[str, set[str]]] = {
        "topics": ("topic", set(known_topics)),
        "kinds": ("kind", set(Kind)),
        "difficulty": ("difficulty", set("123")),
    }
    for name, (code, known) in allowed.items():
        for value in values(name):
            if value not in known:
                report(name, code, value)
    for value in values("items"):
        if not REF.fullmatch(value):
            report("items", "item", value)
    number = _last(given, "number") or str(DEFAULT_NUMBER)
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:6]) <= MOST):
        report("number", "number", number)
    mode = _last(given, "mode") or Mode.PRACTICE.value
    if mode not in set(Mode):
        report("mode", "mode", mode)
    if problems:
        raise BlueprintError(problems)
    return Blueprint(
        topics=values("topics"),
        questions=values("questions"),
        tags=tuple(dict.fromkeys(filter(None, (str(tag).strip() for tag in given.get("tags", ()))))),
        difficulty=tuple(sorted(map(int, values("difficulty")))),
        kinds=values("kinds"),
        items=values("items"),
        number=int(number),
        mode=mode,
    )


def read_seed(value: str) -> str:
    """Return the seed, or raise BlueprintError: up to 40 letters, digits, hyphens and underscores."""
    if not SEED.fullmatch(value):
        raise BlueprintError([BlueprintProblem("seed", "seed", value)])
    return value


def _last(given: Mapping[str, Sequence[Any]], name: str) -> str:
    found = given.get(name) or [""]
    return str(found[-1]).strip()


@dataclass(frozen=True)
class PoolItem:
    """An item as the choice sees it: `ref` names it everywhere, `size` counts what can be shuffled."""

    ref: str
    question: str
    size: int = 0


@dataclass(frozen=True)
class Chosen:
    """An item of a quiz, and the order in which its options, descriptions or steps are shown."""

    ref: str
    order: tuple[int, ...]


def generator(seed: str, *names: str) -> random.Random:
    """Return a random generator that depends on the seed and the names only."""
    return random.Random(hashlib.sha256("\0".join((seed, *names)).encode()).digest())


def choose(pool: Sequence[PoolItem], blueprint: Blueprint, seed: str) -> tuple[Chosen, ...]:
    """Draw `blueprint.number` items, or all when there are fewer, spread over the questions.

    No question gives a second item before every question gave one. The draw depends on the seed and on
    the items' names, never on the order of the pool or on row ids; a new question only pushes others out.
    """
    unique = {item.ref: item for item in pool}
    by_question: dict[str, list[PoolItem]] = {}
    for item in sorted(
        unique.values(), key=lambda item: (generator(seed, "item", item.ref).random(), item.ref)
    ):
        by_question.setdefault(item.question, []).append(item)
    questions = sorted(by_question, key=lambda key: (generator(seed, "question", key).random(), key))
    rounds = max(map(len, by_question.values()), default=0)
    drawn = [
        by_question[key][turn] for turn in range(rounds) for key in questions if turn < len(by_question[key])
    ]
    return tuple(
        Chosen(item.ref, draw_order(item.size, seed, item.ref)) for item in drawn[: blueprint.number]
    )


def draw_order(size: int, seed: str, ref: str) -> tuple[int, ...]:
    """Draw the order in which an item shows its options."""
    order = list(range(size))
    generator(seed, "order", ref).shuffle(order)
    return tuple(order)


def pool_version(pool: Sequence[tuple[str, str, int]]) -> str:
    """Name the state of a pool, given as (ref, language, version): the same name, the same items.

    Nothing else may enter: this name is public, and a hash of keys would let anybody try them out.
    """
    return hashlib.sha256(repr(sorted(set(pool))).encode()).hexdigest()[:16]
