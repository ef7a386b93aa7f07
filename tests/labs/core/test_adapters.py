"""Adapter files keep PEFT's names."""

import copy
import json

import pytest
import torch
from safetensors.torch import save

from labs.core.adapters import AdapterError, attach_adapter, dump_adapter, read_adapter
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
