"""Say what a quiz is made of, and choose its items: the same pool, blueprint and seed give the same quiz."""

import hashlib
import random
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple, Self

from quizzes.core.folding import is_storable
from quizzes.core.items import Kind
from quizzes.core.timing import LEAST_SECONDS, MOST_MINUTES, MOST_SECONDS

DEFAULT_NUMBER = 10
MOST = 50
MOST_VALUES = 100  # in any one list
LONGEST_WORD = 200
NUMBER = re.compile(r"[0-9]{1,6}")
SEED = re.compile(r"[\w-]{1,40}", re.ASCII)
TIMES = ("minutes", "think", "speak")
LISTS = ("topics", "questions", "tags", "difficulty", "kinds", "items")
REF = re.compile(r"[0-9a-f]{12}")
VERSION = re.compile(r"[0-9a-f]{16}")
PRIME = 2**31 - 1  # products of two numbers below it fit into 63 bits, so a database can multiply them
BOUNDS = {  # of the whole numbers; all but `number` may be 0: as usual
    "number": (1, MOST),
    "minutes": (1, MOST_MINUTES),
    "think": (LEAST_SECONDS, MOST_SECONDS),
    "speak": (LEAST_SECONDS, MOST_SECONDS),
}


class Mode(StrEnum):
    """How a quiz is sat.

    In practice the feedback comes at once; in an exam a clock runs, answers may be changed, and all feedback
    comes after the end; an interview asks open questions one by one, with time to think and time to speak.
    """

    PRACTICE = "practice"
    EXAM = "exam"
    INTERVIEW = "interview"


@dataclass(frozen=True)
class BlueprintProblem:
    """One wrong parameter; `code`: "topic", "difficulty", "kind", "number", "minutes", "think", "speak",
    "mode", "seed", "pool", "item", "word" (a question or tag that cannot be one), "many" (values of that
    name), "open" (kinds that an interview does not ask)."""

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

    `topics` and `questions` are slugs, `items` the names of single items; `minutes` of an exam, `think` and
    `speak` (seconds) of each question of an interview, 0 for what is usual.
    """

    topics: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    difficulty: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    number: int = DEFAULT_NUMBER
    mode: str = Mode.PRACTICE.value
    minutes: int = 0
    think: int = 0
    speak: int = 0

    def about(self, topics: Sequence[str]) -> Self:
        """Return the blueprint with other topics."""
        return replace(self, topics=tuple(topics))

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
        times = [(name, str(getattr(self, name))) for name in TIMES if getattr(self, name)]
        return [*pairs, ("number", str(self.number)), *mode, *times]


def read_blueprint(given: Mapping[str, Sequence[Any]], *, known_topics: Sequence[str]) -> Blueprint:
    """Read a blueprint from lists of values by name, as a query string gives them.

    Values may also be joined by commas (except tags). Raises BlueprintError listing every wrong value.
    """
    lists = {name: _values(given, name) for name in LISTS}
    numbers = {name: _last(given, name) or "0" for name in BOUNDS}
    numbers["number"] = _last(given, "number") or str(DEFAULT_NUMBER)
    mode = _last(given, "mode") or Mode.PRACTICE.value
    problems = _list_problems(lists, known_topics)
    for name, (least, most) in BOUNDS.items():
        usual = name != "number" and numbers[name] == "0"
        if not usual and not (NUMBER.fullmatch(numbers[name]) and least <= int(numbers[name]) <= most):
            problems.append(BlueprintProblem(name, name, numbers[name]))
    if mode not in set(Mode):
        problems.append(BlueprintProblem("mode", "mode", mode))
    if mode == Mode.INTERVIEW and lists["kinds"] and Kind.OPEN not in lists["kinds"]:
        problems.append(BlueprintProblem("kinds", "open", lists["kinds"][0]))
    if problems:
        raise BlueprintError(problems)
    return Blueprint(
        topics=lists["topics"],
        questions=lists["questions"],
        tags=lists["tags"],
        difficulty=tuple(sorted(map(int, lists["difficulty"]))),
        kinds=(Kind.OPEN.value,) if mode == Mode.INTERVIEW else lists["kinds"],
        items=lists["items"],
        mode=mode,
        **{name: int(value) for name, value in numbers.items()},
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


def read_version(value: str) -> str:
    """Return the name of a pool's state, or raise BlueprintError."""
    if not VERSION.fullmatch(value):
        raise BlueprintError([BlueprintProblem("pool", "pool", value)])
    return value


def _last(given: Mapping[str, Sequence[Any]], name: str) -> str:
    found = given.get(name) or [""]
    return str(found[-1]).strip()


class PoolItem(NamedTuple):
    """An item as the choice sees it: `ref` names it everywhere, `question` tells which items belong together.

    `row` names the stored row, whose content never changes; `question_hash` stands for the question's name.
    """

    ref: str
    question: Hashable
    language: str = ""
    row: int = 0
    question_hash: int = 0  # 0 ≤ … < PRIME


def generator(seed: str, *names: str) -> random.Random:
    """Return a random generator that depends on the seed and the names only."""
    return random.Random(hashlib.sha256("\0".join((seed, *names)).encode()).digest())


def ranker(seed: str, what: str) -> Callable[[str], bytes]:
    """Return a function that gives a name its place in a draw; it depends on seed, purpose and name only."""
    prefix, sha256 = f"{seed}\0{what}\0".encode(), hashlib.sha256
    return lambda name: sha256(prefix + name.encode()).digest()


def hash_question(bank: str, question: str) -> int:
    """Return a number below PRIME that stands for a question in every installation."""
    return int.from_bytes(hashlib.sha256("\0".join((bank, question)).encode()).digest()[:8]) % PRIME


def turn_factors(seed: str) -> tuple[int, int]:
    """Return the a and b of a seed: the questions' turns are (a · hash + b) mod PRIME, the least first.

    A database works that out as well as we do (pairwise independent hashing, Carter and Wegman 1979).
    """
    number = int.from_bytes(hashlib.sha256(f"{seed}\0question".encode()).digest())
    return 1 + number % (PRIME - 1), (number >> 128) % PRIME


def in_language(pool: Sequence[PoolItem], language: str) -> list[PoolItem]:
    """Return each item once: in the language asked for, else in the first there is, by name."""
    found: dict[str, PoolItem] = {}
    for item in pool:
        other = found.setdefault(item.ref, item)
        is_better = item.language == language or item.language < other.language
        if other.language != language and is_better:
            found[item.ref] = item
    return list(found.values())


def choose(pool: Sequence[PoolItem], blueprint: Blueprint, seed: str) -> tuple[PoolItem, ...]:
    """Draw `blueprint.number` items, or all when there are fewer, spread over the questions.

    No question gives a second item before every question gave one. The draw depends on the seed and on
    the items' names, never on the order of the pool or on row ids; a new question only pushes others out.
    The pool may be that of the first `blueprint.number` questions alone: no other gives an item.
    """
    by_question: defaultdict[Hashable, list[PoolItem]] = defaultdict(list)
    for item in pool:
        by_question[item.question].append(item)
    a, b = turn_factors(seed)
    place_item = ranker(seed, "item")
    groups = sorted(
        ((a * items[0].question_hash + b) % PRIME, min(item.ref for item in items), items)
        for items in by_question.values()
    )
    opened = [
        sorted(items, key=lambda item: place_item(item.ref)) for *_, items in groups[: blueprint.number]
    ]
    drawn: list[PoolItem] = []
    for turn in range(max(map(len, opened), default=0)):
        drawn += [items[turn] for items in opened if turn < len(items)]
    return tuple(drawn[: blueprint.number])


def draw_order(size: int, seed: str, ref: str) -> tuple[int, ...]:
    """Draw the order in which an item shows its options."""
    order = list(range(size))
    generator(seed, "order", ref).shuffle(order)
    return tuple(order)


def pool_version(*sums: int) -> str:
    """Name the state of a pool by sums over its row ids.

    Nothing but ids may enter: this name is public, and a hash of keys would let anybody try them out.
    """
    return hashlib.sha256("\0".join(map(str, sums)).encode()).hexdigest()[:16]
