"""What generated items say in the bank's own language; the site's interface is translated elsewhere."""

CHINESE = {
    "term": "下面的描述说的是哪一个？",
    "term_in": "在“{title}”中，下面的描述说的是哪一个？",
    "contrast": "下面这句话说的是哪一个？",
    "column_in": "在“{title}”的比较中，哪一个的“{row}”一栏写着下面的内容？",
    "column": "在这几项的比较中，哪一个的“{row}”一栏写着下面的内容？",
    "which": "下面这些要点回答的是哪个问题？",
    "output": "运行下面的代码，标有 {mark} 的那一行输出什么？",
    "value": "运行下面的代码，标有 {mark} 的那一行，表达式的值是什么？",
    "stands_in": "“{title}”中，缩写 {short} 的英文全称是什么？",
    "stands": "缩写 {short} 的英文全称是什么？",
    "number": "填入缺少的数字：",
    "yes": "是",
    "no": "否",
    "because": "原文：{source}",
    "shown": "代码注释给出的结果：{source}",
    "printed": "原文给出的输出：{source}",
}
ENGLISH = {
    "term": "Which of these is described here?",
    "term_in": "In “{title}”: which of these is described here?",
    "contrast": "Which of these is this said of?",
    "column_in": "In the comparison under “{title}”, which of these has this entry under “{row}”?",
    "column": "When these are compared, which of them has this entry under “{row}”?",
    "which": "Which question do these points answer?",
    "output": "This code is run. What does the line marked {mark} print?",
    "value": "This code is run. What is the value of the expression on the line marked {mark}?",
    "stands_in": "In “{title}”, what does the abbreviation {short} stand for?",
    "stands": "What does the abbreviation {short} stand for?",
    "number": "Fill in the missing number:",
    "yes": "Yes",
    "no": "No",
    "because": "The source says: {source}",
    "shown": "The comment in the code gives: {source}",
    "printed": "The source shows this output: {source}",
}


def say(name: str, *, chinese: bool, **values: str) -> str:
    """Return a phrase in the language of the text."""
    return (CHINESE if chinese else ENGLISH)[name].format(**values)
