"""The tiny language, its reward, and what preferences teach."""

import copy

import pytest
import torch

from labs.core.data import stream
from labs.core.experiments import rlhf
from labs.core.preferences import (
    LENGTH,
    WORDS_EN,
    WORDS_ZH,
    RewardModel,
    compare,
    draw_texts,
    log_probabilities,
    measure_policy,
    new_language_model,
    prefer_directly,
    reinforce,
    true_reward,
)


def texts(*rows: str) -> torch.Tensor:
    return torch.tensor([[WORDS_EN.index(word) for word in row.split()] for row in rows])


def test_every_word_has_a_chinese_one() -> None:
    assert len(WORDS_EN) == len(WORDS_ZH) == len(set(WORDS_ZH))


def test_people_like_each_pleasant_word_once_and_no_word_too_often() -> None:
    rows = texts("the cat sees", "the kind cat", "kind kind cat", "kind warm calm", "kind kind kind")
    assert true_reward(rows).tolist() == [0, 1, 1, 3, 0]
    assert true_reward(texts(" ".join(["kind"] * LENGTH))).tolist() == [-7]


def test_probabilities_of_all_texts_sum_to_one() -> None:
    model = new_language_model(0)
    pairs = torch.cartesian_prod(torch.arange(12), torch.arange(12))
    assert log_probabilities(model, pairs).exp().sum().item() == pytest.approx(1, abs=1e-5)


def test_the_reward_model_is_linear_and_so_likes_repetition_best() -> None:
    model = new_language_model(0)
    reward = RewardModel(compare(model, 500, stream(0, "pairs")))
    assert reward.accuracy > 0.6
    best = int(reward.weights.argmax())
    assert reward(torch.full((1, LENGTH), best)) > reward(draw_texts(100, stream(0, "texts"))).max()


def test_training_starts_from_the_reference_and_leaves_it_alone() -> None:
    reference = new_language_model(0)
    before = copy.deepcopy(reference.state_dict())
    pairs = compare(reference, 100, stream(0, "pairs"))
    reward = RewardModel(pairs)
    for train in (
        lambda model: reinforce(model, reward, 0.5, 2, stream(0, "samples")),
        lambda model: prefer_directly(model, pairs, 0.5, 2, stream(0, "rows")),
    ):
        policy = copy.deepcopy(reference)
        kls = [measure_policy(policy, reference, reward).kl for _ in train(policy)]
        assert kls[0] == 0
        assert not torch.equal(policy.head.weight, reference.head.weight)
    assert all(torch.equal(value, before[name]) for name, value in reference.state_dict().items())


def test_rlhf_is_judged_by_its_numbers() -> None:
    def judge(penalty: float, free: float, dpo: float = 2.9, rejected: float = -2.0) -> tuple[str, str]:
        values = {"proxy": 0.0, "kl": 1.0, "distinct": 1 / 256, "best": 3.0}
        measured = {
            "reference": values | {"true": 2.0},
            "penalty": values | {"true": penalty, "proxy": 1.0},
            "no_penalty": values | {"true": free, "proxy": 9.0},
            "dpo": values | {"true": dpo},
        }
        shifts = {"dpo_chosen_shift": -1.0, "dpo_rejected_shift": rejected}
        outcome, text = rlhf.judge(measured, shifts, 1.0)
        return outcome, text["en"]

    assert judge(2.7, -7.0)[0] == "holds"
    assert judge(2.7, 2.7)[0] == "depends"
    assert judge(2.1, -7.0)[0] == "fails"
    assert "People do not clearly like it better" in judge(2.1, -7.0)[1]
    assert "People like it less" in judge(1.0, -7.0)[1]
    assert "1 different text among 256" in judge(2.7, -7.0)[1]
    assert "both fall, the rejected further" in judge(2.7, -7.0)[1]
    assert "both fall" not in judge(2.7, -7.0, rejected=0.5)[1]
    assert "it went too far" in judge(2.7, -7.0, dpo=2.7)[1]
    assert "it went too far" not in judge(2.7, -7.0)[1]


def test_the_reward_model_knows_its_own_pairs_better_than_new_ones() -> None:
    model = new_language_model(0)
    few, fresh = (compare(model, count, stream(0, f"{count} pairs")) for count in (50, 1000))
    reward = RewardModel(few)
    assert reward.share_right(few) == reward.accuracy > reward.share_right(fresh) > 0.5
