"""The shipped adapters: their files, their cards, and that both can be made again."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from labs.core.adapters import load_adapter, read_adapter
from labs.core.answering import load_base, make_variants
from labs.core.example_adapters import CARDS, MIXES, RECIPES, make_adapter, measure_mixes, write_adapters
from labs.core.model import ADAPTERS, BASE, WEIGHTS, checksum
from labs.core.training import held_out_task, measure_accuracy

FOLDER = WEIGHTS / ADAPTERS
MEASURED = json.loads((FOLDER / CARDS).read_text(encoding="utf-8"))
NOISE = 0.02  # another processor may round differently


def test_every_recipe_has_its_file_and_every_file_its_card() -> None:
    files = {path.stem for path in FOLDER.glob("*.safetensors")}
    assert set(RECIPES) == files == set(MEASURED["adapters"])


@pytest.mark.parametrize("name", list(RECIPES))
def test_a_card_speaks_of_its_file_and_of_the_shipped_base(name: str) -> None:
    card = MEASURED["adapters"][name]
    adapter = read_adapter((FOLDER / f"{name}.safetensors").read_bytes())
    assert card["checksum"] == adapter.checksum
    assert card["base"] == adapter.base == checksum(BASE)
    assert card["task"] == adapter.task == RECIPES[name].task
    assert (card["seed"], card["steps"], card["lr"]) == (0, 300, 6e-3)
    assert len(card["old_skills"]) == 13


@pytest.mark.parametrize("name", list(RECIPES))
def test_a_shipped_adapter_does_what_its_card_says(name: str) -> None:
    base, _ = load_base()
    card = MEASURED["adapters"][name]
    adapter = read_adapter((FOLDER / f"{name}.safetensors").read_bytes())
    variants = make_variants(base, [(adapter, 1.0)])
    batch = held_out_task(adapter.task, card["rows"])
    assert measure_accuracy(base, batch) == pytest.approx(card["task_accuracy"]["base"], abs=NOISE)
    assert measure_accuracy(variants.merged, batch) == pytest.approx(
        card["task_accuracy"]["adapted"], abs=NOISE
    )
    assert card["task_accuracy"]["adapted"] > card["task_accuracy"]["base"] + 0.4


def test_the_measured_mixes_repeat() -> None:
    again = measure_mixes(WEIGHTS)
    assert [mix["adapters"] for mix in again] == [list(names) for names, _, _ in MIXES]
    for mix, known in zip(again, MEASURED["mixes"], strict=True):
        assert mix["right"] == pytest.approx(known["right"], abs=NOISE)
        assert mix["chinese"] == pytest.approx(known["chinese"], abs=NOISE)


def test_the_same_recipe_gives_the_same_bytes_and_figures() -> None:
    recipe = replace(RECIPES["zh-r8"], steps=8)
    first, second = (make_adapter(recipe, rows=50) for _ in range(2))
    assert first.data == second.data
    assert first.card == second.card
    assert make_adapter(replace(recipe, seed=1), rows=50).data != first.data


def test_making_one_leaves_the_others_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(BASE, tmp_path)
    folder = shutil.copytree(FOLDER, tmp_path / ADAPTERS)
    monkeypatch.setitem(RECIPES, "zh-r8", replace(RECIPES["zh-r8"], steps=4))  # type: ignore[arg-type]
    (made,) = dict(write_adapters(tmp_path, ["zh-r8"])).values()
    cards = json.loads((folder / CARDS).read_text(encoding="utf-8"))["adapters"]
    assert list(cards) == list(RECIPES)
    assert cards["zh-r8"]["checksum"] == made.card["checksum"] == checksum(folder / "zh-r8.safetensors")
    assert {**cards, "zh-r8": None} == {**MEASURED["adapters"], "zh-r8": None}


def test_a_download_of_a_shipped_adapter_is_a_folder_that_loads(tmp_path: Path) -> None:
    import io
    import zipfile

    from labs.adapters import read_file, shipped_adapters
    from labs.core.adapter_file import pack

    shipped = shipped_adapters()["flip-r8"]
    zipfile.ZipFile(io.BytesIO(pack(shipped.config, read_file(shipped)))).extractall(tmp_path)
    assert load_adapter(tmp_path).task == "flip"
