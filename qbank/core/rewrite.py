"""Rewrite clean HTML into ours: heading ids, pictures, links, scroll boxes, and the plain text for search."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from qbank.core.bigrams import CELLS
from qbank.core.figures import SCHEME, Description
from qbank.core.formula_text import formula_text
from qbank.core.highlight import CODE_MARK, family_of
from qbank.core.references import without_references

_ATTRIBUTES = r"(?:[^\"<>]|\"[^\"]*\")*"
_TAG = re.compile(rf"<(/?)([a-zA-Z][a-zA-Z0-9]*)({_ATTRIBUTES})>")
_TAG_NAME = re.compile(rf"<(/?[a-zA-Z][a-zA-Z0-9]*){_ATTRIBUTES}>")
_ATTRIBUTE = re.compile(r"([\w:-]+)=\"([^\"]*)\"")
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_AS_WRITTEN = frozenset(
    [
        *("p", "li", "ul", "ol", "em", "strong", "b", "i", "br", "blockquote", "thead", "tbody", "tr"),
        *("details", "summary", "del", "kbd"),
    ]
)
_MATHML = re.compile(r"<math\b.*?<annotation\b[^>]*>(.*?)</annotation>.*?</math>", re.DOTALL)
_LINE, _CELL = "\ue003", "\ue004"  # the renderer takes these out of what authors write
# What stands for a tag in plain text: the words of blocks are parted, those of marked text are not.
_PARTING = ("p", "li", "div", "br", "tr", "h2", "h3", "h4", "h5", "h6", "pre", "summary")
_BETWEEN = {"td": _CELL, "th": _CELL} | {slash + name: _LINE for name in _PARTING for slash in ("", "/")}
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")  # which say nothing, and are no space
MARK = re.compile("\ue000(\\d+)\ue001")
_LABELS = {
    "zh": {"formula": "公式", "table": "表格", "picture": "图片"},
    "en": {"formula": "Formula", "table": "Table", "picture": "Picture"},
}


@dataclass(frozen=True)
class Image:
    """A picture of our own media."""

    url: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class Finding:
    """Something that could not be shown as written; `excerpt` finds its line in the file."""

    code: str
    message: str
    excerpt: str


@dataclass(frozen=True)
class Surroundings:
    """What a text needs to know of the world: its language, pictures and figures, where its links lead."""

    language: str = "en"
    image: Callable[[str], Image | None] = field(default=lambda source: None)
    link: Callable[[str], str | None] = field(default=lambda target: None)
    figure: Callable[[str], Description | None] = field(default=lambda reference: None)


def name_part(language: str, name: str) -> str:
    """Name a part of a page that needs a name: formula, table, picture."""
    return _LABELS["zh" if language.startswith("zh") else "en"][name]


def plain_text(html: str) -> str:
    """Return the text of clean HTML for search: a line a block, cells apart, formulas as one reads them."""
    if "<" in html:
        html = _MATHML.sub(_formula, html) if "<math" in html else html
        parts = _TAG_NAME.split(html)
        parts[1::2] = [_BETWEEN.get(name, "") for name in parts[1::2]]
        html = "".join(parts)
    text = " ".join(without_references(html).split())
    if _LINE not in text:
        return text
    lines = (CELLS.join(filter(None, map(str.strip, line.split(_CELL)))) for line in text.split(_LINE))
    return "\n".join(filter(None, lines))


def _formula(math: re.Match[str]) -> str:
    """Return a formula as it is read, else its TeX."""
    text = formula_text(math[0])
    return escape(text, quote=False) if text else math[1]


class Rewriter:
    """Rewrite clean HTML: heading levels and ids, pictures, links, scroll boxes round tables and code."""

    def __init__(self, around: Surroundings, formulas: list[str]) -> None:
        self.around = around
        self.formulas = formulas  # as written
        self.code = 0  # how many <code> and <pre> are open
        self.spans: list[bool] = []  # for each open <span> in code: is it written?
        self.out: list[str] = []
        self.headings: list[tuple[int, int, int]] = []  # (place of opening, of closing, level)
        self.opened = 0
        self.links: list[bool] = []  # for each open <a>: is it written?
        self.findings: list[Finding] = []
        self.toc: list[tuple[str, str]] = []

    def feed(self, html: str) -> None:
        """Read the cleaner's output: every tag well formed, every attribute in double quotes."""
        done = 0
        for tag in _TAG.finditer(html):
            if tag.start() > done:
                self._data(html[done : tag.start()])
            done = tag.end()
            if tag[2] in _AS_WRITTEN and not tag[3]:
                self.out.append(tag[0])
            elif tag[1]:
                self._end(tag[2])
            else:
                self._start(
                    tag[2], {name: without_references(value) for name, value in _ATTRIBUTE.findall(tag[3])}
                )
        self._data(html[done:])

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        """Write an opening tag in our form."""
        given = {name: self._unmark(value) for name, value in attributes.items()}
        if tag in ("pre", "code"):
            self.code += 1
        if tag in _HEADINGS:
            self.opened = len(self.out)
            self.out.append("")
        elif tag == "a":
            self._link(given)
        elif tag == "img":
            self._image(given)
        elif tag == "table":
            label = escape(name_part(self.around.language, "table"))
            self.out.append(f'<div class="scroll" tabindex="0" role="group" aria-label="{label}"><table>')
        elif tag in ("td", "th"):
            align = given.pop("align", "")
            if align in ("right", "center"):
                given["class"] = "r" if align == "right" else "c"
            self._open(tag, given)
        elif tag == "pre":
            self._open(tag, {**given, "tabindex": "0"})
        elif tag == "center":
            self.out.append("<div>")
        elif tag == "span" and self.code:
            self._colour(given.get("class", ""))
        else:
            given.pop("align", None)
            if tag == "span":
                given.pop("class", None)  # colours are for code
            self._open(tag, given)

    def _end(self, tag: str) -> None:
        """Write a closing tag in our form."""
        if tag in ("pre", "code"):
            self.code -= 1
        if tag in _HEADINGS:
            self.headings.append((self.opened, len(self.out), int(tag[1])))
            self.out.append("")
        elif tag == "a":
            if self.links and self.links.pop():
                self.out.append("</a>")
        elif tag == "table":
            self.out.append("</table></div>")
        elif tag == "center":
            self.out.append("</div>")
        elif tag == "span" and self.spans and self.code:
            self.out.append("</span>" if self.spans.pop() else "")
        else:
            self.out.append(f"</{tag}>")

    def _data(self, data: str) -> None:
        """Copy text; in code a formula is no formula."""
        self.out.append(self.written(data) if self.code else data)

    def written(self, code: str) -> str:
        """Put formulas back into the HTML of code as they were written."""
        if "\ue000" not in code:
            return code
        return MARK.sub(lambda m: escape(self.formulas[int(m[1])], quote=False), code)

    def _unmark(self, value: str) -> str:
        """Put formulas back as they were written, where only text can stand."""
        return MARK.sub(lambda m: self.formulas[int(m[1])], CODE_MARK.sub("", value))

    def _colour(self, classes: str) -> None:
        """Keep three colours of code: comments, keywords, strings."""
        family = family_of(classes)
        self.spans.append(bool(family))
        if family:
            self.out.append(f'<span class="{family}">')

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        self.out.append(f"<{tag}{''.join(f' {n}={_quoted(v)}' for n, v in attributes.items())}>")

    def _link(self, given: dict[str, str]) -> None:
        """Keep links that lead somewhere: outside, or to a place that the bank knows."""
        target = given.get("href", "").strip()
        if target.startswith("//"):
            target = f"https:{target}"
        if target.startswith(SCHEME) and (figure := self.around.figure(target.removeprefix(SCHEME))):
            self.links.append(True)
            self._figure(figure)
            return
        found: str | None = None
        rel = {}
        if re.match(r"(?:https?|mailto):", target, re.IGNORECASE):
            found, rel = target, {"rel": "noopener noreferrer"}
        else:
            found = self.around.link(target) if target else None
            if found is None and target:
                self.findings.append(Finding("dead-link", f"The link to {target} leads nowhere.", target))
        self.links.append(found is not None)
        if found is not None:
            title = {"title": given["title"]} if given.get("title") else {}
            self._open("a", {"href": found, **title, **rel})

    def _figure(self, figure: Description) -> None:
        """Lead from a number of a stored run to the lab that runs it again."""
        runs = figure["runs"]
        assert isinstance(runs, list)
        self._open("a", {"href": runs[0]["address"], "title": str(figure["note"]), "class": "cited"})

    def _image(self, given: dict[str, str]) -> None:
        """Show a picture of ours, link to a remote one, name one that is missing."""
        source, alt = given.get("src", "").strip(), given.get("alt", "").strip()
        if source.startswith("//"):
            source = f"https:{source}"
        if re.match(r"https?:", source, re.IGNORECASE):
            host = re.sub(r"^https?://([^/]*).*", r"\1", source, flags=re.IGNORECASE)
            self.findings.append(
                Finding("remote-image", f"The picture at {host} is linked, not shown.", source)
            )
            text = escape(f"{name_part(self.around.language, 'picture')}: {alt or host}")
            inside = bool(self.links and self.links[-1])
            rel = 'rel="noopener noreferrer"'
            self.out.append(text if inside else f'<a class="remote" href={_quoted(source)} {rel}>{text}</a>')
        elif source and (image := self.around.image(source)):
            size = (
                {"width": str(image.width), "height": str(image.height)}
                if image.width and image.height
                else {}
            )
            self._open("img", {"src": image.url, "alt": alt, **size, "loading": "lazy", "decoding": "async"})
        else:
            text = escape(f"{name_part(self.around.language, 'picture')}: {alt or source or '?'}")
            self.out.append(f'<span class="lost">{text}</span>')

    def result(self) -> str:
        """Write the headings, topmost at the second level, each with an id, and return the HTML."""
        levels = sorted({level for *_, level in self.headings})
        taken: dict[str, int] = {}
        for opening, closing, level in self.headings:
            inner = CODE_MARK.sub("", "".join(self.out[opening + 1 : closing]))
            title = without_references(re.sub(r"<[^>]*>", "", inner))
            title = " ".join(_CONTROLS.sub("", title).split())
            name = _anchor(MARK.sub("", title), taken)
            rank = min(6, levels.index(level) + 2)
            self.out[opening], self.out[closing] = f'<h{rank} id="{name}">', f"</h{rank}>"
            if rank == 2 and title:
                self.toc.append((name, self._unmark(title)))
        return "".join(self.out)


def _quoted(value: str) -> str:
    return f'"{escape(value, quote=True)}"'


def _anchor(title: str, taken: dict[str, int]) -> str:
    """Make an id that is unique on the page from a heading's text; `taken` counts those of one text."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    base = "h-" + (re.sub(r"[^\w]+", "-", folded).strip("-_")[:60] or "part")
    name, count = base, taken.get(base, 1)
    while name in taken:
        count += 1
        name = f"{base}-{count}"
    taken[base] = count
    taken.setdefault(name, 1)
    return name
