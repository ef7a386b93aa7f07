"""Markdown → safe HTML, once, at ingest. Formulas become MathML, pictures our own, everything else is weighed.

The order matters: formulas are taken out, lists made explicit, Python-Markdown renders, nh3 cleans what authors
wrote, the rewriter adds what we add (ids, sizes, scroll boxes), formulas go back, nh3 checks the whole.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser

import markdown as python_markdown
import nh3

from qbank.core.blocks import read_document
from qbank.core.formulas import convert_formula
from qbank.core.maths import find_maths
from qbank.core.normalise import normalise

_EXTENSIONS = [
    "tables",
    "sane_lists",
    "md_in_html",
    "pymdownx.superfences",
    "pymdownx.highlight",
    "pymdownx.tilde",
]
_CONFIGS: dict[str, dict[str, object]] = {
    "tables": {"use_align_attribute": True},
    "pymdownx.highlight": {"css_class": "highlight", "guess_lang": False, "pygments_lang_class": True},
    "pymdownx.tilde": {"subscript": False},
}
_TEXT_TAGS = set(
    "p br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre code em strong b i u s del ins sub sup kbd mark abbr "
    "a img table thead tbody tfoot tr th td caption details summary div span figure figcaption small cite q var samp "
    "ruby rt rp center".split()
)
_MATHS_TAGS = set(
    "math semantics annotation mrow mi mn mo ms mspace mtext menclose merror mfrac mpadded mphantom mprescripts mroot "
    "msqrt mstyle msub msubsup msup mtable mtd mtr mover munder munderover mmultiscripts none".split()
)
_TEXT_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "ol": {"start", "type", "reversed"},
    "details": {"open"},
    "abbr": {"title"},
    "code": {"class"},
    "pre": {"class"},
    "span": {"class", "dir", "lang"},
    "div": {"class", "dir", "lang", "align"},
    "p": {"dir", "lang", "align"},
    "h1": {"align"},
}
_OWN_ATTRIBUTES: dict[str, set[str]] = {
    **{tag: _TEXT_ATTRIBUTES.get(tag, set()) | {"class", "id"} for tag in _TEXT_TAGS},
    "a": {"href", "title", "class", "rel"},
    "img": {"src", "alt", "title", "width", "height", "loading", "decoding", "class"},
    "div": {"class", "dir", "lang", "tabindex", "role", "aria-label"},
    "pre": {"class", "tabindex"},
    "td": {"colspan", "rowspan", "class"},
    "th": {"colspan", "rowspan", "class", "scope"},
    **{
        tag: set(
            "class display mathvariant mathcolor displaystyle scriptlevel stretchy lspace rspace minsize maxsize form "
            "accent accentunder width height depth voffset linethickness columnspan rowspan notation encoding fence "
            "separator symmetric largeop movablelimits mathsize mathbackground".split()
        )
        for tag in _MATHS_TAGS
    },
}
_SCHEMES = {"http", "https", "mailto"}
_CLASS = re.compile(
    r"language-[\w+#.-]+|highlight|[a-z]{1,3}[0-9]?|m-[a-z0-9-]+|menclose-[a-z]+|eq|scroll|tex|remote|lost"
)
_OPEN_HTML = re.compile(
    r"^( {0,3}<(?:details|div|center|section|article|figure|blockquote)\b)(?![^>]*\bmarkdown=)", re.MULTILINE
)
_MARK = re.compile("\ue000(\\d+)\ue001")
_ENCODED_MARK = re.compile("%EE%80%80(\\d+)%EE%80%81", re.IGNORECASE)
_ALONE = re.compile(r"<p>\s*\ue000(\d+)\ue001\s*</p>")
_PRIVATE = re.compile("[\ue000\ue001\x02\x03]")
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
class Rendered:
    """Safe HTML, its table of contents, its plain text for search, and what was found on the way."""

    html: str
    toc: tuple[tuple[str, str], ...] = ()  # (id, title) of the topmost headings
    plain: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """What a text needs to know of the world: its language, its pictures, where its links lead."""

    language: str = "en"
    image: Callable[[str], Image | None] = field(default=lambda source: None)
    link: Callable[[str], str | None] = field(default=lambda target: None)


def render(markdown: str, around: Surroundings | None = None) -> Rendered:
    """Render an answer. Never raises on any text."""
    around = around or Surroundings()
    findings: list[Finding] = []
    text, formulas = _take_formulas(_PRIVATE.sub("", markdown), findings)
    text = _OPEN_HTML.sub(r'\1 markdown="1"', _close(normalise(text)))
    raw = _python_markdown().convert(text)
    findings += _removed(raw)
    clean = nh3.clean(
        raw,
        tags=_TEXT_TAGS,
        attributes=_TEXT_ATTRIBUTES,
        attribute_filter=_filter,
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    rewriter = _Rewriter(around, [maths.source for maths in formulas])
    rewriter.feed(clean)
    rewriter.close()
    findings += rewriter.findings
    label = escape(_label(around.language, "formula"))
    box = f'<div class="eq scroll" tabindex="0" role="group" aria-label="{label}">'
    html = _ALONE.sub(
        lambda m: f"{box}{formulas[int(m[1])].html}</div>" if formulas[int(m[1])].display else m[0],
        rewriter.result(),
    )
    html = _MARK.sub(lambda m: formulas[int(m[1])].html, html)
    html = nh3.clean(
        html,
        tags=_TEXT_TAGS | _MATHS_TAGS,
        attributes=_OWN_ATTRIBUTES,
        attribute_filter=_filter,
        url_schemes=_SCHEMES,
        link_rel=None,
    ).strip()
    return Rendered(html, tuple(rewriter.toc), plain_text(html), tuple(findings))


def render_inline(markdown: str, around: Surroundings | None = None) -> Rendered:
    """Render a title or a point: one line of Markdown, without the paragraph around it."""
    line = re.sub(r"^(#|[-+>]|\*(?=\s)|(?<=\d)[.)])", r"\\\1", " ".join(markdown.split()))
    rendered = render(re.sub(r"^(\d+)([.)]\s)", r"\1\\\2", line), around)
    inner = re.fullmatch(r"<p>(.*)</p>", rendered.html, re.DOTALL)
    html = inner[1] if inner and "<p>" not in inner[1] else rendered.html
    return Rendered(html, (), rendered.plain, rendered.findings)


def plain_text(html: str) -> str:
    """Return the text of HTML for search: of formulas the TeX only, words of blocks kept apart."""
    reader = _PlainText()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.parts).split())


def _python_markdown() -> python_markdown.Markdown:
    """Return the renderer, made once and reset."""
    global _renderer
    if _renderer is None:
        _renderer = python_markdown.Markdown(
            extensions=_EXTENSIONS, extension_configs=_CONFIGS, output_format="html"
        )
        _renderer.lazy_ol = False
    return _renderer.reset()


_renderer: python_markdown.Markdown | None = None


@dataclass(frozen=True)
class _Taken:
    """A formula taken out of the text: as it was written, and as it will be shown."""

    source: str
    html: str
    display: bool


def _take_formulas(markdown: str, findings: list[Finding]) -> tuple[str, list[_Taken]]:
    """Replace each formula by a mark that Markdown leaves alone; displayed ones on lines of their own part text."""
    formulas: list[_Taken] = []
    parts: list[str] = []
    done = 0
    for maths in find_maths(markdown):
        formula = convert_formula(maths.tex, display=maths.display)
        excerpt = maths.tex.split("\n", 1)[0][:60]
        if formula.error:
            findings.append(
                Finding("formula-not-converted", f"A formula cannot be shown: {formula.error}", excerpt)
            )
        if formula.dropped:
            names = ", ".join(formula.dropped)
            findings.append(Finding("formula-style", f"A style of a formula was dropped: {names}.", excerpt))
        before = markdown[done : maths.start]
        mark = f"\ue000{len(formulas)}\ue001"
        formulas.append(_Taken(markdown[maths.start : maths.end], formula.html, maths.display))
        line_start = (parts[-1] if not before and parts else before).rpartition("\n")[2]
        after = markdown[maths.end :].partition("\n")[0]
        if maths.display and not line_start.strip() and not after.strip():
            mark = f"{mark}\n"
            before = before if not before.strip() else f"{before.rstrip()}\n\n{line_start}"
        parts += [before, mark]
        done = maths.end
    return "".join([*parts, markdown[done:]]), formulas


def _close(markdown: str) -> str:
    """End an unclosed fence at the end, and drop tags that are never closed: they would swallow the rest."""
    document = read_document(markdown, "")
    lines = list(document.lines)
    for problem in document.problems:
        line = lines[problem.line - 1]
        if problem.code == "unclosed-fence" and (fence := re.match(r"\s*(`{3,}|~{3,})", line)):
            lines.append(fence[0])
        elif problem.code == "unclosed-tag":
            name = problem.message[1 : problem.message.index(">")]
            lines[problem.line - 1] = re.sub(rf"<{name}\b[^>]*>", "", line, count=1, flags=re.IGNORECASE)
    return "\n".join(lines)


def _filter(tag: str, name: str, value: str) -> str | None:
    """Keep only classes that we style; nh3 asks for every attribute."""
    if name == "class":
        return " ".join(c for c in value.split() if _CLASS.fullmatch(c)) or None
    if name == "align" and value not in ("left", "right", "center"):
        return None
    return value


def _removed(raw: str) -> list[Finding]:
    """List the kinds of tags that the cleaner will take out."""
    names = sorted(
        {m.lower() for m in re.findall(r"<([a-zA-Z][\w-]*)(?=[\s/>])", _without_code(raw))} - _TEXT_TAGS
    )
    names = [n for n in names if n not in ("font", "html", "body", "section", "article")]
    return [Finding("html-removed", f"<{name}> was removed.", f"<{name}") for name in names]


def _without_code(html: str) -> str:
    return re.sub(r"<(code|pre)\b.*?</\1>", "", html, flags=re.DOTALL)


def _label(language: str, name: str) -> str:
    return _LABELS["zh" if language.startswith("zh") else "en"][name]


class _Rewriter(HTMLParser):
    """Rewrite clean HTML: heading levels and ids, pictures, links, scroll boxes round tables and code."""

    def __init__(self, around: Surroundings, formulas: list[str]) -> None:
        super().__init__(convert_charrefs=False)
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

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write an opening tag in our form."""
        given = {name: self._unmark(value or "") for name, value in attrs}
        if tag in ("pre", "code"):
            self.code += 1
        if re.fullmatch("h[1-6]", tag):
            self.opened = len(self.out)
            self.out.append("")
        elif tag == "a":
            self._link(given)
        elif tag == "img":
            self._image(given)
        elif tag == "table":
            label = escape(_label(self.around.language, "table"))
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
            self._open(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """Write a closing tag in our form."""
        if tag in ("pre", "code"):
            self.code -= 1
        if re.fullmatch("h[1-6]", tag):
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

    def handle_data(self, data: str) -> None:
        """Copy text; in code a formula is no formula."""
        self.out.append(escape(self._unmark(data), quote=False) if self.code and _MARK.search(data) else data)

    def handle_entityref(self, name: str) -> None:
        """Copy a named character."""
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Copy a numbered character."""
        self.out.append(f"&#{name};")

    def _unmark(self, value: str) -> str:
        """Put formulas back as they were written, where only text can stand."""
        value = _ENCODED_MARK.sub(lambda m: self.formulas[int(m[1])], value)
        return _MARK.sub(lambda m: self.formulas[int(m[1])], value)

    def _colour(self, classes: str) -> None:
        """Keep three colours of code: comments, keywords, strings."""
        family = "k" if classes == "ow" else classes[:1]
        self.spans.append(family in ("c", "k", "s"))
        if self.spans[-1]:
            self.out.append(f'<span class="{family}">')

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        self.out.append(f"<{tag}{''.join(f' {n}={_quoted(v)}' for n, v in attributes.items())}>")

    def _link(self, given: dict[str, str]) -> None:
        """Keep links that lead somewhere: outside, or to a place that the bank knows."""
        target = given.get("href", "").strip()
        if target.startswith("//"):
            target = f"https:{target}"
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
            text = escape(f"{_label(self.around.language, 'picture')}: {alt or host}")
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
            text = escape(f"{_label(self.around.language, 'picture')}: {alt or source or '?'}")
            self.out.append(f'<span class="lost">{text}</span>')

    def result(self) -> str:
        """Write the headings, topmost at the second level, each with an id, and return the HTML."""
        levels = sorted({level for *_, level in self.headings})
        taken: set[str] = set()
        for opening, closing, level in self.headings:
            inner = "".join(self.out[opening + 1 : closing])
            title = " ".join(unescape(re.sub(r"<[^>]*>", "", inner)).split())
            name = _anchor(_MARK.sub("", title), taken)
            rank = min(6, levels.index(level) + 2)
            self.out[opening], self.out[closing] = f'<h{rank} id="{name}">', f"</h{rank}>"
            if rank == 2 and title:
                self.toc.append((name, self._unmark(title)))
        return "".join(self.out)


def _quoted(value: str) -> str:
    return f'"{escape(value, quote=True)}"'


def _anchor(title: str, taken: set[str]) -> str:
    """Make an id that is unique on the page from a heading's text."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    base = "h-" + (re.sub(r"[^\w]+", "-", folded).strip("-_")[:60] or "part")
    name, count = base, 1
    while name in taken:
        count += 1
        name = f"{base}-{count}"
    taken.add(name)
    return name


class _PlainText(HTMLParser):
    """Gather text; inside formulas only the TeX."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.in_maths = 0
        self.in_tex = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Part blocks; enter formulas."""
        if tag == "math":
            self.in_maths += 1
        elif tag == "annotation":
            self.in_tex = True
        elif tag in ("p", "li", "div", "br", "td", "th", "h2", "h3", "h4", "h5", "h6", "pre", "summary"):
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Leave formulas."""
        if tag == "math":
            self.in_maths -= 1
        elif tag == "annotation":
            self.in_tex = False

    def handle_data(self, data: str) -> None:
        """Keep text, and of formulas the TeX."""
        if not self.in_maths or self.in_tex:
            self.parts.append(data)
