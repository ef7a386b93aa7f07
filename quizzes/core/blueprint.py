"""Say what a quiz is made of, and choose its items: the same pool, blueprint and seed give the same quiz."""

import hashlib
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from quizzes.core.folding import is_storable
from quizzes.core.items import Kind

DEFAULT_NUMBER = 10
MOST = 50
MOST_VALUES = 100  # in any one list
LONGEST_WORD = 200
NUMBER = re.compile(r"[0-9]{1,6}")
SEED = re.compile(r"[\w-]{1,40}", re.ASCII)
LISTS = ("topics", "questions", "tags", "difficulty", "kinds", "items")
REF = re.compile(r"[0-9a-f]{12}")


class Mode(StrEnum):
    """How a quiz is sat: in practice the feedback comes at once."""

    PRACTICE = "practice"


@dataclass(frozen=True)
class BlueprintProblem:
    """One wrong parameter; `code`: "topic", "difficulty", "kind", "number", "mode", "seed", "item",
    "word" (a question or tag that cannot be one), "many" (values of that name)."""

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
    lists = {name: _values(given, name) for name in LISTS}
    number = _last(given, "number") or str(DEFAULT_NUMBER)
    mode = _last(given, "mode") or Mode.PRACTICE.value
    problems = _list_problems(lists, known_topics)
    if not (NUMBER.fullmatch(number) and 1 <= int(number) <= MOST):
        problems.append(BlueprintProblem("number", "number", number))
    if mode not in set(Mode):
        problems.append(BlueprintProblem("mode", "mode", mode))
    if problems:
        raise BlueprintError(problems)
    return Blueprint(
        topics=lists["topics"],
        questions=lists["questions"],
        tags=lists["tags"],
        difficulty=tuple(sorted(map(int, lists["difficulty"]))),
        kinds=lists["kinds"],
        items=lists["items"],
        number=int(number),
        mode=mode,
    )


def _values(given: Mapping[str, Sequence[Any]], name: str) -> tuple[str, ...]:
    """Return the values of a list, each once."""
    whole = map(str, given.get(name, ()))
    parts = whole if name == "tags" else (part for value in whole for part in value.split(","))
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in parts))))


def _list_problems(lists: Mapping[str, Sequence[str]], known_topics: Sequence[str]) -> list[BlueprintProblem]:
    """Report every value that cannot be meant; of a list that is too long, its length alone."""
    checks: dict[str, tuple[str, Callable[[str], object]]] = {
        "topics": ("topic", set(known_topics).__contains__),
        "kinds": ("kind", set(Kind).__contains__),
        "difficulty": ("difficulty", set("123").__contains__),
        "items": ("item", REF.fullmatch),
        "questions": ("word", _is_word),
        "tags": ("word", _is_word),
    }
    problems: list[BlueprintProblem] = []
    for name, (code, is_right) in checks.items():
        if len(lists[name]) > MOST_VALUES:
            problems.append(BlueprintProblem(name, "many", ""))
            continue
        problems += [BlueprintProblem(name, code, value) for value in lists[name] if not is_right(value)]
    return problems


def _is_word(value: str) -> bool:
    return len(value) <= LONGEST_WORD and is_storable(value)


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
