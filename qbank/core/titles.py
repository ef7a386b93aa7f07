"""What a line that may mark a question says: its number, its marks of difficulty, whether it asks at all."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise

from qbank.core.counters import KEYCAPS, LETTERED, RUNNING, plain_number, spell_counter, split_number
from qbank.core.grades import split_title_grades
from qbank.core.placeholders import is_unknown_tag
from qbank.core.references import without_references

LONGEST = 2000  # characters of a title that are looked at
_ASKS = re.compile(
    r"""[?？؟]|^(?:
      (?:what|why|how)(?!(?:['’]s\ new|\ (?:i|we|you|they|he|she|it|its|my|our|your|this|these)\b))
    | when|where|which|who|whose|whom|is|are|was|were|do|does|did|can|could|should|would|will
    | have|has|explain|describe|compare|discuss|true\ or\ false|differences?|contrast|elaborate|in\ which
    | (?:define|list|name|tell|give|write|create|implement|make|design|find|show|outline|enumerate|mention
      |given|print
      |identify|determine|differentiate|distinguish|illustrate|predict|justify|prove|derive|calculate|compute|suppose
      |imagine|summari[sz]e|talk|if)(?=\W+\w)
    | што|što|что|почему|как|qué|por\ qué|cómo|was|warum|wie|pourquoi|comment
    )\b
    | ^(?:请|简述|简要|解释|说明|说说|说一|谈谈|谈一|(?:介绍|比较|对比|分析|描述)(?=.)|列举|举例)
    | ^(?:详细|详述|阐述|概述|论述|讲讲|讲一|试述|你|推导|手写|写出|证明|计算|了解|聊聊|哪)
    | ^实现(?!原理|方式|思路|步骤|细节|机制|过程)
    | 什么|为何|怎么|怎样|如何|哪些|哪个|哪种|哪几|是否|[区差]别|差异|异同|有何|有哪|能否|吗$|呢$|多少|几种
    | 优缺点|的作用|的原理|的概念|的定义|的关系
    | \bvs\b|\bversus\b
    | (?:答案|答)[:：]\s*(?:[√×✓✗对错TF]|正确|错误)\s*[)）]?[。.]?$  # a statement that is judged
    | [(（]\s*[√×✓✔✗✘]\s*[)）][。.]?$
    | 。\s*[(（]\s*(?:[对错]|正确|错误)\s*[)）]$|^[^`:]+[.]\s*\((?:true|false)\)$
    | （[\s_]*）|\([\s_]+\)|_{3,}  # a blank to be filled in
    | (?:（\s*[A-H√×]{1,6}\s*）|\(\s+[A-H√×]{1,6}\s+\))\s*[。.]?$  # and one that is
    | (?:です|ます|でしょう)か|について(?:説明|述べ)|とは$|の違い|なぜ|(?:무엇|왜|어떻게|설명하|차이)
    | (?:시오|하세요|주세요)[.。]?$
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SIMPLIFIED = str.maketrans(  # of the characters that _ASKS knows
    "請說麼麽為樣幾種區別關係優點實現寫證計瞭嗎釋簡舉詳細闡講談較紹題問對異論導義",
    "请说么么为样几种区别关系优点实现写证计了吗释简举详细阐讲谈较绍题问对异论导义",
)
_TELLS = re.compile(  # a task or a topic, which may head a chapter of a note as well
    r"""^(?!write\ an?\ (?:\w+\ )?(?:function|program|method|query|script|class)\b)
      (?:(?:how|what)\ to|define|list|name|tell|give|write|create|implement|make|design|find|show|outline
    | identify|determine|calculate|compute|if|when|where|given|print
    | 如何|怎么|怎样|实现|写出|计算|了解|介绍|比较|对比|分析|描述)
      (?:\b|(?=[^\x00-\x7f]))[^?？]*$
    | ^是否[^?？]*$
    | ^[^?？]*(?:优缺点|的作用|的原理|的概念|的定义|的关系)[^?？]*$
    """,
    re.VERBOSE | re.IGNORECASE,
)
_APPARATUS = re.compile(
    r"""^(?:
      目录|目錄|目次|(?:其它|其他)(?:答案|资料|链接)|参考(?:文献|资料|链接)?|前言|序言?|引言|总结|小结|结语|后记|附录|致谢|贡献者?
    | 参与(?:贡献|协作)|许可(?:证|协议)?|版权.*|更新日志|复习建议|推荐阅读|延伸阅读|声明|免责声明|说明
    | 相关(?:阅读|推荐|资源|链接)|联系(?:我们|作者|方式)|关于(?:我们|作者|本(?:项目|书|文))
    | (?:table\ of\ )?contents|toc|index|references?|bibliography|further\ reading
    | (?:useful\ )?(?:resources|links)|license|licence|copyright|contribut(?:ing|ors?|ions?)
    | acknowledge?ments?|about|author|disclaimer|change\ ?log|introduction|preface|foreword|summary
    | conclusion|appendix|credits|support|sponsors?|star\ history|back\ to\ top
    )\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_CLOSING = re.compile(
    r"贡献|参与|许可|版权|致谢|联系|关于|更新日志|声明|免责"
    r"|(?:licen[cs]e|copyright|contribut|acknowledge?ment|about|author|disclaimer|change|credits|support|sponsor|star)",
    re.IGNORECASE,
)
_OWN_AFFAIRS = re.compile(
    r"^(?:what|why|who|how|where|when)\b.*\b"
    r"(?:it|i|me|we|us|contribute|this (?:repo\w*|project|list|guide|book|site|document|tool|package|library"
    r"|plugin|pr|pull request|change|issue))\b",
    re.IGNORECASE,
)
_CONTENTS = re.compile(r"^(?:目录|目錄|(?:table of )?contents|toc|index)$", re.IGNORECASE)
_MARKUP = re.compile(r"[`<&\[\\]")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--(?:(?!<!--|-->).)*-->")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_LINK = re.compile(
    r"(?<!!)\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)|\[[^\[\]]*\])"
)
_INDEXED = re.compile(r"(?<=[A-Za-z0-9_])\[[^\[\]\s]{1,12}\]\[[^\[\]\s]{1,12}\]")  # p[1][2] is no link
_WHOLLY = re.compile(r"^(\*\*\*|\*\*|__|\*|_)(?=\S)((?:(?!\1).)+?)(?<=\S)\1\s*$", re.DOTALL)
_ESCAPED_BOLD = re.compile(r"\\\*\\\*(?=\S)((?:(?!\\\*\\\*)[^\n])+?)(?<=\S)\\\*\\\*")
_EDGE_SPACE = re.compile(r"^(?:&#x20;)+|(?:&#x20;)+$", re.MULTILINE)
_ASIDE = re.compile(  # where a title was found: [[src](…)]; a link to the top, to the place itself; a badge
    r"(?<=\S)\s*(?:(?:\[\[[^\[\]]{1,30}\]\([^()\s]*\)\]|\[\[[^\[\]]{1,30}\]\]\([^()\s]*\)"
    r"|[(（\[]?\[(?:back\s+to\s+top|top|toc|contents|返回(?:顶部|目录)?|回到?(?:顶部|目录)|目录|[#¶🔗↑⬆🔝\ufe0f]+)\]\(#[^()\s]*\)[)）\]]?"
    r"|<a\s+href=[\"']#[^<>]*>\W*</a>|!\[[^\[\]]*\]\([^()\s]*(?:badge|shields\.io)[^()\s]*\))\s*)+$",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"(?:[(（\[【][^()（）\[\]【】]*[)）\]】]\s*)+"
)  # "Question 1 (2019)" says no more than that
_OPENING = tuple("[【(（")
_ANCHOR = re.compile(r"\s*\{:?\s*[#.][\w.:-][^{}]*\}\s*$")  # attributes of a heading
_ASKED_IN_BOLD = re.compile(
    r"^(?P<head>[^*\w]{0,6})(?P<mark>\*{3}|\*\*(?!\*)|__)(?=\S)(?P<asked>(?:(?!(?P=mark)).){6,}?)"
    r"(?:(?<=[?？.。!！])(?P=mark)\s*[-–—:：]*\s*|(?P=mark)\s*[-–—:：]+\s+)(?=\S)"
)
_TOPIC = re.compile(  # **1. (Knots, p. 20)** What …
    r"^(?P<mark>\*\*\*?|__)(?P<head>\s*(?:Q\s*)?\d+\s*[.、)）:：])\s*(?P<topic>[(（\[【][^()（）\[\]【】]{2,60}[)）\]】])"
    r"\s*[:：]?\s*(?P=mark)\s*[:：]?\s*(?=\S)"
)
_HOW_TO_CHOOSE = re.compile(
    r"[*_]{0,2}[(（\[]\s*(?:(?:select|choose|check|tick|pick|mark)\b|(?:可|有)?[多单]选|不定项|(?:可以|请)?选择)"
    r"[^()（）\[\]]{0,60}[)）\]][*_]{0,2}",
    re.IGNORECASE,
)
_BREAK = re.compile(r"\s*(?:<br\s*/?>|\\)$", re.IGNORECASE)
_EASY, _MEDIUM, _HARD = "👶🟢", "⭐🌟🟡", "🚀🔴🔥"
_STARS_LAST = re.compile(r"(?<=\s)(?<!\*)\*{1,5}$")
_LEVEL_LAST = re.compile(rf"[{_EASY}{_MEDIUM}{_HARD}][\ufe0f\u200d]*\s*\w?(\*\*|__)?$")
_SHORTCODES = re.compile(r"^(?::[a-z0-9_+-]+:\s*)+|(?:\s*:[a-z0-9_+-]+:)+$")
_KEPT = re.compile(r"\x00(\d+)\x00")  # stands for code that stays as it is
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f"


@dataclass(frozen=True)
class Title:
    """A title taken apart."""

    text: str  # Markdown without number, marks, links and tags
    number: str = ""
    difficulty: int | None = None  # 1..3
    starred: bool = False  # a star on its own: asked often
    word: bool = False  # it says "question" itself

    @cached_property
    def asks(self) -> bool:
        """Tell whether it reads like a question or a task."""
        return self.word or self._asked is not None

    @cached_property
    def _asked(self) -> re.Match[str] | None:
        """Match the words or signs that ask."""
        match = _ASKS.search(self.text)
        return match if match or self.text.isascii() else _ASKS.search(self.text.translate(_SIMPLIFIED))

    @cached_property
    def insists(self) -> bool:
        """Tell whether it asks, and would not head a chapter of a note as well."""
        return self.asks and (self.word or not _TELLS.match(self.text.translate(_SIMPLIFIED)))

    @property
    def only_counts(self) -> bool:
        """Tell whether it asks nothing itself but says "question 3": a topic may follow."""
        return self.word and bool(self.number) and self._asked is None

    @property
    def is_empty(self) -> bool:
        """Tell whether it has no text of its own, at most a remark beside "question 3"."""
        return not self.text or (self.word and bool(_REMARK.fullmatch(self.text)))

    @property
    def asks_plainly(self) -> bool:
        """Tell whether it has a question mark or begins like a question."""
        match = self._asked
        return bool(match and (not match.start() or re.search(r"[?？؟]", self.text)))

    @cached_property
    def is_apparatus(self) -> bool:
        """Tell whether it heads what belongs to no question: contents, references, licence …"""
        return bool(_APPARATUS.match(self.text.lstrip(" *_`").rstrip(" :：*_`")))

    @property
    def closes_file(self) -> bool:
        """Tell whether it heads what stands at the end of a file and in no answer: "References" may."""
        return self.is_apparatus and bool(_CLOSING.match(self.text.lstrip(" *_`")))

    @property
    def is_about_file(self) -> bool:
        """Tell whether it asks about the file or its project: "What is it?", "How do I use this list?"."""
        return not self.word and bool(_OWN_AFFAIRS.match(self.text))

    @property
    def is_contents(self) -> bool:
        """Tell whether it heads a table of contents."""
        return bool(_CONTENTS.match(self.text.strip(" :：*_`")))


@lru_cache(maxsize=10_000)
def read_title(source: str) -> Title:
    """Take the source of a title apart: Markdown or HTML, with number and marks."""
    source = source[:LONGEST].rstrip()
    if source[-1:] in (")", "]", ">"):
        source = _ASIDE.sub("", source)
    text = _ANCHOR.sub("", plain_markdown(source))
    text, marks = _strip_marks(spell_counter(text))
    text = unwrap(text)
    graded = split_title_grades(text) if text[:1] in _OPENING else None
    if graded and (graded.difficulty or graded.frequency):  # [Easy] 1. What …
        text = graded.text
    text, more = _strip_marks(spell_counter(text))
    number, word, text = split_number(text)
    text, last = _strip_marks(unwrap(text))
    marks += more + last
    levels = [i for i, signs in enumerate((_EASY, _MEDIUM, _HARD), 1) if any(s in marks for s in signs)]
    stars = sum(marks.count(star) for star in "⭐🌟★")
    return Title(
        text=text,
        number=number,
        difficulty=min(3, stars) if stars > 1 else max(levels, default=graded.difficulty if graded else None),
        starred=levels == [2] and stars == 1,
        word=word,
    )


def unescape_exported(text: str) -> str:
    """Give bold text its marks back where an exporter escaped them; drop the spaces it wrote as entities."""
    if "\\*\\*" in text:
        text = _ESCAPED_BOLD.sub(r"**\1**", text)
    return _EDGE_SPACE.sub("", text) if "&#x20;" in text else text


def plain_markdown(source: str) -> str:
    """Drop tags and link targets from inline Markdown; code and emphasis stay as they are."""
    line = " ".join(source.split())
    if not _MARKUP.search(line):
        return line
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\x00{len(kept) - 1}\x00"

    text = unescape_exported(_CODE.sub(keep, line))
    text = without_references(_TAG.sub(lambda tag: tag[0] if is_unknown_tag(tag[0]) else "", text))
    text = _LINK.sub(r"\1", _INDEXED.sub(keep, text) if "][" in text else text)
    return (_KEPT.sub(lambda m: kept[int(m[1])], text) if kept else text).strip()


def unwrap(text: str) -> str:
    """Take emphasis off a title that is wholly emphasised."""
    while match := _WHOLLY.match(text.strip()):
        text = match[2]
    return text.strip()


def with_running_numbers(titles: Sequence[Title]) -> list[Title]:
    """Split off numbers that run through titles, without a sign ("3 What") or after a letter ("F3. Was")."""
    for form in (RUNNING, LETTERED):
        matches = [None if title.number else form.match(title.text) for title in titles]
        if _runs_through(matches):
            return [
                replace(
                    title,
                    number=plain_number(match["number"]),
                    text=title.text[match.end() :].lstrip(" -–—、"),
                )
                if match
                else title
                for title, match in zip(titles, matches, strict=True)
            ]
    return list(titles)


def _runs_through(matches: Sequence[re.Match[str] | None]) -> bool:
    """Tell whether at least half of some titles have numbers, alike but for counting upwards."""
    found = [match for match in matches if match]
    numbers = [int(unicodedata.normalize("NFKC", match["number"])) for match in found]
    steps = sum(0 < later - earlier <= 10 for earlier, later in pairwise(numbers))
    alike = len({match.groupdict().get("letter") for match in found}) == 1
    enough = len(numbers) >= 3 and 2 * len(numbers) >= len(matches)
    return alike and enough and 4 * steps >= 3 * (len(numbers) - 1)


def with_missing_numbers(titles: Sequence[Title]) -> list[Title]:
    """Split off a number without a sign after it ("10 What is …") where it follows the one before."""
    renewed = list(titles)
    for place, title in enumerate(titles[1:], 1):
        before = renewed[place - 1].number
        match = RUNNING.match(title.text) if before.isdecimal() and not title.number else None
        if match and plain_number(match["number"]) == str(int(before) + 1):
            after = titles[place + 1].number if place + 1 < len(titles) else ""
            if not after or after == str(int(before) + 2):
                text = title.text[match.end() :].lstrip(" -–—、")
                renewed[place] = replace(title, number=plain_number(match["number"]), text=text)
    return renewed


def without_glued_numbers(titles: Sequence[Title]) -> list[Title]:
    """Part "12.304 means what" after "11." into number 12 and a title that begins with a number."""
    plain = [int(title.number) for title in titles if title.number.isdecimal()]
    renewed = list(titles)
    for place, title in enumerate(titles):
        whole, dot, rest = title.number.partition(".")
        if not dot or not (whole.isdecimal() and rest.isdecimal()) or len(plain) < 3 or int(whole) in plain:
            continue
        before = next((t.number for t in reversed(titles[:place]) if t.number), "")
        same = sum(t.number.startswith(f"{whole}.") for t in titles)
        if same == 1 and before.isdecimal() and 0 < int(whole) - int(before) <= 10:
            renewed[place] = replace(title, number=whole, text=f"{rest} {title.text}")
    return renewed


def split_bold(line: str) -> tuple[str, str]:
    """Part a line that asks in bold and goes on with the answer; the answer is "" where it does not."""
    line = _BREAK.sub("", line) if line.endswith((">", "\\")) else line
    match = _ASKED_IN_BOLD.match(line[:LONGEST]) if "**" in line or "__" in line else None
    asked = f"{match['head']}{match['asked']}" if match else ""
    if match and _HOW_TO_CHOOSE.fullmatch(line, match.end()):  # the answer is still to come
        return f"{asked} {line[match.end() :].strip('*_')}", ""
    title = read_title(asked)
    return (asked, line[match.end() :]) if match and title.asks and not title.only_counts else (line, "")


def without_topic(line: str) -> str:
    """Drop the topic that brackets name beside a bold number; how hard a question is is none."""
    named = _TOPIC.match(line[:LONGEST]) if line[:2] in ("**", "__") else None
    if named is None or split_title_grades(whole := f"{named['topic']} x").text != whole:
        return line
    return f"{named['mark']}{named['head']}{named['mark']} {line[named.end() :]}"


def is_wholly_bold(source: str) -> bool:
    """Tell whether a line is bold from end to end, marks of difficulty aside."""
    if len(source) > LONGEST:
        return False
    text, _ = _strip_marks(plain_markdown(re.sub(r"</?(?:b|strong)>", "**", source.strip())))
    text = KEYCAPS.sub("", text)
    if text[:1] in "_*" and text[1:3] in ("**", "__") and text[-1:] == text[:1]:
        text = text[1:-1]  # _**bold**_
    return bool(re.match(r"^(\*\*\*|\*\*|__)(?=\S)((?:(?!\1).)+?)(?<=\S)\1$", text))


def _is_mark(character: str) -> bool:
    kind = unicodedata.category(character)
    return character in _INVISIBLE or (kind in ("So", "Sk", "Cf", "Mn") and not character.isascii())


def _strip_marks(text: str) -> tuple[str, str]:
    """Strip emoji and stars from both ends; return the text and what was stripped."""
    marks = ""
    text = text.strip()
    if match := _STARS_LAST.search(text):
        text = text[: match.start()].rstrip()
    if match := _LEVEL_LAST.search(text):
        kept = text[: match.start()].rstrip(f" {_INVISIBLE}{_EASY}{_MEDIUM}{_HARD}")
        marks, text = text[len(kept) :], kept + (match[1] or "")
    text = _SHORTCODES.sub("", text).strip() if ":" in text else text.strip()
    while text and (_is_mark(text[0]) or text[0].isspace()):
        marks, text = marks + text[0], text[1:]
    while text and (_is_mark(text[-1]) or text[-1].isspace()):
        marks, text = marks + text[-1], text[:-1]
    return text, marks
