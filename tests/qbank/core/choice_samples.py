"""Choice questions for the combinations of forms, in two languages."""

from dataclasses import dataclass

LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class Sample:
    """A choice question's content."""

    title: str
    options: tuple[str, ...]
    right: str  # letters
    why: str
    topic: str
    stem: str = ""  # what stands between title and options


WORDS = (
    Sample(
        "Which of these seals the seams of a wooden hull?",
        ("Sea water", "Warm tar", "Dry sand", "Cold iron"),
        "B",
        "Tar flows into every seam while it is warm. It stays soft for years afterwards.",
        "Hulls",
    ),
    Sample(
        "Why do sailors wax the ends of a rope?",
        ("To make it heavier", "To colour it", "To feed the mice", "To keep its strands together"),
        "D",
        "Loose strands come apart at the ends first. Wax binds them like a very thin cap.",
        "Ropes",
    ),
    Sample(
        "What holds the sail to its mast in a storm?",
        ("An iron ring", "A paper strip", "A drop of glue", "The wind alone"),
        "A",
        "Iron bends late and breaks even later. Rings also slide while the sail goes down.",
        "Sails",
    ),
    Sample(
        "How deep does this anchor reach?",
        ("One fathom", "Two fathoms", "Five fathoms", "Nine fathoms"),
        "C",
        "The chain is thirty feet long in all. A fathom has six of these feet.",
        "Anchors",
    ),
)
CHINESE = (
    Sample(
        "下列哪一种材料可以填补木船的缝隙？",
        ("海水", "热焦油", "干沙子", "冷铁块"),
        "B",
        "热焦油会流进每一条缝隙里面。它冷却以后多年都不会变硬开裂。",
        "船壳",
    ),
    Sample(
        "水手为什么要给绳头上蜡？",
        ("增加重量", "染上颜色", "喂养老鼠", "防止绳股松散"),
        "D",
        "绳股总是先从两头松开来的。蜡像一层薄薄的帽子把它们裹在一起。",
        "绳索",
    ),
    Sample(
        "暴风雨中用什么把帆固定在桅杆上？",
        ("铁环", "纸条", "一滴胶水", "只靠风力"),
        "A",
        "铁环受力以后很晚才会弯曲变形。降帆的时候它还能顺着桅杆滑下去。",
        "船帆",
    ),
    Sample(
        "这个锚最多能放到多深的地方？",
        ("一噚", "两噚", "五噚", "九噚"),
        "C",
        "整条锚链一共有三十英尺那么长。一噚等于其中的六英尺左右。",
        "船锚",
    ),
)
CODE = (
    Sample(
        "What is printed here?",
        ("`[1, 2]`", "`(1, 2)`", "`B`", "`None`"),
        "B",
        "A tuple keeps its round brackets when it is shown. Lists have square ones instead.",
        "Tuples",
        "```python\nprint(tuple([1, 2]))\n```",
    ),
    Sample(
        "Which call ends the loop?",
        ("`loop.stop()`", "`loop.A()`", "`loop.pop(0)`", "`loop[1:2]`"),
        "A",
        "Only this one is known to the loop as such. All others fail or do nothing at all.",
        "Loops",
        "```python\nloop.run()\n# A. comment\n```",
    ),
    Sample(
        "Which type does `f(x)` return?",
        ("`int`", "`str | None`", "`dict[str, int]`", "`list`"),
        "C",
        "The braces around the pairs make a dictionary of it. Each of its values is a number.",
        "Types",
    ),
)
MATHS = (
    Sample(
        "矩阵 $A$ 的秩是多少？",
        ("$r = 1$", "$r = 2$", "$\\frac{n}{2}$", "$n^2$"),
        "B",
        "两个行向量之间线性无关才行。因此它的秩恰好等于行数二。",
        "矩阵",
    ),
    Sample(
        "函数 $f(x)=x^2$ 的导数是哪一个？",
        ("$2x$", "$x$", "$x^3$", "$\\ln x$"),
        "A",
        "幂函数求导时指数要放到前面去。然后原来的指数再减去一就得到结果。",
        "导数",
    ),
    Sample(
        "下面哪个极限等于 $e$？",
        ("$0$", "$1$", "$\\lim (1+\\frac{1}{n})^n$", "$\\pi$"),
        "C",
        "这就是自然常数最常见的定义方式。其余几项都是固定不变的有限数。",
        "极限",
    ),
)
CHINESE_SEVERAL = tuple(
    Sample(s.title, (*s.options, *more), right, s.why, s.topic)
    for s, right, more in zip(
        CHINESE, ("AC", "BD", "ABE", "CD"), (("木屑", "棉线"), (), ("麻绳",), ("十噚",)), strict=True
    )
)
SEVERAL = tuple(
    Sample(s.title, (*s.options, *more), right, s.why, s.topic)
    for s, right, more in zip(
        WORDS, ("AC", "BD", "ABE", "CD"), (("Sawdust", "Cotton"), (), ("A hemp rope",), ("Ten",)), strict=True
    )
)
TRUTH = tuple(
    Sample(title, ("True", "False"), right, s.why, s.topic)
    for s, right, title in zip(
        WORDS,
        "ABAB",
        (
            "Is tar used on wooden hulls?",
            "Does wax make a rope heavier?",
            "Do iron rings hold a sail?",
            "Is a fathom as long as a mile?",
        ),
        strict=True,
    )
)
CHINESE_TRUTH = tuple(
    Sample(title, ("正确", "错误"), right, s.why, s.topic)
    for s, right, title in zip(
        CHINESE,
        "ABAB",
        (
            "焦油能不能用在木船上，是否正确？",
            "上蜡是否会增加重量？",
            "铁环是否可以固定船帆？",
            "一噚是否等于一英里？",
        ),
        strict=True,
    )
)
THREE = tuple(
    Sample(s.title, s.options[:3], right, s.why, s.topic)
    for s, right in zip((WORDS[0], WORDS[2], CODE[2]), "BAC", strict=True)
)
STATED = tuple(
    Sample(title, s.options, s.right, s.why, s.topic)
    for s, title in zip(
        WORDS,
        (
            "True/False. The seams of a wooden hull are sealed with tar.",
            "Sailors wax the ends of a rope in order",
            "In a storm the sail is held to its mast by",
            "Fill in the blank. This anchor reaches",
        ),
        strict=True,
    )
)
CHINESE_STATED = tuple(
    Sample(title, s.options, s.right, s.why, s.topic)
    for s, title in zip(
        CHINESE,
        (
            "填补木船缝隙的材料是",
            "水手给绳头上蜡是为了：",
            "暴风雨中把帆固定在桅杆上的是",
            "这个锚最多能放到",
        ),
        strict=True,
    )
)
SAMPLES: dict[str, tuple[Sample, ...]] = {
    "en": WORDS,
    "en code": CODE,
    "en several": SEVERAL,
    "en truth": TRUTH,
    "en three": THREE,
    "en stated": STATED,
    "zh": CHINESE,
    "zh maths": MATHS,
    "zh several": CHINESE_SEVERAL,
    "zh truth": CHINESE_TRUTH,
    "zh stated": CHINESE_STATED,
}
