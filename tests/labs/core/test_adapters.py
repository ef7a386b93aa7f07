"""Adapter files keep PEFT's names."""

import copy
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save

from labs.core.adapters import (
    CONFIG_FILE,
    AdapterError,
    attach_adapter,
    dump_adapter,
    load_adapter,
    read_adapter,
    save_adapter,
)
from labs.core.answering import EXAMPLE_ADAPTER, load_example_adapter
from labs.core.lora import LoraConfig, lora_layers
from labs.core.model import BASE, Transformer, checksum
from labs.core.training import held_out_task, measure_accuracy, predict
from tests.labs.core.conftest import adapted

ROWS = held_out_task("gap", 200)


def test_the_example_adapter_belongs_to_the_shipped_base_and_knows_its_task(base: Transformer) -> None:
    adapter = load_example_adapter()
    assert adapter.base == checksum(BASE)
    assert adapter.checksum == checksum(EXAMPLE_ADAPTER)
    before = measure_accuracy(base, ROWS)
    attach_adapter(base, adapter)
    assert measure_accuracy(base, ROWS) > before + 0.5


def test_names_and_configuration_are_those_of_peft() -> None:
    data = EXAMPLE_ADAPTER.read_bytes()
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    config = json.loads(header.pop("__metadata__")["adapter_config"])
    assert (config["peft_type"], config["r"], config["lora_alpha"], config["bias"]) == ("LORA", 8, 8, "none")
    assert len(header) == 2 * 6 * 3
    assert header["base_model.model.blocks.0.attention.q_proj.lora_A.weight"]["shape"] == [8, 64]
    assert header["base_model.model.blocks.2.mlp.fc1.lora_B.weight"]["shape"] == [256, 8]


def test_an_adapter_survives_a_file(base: Transformer) -> None:
    config = LoraConfig(r=4, lora_alpha=6, target_modules=("v_proj", "fc2"), use_rslora=True)
    model = adapted(
        r=4,
        lora_alpha=6,
        target_modules=("v_proj", "fc2"),
        use_rslora=True,
        init_lora_weights="both_gaussian",
    )
    data = dump_adapter(model, config, task="gap", base="0" * 64)
    assert data == dump_adapter(model, config, task="gap", base="0" * 64)
    attach_adapter(base, read_adapter(data))
    assert torch.equal(predict(base, ROWS), predict(model, ROWS))


@pytest.mark.parametrize("data", [b"", b"nonsense", save({"x": torch.zeros(1)}), b"\xff" * 64])
def test_what_is_no_adapter_file_is_refused(data: bytes) -> None:
    with pytest.raises(AdapterError, match="not an adapter file"):
        read_adapter(data)


def test_an_adapter_that_does_not_fit_lists_every_problem_and_attaches_nothing(base: Transformer) -> None:
    adapter = copy.deepcopy(load_example_adapter())
    names = sorted(adapter.weights)
    adapter.weights["stray"] = adapter.weights.pop(names[0])
    adapter.weights[names[1]] = torch.zeros(3, 3)
    adapter.weights[names[2]] = adapter.weights[names[2]] * float("nan")
    with pytest.raises(AdapterError) as caught:
        attach_adapter(base, adapter)
    assert len(caught.value.problems) == 4
    assert not list(lora_layers(base))


def test_a_folder_holds_what_peft_looks_for_and_gives_the_adapter_back(
    base: Transformer, tmp_path: Path
) -> None:
    config = LoraConfig(
        r=2, target_modules=("fc1", "v_proj"), rank_pattern={"fc1": 3}, alpha_pattern={"blocks.1.mlp.fc1": 6}
    )
    model = adapted(**{**vars(config), "init_lora_weights": "both_gaussian"})
    save_adapter(model, tmp_path, config, task="gap", base="0" * 64)
    assert {path.name for path in tmp_path.iterdir()} == {"adapter_config.json", "adapter_model.safetensors"}
    adapter = load_adapter(tmp_path)
    assert (adapter.config, adapter.task, adapter.base) == (config, "gap", "0" * 64)
    attach_adapter(base, adapter)
    assert torch.equal(predict(base, ROWS), predict(model, ROWS))


def test_what_would_be_computed_otherwise_is_refused_with_every_reason(tmp_path: Path) -> None:
    save_adapter(adapted(), tmp_path, LoraConfig(), task="gap", base="0" * 64)
    stored = json.loads((tmp_path / CONFIG_FILE).read_text())
    stored |= {"use_dora": True, "bias": "all", "velora_config": {"r": 1}, "rank_pattern": {"^v.*": 2}}
    (tmp_path / CONFIG_FILE).write_text(json.dumps(stored))
    with pytest.raises(AdapterError) as caught:
        load_adapter(tmp_path)
    assert len(caught.value.problems) == 4


@pytest.mark.parametrize("change", [{"target_modules": "all-linear"}, {"r": "many"}, {"rank_pattern": [1]}])
def test_a_configuration_of_other_types_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    save_adapter(adapted(), tmp_path, LoraConfig(), task="gap", base="0" * 64)
    stored = json.loads((tmp_path / CONFIG_FILE).read_text())
    (tmp_path / CONFIG_FILE).write_text(json.dumps(stored | change))
    with pytest.raises(AdapterError, match="not an adapter file"):
        load_adapter(tmp_path)


def test_an_empty_folder_is_no_adapter(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="not an adapter folder"):
        load_adapter(tmp_path)
