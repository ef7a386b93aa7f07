"""A tiny bank for tests, written as files and taken in by the real import."""

from pathlib import Path

from qbank.importing import ImportResult
from qbank.services import import_bank
from qbank.sources import BankOptions, read_bank

BANK = "slug: tiny\nname: {zh-hans: 小题库, en: Tiny}\nlanguage: zh-hans\nlicense: CC-BY-4.0\n"
TOPIC = "slug: tuning\norder: 1\ntitle: {zh-hans: 微调, en: Tuning}\n"
RANK_ZH = """---
id: rank
number: 1
title: LoRA 的秩 $r$ 怎么选？
lab: ranks
difficulty: 2
frequency: 3
tags: [LoRA, 秩]
---

## 一句话

先取 $r=8$，不够再加。

## 为什么不大

显存有限，$\\Delta W = BA$ 的秩至多是 $r$。见[初始化](zero.zh-hans.md)。

## 要点

- **起点**：$r=8$ 常常够用。
- **上限**：秩不超过 $r$。

## 常见错误

- ~~秩越大越好。~~
  不一定。

## 追问

- alpha 呢？
  先取与 $r$ 相同。

## 来源

- Hu et al. 2021, [arXiv:2106.09685](https://arxiv.org/abs/2106.09685)

## 练习

### 单选：秘密的题干 {#secret}
- [x] 秘密的答案
- [ ] 干扰项

> 秘密的解释。
"""
RANK_EN = """---
id: rank
title: How to choose LoRA's rank?
tags: [LoRA, rank]
---

## In one sentence

Begin with 8.

## Why not more

Memory is limited.

## Key points

- **Start**: 8 often does.
"""
ZERO_ZH = """---
id: zero
number: 2
title: 为什么从零开始？
tags: [初始化]
---

## 一句话

为了从原模型出发，微调不破坏它。

## 怎么做

令一个因子为零。

## 要点

- **起点**：输出不变。
"""
FILES = {
    "_bank.yaml": BANK,
    "tuning/_topic.yaml": TOPIC,
    "tuning/rank.zh-hans.md": RANK_ZH,
    "tuning/rank.en.md": RANK_EN,
    "tuning/zero.zh-hans.md": ZERO_ZH,
}


def write_bank(folder: Path, files: dict[str, str | bytes] | None = None) -> Path:
    """Write the tiny bank, or other files, below a folder."""
    for name, text in (FILES if files is None else files).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def take_in(folder: Path, *, name: str = "") -> ImportResult:
    """Import a folder as the command does."""
    return import_bank(sources=read_bank([folder], options=BankOptions(name=name)))
