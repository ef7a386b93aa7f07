"""Markdown that is nothing but plain or bold text, flat lists and code: its HTML needs no renderer."""

import re
from html import escape
from itertools import cycle

from qbank.core.highlight import colour

# What means to Markdown what it says, wherever in a line it stands.
_TEXT = r"[^\\`*_<&$\[~|\x00-\x1f\x7f]"
_SPAN = r"(?<!`)`(?! *`)[^`\\{}\x00-\x1f\x7f]+`(?!`)"  # code in a line; {{}}: what it may not hold
_BOLD = r"(?<!\*)\*\*(?![\s*])(?:{})++(?<![\s*])\*\*(?!\*)"
_FIRST = (  # with what nothing but text begins, whether the renderer or people look at it
    r"(?![\s#>=+\-\ufeff●•◆■▪➢➤‣⁃○◦◇□·・(（①-⑳]|\d+\s*[.)、）．])"
)


def _line(code: str) -> str:
    """Return the pattern of a line of plain and bold text and of such code."""
    text = f"{_TEXT}|{code}"
    return rf"{_FIRST}(?:{text}|{_BOLD.format(text)})++"


_TITLE = re.compile(_line(_SPAN.format("")))
_LINE = rf"{_line(_SPAN.format('<&'))}(?<!\s)"
_BLOCK = re.compile(
    rf"(?P<paragraph>{_LINE}(?:\n{_LINE})*+)"
    rf"|(?P<bullets>- {_LINE}(?:\n- {_LINE})*+)"
    rf"|(?P<numbers>1\. {_LINE}(?:\n\d+\. {_LINE})*+)"
    r"|```(?P<language>[\w+#-]*)\n(?P<code>(?:(?! {0,3}```|\ufeff|[^\S\n]+\n)[^\n\t]*\n)*+)```"
)
_GAP = re.compile(r"\n\n+|\Z")
_ITEM = re.compile(r"^(?:-|\d+\.) (.*)$", re.MULTILINE)
_MARKED = re.compile(r"`([^`]+)`|\*\*")


def write_line(line: str) -> str | None:
    """Return the HTML of a line without white space at its ends, None where it may mean more than it says."""
    return _written(line) if _TITLE.fullmatch(line) else None


def write_blocks(markdown: str) -> str | None:
    """Return the HTML of such blocks, parted by blank lines, None where anything else may stand."""
    if "<![" in markdown:
        return None  # the renderer does not see it as it is
    out: list[str] = []
    place = 0
    listed = False
    while place < len(markdown) or not out:
        block = _BLOCK.match(markdown, place)
        gap = block and _GAP.match(markdown, block.end())
        if block is None or gap is None or (listed and (block["bullets"] or block["numbers"])):
            return None  # a list that follows a list goes on with it
        out.append(_block(block))
        listed = bool(block["bullets"] or block["numbers"])
        place = gap.end()
    return "\n".join(out)


def _block(block: re.Match[str]) -> str:
    if block["paragraph"]:
        return f"<p>{_written(block['paragraph'])}</p>"
    if items := block["bullets"] or block["numbers"]:
        tag = "ul" if block["bullets"] else "ol"
        written = "\n".join([f"<li>{_written(item)}</li>" for item in _ITEM.findall(items)])
        return f"<{tag}>\n{written}\n</{tag}>"
    coloured, name = colour(block["code"].removesuffix("\n"), block["language"])
    return f'<div class="language-{name} highlight"><pre tabindex="0"><code>{coloured}</code></pre></div>'


def _written(text: str) -> str:
    """Write text whose bold words and code are closed."""
    bold = cycle(("<strong>", "</strong>"))
    return _MARKED.sub(
        lambda mark: f"<code>{mark[1].strip()}</code>" if mark[1] else next(bold), escape(text, quote=False)
    )
