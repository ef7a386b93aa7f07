"""Settings are checked all at once."""

import subprocess
import sys

import pytest

from labs.core.config import SEED, SettingsError, parse_settings
from labs.registry import LABS, get_lab


def problems_of(slug: str, raw: dict[str, object]) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        parse_settings(get_lab(slug).parameters, raw)
    return {problem.name: problem.message["en"] for problem in caught.value.problems}


def test_no_settings_are_the_defaults() -> None:
    for lab in LABS.values():
        assert parse_settings(lab.parameters, {}) == {p.name: p.default for p in lab.parameters}


def test_a_form_and_json_say_the_same() -> None:
    parameters = get_lab("merging").parameters
    assert parse_settings(parameters, {"r": "4", "lr": "0.004"}) == parse_settings(
        parameters, {"r": 4, "lr": 4e-3}
    )


def test_every_problem_is_listed_at_once() -> None:
    raw = {
        "r": "many",
        "lr": float("nan"),
        "steps": 10**400,
        "trips": 2.5,
        "task": "rotate",
        "rank": 3,
        "repeats": True,
    }
    assert set(problems_of("merging", raw)) == set(raw)


@pytest.mark.parametrize("value", ["inf", "-inf", "nan", float("inf"), None, [], "", "1_0", "9" * 50])
def test_what_is_no_finite_number_is_refused(value: object) -> None:
    assert "expected a number" in problems_of("merging", {"lr": value})["lr"]


def test_a_value_out_of_bounds_is_told_why() -> None:
    message = problems_of("merging", {"lr": 0.03})["lr"]
    assert "0.0005 and 0.012" in message
    assert "narrow" in message


def test_bounds_belong_to_the_range() -> None:
    for lab in LABS.values():
        for parameter in lab.parameters:
            for bound in (parameter.minimum, parameter.maximum):
                if bound is not None:
                    assert parse_settings(lab.parameters, {parameter.name: bound})[parameter.name] == bound


def test_a_seed_has_31_bits() -> None:
    assert parse_settings((SEED,), {"seed": "2147483647"}) == {"seed": 2**31 - 1}
    for seed in (-1, 2**31, 0.5, "x"):
        with pytest.raises(SettingsError):
            parse_settings((SEED,), {"seed": seed})


def test_every_lab_is_complete_in_both_languages() -> None:
    for slug, lab in LABS.items():
        assert slug == lab.slug
        texts = [lab.title, lab.claim, *lab.limits, *lab.series.values()]
        texts += [text for p in lab.parameters for text in (p.label, p.why, *(c.label for c in p.choices))]
        texts += [text for chart in lab.charts for text in (chart.title, chart.x_label, chart.y_label)]
        assert all(text["zh"] and text["en"] for text in texts)
        for preset in lab.presets:
            parse_settings(lab.parameters, preset.settings)
        drawn = {name for chart in lab.charts for name in chart.series}
        assert drawn <= set(lab.series)  # an arm that only a map or a table shows has a label too


def test_the_registry_needs_no_torch() -> None:
    code = "import sys, labs.registry, labs.core.questions; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
