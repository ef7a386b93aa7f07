"""A formula as one reads it in a line of plain text: `W_res`, `α/r`, `x^2`; made of its MathML."""

import re
from functools import lru_cache
from unicodedata import normalize
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_SPACED = frozenset("=+−-<>≤≥≈≠≡∼≪≫→←⇒⇔∈×≜∝")
_ACCENTS = {
    "ˆ": "\u0302",
    "^": "\u0302",
    "¯": "\u0304",
    "‾": "\u0304",
    "˜": "\u0303",
    "~": "\u0303",
    "˙": "\u0307",
}
_PRIMES = frozenset("′″‴*")
_PARTED = frozenset(["mfrac", "msub", "msup", "msubsup", "munder", "mover", "munderover", "msqrt"])
_APPLY = "\u2061"  # between a function and what it is applied to


@lru_cache(maxsize=4096)
def formula_text(mathml: str) -> str:
    """Return the plain text of a `<math>` element as nh3 writes it; "" where it is not well formed."""
    try:
        root = ElementTree.fromstring(mathml.replace("&nbsp;", "\u00a0"))
    except ElementTree.ParseError:
        return ""
    return " ".join(_read(root).split())


def _read(node: Element, *, small: bool = False) -> str:
    """Read an element; operators stand without spaces in scripts (`small`)."""
    tag, parts = node.tag, list(node)
    if tag in ("annotation", "mphantom"):
        return ""
    if not parts:
        return _token(node, small=small)
    if tag in ("msub", "munder"):
        return _scripts(node, "_")
    if tag in ("msup", "mover"):
        return _scripts(node, "^")
    if tag in ("msubsup", "munderover"):
        return _scripts(node, "_^")
    if tag == "mfrac":
        return "/".join(_held(_read(part, small=True)) for part in parts)
    if tag == "msqrt":
        return "√" + _held(_row(parts, small=True))
    if tag == "mroot":
        return f"√[{_read(parts[1], small=True)}]{_held(_read(parts[0], small=True))}"
    if tag == "mtable":
        return "; ".join(_read(row, small=True) for row in parts)
    if tag == "mtr":
        return ", ".join(filter(None, (_read(cell, small=True).strip() for cell in parts)))
    return _row(parts, small=small)


def _token(node: Element, *, small: bool) -> str:
    """Read a letter, a number, a word or an operator."""
    text = node.text or ""
    if node.tag == "mspace":
        return " " if node.get("width") else ""
    if node.tag == "mo":
        sign = text.strip()
        if sign == _APPLY:
            return " "
        return f" {sign} " if sign in _SPACED and not small else sign + (" " if sign == "," else "")
    return text


def _row(parts: list[Element], *, small: bool) -> str:
    """Read elements side by side; a sign that opens the row, or follows a bracket, is no operation."""
    text = ""
    before = ""
    for part in parts:
        said = _read(part, small=small)
        text += " " + said if before in _PARTED and said[:1].isalnum() else said
        before = part.tag if said else before
    text = re.sub(r"(^|[(\[{,]\s*) ([−+-]) ", r"\1\2", text)
    return re.sub(r"\s*" + _APPLY + r"\s*|(?<=\w) (?=\()", "", text)


def _scripts(node: Element, signs: str) -> str:
    """Read what has something below, above or both; accents stay on their letter."""
    base, *scripts = node
    text = _held(_read(base)) if base.tag == "mrow" and len(base) > 1 else _read(base)
    if node.get("accent") or node.get("accentunder"):
        accent = _ACCENTS.get(_read(scripts[0]).strip(), "")
        return normalize("NFC", text + accent) if len(text) == 1 else text
    for sign, script in zip(signs, scripts, strict=False):
        said = _read(script, small=True).strip()
        if said:
            text = text.rstrip() + (said if set(said) <= _PRIMES else sign + _held(said))
    return text


def _held(text: str) -> str:
    """Put brackets round what would fall apart: a sum below a line, two things in an index."""
    text = text.strip()
    closed = re.fullmatch(r"\([^()]*\)|‖[^‖]*‖|\|[^|]*\|", text)
    return text if closed or re.fullmatch(r"[\w.′⊤∗*∞√α-ωΑ-Ω]*|[−-]\w+", text) else f"({text})"
