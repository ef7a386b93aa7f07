"""The commands of the labs, without a database."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from labs.core.model import BASE, checksum

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
