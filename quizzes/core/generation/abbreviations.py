"""Abbreviations of computing and what they stand for: an author's expansion is believed where both agree.

Kept as data (`abbreviations.txt`) because no text vouches for itself: authors mistype, use shorthand of their
own, or give one of two expansions in use.
"""

from dataclasses import dataclass
from pathlib import Path

FIELDS = {
    "network": ("computer networking", "计算机网络"),
    "web": ("web development", "Web 开发"),
    "security": ("computer security", "信息安全"),
    "os": ("operating systems", "操作系统"),
    "scheduling": ("CPU scheduling", "CPU 调度"),
    "hardware": ("computer hardware", "计算机硬件"),
    "concurrency": ("concurrent programming", "并发编程"),
    "data": ("databases", "数据库"),
    "software": ("software development", "软件开发"),
    "java": ("Java", "Java"),
    "learning": ("machine learning", "机器学习"),
    "vision": ("computer vision", "计算机视觉"),
    "language": ("natural language processing", "自然语言处理"),
    "statistics": ("statistics", "统计学"),
    "operations": ("system administration", "系统运维"),
    "kubernetes": ("Kubernetes", "Kubernetes"),
    "algorithms": ("algorithms and data structures", "算法与数据结构"),
}
ELSE_CALLED = {
    "software": "software engineering",
    "learning": "artificial intelligence",
    "language": "artificial intelligence",
    "vision": "artificial intelligence",
}


@dataclass(frozen=True)
class Known:
    """What an abbreviation stands for in one field, the usual expansion first."""

    field: str
    wordings: tuple[str, ...]
    sole: bool = False  # it has no other meaning in any field

    def field_names(self, *, chinese: bool) -> tuple[str, ...]:
        """Return what the field is called, the usual name first."""
        other = "" if chinese else ELSE_CALLED.get(self.field, "")
        return (FIELDS[self.field][chinese], *([other] if other else []))


def known(short: str, full: str) -> Known | None:
    """Return what is known of an abbreviation where an author's expansion is among it, else None."""
    same = fold(full)
    return next((one for one in KNOWN.get(short, ()) if same in map(fold, one.wordings)), None)


def fold(text: str) -> str:
    """Return the letters alone, in one case and in the singular."""
    return "".join(c for c in text.casefold() if c.isalnum()).removesuffix("s")


def _read(text: str) -> dict[str, tuple[Known, ...]]:
    """Read `[field]` lines and, below them, lines of the form `SHORT = wording | wording` or `SHORT! = …`."""
    found: dict[str, tuple[Known, ...]] = {}
    field = ""
    for line in text.splitlines():
        if line.startswith("["):
            field = line.strip("[]")
        elif line and not line.startswith("#"):
            short, _, wordings = line.partition(" = ")
            bare = short.removesuffix("!")
            one = Known(field, tuple(wordings.split(" | ")), sole=short != bare)
            found[bare] = (*found.get(bare, ()), one)
    return found


KNOWN = _read(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8"))
