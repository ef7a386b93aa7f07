"""The number with which a title begins, in the ways in which authors count: `Q1:`, `第3题`, `5.2`, `①`."""

import re
import unicodedata

_DIGITS = r"[0-9０-９]+"
_CHINESE = r"[〇零一二三四五六七八九十百]+"
_KINDS = r"(?:NEW|[Ii]nterview|[Pp]ractice|[Qq]uiz|[Ee]xam|[Ss]ample|[Rr]eview|[Cc]oding|[Tt]est)\s+"
_WORD = (
    rf"(?:{_KINDS})?(?:[Qq]uestion|QUESTION)|[Qq](?:n|ue|ues|uest|uiz)?|QN|QUE|QUES|MCQ"
    r"|[Ee]xercise|[Pp]roblem|[Ss]cenario|[Pp]regunta|[Pp]ergunta|[Qq]uestão|[Dd]omanda|Frage|Vraag|[Вв]опрос|[Пп]итання"
    r"|[Pp]ytanie|[Oo]tázka|[Pp]ertanyaan|[Ss]oru|[Cc]âu(?:\s+hỏi)?"
    r"|题号|[提疑设]问|问题|題目|面試題|練習|習題|例題|(?:[一-鿿]{0,3}[^\W\d_A-Za-z专主标课话议命副])?题目?|练习|思考|自测|场景|问|例|문제|質問|問題|問"
)
_BETWEEN = r"\s*(?:[.．]\s*)?(?:[\-#：:№_]|[Nn][Oo]\.?\s*[:：]?)?\s*"  # the word and its number
_DOTTED = rf"{_DIGITS}(?:[.．]{_DIGITS})*"
_HYPHENED = rf"{_DIGITS}(?:-{_DIGITS})+(?=\s*[:：.．、)）]\s*\S)"
_OF = (  # "Question 3 of 40", "Q3 (essay)."
    rf"(?:\s*(?:/|of\b)\s*{_DIGITS})?(?:\s*[(（][^()（）]{{1,20}}[)）](?=\s*[.:：]))?"
)
_WORDED = re.compile(
    rf"^\s*(?:{_WORD}){_BETWEEN}(?:{_DOTTED}|{_CHINESE})(?![0-9０-９\w])\s*[:：.．、)）\-–—|]+\s*(?=\S)"
)
_NUMBER = re.compile(
    rf"""^\s*(?:
      \#?(?:{_WORD}){_BETWEEN}
      (?P<asked>{_HYPHENED}|{_DOTTED}|{_CHINESE})(?:(?![0-9０-９\w])|(?<=[Qq][0-9])(?=[一-鿿])(?!季)){_OF}\s*\\?[:：.．、,)）\-–—|·•;；→\s]*
    | (?:{_WORD})\s*[(（](?P<beside>{_DIGITS}|{_CHINESE})[)）]\s*[:：.．、]?
    | [【\[(（「『]\s*(?:(?:{_WORD}){_BETWEEN}|第\s*)
      (?P<framed>{_DIGITS}|{_CHINESE})\s*[题问]?\s*[】\])）」』]\s*[:：]?
    | 第[\s-]*(?P<nth>{_DIGITS}|{_CHINESE})[\s-]*[题问題問]\s*[:：.．、|｜丨·\-–—]*
    | [(（\[【「]\s*(?P<bracketed>{_DIGITS}|{_CHINESE})\s*[)）\]】」]
    | (?P<dotted>{_DIGITS}(?:[.．]{_DIGITS})+)[.．、:：)）]?\s*(?![0-9０-９.%])
    | (?P<hyphened>{_HYPHENED})\s*[:：.．、)）]
    | (?P<plain>{_DIGITS})\s*\\?(?:
        [题번]?[、．:：)）】。](?:[-–—]+\s)?\s*|번?[.](?:[)）:：\-–—]+\s)?(?![0-9０-９])\s*|\s[-–—|·•]\s+(?=[^\W\d])
        |[·｜丨→，](?=[^\x00-\x7f])|,(?=\s|[^\x00-\x7f])|[ºª]\s)
    | (?P<roman>[IVX]{{1,5}}(?=[.)]\s|[、．）])|[Ⅰ-Ⅻ])[、．.)）]?
    | (?P<chinese>{_CHINESE})\s*[、.．:：)）]
    | (?P<spaced>\#{_DIGITS})(?:\s|\s*[.:：)]\s*)
    | (?:N[oO]\.?|№)\s*(?P<ordinal>{_DIGITS})\s*[:：.)、\s]\s*
    )\s*""",
    re.VERBOSE,
)
_WORD_ONLY = re.compile(
    rf"^\s*(?:(?:Q|Qn|Que|Ques|(?:{_KINDS})?Question|Pregunta|Pergunta|Frage|Вопрос|问题|题目|题|问|提问|題目|題|面试官(?:问)?|Interviewer|面试题|質問|問題|問)\s*[:：]"
    r"|Q[.、)]\s|P\s*[:：](?=.*[?？])|[【\[](?:问题?|题目|题干|面试题|Q|Question)[】\]]\s*[:：]?)\s*",
    re.IGNORECASE,
)
_BARE_WORD = re.compile(
    rf"^\s*[【\[(（]?\s*(?:(?:{_WORD})[】\])）]?{_BETWEEN}"
    rf"(?P<asked>{_DOTTED}|{_CHINESE}){_OF}|第\s*(?P<nth>{_DIGITS}|{_CHINESE})\s*[题问道題問])\s*[】\])）]?\s*[:：.．、]?\s*$",
    re.IGNORECASE,
)
RUNNING = re.compile(
    rf"^(?P<mark>\*\*|`)?(?P<number>{_DIGITS})(?:/{_DIGITS})?(?(mark)(?P=mark))(?:\s+|(?=[^\x00-\x7f]))(?=\S)"
)
LETTERED = re.compile(r"^(?P<letter>[^\W\d_])\s?(?P<number>\d{1,3})\s*[.:：)）、]\s*(?=\S)")  # of any script
KEYCAPS = re.compile(r"^((?:[0-9]\ufe0f?\u20e3\s?)+|🔟)\s*[.:：、]?\s*")
_CIRCLED = re.compile(r"^([①-⒛❶-❿➀-➓㈠-㈩㊀-㊉])\s*[.:：、]?\s*")
_BULLET = re.compile(r"^[-•→▪◦➢]\s+(?=\S)")
_EMPHASISED = re.compile(r"^(\*\*\*|\*\*|__|\*|_|`)\s*([^*_\n]{1,40}?)\s*\1\s*")
_COLON = re.compile(r"\s*[:：]|\s+[-–—|·](?=\s)")


def spell_counter(text: str) -> str:
    """Write a keycap or circled number at the beginning in plain digits with a full stop; drop a bullet."""
    if "A" <= text[:1] <= "z":
        return text
    text = _BULLET.sub("", text)
    if match := KEYCAPS.match(text):
        return f"{'10' if match[1] == '🔟' else re.sub(r'[^0-9]', '', match[1])}. {text[match.end() :]}"
    if match := _CIRCLED.match(text):
        return f"{int(unicodedata.numeric(match[1]))}. {text[match.end() :]}"
    return text


def plain_number(number: str) -> str:
    """Write digits small and without leading zeros; leave Chinese numbers and 1.2 as they are."""
    number = unicodedata.normalize("NFKC", number).lstrip("#")
    return str(int(number)) if number.isdigit() else number


def split_number(text: str) -> tuple[str, bool, str]:
    """Split a leading number off; `word` tells whether the word "question" came with it."""
    if emphasised := _EMPHASISED.match(text):
        colon = _COLON.match(text, emphasised.end())
        if _is_counter(counter := f"{emphasised[2]}{colon[0] if colon else ''}"):  # **Q1:** What …
            text = f"{counter} {text[emphasised.end() :].lstrip(':：.-–— ')}"
    if match := _BARE_WORD.match(text):
        return plain_number(match["asked"] or match["nth"]), True, ""
    match = _NUMBER.match(text)
    if match and match[0].strip() != text.strip():
        number = next(value for value in match.groups() if value)
        word = bool(
            match["asked"]
            or match["nth"]
            or match["beside"]
            or (match["framed"] and not match[0].strip()[1].isdigit())
        )
        rest = text[match.end() :].strip()
        if not word and (inner := _WORDED.match(rest) or _WORD_ONLY.match(rest)):  # 9.1 问题1：… or 1. Q: …
            return plain_number(number), True, rest[inner.end() :]
        return plain_number(number), word, rest
    if match := _WORD_ONLY.match(text):
        return "", True, text[match.end() :].strip()
    return "", False, text


def _is_counter(text: str) -> bool:
    """Tell whether a text is no more than a number, the word "question", or both."""
    match = _BARE_WORD.match(text) or _NUMBER.match(f"{text} x") or _WORD_ONLY.match(f"{text} ")
    return match is not None and match.end() >= len(text.rstrip())
