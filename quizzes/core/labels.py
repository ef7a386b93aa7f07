"""Heads of list entries that number or label instead of naming a thing."""

import re

LABEL = re.compile(
    r"(?:第?[一二三四五六七八九十\d]+[步种个类点章节、.]?"
    r"|(?:模式|方法|步骤|情况|示例|例|阶段|step|phase|option|example|case|method"
    r"|part)\s*[一二三四五六七八九十\da-z]?"
    r"|优点|缺点|优势|劣势|局限性?|特点|特性|定义|公式|原理|作用|用途|用法|场景|适用场景|使用场景"
    r"|应用(?:场景)?|总结|小结|注意|说明|背景|目的|结果|结论|输入|输出"
    r"|概念|性质|核心思想|核心|思路|实现|原因|区别|联系|共同点|不同点|解释|含义|举例|流程|过程|语法|描述"
    r"|答案?|解析|补充"
    r"|pros|cons|advantages?|disadvantages?|notes?|definition|usage|purpose|benefits?|drawbacks?"
    r"|limitations?|summary|conclusion|when to use(?: it)?"
    r"|why|how|what|examples?|syntax|output|input|answer|description|features?|use cases?|analogy|scope"
    r"|mutability|overview|explanation|key points?|tips?"
    r"|warning|important|remember|result)",
    re.IGNORECASE,
)


def is_label(head: str) -> bool:
    """Tell whether a head says nothing by itself: "Definition", "优点", "步骤一"."""
    return LABEL.fullmatch(head.strip(" *_：:.")) is not None
