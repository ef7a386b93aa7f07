"""The terms of a bank: names and meanings by language, where each is explained, how not to spell it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qbank.core.document import Problem

FILE = "_glossary.yaml"
LONGEST = 500  # characters of a name or a meaning
MOST = 2000  # terms of a bank


@dataclass(frozen=True)
class Term:
    """One term; names and meanings are keyed by language."""

    names: Mapping[str, str]
    meanings: Mapping[str, str]
    question: str = ""  # id of the question that explains it
    avoid: Mapping[str, Sequence[str]] | None = None  # spellings that are not ours

    def as_json(self) -> dict[str, Any]:
        """Return what readers see, to be stored with the bank."""
        return {"names": dict(self.names), "meanings": dict(self.meanings), "question": self.question}


def read_terms(
    meta: Mapping[str, Any], needed: Sequence[str], known: Sequence[str] = ()
) -> tuple[list[Term], list[Problem]]:
    """Read a glossary file in the needed and the known languages.

    A term without a name or a meaning in a needed language, or named twice, is a problem.
    """
    languages = list(dict.fromkeys([*needed, *known]))
    given = meta.get("terms")
    if not isinstance(given, list) or len(given) > MOST:
        message = f"It needs a list `terms` of at most {MOST}."
        return [], [Problem(FILE, 1, "glossary", message, "See content/README.md.")]
    terms: list[Term] = []
    problems: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for place, entry in enumerate(given, 1):
        term = _read_term(entry if isinstance(entry, dict) else {}, languages)
        lacking = [one for one in needed if not (term.names.get(one) and term.meanings.get(one))]
        twice = [name for language, name in term.names.items() if (language, name.casefold()) in seen]
        seen |= {(language, name.casefold()) for language, name in term.names.items()}
        if lacking:
            message = f"Term {place} has no name or no meaning in {', '.join(lacking)}, or a long one."
            problems.append(Problem(FILE, 1, "glossary", message, "Write both, shortly."))
        problems += [Problem(FILE, 1, "glossary", f"“{name}” stands twice.", "Keep one.") for name in twice]
        if not lacking:
            terms.append(term)
    return terms, problems


def _read_term(entry: Mapping[str, Any], languages: Sequence[str]) -> Term:
    avoid = entry.get("avoid")
    return Term(
        names=_texts(entry, languages),
        meanings=_texts(entry.get("means"), languages),
        question=str(entry.get("question") or ""),
        avoid={
            language: [str(one) for one in spellings]
            for language, spellings in (avoid if isinstance(avoid, dict) else {}).items()
            if isinstance(spellings, list)
        },
    )


def _texts(value: object, languages: Sequence[str]) -> dict[str, str]:
    """Return the texts of a mapping by language, without those that are too long to be stored."""
    found = value if isinstance(value, Mapping) else {}
    texts = {language: str(found.get(language) or "").strip() for language in languages}
    return {language: text for language, text in texts.items() if 0 < len(text) <= LONGEST}
