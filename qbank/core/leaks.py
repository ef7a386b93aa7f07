"""Find what does not belong into an answer: advertisements, and formulas given as pictures."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from qbank.core.maths import find_code

_ADVERTISES = re.compile(
    r"""
      (?:关注|扫码|扫描|搜索?|添加|加入|欢迎|回复|后台).{0,16}(?:公众号|公號|微信|小程序|知识星球|交流群|视频号|二维码)
    | (?:公众号|知识星球|交流群|微信群|QQ群|星球).{0,16}(?:关注|扫码|回复|领取|获取|加入|下载|优惠|后台)
    | (?:限时|粉丝|专属)(?:优惠|福利|折扣)|优惠券|点击(?:领取|购买|报名)|免费领取|立即(?:购买|报名|抢购)
    | (?:训练营|付费专栏|实战课).{0,16}(?:报名|优惠|加入|购买|领取)|加\s*(?:我|小编)?\s*微信
    | (?:求|点|给).{0,6}(?:个|颗)\s*star\b|(?:点赞|一键三连).{0,12}(?:收藏|转发|关注)
    | \b(?:star|⭐).{0,12}\bth(?:is|e)\ repo(?:sitory)?\b|\bbuy\ me\ a\ coffee\b|\bpatreon\.com\b
    | \bsponsored\ by\b|\b(?:promo|discount|coupon)\ code\b|\b\d+\ ?%\ off\b
    | \bsubscribe\ to\ (?:my|our)\b|\bfollow\ (?:me|us)\ on\b
    | \bjoin\ (?:my|our)\ (?:discord|telegram|slack|newsletter)\b
    | \b(?:check\ out|enroll\ in|sign\ up\ for)\ (?:my|our)\ (?:\w+\ ){0,3}
      (?:course|book|bootcamp|newsletter|channel)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Every advertisement has one of these, a star apart; most texts have none and need no closer look.
_SELLING = (
    *("公众号", "公號", "微信", "小程序", "知识星球", "交流群", "视频号", "二维码", "qq群", "星球"),
    *("优惠", "粉丝福利", "专属福利", "限时福利", "粉丝折扣", "专属折扣", "限时折扣", "点赞", "一键三连"),
    *("点击领取", "点击购买", "点击报名", "免费领取", "立即购买", "立即报名", "立即抢购"),
    *(
        "训练营",
        "付费专栏",
        "实战课",
        "the repo",
        "this repo",
        "buy me a coffee",
        "patreon.com",
        "sponsored by",
    ),
    *("promo code", "discount code", "coupon code", "% off", "subscribe to my", "subscribe to our"),
    *("follow me on", "follow us on", "join my ", "join our ", "check out my ", "check out our "),
    *("enroll in my ", "enroll in our ", "sign up for my ", "sign up for our "),
)
_SELLING_ASCII = tuple(filter(str.isascii, _SELLING))
_STAR = re.compile(r"[个颗]\s*star", re.IGNORECASE)
_FORMULA_HOST = re.compile(
    r"""^(?:https?:)?//(?:
      (?:latex|private|math)\.codecogs\.com | render\.githubusercontent\.com/render/math
    | (?:www\.)?zhihu\.com/equation | chart\.(?:apis\.google|googleapis)\.com/chart\?.*\bcht=tx
    | (?:i\.)?upmath\.me | math\.(?:now\.sh|vercel\.app) | \w+\.wikimedia\.org/api/rest_v1/media/math
    | wikimedia\.org/api/rest_v1/media/math | [\w.]*wp\.com/latex\.php | latex\.vimsky\.com
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_FORMULA_NAME = re.compile(
    r"(?:^|[/_.-])(?:formula|equation|eqn|latex|公式)[\w-]*\.(?:png|jpe?g|gif|svg|webp)$", re.IGNORECASE
)
_PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(\s*<?(?P<address>(?:[^()\s>]|\([^()]*\))+)")
_TEX = re.compile(r"\\(?:frac|sum|mathbf|mathbb|mathcal|left|sqrt|theta|alpha|partial|begin)\b|[_^]\{")


@dataclass(frozen=True, slots=True)
class Leak:
    """Something that does not belong; `excerpt` finds its line in the file."""

    code: str
    message: str
    excerpt: str
    remedy: str


def find_leaks(markdown: str) -> list[Leak]:
    """List advertisements and formula pictures of a text, not looking into code."""
    folded = markdown.casefold()
    words = _SELLING_ASCII if folded.isascii() else _SELLING
    sells = any(map(folded.__contains__, words)) or bool(_STAR.search(folded))
    shows = "![" in markdown
    if not sells and not shows:
        return []
    text = _without_code(markdown)
    return [*(_advertisements(text) if sells else ()), *(_formula_pictures(text) if shows else ())]


def _advertisements(text: str) -> list[Leak]:
    found = []
    for line in text.split("\n"):
        if match := _ADVERTISES.search(re.sub(r"\]\([^)]*\)", "]", line)):
            shown = line.strip()[:60]
            message = f"“{shown}” looks like an advertisement (“{match[0][:30]}”)."
            found.append(Leak("advertisement", message, line.strip(), "Take it out of the answer."))
    return found


def _formula_pictures(text: str) -> list[Leak]:
    found = []
    for match in _PICTURE.finditer(text):
        address, alt = match["address"], match["alt"]
        if not (_FORMULA_HOST.match(address) or _FORMULA_NAME.search(address) or _TEX.search(alt)):
            continue
        tex = _tex_of(address) or (alt if _TEX.search(alt) else "")
        remedy = f"Write ${tex[:120]}$ instead." if tex else "Write the formula between $ signs."
        found.append(
            Leak("formula-as-picture", f"A formula is given as the picture {address[:80]}.", address, remedy)
        )
    return found


def _tex_of(address: str) -> str:
    """Return the TeX that an address of a formula service carries, "" when none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if not _FORMULA_HOST.match(address):
        return ""
    query = parse_qs(parts.query)
    for name in ("tex", "math", "chl", "latex", "from"):
        if query.get(name):
            return query[name][0].strip()
    return unquote(parts.query).strip() if "codecogs" in parts.netloc else ""


def _without_code(markdown: str) -> str:
    """Blank code, line by line."""
    parts, done = [], 0
    for start, end in find_code(markdown):
        parts += [markdown[done:start], re.sub(r"[^\n]", " ", markdown[start:end])]
        done = end
    return "".join([*parts, markdown[done:]])
