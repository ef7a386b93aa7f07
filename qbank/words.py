"""Keep the words that search suggests in line with a bank; part of its import."""

from collections.abc import Iterable, Sequence

from qbank.core.glossary import Term
from qbank.core.sounds import typed_spellings
from qbank.core.vocabulary import Word, loose_words, term_words
from qbank.models import Bank, SearchText, SearchWord, Tag


def write_words(bank: Bank, terms: Sequence[Term] | None) -> None:
    """Store the words of a bank's published texts and, where they are given, of its glossary's terms."""
    texts = SearchText.objects.filter(text__question__bank=bank, text__question__state="published")
    tags = Tag.objects.filter(texts__question__bank=bank, texts__question__state="published").distinct()
    titles = texts.values_list("title_plain", flat=True).iterator()
    _replace(bank, loose_words(tags.values_list("name", flat=True), titles), concepts=False)
    if terms is not None:
        _replace(bank, term_words(terms), concepts=True)


def _replace(bank: Bank, words: Iterable[Word], *, concepts: bool) -> None:
    """Write words that are new and drop those that are gone; spellings are looked up for new ones alone."""
    wanted = {(word.text, word.concept, word.avoided): word for word in words}
    rows = SearchWord.objects.filter(bank=bank, concept__isnull=not concepts)
    stored = {(row.text, row.concept, row.avoided): row.pk for row in rows}
    SearchWord.objects.filter(pk__in=[pk for name, pk in stored.items() if name not in wanted]).delete()
    SearchWord.objects.bulk_create(
        SearchWord(
            bank_id=bank.pk,
            text=word.text,
            concept=word.concept,
            avoided=word.avoided,
            typed=" ".join(["", *typed_spellings(word.text), ""]),
        )
        for name, word in wanted.items()
        if name not in stored
    )
