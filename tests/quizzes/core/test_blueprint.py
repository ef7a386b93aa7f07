"""Choosing the items of a quiz."""

import subprocess
import sys
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.core.blueprint import (
    LISTS,
    PRIME,
    Blueprint,
    BlueprintError,
    PoolItem,
    choose,
    draw_order,
    hash_question,
    in_language,
    pool_version,
    read_blueprint,
    read_seed,
    read_version,
    turn_factors,
)

pool_items = st.builds(
    PoolItem,
    ref=st.from_regex(r"[0-9a-f]{6}", fullmatch=True),
    question=st.sampled_from("abcde"),
    language=st.sampled_from(["en", "zh-hans"]),
).map(lambda item: item._replace(question_hash=hash_question("bank", str(item.question))))
pools = st.lists(pool_items, max_size=30, unique_by=lambda item: item.ref)
seeds = st.from_regex(r"[a-z0-9]{1,6}", fullmatch=True)


@given(pools, seeds, st.integers(1, 12), st.randoms())
def test_pool_and_seed_decide_the_quiz_whatever_the_order_of_the_rows(
    pool: list[PoolItem], seed: str, number: int, random: object
) -> None:
    blueprint = Blueprint(number=number)
    chosen = choose(pool, blueprint, seed)
    random.shuffle(pool)  # type: ignore[attr-defined]
    assert choose(pool, blueprint, seed) == chosen


@given(pools, seeds, st.integers(1, 12))
def test_no_question_gives_two_items_before_every_question_gave_one(
    pool: list[PoolItem], seed: str, number: int
) -> None:
    chosen = choose(pool, Blueprint(number=number), seed)
    assert len(chosen) == min(number, len(pool))
    question = {item.ref: item.question for item in pool}
    counts = Counter(question[ref] for ref, *_ in chosen)
    available = Counter(question.values())
    for name, had in available.items():
        if counts[name] < had:
            assert counts[name] >= max(counts.values()) - 1


@given(pools, seeds, st.integers(1, 12))
def test_the_items_of_the_first_questions_are_enough_to_choose_from(
    pool: list[PoolItem], seed: str, number: int
) -> None:
    a, b = turn_factors(seed)
    turns = sorted({((a * item.question_hash + b) % PRIME, item.question) for item in pool})
    first = {question for _, question in turns[:number]}
    some = [item for item in pool if item.question in first]
    assert choose(some, Blueprint(number=number), seed) == choose(pool, Blueprint(number=number), seed)


def test_every_question_is_drawn_equally_often_and_with_every_other() -> None:
    pool = [PoolItem(f"{i:012x}", i, question_hash=hash_question("bank", str(i))) for i in range(20)]
    drawn = [[item.question for item in choose(pool, Blueprint(number=4), str(seed))] for seed in range(4000)]
    counts = Counter(question for questions in drawn for question in questions)
    assert all(700 < counts[question] < 900 for question in range(20))  # 800
    pairs = Counter(pair for questions in drawn for pair in combinations(sorted(questions), 2))
    assert all(80 < pairs[pair] < 180 for pair in combinations(range(20), 2))  # 126
    firsts = Counter(questions[0] for questions in drawn)
    assert all(140 < firsts[question] < 260 for question in range(20))  # 200


def test_a_questions_number_fits_its_column() -> None:
    numbers = [hash_question("bank", str(i)) for i in range(1000)]
    assert len(set(numbers)) == 1000
    assert all(0 <= number < PRIME for number in numbers)


@given(pools, seeds)
def test_a_shorter_quiz_is_the_beginning_of_a_longer_one(pool: list[PoolItem], seed: str) -> None:
    assert choose(pool, Blueprint(number=3), seed) == choose(pool, Blueprint(number=9), seed)[:3]


@given(st.integers(0, 9), seeds)
def test_orders_are_permutations(size: int, seed: str) -> None:
    assert sorted(draw_order(size, seed, "ref")) == list(range(size))


@given(st.lists(pool_items, max_size=12), st.sampled_from(["en", "zh-hans"]))
def test_each_item_is_in_the_pool_once_and_in_the_language_asked_for_where_there_is_one(
    pool: list[PoolItem], language: str
) -> None:
    found = in_language(pool, language)
    assert sorted(item[0] for item in found) == sorted({item.ref for item in pool})
    spoken = {(item.ref, item.language) for item in pool}
    assert all(item[2] == language or (item[0], language) not in spoken for item in found)


def test_seeds_differ() -> None:
    pool = [PoolItem(f"{i:012x}", i, question_hash=hash_question("bank", str(i))) for i in range(40)]
    drawn = {choose(pool, Blueprint(number=5), str(seed)) for seed in range(50)}
    assert len(drawn) == 50


def test_the_key_stands_in_every_place_equally_often() -> None:
    places = Counter(draw_order(4, str(seed), "ref").index(0) for seed in range(4000))
    assert all(850 < count < 1150 for count in places.values())


def test_another_process_draws_the_same_quiz() -> None:
    code = (
        "from quizzes.core.blueprint import *;"
        "print(choose([PoolItem(f'{i:012x}', str(i % 4)) for i in range(20)], Blueprint(number=4), '7'))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    pool = [PoolItem(f"{i:012x}", str(i % 4)) for i in range(20)]
    assert other.stdout.strip() == str(choose(pool, Blueprint(number=4), "7"))


def test_the_draw_stays_what_it_was_when_this_was_written() -> None:
    hashes = [hash_question("bank", str(i)) for i in range(3)]
    pool = [PoolItem(f"{i:012x}", str(i % 3), question_hash=hashes[i % 3]) for i in range(6)]
    drawn = [(ref[-1], draw_order(3, "2041", ref)) for ref, *_ in choose(pool, Blueprint(number=4), "2041")]
    assert drawn == [("4", (0, 1, 2)), ("0", (1, 0, 2)), ("2", (1, 2, 0)), ("1", (1, 2, 0))]


def test_a_query_string_is_read_back() -> None:
    blueprint = Blueprint(
        topics=("lora",),
        tags=("a, b",),
        difficulty=(1, 3),
        kinds=("single",),
        items=("0123456789ab",),
        number=7,
        mode="exam",
        minutes=20,
    )
    query: dict[str, list[str]] = {}
    for name, value in blueprint.as_query():
        query.setdefault(name, []).append(value)
    assert read_blueprint(query, known_topics=["lora"]) == blueprint


def test_values_may_be_joined_by_commas() -> None:
    blueprint = read_blueprint({"topics": ["a,b", "a"], "kinds": ["single,open"]}, known_topics=["a", "b"])
    assert (blueprint.topics, blueprint.kinds) == (("a", "b"), ("single", "open"))


def test_every_wrong_parameter_is_listed() -> None:
    given_values = {
        "topics": ["nowhere"],
        "kinds": ["essay"],
        "difficulty": ["9"],
        "items": ["; drop"],
        "number": ["0"],
        "mode": ["essay"],
    }
    with pytest.raises(BlueprintError) as caught:
        read_blueprint(given_values, known_topics=["lora"])
    assert {problem.name for problem in caught.value.problems} == set(given_values)


@pytest.mark.parametrize(
    "number", ["0", "51", "-1", "ten", "1e1", "٣", "9" * 5000, "000001" + "9" * 5000, "0" * 5000 + "5"]
)
def test_numbers_out_of_bounds_are_refused(number: str) -> None:
    with pytest.raises(BlueprintError):
        read_blueprint({"number": [number]}, known_topics=[])


@pytest.mark.parametrize("name", LISTS)
def test_no_list_holds_more_than_a_hundred_values(name: str) -> None:
    for values in ([str(i) for i in range(101)], [",".join(map(str, range(101)))]):
        if name == "tags" and len(values) == 1:
            continue
        with pytest.raises(BlueprintError) as caught:
            read_blueprint({name: values}, known_topics=[str(i) for i in range(101)])
        assert [(problem.name, problem.code) for problem in caught.value.problems] == [(name, "many")]
    hundred = [str(i) for i in range(100)]
    assert read_blueprint({"questions": hundred * 9}, known_topics=[]).questions == tuple(hundred)


@pytest.mark.parametrize("name", ["questions", "tags"])
@pytest.mark.parametrize("value", ["a\0b", "a\ud800", "a" * 201])
def test_what_no_database_can_look_for_is_refused(name: str, value: str) -> None:
    with pytest.raises(BlueprintError) as caught:
        read_blueprint({name: ["lora", value]}, known_topics=[])
    assert [(problem.code, problem.value) for problem in caught.value.problems] == [("word", value)]


@pytest.mark.parametrize("seed", ["", "a" * 41, "a b", "<x>", "种子"])
def test_seeds_are_short_and_plain(seed: str) -> None:
    with pytest.raises(BlueprintError):
        read_seed(seed)


def test_a_pool_has_a_name_that_follows_its_sums() -> None:
    assert len({pool_version(*sums) for sums in ((0, 0), (1, 11), (11, 1), (1, 12))}) == 4
    assert read_version(pool_version(1, 11)) == pool_version(1, 11)


def test_an_interview_asks_open_questions_only() -> None:
    assert read_blueprint({"mode": ["interview"]}, known_topics=[]).kinds == ("open",)
    with pytest.raises(BlueprintError) as caught:
        read_blueprint({"mode": ["interview"], "kinds": ["single"]}, known_topics=[])
    assert [problem.code for problem in caught.value.problems] == ["open"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("minutes", "301"), ("minutes", "-1"), ("think", "9"), ("speak", "1801"), ("speak", "x")],
)
def test_times_out_of_bounds_are_refused(name: str, value: str) -> None:
    with pytest.raises(BlueprintError) as caught:
        read_blueprint({name: [value]}, known_topics=[])
    assert [(problem.name, problem.code) for problem in caught.value.problems] == [(name, name)]
