"""The commands of the labs, without a database."""

import json
from io import StringIO
from pathlib import Path

import pytest
import torch
from django.core.management import call_command
from django.core.management.base import CommandError

from labs.core.config import Lab, Settings, parse_settings
from labs.core.examples import Example, planned, read_example
from labs.core.experiments import merging
from labs.core.model import BASE, checksum
from labs.management.commands import make_examples
from labs.registry import LABS

QUICK = ["--set", "steps=20", "--set", "trips=2", "--set", "repeats=5", "--set", "task=zh"]


def test_a_lab_runs_from_the_command_line_and_prints_json() -> None:
    out = StringIO()
    call_command("run_lab", "merging", "--seed", "3", *QUICK, "--format", "json", stdout=out)
    report = json.loads(out.getvalue())
    assert (report["lab"], report["seed"], report["settings"]["steps"]) == ("merging", 3, 20)
    assert report["verdict"]["outcome"] in {"holds", "fails", "depends"}
    assert report["checksums"]["base"] == checksum(BASE)


def test_text_ends_with_the_verdict_and_the_limits() -> None:
    out = StringIO()
    call_command("run_lab", "merging", *QUICK, "--language", "zh", stdout=out)
    assert "合并之后" in out.getvalue()
    assert out.getvalue().rstrip().splitlines()[-1].startswith("- ")


def test_bad_settings_are_named_one_by_one() -> None:
    with pytest.raises(CommandError) as caught:
        call_command(
            "run_lab", "merging", "--seed", "-1", "--set", "r=99", "--set", "lr=nan", "--set", "rank=2"
        )
    assert {line.partition(":")[0] for line in str(caught.value).splitlines()} == {"seed", "r", "lr", "rank"}


def test_a_poor_model_never_replaces_the_shipped_one() -> None:
    before = checksum(BASE)
    with pytest.raises(CommandError, match="stays as it is"):
        call_command("pretrain", "--steps", "2")
    assert checksum(BASE) == before


def test_an_adapter_needs_a_base(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="run pretrain first"):
        call_command("make_adapters", "--output", str(tmp_path))


def quick(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Store made-up runs instead of real ones, and count them by seed."""
    ran: list[int] = []

    def run_apart(lab: Lab, settings: Settings, seed: int) -> Example:
        ran.append(seed)
        result = {
            "numbers": {"accuracy": 0.5 + seed},
            "measured_times": [],
            "verdict": {"outcome": "depends", "text": {"zh": "", "en": ""}},
            "checksums": {"base": checksum(BASE)},
            "environment": {"torch": torch.__version__},
        }
        return Example(lab.slug, settings, seed, 1.0, [], result)

    monkeypatch.setattr(make_examples, "run_apart", run_apart)
    return ran


def test_examples_are_made_once_and_a_call_goes_on_where_another_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = quick(monkeypatch)
    wanted = len(planned(LABS["methods"]))
    call_command("make_examples", "methods", "--defaults", "--seeds", "1", "--store", str(tmp_path))
    assert ran == [1]
    out = StringIO()
    call_command("make_examples", "methods", "--store", str(tmp_path), stdout=out)
    assert len(ran) == 2 * wanted
    assert f"{2 * wanted - 1} CPU seconds in all" in out.getvalue()
    call_command("make_examples", "methods", "--store", str(tmp_path), "--fresh", "--defaults")
    assert len(ran) == 2 * wanted + 2


def test_a_check_tells_what_is_missing_and_what_does_not_repeat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    order = ("make_examples", "methods", "--defaults", "--store", str(tmp_path))
    out = StringIO()
    with pytest.raises(CommandError, match="2 of the stored runs"):
        call_command(*order, "--check", stdout=out)
    assert out.getvalue().count("missing") == 2
    call_command(*order)
    call_command(*order, "--check", stdout=out)
    path = tmp_path / "methods" / "default.seed=0.json"
    path.write_text(path.read_text().replace("0.5", "0.6"))
    read_example.cache_clear()
    with pytest.raises(CommandError, match="1 of the stored runs"):
        call_command(*order, "--check", stdout=out)
    assert "number accuracy" in out.getvalue()
    read_example.cache_clear()


def test_an_unknown_lab_makes_no_examples() -> None:
    with pytest.raises(CommandError, match="no lab rope"):
        call_command("make_examples", "rope")


def test_a_run_in_a_process_of_its_own_is_the_run_of_this_one() -> None:
    lab = LABS["merging"]
    settings = parse_settings(lab.parameters, {"steps": 20, "trips": 2, "repeats": 5, "task": "zh"})
    apart = make_examples.run_apart(lab, settings, 3)
    numbers = list(merging.run(settings, 3))[-1]["result"]["numbers"]
    timed = apart.result["measured_times"]
    assert {k: v for k, v in apart.result["numbers"].items() if k not in timed} == {
        k: v for k, v in numbers.items() if k not in timed
    }
    assert apart.cpu_seconds > 0
