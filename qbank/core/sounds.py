"""How Chinese is typed without Chinese: in pinyin without tones, or by the first letter of each syllable."""

import os
import re
from itertools import islice, product

from qbank.core.bigrams import fold

_RUN = re.compile(r"([一-鿿]+)|([a-z0-9]+)")
MOST = 16  # spellings of a word, where characters are read in several ways


def typed_spellings(text: str) -> list[str]:
    """Return what one may type for a text that has Chinese: `微调` gives `weitiao`, `wt` and other readings.

    Latin words stay whole. Loads pypinyin's table of characters: for the import, not for a page.
    """
    runs = _RUN.findall(fold(text))
    if not any(chinese for chinese, _ in runs):
        return []
    # Its 45 MB of phrases know few technical words; all readings of each character find those as well.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import Style, pinyin

    readings: list[list[str]] = []
    for chinese, latin in runs:
        if latin:
            readings.append([latin])
        else:
            readings += pinyin(chinese, style=Style.NORMAL, heteronym=True, v_to_u=False)
    latin_words = {latin for _, latin in runs if latin}
    whole = ["".join(reading) for reading in islice(product(*readings), MOST)]
    firsts = [
        "".join(part if part in latin_words else part[0] for part in reading)
        for reading in islice(product(*readings), MOST)
    ]
    return list(dict.fromkeys(spelling for spelling in whole + firsts if len(spelling) > 1))


def as_typed(query: str) -> str:
    """Return a query as such a spelling; "" when it holds more than Latin letters, digits and marks."""
    folded = re.sub(r"[\s'’-]+", "", fold(query))
    return folded if re.fullmatch(r"[a-z0-9]{2,60}", folded) and not folded.isdigit() else ""
