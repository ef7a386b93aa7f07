"""Figures in texts: how a number is written, and what a reference puts in its place."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from qbank.core.figures import correct_figures, settle_figures, write_like
from qbank.core.render import render, render_inline
from qbank.core.rewrite import Surroundings


@dataclass(frozen=True)
class Number:
    """A stored number."""

    mean: float

    def describe(self, language: str) -> Mapping[str, object]:
        return {
            "note": f"A “lab” & seed 0 ({language})",
            "runs": [{"seed": 0, "address": "/labs/x/?a=1&seed=0"}],
        }


def read(reference: str) -> Number:
    if reference != "x?a=1#n":
        raise ValueError("no such run")
    return Number(0.951)


@pytest.mark.parametrize(
    ("written", "value", "shown"),
    [
        ("0.9", 0.9549999, "1.0"),
        ("0.95", 0.9549999, "0.95"),
        ("0.95", 0.9549999833106995, "0.96"),  # 0.955 in single precision
        ("0.95", 0.23499999940395355, "0.24"),
        ("95%", 0.9549999833106995, "96%"),
        ("1", 0.9549999, "1"),
        ("95%", 0.9549999, "95%"),
        ("95.0 %", 0.9549999, "95.5 %"),
        ("12", 1234.5, "1235"),
        ("1,000", 1234567.0, "1,234,567"),
        ("−0.5", -0.25, "−0.3"),
        ("-0.5", -0.25, "-0.3"),
        ("0.5", -0.25, "−0.3"),
        ("+0.5", 0.31, "+0.3"),
        ("+0.5", -0.31, "−0.3"),
        ("0.0", -0.001, "0.0"),
        ("1e-5", 1.931e-05, "2e-5"),
        ("1.0e-5", 1.931e-05, "1.9e-5"),
        ("1.0 × 10⁻³", 1.931e-05, "1.9 × 10⁻⁵"),
        ("3×10⁻⁸", 0.0, "0"),
        ("about 0.9", 0.9, None),
        ("", 0.9, None),
        ("1.2.3", 0.9, None),
    ],
)
def test_a_value_is_written_with_the_digits_of_the_author(
    written: str, value: float, shown: str | None
) -> None:
    assert write_like(written, value) == shown


def test_a_written_number_that_is_the_stored_one_is_left_alone() -> None:
    text = "It reaches [0.95](lab:x?a=1#n) here."
    settled = settle_figures(text, "a.md", read)
    assert (settled.text, settled.references, settled.problems) == (text, ("x?a=1#n",), ())


def test_the_stored_number_wins_and_the_difference_is_named_with_its_line() -> None:
    settled = settle_figures("First.\n\nIt reaches [0.97](lab:x?a=1#n).\n", "a.md", read)
    assert settled.text == "First.\n\nIt reaches [0.95](lab:x?a=1#n).\n"
    (problem,) = settled.problems
    assert (problem.path, problem.line, problem.code, problem.fatal) == ("a.md", 3, "figure-differs", False)
    assert "0.97" in problem.message
    assert "0.95" in problem.message
    assert "--fix" in problem.remedy


@pytest.mark.parametrize(
    ("text", "code", "left"),
    [
        ("[0.97](lab:y#n)", "unknown-figure", "0.97"),
        ("[much](lab:x?a=1#n)", "unreadable-figure", "much"),
    ],
)
def test_what_cannot_be_read_is_named_and_left_without_a_link(text: str, code: str, left: str) -> None:
    settled = settle_figures(f"One\ntwo {text}", "a.md", read)
    assert settled.text == f"One\ntwo {left}"
    (problem,) = settled.problems
    assert (problem.line, problem.code) == (2, code)
    assert problem.remedy
    assert correct_figures(text, read) == text


def test_code_is_left_alone() -> None:
    text = "`[0.97](lab:x?a=1#n)`\n\n```\n[0.97](lab:x?a=1#n)\n```\n"
    assert settle_figures(text, "a.md", read).text == text
    assert settle_figures(text, "a.md", read).references == ()


def test_correcting_writes_every_stored_number() -> None:
    text = "[9](lab:x?a=1#n), [0.97](lab:x?a=1#n), [0.1](lab:y#n)"
    assert correct_figures(text, read) == "[1](lab:x?a=1#n), [0.95](lab:x?a=1#n), [0.1](lab:y#n)"


def test_a_figure_leads_to_its_run_says_where_it_is_from_and_reads_as_a_number() -> None:
    around = Surroundings("en", figure=lambda reference: read(reference).describe("en"))
    rendered = render("It reaches [0.95](lab:x?a=1#n) of **all**.", around)
    note = "A “lab” &amp; seed 0 (en)"
    link = f'<a href="/labs/x/?a=1&amp;seed=0" title="{note}" class="cited">0.95</a>'
    assert link in rendered.html
    assert rendered.plain == "It reaches 0.95 of all."
    assert not rendered.findings
    assert link in render_inline("It is [0.95](lab:x?a=1#n)", around).html


def test_without_labs_a_figure_is_a_dead_link() -> None:
    rendered = render("It reaches [0.95](lab:x?a=1#n).")
    assert rendered.html == "<p>It reaches 0.95.</p>"
    assert [finding.code for finding in rendered.findings] == ["dead-link"]
