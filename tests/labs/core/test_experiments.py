"""The labs run, repeat, and judge by what they measured."""

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
import torch

from labs.core.adapters import attach_adapter, read_adapter
from labs.core.config import SettingsError, parse_settings
from labs.core.examples import planned
from labs.core.experiments import (
    inference_steps,
    initialisation,
    merging,
    methods,
    rank_and_alpha,
    target_matrices,
    training_cost,
)
from labs.core.lora import LoraConfig, attach
from labs.core.model import checksum, load_model
from labs.core.training import held_out_task, measure_accuracy
from labs.registry import LABS, get_lab

QUICK: dict[str, dict[str, Any]] = {
    "initialisation": {"steps": 20, "task": "zh"},
    "merging": {"steps": 20, "task": "zh", "trips": 3, "repeats": 5},
    "target-matrices": {"steps": 50, "task": "zh"},
    "training-cost": {"widest": "128", "rounds": 5, "batch_size": 4},
    "inference-steps": {"steps": 20, "repeats": 5},
    "methods": {"steps": 25, "task": "zh"},
    "rank-and-alpha": {"steps": 20, "task": "zh"},
    "training": {"steps": 40, "task": "zh"},
    "pretraining-scale": {"steps": 20, "task": "zh"},
    "learning-mechanisms": {"steps": 20},
    "prompting": {"steps": 20, "most": 64},
    "rlhf": {"steps": 20},
    "in-context-learning": {"prompts": 50},
    "chain-of-thought": {"steps": 20, "length": 3},
    "tree-of-thoughts": {"steps": 100, "hands": 20},
}


@pytest.fixture(scope="module")
def finished() -> dict[str, list[dict[str, Any]]]:
    """The events of one quick run of every lab."""
    return {slug: list(import_module(lab.experiment).run(QUICK[slug], 0)) for slug, lab in LABS.items()}


def told(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What of a run is stored as rows: all but the adapters it hands over."""
    return [event for event in events if event["type"] != "adapter"]


def result_of(events: list[dict[str, Any]]) -> dict[str, Any]:
    return events[-1]["result"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("slug", sorted(LABS))
def test_events_are_json_and_end_with_the_result(
    finished: dict[str, list[dict[str, Any]]], slug: str
) -> None:
    events = json.loads(json.dumps(told(finished[slug]), allow_nan=False))
    assert events[0]["type"] == "progress"
    assert [event["type"] for event in events].count("result") == 1
    done = [event["done"] / event["total"] for event in events if event["type"] == "progress"]
    assert done == sorted(done)
    assert done[-1] == 1
    assert set(result_of(events)) >= {"table", "numbers", "verdict", "limits", "environment", "checksums"}


@pytest.mark.parametrize("slug", sorted(LABS))
def test_points_belong_to_declared_curves(finished: dict[str, list[dict[str, Any]]], slug: str) -> None:
    lab = get_lab(slug)
    points = [event for event in finished[slug] if event["type"] == "point"]
    assert {point["series"] for point in points} == set(lab.series)
    for chart in lab.charts:
        drawn = [point for point in points if chart.x in point and chart.y in point]
        assert {point["series"] for point in drawn} >= set(chart.series)


@pytest.mark.parametrize("slug", sorted(LABS))
def test_matrices_are_the_declared_maps_with_a_value_for_every_cell(
    finished: dict[str, list[dict[str, Any]]], slug: str
) -> None:
    lab = get_lab(slug)
    matrices = [event for event in finished[slug] if event["type"] == "matrix"]
    assert [matrix["map"] for matrix in matrices] == [heat_map.name for heat_map in lab.maps]
    for matrix in matrices:
        assert len(matrix["values"]) == len(matrix["rows"])
        assert {len(row) for row in matrix["values"]} == {len(matrix["columns"])}
        assert max(abs(v) for row in matrix["values"] for v in row) <= matrix["limit"] * 1.001


@pytest.mark.parametrize("slug", sorted(LABS))
def test_charts_and_maps_of_a_lab_have_names_of_their_own(slug: str) -> None:
    lab = get_lab(slug)
    names = [figure.name for figure in (*lab.charts, *lab.maps)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("slug", sorted(LABS))
def test_presets_and_grids_take_settings_that_the_lab_takes(slug: str) -> None:
    lab = get_lab(slug)
    if lab.number >= 8:  # the LoRA wing tests what is usually said
        assert {"textbook", "breaks"} <= {preset.name for preset in lab.presets}
    assert planned(lab)[0] == parse_settings(lab.parameters, {})


@pytest.mark.parametrize("slug", sorted(LABS))
def test_a_table_has_a_cell_for_every_column_it_measured(
    finished: dict[str, list[dict[str, Any]]], slug: str
) -> None:
    table = result_of(finished[slug])["table"]
    keys = {column["key"] for column in table["columns"]}
    assert all(set(row) <= keys for row in table["rows"])


@pytest.mark.parametrize("slug", sorted(LABS))
def test_a_run_repeats_to_the_bit_but_for_its_times(
    finished: dict[str, list[dict[str, Any]]], slug: str
) -> None:
    events = list(import_module(get_lab(slug).experiment).run(QUICK[slug], 0))
    first, again = result_of(finished[slug]), result_of(events)
    for name, value in first["numbers"].items():
        if name not in first["measured_times"]:
            assert again["numbers"][name] == value, name
    timed = {heat_map.name for heat_map in get_lab(slug).maps if heat_map.timed}
    assert matrices_of(events, timed) == matrices_of(finished[slug], timed)


def matrices_of(events: list[dict[str, Any]], timed: set[str]) -> list[dict[str, Any]]:
    return [event for event in events if event["type"] == "matrix" and event["map"] not in timed]


def test_the_starts_are_what_theory_says(finished: dict[str, list[dict[str, Any]]]) -> None:
    numbers = result_of(finished["initialisation"])["numbers"]
    for arm in ("b_zero", "a_zero", "both_zero", "rows_tied"):
        assert numbers[f"{arm}_delta_logit"] == 0
    assert numbers["both_zero_gradient_a"] == numbers["both_zero_gradient_b"] == 0
    assert numbers["both_zero_accuracy"] == numbers["start_accuracy"]
    assert numbers["both_gaussian_relative_update"] == pytest.approx(1.5, rel=1e-4)
    assert numbers["both_gaussian_base_accuracy"] < numbers["base_accuracy"] - 0.3
    assert (numbers["rows_tied_rank"], numbers["both_zero_rank"]) == (1, 0)
    assert numbers["b_zero_accuracy"] > numbers["start_accuracy"] + 0.5


def test_merging_changes_nothing_and_the_update_alone_knows_little(
    finished: dict[str, list[dict[str, Any]]],
) -> None:
    numbers = result_of(finished["merging"])["numbers"]
    assert numbers["merged_delta_logit"] < 1e-3
    assert numbers["merged_agreement"] == 1
    assert numbers["only_delta_accuracy"] < numbers["unmerged_accuracy"] - 0.3
    assert numbers["drift_fp32"] < 1e-5 < numbers["drift_bf16"]


def arms(**changes: dict[str, float]) -> dict[str, dict[str, float]]:
    """Made-up measurements in which the claim holds, changed arm by arm."""
    good = {"delta_logit": 0.0, "gradient_a": 0.0, "gradient_b": 1.0, "relative_update": 0.0}
    good |= {"base_accuracy": 0.98, "accuracy": 0.9, "rank": 8.0}
    stuck = good | {"gradient_b": 0.0, "accuracy": 0.1, "rank": 0.0}
    drowned = good | {"delta_logit": 20.0, "relative_update": 1.0, "base_accuracy": 0.1, "accuracy": 0.2}
    measured = {"b_zero": good, "both_zero": stuck, "both_gaussian": drowned}
    return {name: measured.get(name, good) | changes.get(name, {}) for name in measured | changes}


def test_initialisation_is_judged_by_its_numbers() -> None:
    def judged(**changes: dict[str, float]) -> str:
        return initialisation.judge(arms(**changes), start=0.1)[0]

    assert judged() == "holds"
    assert judged(both_gaussian_small={"accuracy": 0.89}) == "depends"
    assert judged(both_gaussian_small={"accuracy": 0.3}) == "holds"
    assert judged(both_gaussian={"accuracy": 0.9}) == "fails"
    assert judged(b_zero={"accuracy": 0.1}) == "depends"  # nothing can be compared
    assert judged(b_zero={"accuracy": 0.15}) == "depends"  # no more than noise above the start
    assert judged(b_zero={"accuracy": 0.151}, both_gaussian={"accuracy": 0.05}) == "holds"
    assert judged(both_gaussian={"accuracy": 0.85}) == "fails"  # within the noise: no harm
    assert judged(both_zero={"gradient_a": 1e-9}) == "fails"


def variants(
    merged: float, unmerged: float, delta_logit: float = 1e-6, only_delta: float = 0.1
) -> dict[str, dict[str, float]]:
    """Made-up measurements with one latency ratio for all batch sizes."""
    measured = {
        name: {"accuracy": 0.9, "delta_logit": 0.0, "agreement": 1.0}
        | {f"latency_{batch}": ratio for batch in merging.BATCHES}
        for name, ratio in (("unmerged", unmerged), ("merged", merged))
    }
    measured["merged"]["delta_logit"] = delta_logit
    other = {f"latency_{batch}": 1.2 for batch in merging.BATCHES}
    low = {"accuracy": 0.9, "delta_logit": 0.1, "agreement": 0.99}
    alone = {"accuracy": only_delta, "delta_logit": 9.0, "agreement": 0.1}
    return measured | {
        "bottleneck": other,
        "soft_prompt": other,
        "merged_bf16": low,
        "only_delta": alone,
    }


def test_merging_is_judged_by_its_numbers() -> None:
    assert merging.judge(variants(1.0, 1.4))[0] == "depends"
    assert merging.judge(variants(1.0, 1.02))[0] == "depends"  # inference still needs W₀
    assert merging.judge(variants(1.0, 1.02, only_delta=0.9))[0] == "holds"
    assert merging.judge(variants(1.1, 1.1, only_delta=0.9))[0] == "holds"
    assert merging.judge(variants(1.11, 1.1, only_delta=0.9))[0] == "fails"
    assert merging.judge(variants(1.4, 1.4))[0] == "fails"
    tied = variants(1.0, 1.4)
    tied["merged"]["agreement"] = 0.9975
    assert merging.judge(tied)[0] == "depends"
    assert "99.75% of the answers agree" in merging.judge(tied)[1]["en"]
    assert merging.judge(variants(1.0, 1.4, delta_logit=0.1))[0] == "fails"


def test_alpha_is_a_learning_rate_only_together_with_the_start_of_a(
    finished: dict[str, list[dict[str, Any]]],
) -> None:
    numbers = result_of(finished["rank-and-alpha"])["numbers"]
    for optimizer in ("sgd", "adam"):
        assert numbers[f"{optimizer}_identity"] < 1e-9
        assert numbers[f"{optimizer}_rate_only"] > 1e-2
    assert numbers["r64_scaling"] == numbers["r1_scaling"] == 1
    assert numbers["r64_fixed_scaling"] == pytest.approx(numbers["r64_rslora_scaling"] ** 2)
    assert numbers["r1_directions"] == 1


def test_rank_and_alpha_is_judged_by_its_numbers() -> None:
    def judged(rate_only: float = 0.5, start: float = 0.1, **accuracies: float) -> str:
        measured = {name: {"accuracy": 0.9} for name in rank_and_alpha.configs()}
        measured |= {name: {"accuracy": value} for name, value in accuracies.items()}
        gaps = dict.fromkeys(("sgd_identity", "adam_identity"), 1e-14)
        gaps |= dict.fromkeys(("sgd_rate_only", "adam_rate_only"), rate_only)
        return rank_and_alpha.judge(measured, gaps, 4.0, start)[0]

    assert judged() == "depends"  # 4 to 8 is enough, but alpha is more than a rate
    assert judged(r1=0.5) == "depends"
    assert judged(r16=0.95) == "depends"  # within the noise
    assert judged(r16=0.96) == "fails"
    assert judged(start=0.8, r16=0.99) == "depends"  # nothing was learnt
    assert judged(start=0.75, r16=0.96) == "fails"
    assert judged(start=0.9, rate_only=0.0) == "depends"
    assert judged(r1=0.5, r16=0.99) == "fails"
    assert judged(r1=0.5, rate_only=0.0) == "holds"


def test_overlaps_are_shares_and_a_model_overlaps_itself_wholly() -> None:
    model = load_model()
    attach(model, LoraConfig(8, 8, init_lora_weights="both_gaussian"), torch.Generator().manual_seed(0))
    other = load_model()
    attach(other, LoraConfig(8, 8, init_lora_weights="both_gaussian"), torch.Generator().manual_seed(1))
    mine = rank_and_alpha.compare_directions(model, model)
    assert all(phi == pytest.approx(1) for row in mine for phi in row)
    theirs = rank_and_alpha.compare_directions(model, other)
    assert all(0 <= phi < 0.3 for row in theirs for phi in row)
    assert theirs[1][4] == pytest.approx(rank_and_alpha.compare_directions(other, model)[4][1])
    assert rank_and_alpha.chance_overlap(model) == pytest.approx((5 / 64 + 1 / 256) / 6)


def test_verdicts_at_the_largest_rank_say_what_broke_and_what_helped() -> None:
    def said(equal: float, fixed: float, rslora: float) -> str:
        accuracies = {"r64": equal, "r64_fixed": fixed, "r64_rslora": rslora}
        measured = {name: {"accuracy": accuracies.get(name, 0.9)} for name in rank_and_alpha.configs()}
        gaps = dict.fromkeys(("sgd_identity", "adam_identity", "sgd_rate_only", "adam_rate_only"), 0.5)
        return rank_and_alpha.judge(measured, gaps, 4.0, 0.1)[1]["en"]

    assert "does not break" in said(0.88, 0.2, 0.2)
    assert "breaks the large rank, and a smaller scaling does not" in said(0.2, 0.88, 0.2)
    assert "does better, if not as well" in said(0.2, 0.6, 0.5)
    assert "all three scalings break" in said(0.2, 0.2, 0.22)


def test_every_placement_costs_the_same_and_values_beat_queries_and_keys(
    finished: dict[str, list[dict[str, Any]]],
) -> None:
    numbers = result_of(finished["target-matrices"])["numbers"]
    assert {numbers[f"{name}_parameters"] for name in target_matrices.PLACES} == {target_matrices.BUDGET}
    assert numbers["mlp_accuracy"] > numbers["qk_accuracy"] + 0.3
    assert numbers["v_accuracy"] > numbers["k_accuracy"] + 0.3


def test_target_matrices_are_judged_by_their_numbers() -> None:
    def judged(start: float = 0.1, **accuracies: float) -> str:
        measured = dict.fromkeys(target_matrices.PLACES, 0.6) | accuracies
        return target_matrices.judge(measured, start)[0]

    assert judged(qk=0.9) == "holds"
    assert judged(qk=0.9, v=0.9) == "depends"
    assert judged(mlp=0.9) == "depends"
    assert judged(mlp=0.9, v=0.9) == "fails"
    assert judged(start=0.75, qk=0.9) == "depends"  # nothing was learnt
    assert judged(start=0.69, qk=0.9) == "holds"


def test_gradients_and_optimiser_take_the_bytes_that_the_parameters_say(
    finished: dict[str, list[dict[str, Any]]],
) -> None:
    numbers = result_of(finished["training-cost"])["numbers"]
    tensors = {"lora_all": 2 * 6 * 3, "lora_qv": 2 * 2 * 3, "head": 1, "full": 4 + 3 * 16 + 3}
    for width in (64, 128):
        counts = {
            "lora_all": 3 * 8 * width * (4 * 2 + 2 * 5),
            "lora_qv": 3 * 8 * width * 2 * 2,
            "head": 63 * width,
        }
        for name, count in counts.items():
            assert numbers[f"{name}_{width}_parameters"] == count
        for name in training_cost.METHODS:
            count = numbers[f"{name}_{width}_parameters"]
            assert numbers[f"{name}_{width}_gradient_bytes"] == 4 * count
            # Two moments a parameter, and a step count a tensor.
            assert numbers[f"{name}_{width}_state_bytes"] == 8 * count + 4 * tensors[name]


def test_training_cost_is_judged_by_its_numbers() -> None:
    def judged(*ratios: float) -> str:
        values = dict.fromkeys(("forward_ratio", "backward_ratio", "optimiser_ratio"), 0.9)
        values |= {"gradient_bytes": 4.0, "state_bytes": 8.0}
        return training_cost.judge(
            {
                64 * 2**i: {name: values | {"ratio": ratio} for name in training_cost.METHODS}
                for i, ratio in enumerate(ratios)
            }
        )[0]

    assert judged(0.8, 0.7) == "holds"
    assert judged(1.1, 0.7) == "depends"
    assert judged(1.1, 0.98) == "fails"


def test_inference_by_hand_is_what_the_model_computes(finished: dict[str, list[dict[str, Any]]]) -> None:
    numbers = result_of(finished["inference-steps"])["numbers"]
    assert numbers["layer_difference"] < 1e-4
    assert numbers["gap_delta_logit"] == numbers["back_delta_logit"] == 0
    assert numbers["merged_delta_logit"] < 1e-3
    assert numbers["unmerged_delta_logit"] < 1e-3
    assert numbers["unscaled_delta_logit"] > 0.1
    assert all(numbers[f"batch_difference_{count}"] < 1e-3 for count in inference_steps.COUNTS)


def test_inference_is_judged_by_its_numbers() -> None:
    def judged(unscaled: float, merged: float) -> str:
        values = {"gap_accuracy": 0.9, "zh_accuracy": 0.9, "delta_logit": 0.0}
        measured = dict.fromkeys(inference_steps.WAYS, values) | {
            "unscaled": values | {"delta_logit": unscaled},
            "merged": values | {"delta_logit": merged},
        }
        names = [f"{way}_ratio_{n}" for way in ("gathered", "loop") for n in inference_steps.COUNTS]
        return inference_steps.judge(measured, dict.fromkeys(names, 1.5), 2.0)[0]

    assert judged(unscaled=5.0, merged=1e-6) == "fails"
    assert judged(unscaled=0.0, merged=1e-6) == "depends"
    assert judged(unscaled=0.0, merged=0.5) == "holds"


def test_prompts_are_said_to_learn_nothing_some_or_as_much_as_lora() -> None:
    def said(prompt: float) -> str:
        values = {"accuracy": 0.1, "base_accuracy_after": 0.5, "parameters": 9.0}
        measured = {name: values | {"accuracy": 0.9} for name in ("lora", "full")}
        measured |= {name: values for name in methods.PREPARE if name not in measured}
        measured["prefix"] = values | {"accuracy": prompt}
        start = {"start_accuracy": 0.1, "base_accuracy": 0.98, "lora_off_difference": 0.0}
        return methods.judge(measured, start)[1]["en"]

    assert "learnt next to nothing" in said(0.2)
    assert "learnt some of it" in said(0.5)
    assert "no worse than LoRA" in said(0.85)


def test_lora_switched_off_is_the_base_to_the_bit(finished: dict[str, list[dict[str, Any]]]) -> None:
    numbers = result_of(finished["methods"])["numbers"]
    assert numbers["lora_off_difference"] == 0
    assert numbers["full_parameters"] == 162_240
    for name in methods.PREPARE:
        assert numbers[f"{name}_gradient_bytes"] == 4 * numbers[f"{name}_parameters"]
        assert numbers[f"{name}_moment_bytes"] == 8 * numbers[f"{name}_parameters"]


def test_methods_are_judged_by_their_numbers() -> None:
    def judged(**accuracies: float) -> str:
        values = {"accuracy": 0.9, "base_accuracy_after": 0.5, "parameters": 9.0}
        measured = {name: values | {"accuracy": accuracies.get(name, 0.9)} for name in methods.PREPARE}
        start = {"start_accuracy": 0.1, "base_accuracy": 0.98, "lora_off_difference": 0.0}
        return methods.judge(measured, start)[0]

    assert judged() == "holds"
    assert judged(p_tuning=0.2) == "depends"
    assert judged(p_tuning=0.2, lora=0.2) == "fails"
    assert judged(full=0.1, p_tuning=0.1, lora=0.1) == "depends"  # nothing can be compared
    assert judged(p_tuning=0.85, lora=0.85) == "holds"
    assert judged(p_tuning=0.84, lora=0.84) == "fails"


@pytest.mark.parametrize("slug", sorted(LABS))
def test_the_first_event_comes_before_any_work(slug: str) -> None:
    events: Iterator[dict[str, Any]] = import_module(get_lab(slug).experiment).run({}, 0)
    assert next(events)["done"] == 0


@pytest.mark.parametrize("slug", sorted(LABS))
def test_bad_settings_never_start(slug: str) -> None:
    with pytest.raises(SettingsError):
        next(import_module(get_lab(slug).experiment).run({"steps": 10**6}, 0))


def test_an_adapter_is_handed_over_and_leaves_the_base_untouched(
    finished: dict[str, list[dict[str, Any]]],
) -> None:
    numbers = result_of(finished["training"])["numbers"]
    assert (numbers["base_untouched"], numbers["off_delta_logit"]) == (1, 0)
    assert numbers["off_accuracy"] == numbers["base_accuracy"]
    assert numbers["adapted_accuracy"] > numbers["base_accuracy"] + 0.3
    (handed,) = [event for event in finished["training"] if event["type"] == "adapter"]
    adapter = read_adapter(handed["data"])
    assert (adapter.task, adapter.base, len(handed["data"])) == ("zh", checksum(), numbers["bytes"])
    model = load_model()
    attach_adapter(model, adapter)
    assert measure_accuracy(model, held_out_task("zh")) == numbers["adapted_accuracy"] == handed["accuracy"]
