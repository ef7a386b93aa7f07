"""The kind of thing that a definition says its term is: "is a library that …" names software."""

import re

REACH = 70  # characters of a definition in which it names the kind
BEGINS = re.compile(
    r"^____\s*(?:\([^()]*\)|（[^（）]*）)?,?\s*(?:(?:is|are|refers? to|means)\b(?: (?:an?|the|any"
    r"|one of the))?|就?是(?:指)?|指的?是|是指)?"
)
GENERA = {
    "software": r"librar(?:y|ies)|framework|tool|toolkit|package|platform|engine|database|server"
    r"|runtime|compiler|bundler"
    r"|checker|editor|plugin|middleware|client|container|solution|application|system|库|框架|工具|平台|引擎|数据库|中间件|服务器|插件|系统",
    "doing": r"process|technique|method|practice|act|approach|procedure|strategy|task|过程|技术|方法"
    r"|做法|策略|手段|操作",
    "pattern": r"pattern|principle|architecture|style|paradigm|模式|原则|架构|范式|思想",
    "mechanism": r"mechanism|feature|api|interface|hook|function|component|object|机制|特性|接口|函数"
    r"|组件|对象|关键字|注解",
    "algorithm": r"algorithm|model|network|classifier|optimi[sz]er|estimator|算法|模型|网络|优化器|分类器",
    "measure": r"measure|metric|score|ratio|rate|error|distance|loss|coefficient|指标|度量|比例|误差"
    r"|距离|损失|系数|概率",
    "structure": r"data structure|structure|tree|list|array|graph|table|queue|stack|file|数据结构|结构"
    r"|树|链表|队列|文件|容器|集合",
    "protocol": r"protocol|standard|specification|format|syntax|协议|标准|规范|格式|语法",
    "attack": r"attack|vulnerability|exploit|injection|攻击|漏洞|威胁",
    "language": r"language|语言",
    "value": r"variable|value|parameter|hyperparameter|number|type|变量|值|参数|超参数|类型",
    "phenomenon": r"phenomenon|problem|situation|condition|issue|state|现象|问题|情况|状态",
}
BROAD = frozenset({"doing", "mechanism", "value", "phenomenon"})  # kinds whose members have little in common
ENDS = re.compile(
    r"\b(?:that|which|for|of|to|used|by|in|with|from|where|when|who|based|built|created|designed|on)\b|[,.;，。；（(]"
)


def genus_of(definition: str) -> str:
    """Return the genus of "____ is a … X that …", "" where it names none of those known here.

    English names the kind last before "that" or "for"; Chinese last in its first clause.
    """
    begun = BEGINS.match(definition)
    rest = definition[begun.end() if begun else 0 :][:REACH]
    head = rest
    if re.search(r"[a-z]{3}", rest[:20]):
        cut = ENDS.search(rest.strip(), 3)
        head = rest.strip()[: cut.start()] if cut else rest
        last = re.findall(r"[A-Za-z]+", head)[-2:]
        head = " ".join(last)
        found = {
            name for name, words in GENERA.items() if re.search(rf"\b(?:{words})s?$", head, re.IGNORECASE)
        }
    else:
        clause = re.split(r"[，。；,;（(]", rest, maxsplit=1)[0]
        found = {name for name, words in GENERA.items() if re.search(rf"(?:{words})$", clause)}
    return found.pop() if len(found) == 1 else ""
