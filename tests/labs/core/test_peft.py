"""The same adapter in PEFT and here: equal logits, both ways, to the bit.

PEFT needs transformers and brings some 180 MB, more than everything else the tests need apart from torch; so
it stands in requirements-peft.txt, which .ci/run installs for these tests alone. The folder that PEFT wrote,
beside this file, is read everywhere.
"""

import importlib
import io
import json
import os
import warnings
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from labs.core.adapter_file import pack, read_header
from labs.core.adapters import attach_adapter, dump_adapter, load_adapter, save_adapter
from labs.core.data import draw_base, stream
from labs.core.lora import LoraConfig, add_weighted_adapter, lora_layers, set_adapter
from labs.core.model import BASE, Transformer, checksum, load_model
from labs.core.training import TrainConfig, held_out_task, predict, train_adapter
from tests.labs.core.conftest import adapted

WRITTEN_BY_PEFT = Path(__file__).parent / "written_by_peft"
BATCH = draw_base(64, "held_out", stream(0, "test"))
PATTERNS = {
    "plain": LoraConfig(r=4, lora_alpha=6, init_lora_weights="both_gaussian", init_scale=0.3),
    "rsLoRA": LoraConfig(r=4, lora_alpha=6, init_lora_weights="both_gaussian", use_rslora=True),
    "patterns": LoraConfig(
        r=2,
        target_modules=("q_proj", "blocks.1.attention.v_proj", "fc2"),
        init_lora_weights="both_gaussian",
        rank_pattern={"blocks.0.attention.q_proj": 5, "fc2": 3},
        alpha_pattern={"fc2": 9},
    ),
}


@pytest.fixture
def peft() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if os.environ.get("REQUIRE_PEFT"):
            return importlib.import_module("peft")
        return pytest.importorskip("peft", reason="PEFT is not installed: nothing to compare with")  # type: ignore[no-any-return]


def logits_of(model: Any) -> torch.Tensor:
    """Ask a model, PEFT's wrapper taken off."""
    return predict(getattr(getattr(model, "base_model", model), "model", model), BATCH)


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.filterwarnings("ignore")
def test_a_folder_of_ours_loads_in_peft_and_answers_the_same(
    peft: ModuleType, tmp_path: Path, name: str
) -> None:
    config = PATTERNS[name]
    model = adapted(**vars(config))
    save_adapter(model, tmp_path, config, task="gap", base=checksum(BASE))
    theirs = peft.PeftModel.from_pretrained(load_model(), str(tmp_path))
    assert torch.equal(predict(model, BATCH), logits_of(theirs))


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.filterwarnings("ignore")
def test_a_folder_of_peft_loads_here_and_answers_the_same(
    peft: ModuleType, tmp_path: Path, base: Transformer, name: str
) -> None:
    wanted = PATTERNS[name]
    torch.manual_seed(0)
    theirs = peft.get_peft_model(
        load_model(),
        peft.LoraConfig(
            r=wanted.r,
            lora_alpha=wanted.lora_alpha,
            target_modules=list(wanted.target_modules),
            rank_pattern=dict(wanted.rank_pattern),
            alpha_pattern=dict(wanted.alpha_pattern),
            use_rslora=wanted.use_rslora,
            init_lora_weights=False,  # both factors random
        ),
    )
    theirs.save_pretrained(str(tmp_path))
    before = predict(base, BATCH)
    attach_adapter(base, load_adapter(tmp_path))
    assert torch.equal(predict(base, BATCH), logits_of(theirs))
    assert not torch.equal(before, predict(base, BATCH))


@pytest.mark.filterwarnings("ignore")
def test_a_download_of_a_kept_adapter_loads_in_peft(peft: ModuleType, tmp_path: Path) -> None:
    model = adapted(**vars(PATTERNS["patterns"]))
    data = dump_adapter(model, PATTERNS["patterns"], task="gap", base=checksum(BASE))
    with zipfile.ZipFile(io.BytesIO(pack(read_header(data).config, data))) as packed:
        packed.extractall(tmp_path)
    theirs = peft.PeftModel.from_pretrained(load_model(), str(tmp_path))
    assert torch.equal(predict(model, BATCH), logits_of(theirs))


@pytest.mark.filterwarnings("ignore")
def test_five_steps_of_training_end_at_the_same_loss(peft: ModuleType, tmp_path: Path) -> None:
    config = LoraConfig()
    model = adapted()
    save_adapter(model, tmp_path, config, task="gap", base=checksum(BASE))
    theirs = peft.PeftModel.from_pretrained(load_model(), str(tmp_path), is_trainable=True)
    train = TrainConfig(steps=5, evaluations=1)
    held_out = held_out_task("gap", 20)
    ours = [step.loss for step in train_adapter(model, train, held_out)]
    assert [step.loss for step in train_adapter(theirs.base_model.model, train, held_out)] == ours
    assert ours[-1] != ours[0]


@pytest.mark.filterwarnings("ignore")
def test_a_mix_is_peft_s_mix_by_cat(peft: ModuleType, tmp_path: Path, base: Transformer) -> None:
    for number, name in enumerate(("one", "two")):
        config = LoraConfig(r=3 + number, init_lora_weights="both_gaussian", init_scale=0.2)
        model = adapted(seed=number, **vars(config))
        save_adapter(model, tmp_path / name, config, task="gap", base=checksum(BASE))
        attach_adapter(base, load_adapter(tmp_path / name), name)
    add_weighted_adapter(base, ["one", "two"], [0.7, 0.4], "mix")
    set_adapter(base, "mix")
    theirs = peft.PeftModel.from_pretrained(load_model(), str(tmp_path / "one"), adapter_name="one")
    theirs.load_adapter(str(tmp_path / "two"), adapter_name="two")
    theirs.add_weighted_adapter(["one", "two"], [0.7, 0.4], "mix", combination_type="cat")
    theirs.set_adapter("mix")
    assert torch.allclose(predict(base, BATCH), logits_of(theirs), atol=1e-4)


def test_what_peft_wrote_is_read_where_peft_is_not_installed(base: Transformer) -> None:
    config = json.loads((WRITTEN_BY_PEFT / "adapter_config.json").read_text())
    expected = torch.tensor(json.loads((WRITTEN_BY_PEFT / "logits.json").read_text()))
    before = predict(base, BATCH)[:2]
    attach_adapter(base, load_adapter(WRITTEN_BY_PEFT))
    assert config["peft_version"]
    assert {path for path, _ in lora_layers(base)} == {f"blocks.{n}.attention.v_proj" for n in range(3)}
    assert {path: layer.scaling["default"] for path, layer in lora_layers(base)} == {
        "blocks.0.attention.v_proj": 4.0,
        "blocks.1.attention.v_proj": 2.0,
        "blocks.2.attention.v_proj": 4.0,
    }
    assert torch.allclose(predict(base, BATCH)[:2], expected, atol=1e-3)
    assert not torch.allclose(before, expected, atol=0.1)
