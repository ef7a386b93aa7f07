"""TeX → MathML Core that a strict Content-Security-Policy accepts: known inline styles become classes."""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from math_core import LatexError, LatexToMathML

_CONVERTER = LatexToMathML(fancy_error=False, annotation=False, allow_unreliable_rendering=True)
_STYLE = re.compile(r'\sstyle="([^"]*)"')
_EMPTY_COLUMNS = re.compile(
    r"\\begin\{array\}\s*(?:\{\s*\}|(?!\s*[\[{]))(?P<body>.*?)\\end\{array\}", re.DOTALL
)
_TAG = re.compile(r"\\tag\*?\{([^{}]*)\}")
# What math-core does not know, written as something it knows that looks the same.
_SYNONYMS = (
    (re.compile(r"\\(begin|end)\{split\}"), r"\\\1{aligned}"),
    (re.compile(r"\\(begin|end)\{smallmatrix\}"), r"\\\1{matrix}"),
    (re.compile(r"\\begin\{alignat\*?\}\{\d+\}"), r"\\begin{align*}"),
    (re.compile(r"\\end\{alignat\*?\}"), r"\\end{align*}"),
    (re.compile(r"\\substack\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}"), r"\\begin{subarray}{c}\1\\end{subarray}"),
    (re.compile(r"(?:\\hline\s*){2,}"), r"\\hline "),
    (re.compile(r"@\{[^{}]*\}(?=[^\\]*\})"), ""),
    (re.compile(r"\\(?:normalsize|large|Large|small)(?![A-Za-z])"), ""),
)
_RULE = "0.05em solid currentcolor"
_DASHES = "0.05em dashed currentcolor"
# Every declaration that math-core emits, and the class that says the same in static/css/pages.css.
CLASSES = {
    "text-align:left": "m-left",
    "text-align:center": "m-center",
    "text-align:right": "m-right",
    "justify-items:start": "",
    "justify-items:center": "",
    "justify-items:end": "",
    "padding-left:0": "m-pl0",
    "padding-right:0": "m-pr0",
    "padding-left:1em": "m-pl1",
    "padding-top:0": "m-pt0",
    "padding-bottom:0": "m-pb0",
    "padding-top:0.1667em": "m-pt1",
    "width:50%": "m-half",
    "width:7.5%": "m-edge",
    "width:100%": "m-full",
    f"border-left:{_RULE}": "m-bl",
    f"border-right:{_RULE}": "m-br",
    f"border-top:{_RULE}": "m-bt",
    f"border-bottom:{_RULE}": "m-bb",
    f"border-left:{_DASHES}": "m-bl-dash",
    f"border-right:{_DASHES}": "m-br-dash",
    f"border-top:{_DASHES}": "m-bt-dash",
    f"border-bottom:{_DASHES}": "m-bb-dash",
}
_MARKS = re.compile(
    r"(?P<opens>(?<!\\)\{|\\begin\b|\\left(?![A-Za-z]))"
    r"|(?P<closes>(?<!\\)\}|\\end\b|\\right(?![A-Za-z]))"
    r"|(?<=[^\\],)\s*\\q?quad(?![A-Za-z])\s*"
)


@dataclass(frozen=True)
class Formula:
    """A converted formula, or the TeX in its place and why."""

    html: str
    error: str = ""
    dropped: tuple[str, ...] = ()  # style declarations that have no class


def convert_displayed(tex: str) -> Formula:
    """Convert a displayed formula; its parts become formulas of their own, between which a line may break.

    Parts are what stands between gaps (quads) after a comma, outside of any group.
    """
    parts = [convert_formula(part, display=True) for part in parts_of(tex)]
    if len(parts) == 1 or any(part.error for part in parts):
        return convert_formula(tex, display=True)
    dropped = tuple(dict.fromkeys(name for part in parts for name in part.dropped))
    return Formula("\n".join(part.html for part in parts), dropped=dropped)


def parts_of(tex: str) -> list[str]:
    """Cut a formula at the gaps of its top level."""
    parts, done, depth = [], 0, 0
    for mark in _MARKS.finditer(tex):
        if mark["opens"] or mark["closes"]:
            depth += 1 if mark["opens"] else -1
        elif not depth:
            parts.append(tex[done : mark.start()])
            done = mark.end()
    return [*parts, tex[done:]]


@lru_cache(maxsize=4096)
def convert_formula(tex: str, *, display: bool) -> Formula:
    """Convert TeX; on failure show the TeX itself as code. The TeX is always kept for copying."""
    try:
        mathml = _CONVERTER.convert_with_local_state(_repair(tex), displaystyle=display)
    except LatexError as error:
        delimiter = "$$" if display else "$"
        return Formula(f'<code class="tex">{escape(delimiter + tex + delimiter)}</code>', error=str(error))
    dropped: list[str] = []

    def to_class(match: re.Match[str]) -> str:
        names, colour = [], ""
        for declaration in filter(None, (part.strip() for part in match[1].split(";"))):
            key = re.sub(r"\s*:\s*", ":", declaration, count=1)
            if key.startswith("color:#"):
                colour = f' mathcolor="{key.removeprefix("color:")}"'
            elif key in CLASSES:
                names.append(CLASSES[key])
            else:
                dropped.append(key)
        classes = " ".join(filter(None, names))
        return (f' class="{classes}"' if classes else "") + colour

    styled = _STYLE.sub(to_class, mathml)
    return Formula(_annotate(styled, tex), dropped=tuple(dropped))


def _annotate(mathml: str, tex: str) -> str:
    """Keep the TeX as its author wrote it beside the formula, for copying and for search."""
    opening, _, rest = mathml.partition(">")
    inner = rest.removesuffix("</math>")
    if _several(inner):
        inner = f"<mrow>{inner}</mrow>"
    note = f'<annotation encoding="application/x-tex">{escape(tex, quote=False)}</annotation>'
    return f"{opening}><semantics>{inner}{note}</semantics></math>"


def _several(inner: str) -> bool:
    """Tell whether MathML holds more than one element side by side."""
    depth = roots = 0
    for tag in re.finditer(r"<(/?)[a-z]+[^>]*?(/?)>", inner):
        if not tag[1] and depth == 0:
            roots += 1
        depth += -1 if tag[1] else 0 if tag[2] else 1
    return roots != 1


def _repair(tex: str) -> str:
    """Write common slips and synonyms in a way that converts."""

    def with_columns(match: re.Match[str]) -> str:
        columns = max(row.count("&") for row in match["body"].split("\\\\")) + 1
        return f"\\begin{{array}}{{{'l' * columns}}}{match['body']}\\end{{array}}"

    tex = _EMPTY_COLUMNS.sub(with_columns, tex)
    for pattern, replacement in _SYNONYMS:
        tex = pattern.sub(replacement, tex)
    return tex if r"\begin{align" in tex else _TAG.sub(r"\\qquad\\text{(\1)}", tex)
