"""Find the formulas in Markdown: `$…$`, `$$…$$`, `\\(…\\)`, `\\[…\\]`, never inside code.

Delimiters doubled by an exporter, as `$$$$…$$$$`, `\\\\(…\\\\)` or `$$ $…$ $$`, count as the single ones.
"""

import re
from dataclasses import dataclass

_CODE_OR_MATHS = re.compile(
    r"""
      (?P<fence>
          ^[ \t>]*(?P<mark>`{3,}|~{3,})[^\n]*\n(?:.*?\n)??[ \t>]*(?P=mark)[`~]*[ \t]*$
        | ^[ \t>]*(?:`{3,}|~{3,})[^`\n]*\n.*\Z
      )
    | (?P<code>(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))
    | \$\$\$\$(?P<doubled_block>(?:(?!\$\$|\n[ \t]*\n).)+?)\$\$\$\$
    | \\\\\[(?P<doubled_bracket>(?:(?!\n[ \t]*\n|\\\\\[).){1,5000}?)\\\\\]
    | \\\\\((?P<doubled_paren>(?:(?!\n[ \t]*\n|\\\\\().){1,5000}?)\\\\\)
    | (?P<escaped>\\[\\$`])
    | \$\$(?P<block>(?:(?!\$\$|\n[ \t]*\n[ \t]*\n).)+?)\$\$
    | \\\[(?P<bracket>(?:(?!\n[ \t]*\n|\\\[).){1,5000}?)\\\]
    | \\\((?P<paren>(?:(?!\n[ \t]*\n|\\\().){1,5000}?)\\\)
    | (?<![\\$A-Za-z0-9_])\$(?![\s$])(?P<inline>(?:(?!\n[ \t]*\n)[^$])*?[^\s\\$])\$(?![\d$A-Za-z])
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_DISPLAYED = ("block", "bracket", "doubled_block", "doubled_bracket")
_KINDS = (*_DISPLAYED, "paren", "inline", "doubled_paren")


@dataclass(frozen=True)
class Maths:
    """A formula: where it stands in the text, its TeX, and whether it is displayed."""

    start: int
    end: int
    tex: str
    display: bool


def find_maths(markdown: str) -> list[Maths]:
    """List the formulas of a Markdown text in order."""
    found: list[Maths] = []
    if "$" not in markdown and "\\(" not in markdown and "\\[" not in markdown:
        return found
    for match in _CODE_OR_MATHS.finditer(markdown):
        for name in _KINDS:
            if match[name] is not None and match[name].strip():
                tex = match[name].strip()
                if len(tex) > 2 and tex[0] == tex[-1] == "$" and tex[-2] != "\\":
                    tex = tex[1:-1].strip()
                found.append(Maths(match.start(), match.end(), tex, name in _DISPLAYED))
    return found


def find_code_and_maths(markdown: str) -> list[tuple[int, int]]:
    """List the spans of code and of formulas in order."""
    return [
        m.span()
        for m in _CODE_OR_MATHS.finditer(markdown)
        if m["fence"] or m["code"] or any(m[name] and m[name].strip() for name in _KINDS)
    ]


def find_code(markdown: str) -> list[tuple[int, int]]:
    """List the spans of code, fenced or inline."""
    return [m.span() for m in _CODE_OR_MATHS.finditer(markdown) if m["fence"] or m["code"]]
