"""Game of 24: the rules, the searches, the judges."""

from fractions import Fraction
from itertools import islice
from random import Random

from labs.core.experiments import tree_of_thoughts
from labs.core.game24 import State, can_reach, list_hands, list_steps
from labs.core.state_judge import encode, list_states
from labs.core.tree_search import beam, chains, count_nodes, depth_first, simulated_judge, solve


def hand(*numbers: int) -> State:
    return tuple(sorted(map(Fraction, numbers)))


def test_known_hands_are_told_apart() -> None:
    assert can_reach(hand(3, 3, 8, 8))  # 8 ÷ (3 − 8 ÷ 3): through a fraction
    assert can_reach(hand(4, 4, 10, 10))
    assert not can_reach(hand(1, 1, 1, 1))
    assert len(list_hands(10)) == 566


def test_a_step_joins_two_numbers_and_never_divides_by_zero() -> None:
    steps = dict(list_steps(hand(0, 6)))
    assert set(steps) == {hand(6), hand(0), hand(-6)}
    assert steps[hand(-6)] == "0 − 6 = (−6)"


def test_with_a_judge_that_never_errs_greedy_search_solves_every_hand() -> None:
    judge = simulated_judge(1.0, "0")
    for dealt in list_hands(10)[::20]:
        assert count_nodes(beam(dealt, 1, judge))[0]
        assert solve(depth_first(dealt, judge, prune=True), 300) is not None


def test_depth_first_search_without_pruning_misses_nothing_under_a_guessing_judge() -> None:
    assert solve(depth_first(hand(3, 3, 8, 8), simulated_judge(0.5, "0"), prune=False), 10**6) is not None


def test_every_node_but_those_under_the_root_has_an_earlier_parent() -> None:
    nodes = list(beam(hand(1, 4, 6, 9), 5, simulated_judge(0.8, "0")))
    assert [node.number for node in nodes] == list(range(1, len(nodes) + 1))
    assert all(node.parent < node.number for node in nodes)
    assert sum(node.fate == "kept" for node in nodes) <= 10


def test_a_judge_makes_up_its_mind_once() -> None:
    states = list_states([hand(1, 4, 6, 9)])
    judge = simulated_judge(0.7, "3")
    assert judge(states) == [judge([state])[0] for state in states]
    right = sum((score >= 0.5) == can_reach(s) for s, score in zip(states, judge(states), strict=True))
    assert 0.55 < right / len(states) < 0.85


def test_chains_start_again_when_they_end() -> None:
    nodes = list(islice(chains(hand(1, 1, 1, 1), Random(0)), 6))
    assert [len(node.state) for node in nodes] == [3, 2, 1, 3, 2, 1]
    assert [node.parent for node in nodes] == [0, 1, 2, 0, 4, 5]


def test_states_of_two_and_of_three_numbers_are_encoded_alike_but_for_their_size() -> None:
    two, three = encode([hand(5, 6), hand(5, 6, 0)])
    assert two.shape == three.shape
    assert not two[-63:].any()


def test_tree_of_thoughts_is_judged_by_its_numbers() -> None:
    def judge(chain: float, simulated: float, learned: float, wide: float = 0.5) -> tuple[str, str]:
        keys = ("beam_1", "beam_20", "beam_blind_20", "beam_unseen_1", "beam_seen_1", "depth_first_seen_100")
        measured = {key: {"success": 0.5} for key in keys}
        measured["chains_100"] = {"success": chain}
        measured["depth_first_100"] = {"success": simulated}
        measured["depth_first_unseen_100"] = {"success": learned}
        quality = {"judge_seen": 0.8, "judge_unseen": 0.8}
        outcome, text = tree_of_thoughts.judge_searches(
            measured | {"beam_20": {"success": wide}}, quality, 0.8
        )
        return outcome, text["en"]

    assert judge(0.2, 0.7, 0.6)[0] == "holds"
    assert judge(0.2, 0.7, 0.2)[0] == "depends"
    assert judge(0.2, 0.2, 0.2)[0] == "fails"
    assert "no clear gain on random chains" in judge(0.2, 0.7, 0.15)[1]
    assert "worse than random chains" in judge(0.2, 0.7, 0.05)[1]
    assert "not clearly better than guessing" in judge(0.2, 0.7, 0.2)[1]
    assert "What the judge knows helps" in judge(0.2, 0.7, 0.2, wide=0.8)[1]


def test_one_judge_trains_on_no_state_of_the_test_and_the_other_on_all() -> None:
    test, others = list(list_hands(10)[:8]), list(list_hands(10)[8:16])
    deal = tree_of_thoughts._deal(test, others)
    own, below = set(deal.test_states), set(list_states(others))
    assert own == set(list_states(test))
    assert own & below
    assert set(deal.unseen) == below - own
    assert sorted(deal.seen) == sorted(below | own)
    assert deal.overlap == len(own & below) / len(own)


def test_the_table_tells_judges_of_seen_and_unseen_states_apart() -> None:
    *_, last = tree_of_thoughts.run({"hands": 20, "steps": 100}, 0)
    found = last["result"]
    assert len(found["table"]["rows"]) == 8
    for name in ("unseen", "seen"):
        assert 0.5 < found["numbers"][f"judge_{name}"] < 1
        assert f"depth_first_{name}_100_success" in found["numbers"]
    assert found["numbers"]["judge_training"] > 0.5
