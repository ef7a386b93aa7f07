"""Markdown that is nothing but plain text and code: its HTML needs no renderer."""

import re
from html import escape

from qbank.core.highlight import colour

# What means to Markdown what it says, wherever in a line it stands.
_TEXT = r"[^\\`*_<&$\[~|\x00-\x1f\x7f]"
_SPAN = r"(?<!`)`(?! *`)[^`\\{}\x00-\x1f\x7f]+`(?!`)"  # code in a line; {{}}: what it may not hold
_FIRST = r"(?![\s#>=+\-\ufeff]|\d+[.)])"  # with what nothing but text begins
_TITLE = re.compile(rf"{_FIRST}(?:{_TEXT}|{_SPAN.format('')})++")
_LINE = rf"{_FIRST}(?:{_TEXT}|{_SPAN.format('<&')})++(?<!\s)"
_BLOCK = re.compile(
    rf"(?P<paragraph>{_LINE}(?:\n{_LINE})*+)"
    r"|```(?P<language>[\w+#-]*)\n(?P<code>(?:(?!```)[^\n\t]*\n)*+)```"
)
_GAP = re.compile(r"\n\n+|\Z")
_CODE = re.compile(r"`([^`]+)`")


def write_line(line: str) -> str | None:
    """Return the HTML of a line without white space at its ends, None where it may mean more than it says."""
    return _written(line) if _TITLE.fullmatch(line) else None


def write_blocks(markdown: str) -> str | None:
    """Return the HTML of paragraphs and fences parted by blank lines, None where anything else may stand."""
    if "<![" in markdown:
        return None  # the renderer does not see it as it is
    out: list[str] = []
    place = 0
    while place < len(markdown) or not out:
        block = _BLOCK.match(markdown, place)
        gap = block and _GAP.match(markdown, block.end())
        if block is None or gap is None:
            return None
        if block["paragraph"] is not None:
            out.append(f"<p>{_written(block['paragraph'])}</p>")
        else:
            out.append(_fence(block["language"], block["code"]))
        place = gap.end()
    return "\n".join(out)


def _written(text: str) -> str:
    return _CODE.sub(lambda code: f"<code>{code[1].strip()}</code>", escape(text, quote=False))


def _fence(language: str, code: str) -> str:
    coloured, name = colour(code.removesuffix("\n"), language)
    return f'<div class="language-{name} highlight"><pre tabindex="0"><code>{coloured}</code></pre></div>'
