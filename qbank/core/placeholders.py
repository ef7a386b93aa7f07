"""Words in angle brackets that are no HTML: `<your-name>`, `List<String>`, `<StrictMode>`."""

import re

from qbank.core.maths import find_code

# Elements of HTML, past ones too, and of what stands within it as SVG and MathML.
_NAMES = """
    a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink
    blockquote body br button canvas caption center cite code col colgroup command content data datalist dd
    del details dfn dialog dir div dl dt element em embed fencedframe fieldset figcaption figure font footer
    form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img input ins isindex
    kbd keygen label legend li link listing main map mark marquee math menu menuitem meta meter multicol nav
    nextid nobr noembed noframes noscript object ol optgroup option output p param picture plaintext portal
    pre progress q rb rbc rp rt rtc ruby s samp script search section select selectedcontent shadow slot
    small source spacer span strike strong style sub summary sup svg table tbody td template textarea tfoot
    th thead time title tr track tt u ul var video wbr xmp

    animate circle clippath defs desc ellipse filter foreignobject g line lineargradient marker mask
    metadata path pattern polygon polyline radialgradient rect set stop switch symbol text textpath tspan
    use view

    annotation annotation-xml maction menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded
    mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder
    munderover none semantics
"""
_ELEMENTS = frozenset(_NAMES.split())
PLACEHOLDER = "\ue005"  # for "<"; the renderer takes it out of what authors write
# Neither an address in a link (`[a](<b c>)`) nor in its definition (`[a]: <b>`).
_TAG = re.compile(r"(?<!\]\()(?<!\]: )\\?<(?=/?(?P<name>[a-zA-Z][\w.-]*)(?:\s[^<>]*)?/?>)")


def is_unknown_tag(tag: str) -> bool:
    """Tell whether what looks like a tag is of no element."""
    return (match := _TAG.match(tag)) is not None and match["name"].lower() not in _ELEMENTS


def with_placeholders(markdown: str) -> str:
    """Return Markdown with PLACEHOLDER for `<` in tags of no element; those in code are shown anyway."""
    if "<" not in markdown or all(tag["name"].lower() in _ELEMENTS for tag in _TAG.finditer(markdown)):
        return markdown
    parts, done = [], 0
    for start, end in find_code(markdown):
        parts += [_TAG.sub(_shown, markdown[done:start]), markdown[start:end]]
        done = end
    return "".join([*parts, _TAG.sub(_shown, markdown[done:])])


def _shown(tag: re.Match[str]) -> str:
    return tag[0] if tag["name"].lower() in _ELEMENTS else PLACEHOLDER
