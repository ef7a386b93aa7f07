"""Formulas in plain text."""

import pytest

from qbank.core.formula_text import formula_text
from qbank.core.render import render_inline


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"W_{\text{res}}", "W_res"),
        ("x + BAx", "x + BAx"),
        (r"h = W_0 x + \frac{\alpha}{r} BAx", "h = W_0 x + α/r BAx"),
        (r"\frac{a+b}{2r}", "(a+b)/2r"),
        (r"\sqrt{d_k}", "√d_k"),
        (r"\mathbb{R}^{d\times r}", "ℝ^(d×r)"),
        (r"\sum_{i=1}^{n} x_i^2", "∑_(i=1)^n x_i^2"),
        (r"\hat{y}", "ŷ"),
        (r"f'(x)", "f′(x)"),
        (r"-1", "−1"),
        (r"e^{-x}", "e^−x"),
        (r"\log n", "log n"),
        (r"\operatorname{softmax}(QK^\top)", "softmax(QK^⊤)"),
        (r"\left\| W \right\|_F", "‖W‖_F"),
        (r"\begin{bmatrix}1&2\\3&4\end{bmatrix}", "[1, 2; 3, 4]"),
        (r"a < b", "a < b"),
    ],
)
def test_a_formula_is_written_as_it_is_read(tex: str, text: str) -> None:
    assert render_inline(f"${tex}$").plain == text


def test_what_is_not_well_formed_has_no_text() -> None:
    assert formula_text("<math><mi>x</math>") == ""
