"""Markdown → safe HTML, once, at ingest.

The order matters: formulas are taken out, lists made explicit, Python-Markdown renders, nh3 cleans what
authors wrote as HTML or as an address, the rewriter adds ours (ids, sizes, scroll boxes), formulas go back,
nh3 checks the whole.
"""

import re
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from html import escape
from xml.etree.ElementTree import Element

import markdown as python_markdown
import nh3
from markdown.blockprocessors import BlockProcessor
from markdown.extensions.md_in_html import HtmlBlockPreprocessor
from markdown.inlinepatterns import Pattern
from markdown.treeprocessors import UnescapeTreeprocessor
from markdown.util import Registry
from pymdownx.superfences import highlight_validator

from qbank.core.blocks import read_document
from qbank.core.formulas import CLASSES, convert_displayed, convert_formula
from qbank.core.highlight import CODE_MARK, FAMILIES, PYGMENTS_CLASSES, highlight_fence
from qbank.core.maths import find_code, find_maths
from qbank.core.normalise import normalise_checked
from qbank.core.placeholders import PLACEHOLDER, with_placeholders
from qbank.core.plain_blocks import write_blocks, write_line
from qbank.core.references import without_endless
from qbank.core.rewrite import MARK, Finding, Rewriter, Surroundings, name_part, plain_text
from qbank.core.tangles import is_deep, is_tangled
from qbank.core.titles import unescape_exported

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
    "pymdownx.superfences": {
        "custom_fences": [
            {"name": "*", "class": "", "format": highlight_fence, "validator": highlight_validator}
        ]
    },
}


def _words(text: str) -> set[str]:
    return set(text.split())


_TEXT_TAGS = _words("""
    p br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre code em strong b i u s del ins sub sup kbd
    mark abbr a img table thead tbody tfoot tr th td caption details summary div span figure figcaption small
    cite q var samp ruby rt rp center
""")
_MATHS_TAGS = _words("""
    math semantics annotation mrow mi mn mo ms mspace mtext menclose merror mfrac mpadded mphantom mprescripts
    mroot msqrt mstyle msub msubsup msup mtable mtd mtr mover munder munderover mmultiscripts none
""")
_MATHS_ATTRIBUTES = _words("""
    class display mathvariant mathcolor displaystyle scriptlevel stretchy lspace rspace minsize maxsize form
    accent accentunder width height depth voffset linethickness columnspan rowspan notation encoding fence
    separator symmetric largeop movablelimits mathsize mathbackground
""")
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
    **dict.fromkeys(_MATHS_TAGS, _MATHS_ATTRIBUTES),
}
_SCHEMES = {"http", "https", "mailto"}
_WRITTEN_SCHEMES = _SCHEMES | {"lab"}  # the rewriter makes addresses of them
# Classes of the author's own HTML reach no rule of our sheets: only what highlighting writes passes the first
# cleaner, and what the rewriter and formulas add the second.
_TOKEN_CLASS = re.compile("|".join(sorted(PYGMENTS_CLASSES)))  # of spans
_BLOCK_CLASS = re.compile(r"language-[\w+#.-]+|highlight")
_OWN_CLASS = re.compile(
    rf"{_BLOCK_CLASS.pattern}|menclose-[a-z]+|eq|scroll|tex|remote|lost|cited|r|"
    rf"{'|'.join(sorted({*FAMILIES, *CLASSES.values()} - {''}))}"
)
_OPEN_HTML = re.compile(
    r"^( {0,3}<(?:details|div|center|section|article|figure|blockquote)\b)(?![^>]*\bmarkdown=)", re.MULTILINE
)
_CODE_TAG = re.compile(r"<(code|pre)\b")
_ALONE = re.compile(r"<p>\s*\ue000(\d+)\ue001\s*</p>")
_SECTION = "\ue002"
_PRIVATE = re.compile("[\ue000-\ue005\x02\x03\ud800-\udfff]")
_PRIVATE_REFERENCE = re.compile(r"&#(?:x0*e00[0-5](?![\da-f])|0*5734[4-9](?!\d));?", re.IGNORECASE)


class TooDeepError(Exception):
    """A text would take the renderer too long."""


@dataclass(frozen=True)
class Rendered:
    """Safe HTML, its table of contents, and what was found on the way."""

    html: str
    toc: tuple[tuple[str, str], ...] = ()  # (id, title) of the topmost headings
    findings: tuple[Finding, ...] = ()

    @cached_property
    def plain(self) -> str:
        """Return its plain text for search."""
        return plain_text(self.html)


@dataclass(frozen=True)
class _Taken:
    """A formula taken out of the text: as it was written, and as it will be shown."""

    source: str
    html: str
    display: bool


def render(markdown: str, around: Surroundings | None = None) -> Rendered:
    """Render an answer. Never raises on any text: what is nested too deeply is shown as it is written."""
    try:
        return _render(markdown, around or Surroundings())
    except TooDeepError:
        pass
    except RecursionError:
        _renderer.cache_clear()  # it was left in the middle of a list
        _parts.cache_clear()
    code = escape(_PRIVATE.sub("", markdown).strip(), quote=False)
    return Rendered(f'<pre tabindex="0"><code>{code}</code></pre>', (), (_too_deep(markdown),))


def _too_deep(markdown: str) -> Finding:
    return Finding("too-deep", "This is nested too deeply to be shown.", markdown.lstrip()[:40])


def _render(markdown: str, around: Surroundings) -> Rendered:
    findings: list[Finding] = []
    text, formulas = _take_formulas(without_endless(_PRIVATE.sub("", markdown)), findings)
    text = _unescape_outside_code(text)
    if not formulas and (plain := write_blocks(text.strip("\n"))) is not None:
        return Rendered(_OWN_CLEANER.clean(plain).strip())
    text, closed = normalise_checked(text)
    text = text if closed else _close(text)
    if "<" in text and _OPEN_HTML.search(text):
        text = _with_markdown_inside(text)
    return _convert(text, formulas, findings, around)


def _with_markdown_inside(text: str) -> str:
    """Tell the renderer that what stands in HTML is Markdown, but in code, which is shown as it is."""
    code = find_code(text)
    return _OPEN_HTML.sub(
        lambda tag: (
            tag[0] if any(start <= tag.start() < end for start, end in code) else f'{tag[1]} markdown="1"'
        ),
        text,
    )


def _convert(text: str, formulas: list[_Taken], findings: list[Finding], around: Surroundings) -> Rendered:
    """Make safe HTML of normalised Markdown."""
    if is_tangled(text):
        raise TooDeepError
    # Python-Markdown stumbles over marked sections as <![x; they mean nothing in HTML.
    text = with_placeholders(text.replace("<![", _SECTION))
    renderer = _python_markdown(text)
    raw = _PRIVATE_REFERENCE.sub("", _with_signs(renderer.convert(text)))
    written = _holds_html(renderer)  # else every tag is the renderer's
    if written:
        if is_deep(raw):
            raise TooDeepError
        findings += _removed(raw)
    if written or _ADDRESSED.search(raw):  # else cleaning it once, in the end, is enough
        raw = _TEXT_CLEANER.clean(raw)
    rewriter = Rewriter(around, [maths.source for maths in formulas])
    rewriter.feed(raw)
    findings += rewriter.findings
    html = rewriter.result()
    if formulas:
        html = _with_formulas(html, formulas, around.language)
    if coloured := renderer.coloured:  # type: ignore[attr-defined]
        html = CODE_MARK.sub(lambda m: rewriter.written(_with_signs(coloured[int(m[1])])), html)
    html = _OWN_CLEANER.clean(html).strip()
    return Rendered(html, tuple(rewriter.toc), tuple(findings))


def _with_signs(html: str) -> str:
    """Put back what the renderer was not to take for HTML."""
    return html.replace(_SECTION, "&lt;![").replace(PLACEHOLDER, "&lt;")


def _with_formulas(html: str, formulas: list[_Taken], language: str) -> str:
    """Put the formulas in the place of their marks; a displayed one that stands alone gets a box."""
    label = escape(name_part(language, "formula"))
    box = f'<div class="eq scroll" tabindex="0" role="group" aria-label="{label}">'
    html = _ALONE.sub(
        lambda m: f"{box}{formulas[int(m[1])].html}</div>" if formulas[int(m[1])].display else m[0], html
    )
    return MARK.sub(lambda m: formulas[int(m[1])].html, html)


def render_inline(markdown: str, around: Surroundings | None = None) -> Rendered:
    """Render a title or a point: one line of Markdown, without the paragraph around it.

    What is nested too deeply is shown as it is written.
    """
    line = without_endless(_PRIVATE.sub("", " ".join(markdown.split())))
    if (plain := write_line(line)) is not None:
        return Rendered(plain)
    line = re.sub(r"^(#|[-+>]|\*(?=\s)|(?<=\d)[.)])", r"\\\1", line)
    findings: list[Finding] = []
    text, formulas = _take_formulas(re.sub(r"^(\d+)([.)]\s)", r"\1\\\2", line), findings)
    text = _unescape_outside_code(text)
    try:
        rendered = _convert(_close(text), formulas, findings, around or Surroundings())
    except TooDeepError:
        return Rendered(escape(line, quote=False), (), (_too_deep(line),))
    inner = re.fullmatch(r"<p>(.*)</p>", rendered.html, re.DOTALL)
    html = inner[1] if inner and "<p>" not in inner[1] else rendered.html
    return Rendered(html, (), rendered.findings)


def _unescape_outside_code(markdown: str) -> str:
    """Undo the escapes of exporters, not looking into code."""
    if "\\*\\*" not in markdown and "&#x20;" not in markdown:
        return markdown
    parts, done = [], 0
    for start, end in find_code(markdown):
        parts += [unescape_exported(markdown[done:start]), markdown[start:end]]
        done = end
    return "".join([*parts, unescape_exported(markdown[done:])])


def _python_markdown(text: str) -> python_markdown.Markdown:
    """Return the renderer, made once and reset, with those of its parts that can find something in a text."""
    renderer = _renderer()
    parts = _parts(tuple(sign in text for sign in _SIGNS))
    renderer.parser.blockprocessors = parts.blocks  # type: ignore[assignment]
    renderer.treeprocessors["inline"].inlinePatterns = parts.patterns  # type: ignore[attr-defined]
    renderer.treeprocessors["unescape"].idle = "\\" not in text  # type: ignore[attr-defined]
    renderer.coloured = []  # type: ignore[attr-defined]
    return renderer.reset()


@cache
def _renderer() -> python_markdown.Markdown:
    """Make the renderer."""
    renderer = python_markdown.Markdown(
        extensions=_EXTENSIONS, extension_configs=_CONFIGS, output_format="html"
    )
    renderer.lazy_ol = False  # type: ignore[attr-defined]  # lists keep the number they begin with
    renderer.preprocessors.register(_HtmlBlocks(renderer), "html_block", 20)
    renderer.treeprocessors.register(_Unescape(renderer), "unescape", 0)
    renderer.blocks = renderer.parser.blockprocessors  # type: ignore[attr-defined]  # all that there are
    return renderer


@dataclass(frozen=True)
class _Parts:
    """What of the renderer may find something, in order."""

    blocks: list[BlockProcessor]
    patterns: list[Pattern]


@lru_cache(maxsize=1024)
def _parts(present: tuple[bool, ...]) -> _Parts:
    """Return what may find something; `present` tells which of `_SIGNS` a text has."""
    needed = {name for names in _SIGNS.values() for name in names}
    found = {name for names, there in zip(_SIGNS.values(), present, strict=True) if there for name in names}
    renderer = _renderer()
    blocks: Registry[BlockProcessor] = renderer.blocks  # type: ignore[attr-defined]
    idle = {
        id(registry[name])
        for registry in (blocks, renderer.inlinePatterns)
        for name in needed - found
        if name in registry
    }
    return _Parts(
        [part for part in blocks if id(part) not in idle],
        [part for part in renderer.inlinePatterns if id(part) not in idle],
    )


class _Unescape(UnescapeTreeprocessor):
    """Put back the characters that a backslash protected, which most texts do without."""

    idle = False

    def run(self, root: Element) -> None:
        """Go through the tree, where there is a backslash."""
        if not self.idle:
            super().run(root)


class _HtmlBlocks(HtmlBlockPreprocessor):
    """Take raw HTML out of a text, which most texts do not hold."""

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines with a mark in the place of each block of HTML."""
        return super().run(lines) if any("<" in line or "&" in line for line in lines) else lines


# What the stash of HTML holds that no author wrote as tags: entities and coloured code.
_OURS = re.compile(r'&#?\w+;\Z|<div class="language-[^">]* highlight"><pre><code>\ue003')

_ADDRESSED = re.compile(r"<(?:a|img) |\x00")

# Blocks and inline patterns that cannot match without a sign, or one of several; others are always tried.
_SIGNS = {
    "`": ("backtick",),
    "\\": ("escape",),
    "[": ("reference", "link", "short_reference"),  # the first is the name of two
    "![": ("image_link", "image_reference", "short_image_ref"),
    "<": ("autolink", "automail", "html", "markdown_block", "linebreak"),  # lines end around HTML
    ">": ("quote",),
    "&": ("entity",),
    "~": ("delimiter",),  # of pymdownx.tilde
    "*": ("em_strong", "hr"),
    "_": ("em_strong", "hr"),
    "-": ("setextheader", "hr"),
    "=": ("setextheader",),
    "#": ("hashheader",),
    "|": ("table",),
    "  \n": ("linebreak",),
    "\t": ("linebreak",),  # which the renderer expands
}


def _holds_html(renderer: python_markdown.Markdown) -> bool:
    """Tell whether the text just converted holds HTML that its author wrote: it passes through the stash."""
    stash = renderer.htmlStash.rawHtmlBlocks
    return not all(isinstance(kept, str) and _OURS.match(kept) for kept in stash)


def _take_formulas(markdown: str, findings: list[Finding]) -> tuple[str, list[_Taken]]:
    """Replace each formula by a mark that Markdown leaves alone; displayed ones part the text around."""
    formulas: list[_Taken] = []
    parts: list[str] = []
    done = 0
    for maths in find_maths(markdown):
        formula = convert_displayed(maths.tex) if maths.display else convert_formula(maths.tex, display=False)
        excerpt = maths.tex.split("\n", 1)[0][:60]
        if formula.error:
            message = f"A formula cannot be shown: {formula.error}"
            findings.append(Finding("formula-not-converted", message, excerpt))
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
    if "<" not in markdown and "```" not in markdown and "~~~" not in markdown:
        return markdown
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


@lru_cache(maxsize=1024)
def _known_classes(value: str, known: re.Pattern[str]) -> str | None:
    return " ".join(c for c in value.split() if known.fullmatch(c)) or None


def _filter_written(tag: str, name: str, value: str) -> str | None:
    """Keep of an author's attribute what we style; nh3 asks for every attribute."""
    if name == "class":
        return _known_classes(value, _TOKEN_CLASS if tag == "span" else _BLOCK_CLASS)
    if name == "align" and value not in ("left", "right", "center"):
        return None
    return value


def _filter_own(tag: str, name: str, value: str) -> str | None:
    """Keep only classes that we write ourselves."""
    return _known_classes(value, _OWN_CLASS) if name == "class" else value


_TEXT_CLEANER = nh3.Cleaner(
    tags=_TEXT_TAGS,
    attributes=_TEXT_ATTRIBUTES,
    attribute_filter=_filter_written,
    url_schemes=_WRITTEN_SCHEMES,
    link_rel=None,
)
_OWN_CLEANER = nh3.Cleaner(
    tags=_TEXT_TAGS | _MATHS_TAGS,
    attributes=_OWN_ATTRIBUTES,
    attribute_filter=_filter_own,
    url_schemes=_SCHEMES,
    link_rel=None,
)


def _removed(raw: str) -> list[Finding]:
    """List the kinds of tags that the cleaner will take out."""
    names = sorted(
        {m.lower() for m in re.findall(r"<([a-zA-Z][\w-]*)(?=[\s/>])", _without_code(raw))} - _TEXT_TAGS
    )
    names = [n for n in names if n not in ("font", "html", "body", "section", "article")]
    return [Finding("html-removed", f"<{name}> was removed.", f"<{name}") for name in names]


def _without_code(html: str) -> str:
    """Leave out the elements of code that are closed."""
    parts, done, unclosed = [], 0, set[str]()
    for tag in _CODE_TAG.finditer(html):
        if tag.start() < done or tag[1] in unclosed:
            continue
        end = html.find(f"</{tag[1]}>", tag.end())
        if end < 0:
            unclosed.add(tag[1])
            continue
        parts.append(html[done : tag.start()])
        done = end + len(f"</{tag[1]}>")
    return "".join([*parts, html[done:]])
