"""What generated items say in the bank's own language; the site's interface is translated elsewhere."""

CHINESE = {
    "term": "下面的描述说的是哪一个？",
    "kind": "下面说的是哪一种{noun}？",
    "contrast": "下面这句话说的是{one}还是{other}？",
    "contrast_several": "下面这句话说的是哪一个？",
    "column_pair": "{one}与{other}相比，下面说的是哪一个？",
    "column": "下面说的是哪一个？",
    "which": "下面这些要点回答的是哪个问题？",
    "output": "运行下面的代码，标有 {mark} 的那一行输出什么？",
    "value": "运行下面的代码，标有 {mark} 的那一行，表达式的值是什么？",
    "stands_in": "在{field}中，缩写 {short} 的英文全称是什么？",
    "stands": "缩写 {short} 的英文全称是什么？",
    "number": "填入缺少的数字：",
    "status": "HTTP 状态码 {code} 的含义是哪一个？",
    "port": "{service} 默认使用哪个端口？",
    "order": "请把下面各步按先后顺序排列。",
    "yes": "是",
    "no": "否",
    "because": "原文：{source}",
    "shown": "代码注释给出的结果：{source}",
    "printed": "原文给出的输出：{source}",
}
ENGLISH = {
    "term": "Which of these is described here?",
    "kind": "Which kind of {noun} is described here?",
    "contrast": "Which is this true of, {one} or {other}?",
    "contrast_several": "Which of these is this true of?",
    "column_pair": "Of {one} and {other}, which one does this describe?",
    "column": "Which of these does this describe?",
    "which": "Which question do these points answer?",
    "output": "This code is run. What does the line marked {mark} print?",
    "value": "This code is run. What is the value of the expression on the line marked {mark}?",
    "stands_in": "In {field}, what does {short} stand for?",
    "stands": "What does {short} stand for?",
    "number": "Fill in the missing number:",
    "status": "What does the HTTP status code {code} mean?",
    "port": "Which port does {service} use by default?",
    "order": "Put these steps in order.",
    "yes": "Yes",
    "no": "No",
    "because": "The source says: {source}",
    "shown": "The comment in the code gives: {source}",
    "printed": "The source shows this output: {source}",
}


def say(name: str, *, chinese: bool, **values: str) -> str:
    """Return a phrase in the language of the text."""
    return (CHINESE if chinese else ENGLISH)[name].format(**values)


def between(name: str, *, chinese: bool) -> str:
    """Return a name as it stands within a phrase: in Chinese, Latin letters have spaces around them."""
    if not chinese:
        return name
    first, last = (" " if c.isascii() else "" for c in (name[:1], name[-1:]))
    return f"{first}{name}{last}"
