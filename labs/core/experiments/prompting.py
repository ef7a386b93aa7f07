"""Question 3: a chosen prompt, a trained prefix and LoRA on an old and a new skill, by number of examples."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping

import torch

from labs.core.config import Text, parse_settings
from labs.core.data import Batch, stream
from labs.core.definitions.prompting import CLEAR
from labs.core.definitions.prompting import PROMPTING as LAB
from labs.core.events import Event, Outcome, join, note, point, progress, result
from labs.core.few_examples import draw_pool, train_on_pool
from labs.core.lora import LoraConfig, attach
from labs.core.methods.prompts import add_prefix
from labs.core.model import Transformer, checksum, load_model
from labs.core.questions import MENU, UNSEEN, WORD_ID, Question
from labs.core.training import (
    TrainConfig,
    describe_environment,
    held_out_task,
    measure_accuracy,
    use_one_thread,
)

OLD = "elicit"
LENGTH = 10  # of the prefix
RATES = {"prefix": 2e-2, "lora": 8e-3}
ROWS = 200  # held out
SKILLS: dict[str, Text] = {
    "old": {"zh": "旧本领", "en": "old skill"},
    "new": {"zh": "新本领", "en": "new skill"},
}

COLUMNS: dict[str, Text] = {
    "way": {"zh": "做法", "en": "way"},
    "few": {"zh": "例子最少时", "en": "fewest examples"},
    "some": {"zh": "中等", "en": "more"},
    "most": {"zh": "最多时", "en": "most"},
}


def run(settings: Mapping[str, object], seed: int) -> Iterator[Event]:
    """Measure all three ways on both skills, with more and more examples."""
    chosen = parse_settings(LAB.parameters, settings)
    most, steps = int(chosen["most"]), int(chosen["steps"])
    sizes = (most // 16, most // 4, most)
    tasks = {"old": OLD, "new": str(chosen["task"])}
    total = len(sizes) * len(tasks) * (2 * steps + 1)
    yield progress(0, total, {"zh": "装入基座与图片", "en": "loading the base and the pictures"})
    use_one_thread()
    base, done = load_model(), 0
    accuracy: dict[str, list[float]] = {name: [] for name in LAB.series}
    for size in sizes:
        for skill, task in tasks.items():
            pool, held_out = draw_pool(task, size, seed), held_out_task(task, ROWS)
            question, value = choose_prompt(base, pool, held_out)
            accuracy[f"chosen_{skill}"].append(value)
            yield point(f"chosen_{skill}", examples=size, accuracy=value)
            yield _name_prompt(skill, size, question)
            done += 1
            for way in RATES:
                model = _prepare(way, copy.deepcopy(base), seed)
                train = TrainConfig(task, seed, steps=steps, lr=RATES[way])
                for _ in train_on_pool(model, train, pool):
                    done += 1
                    yield progress(done, total)
                value = measure_accuracy(model, held_out)
                accuracy[f"{way}_{skill}"].append(value)
                yield point(f"{way}_{skill}", examples=size, accuracy=value)
    yield _conclude(accuracy, sizes)


def _prepare(way: str, model: Transformer, seed: int) -> Transformer:
    """Make trainable what the way trains."""
    if way == "prefix":
        return add_prefix(model, LENGTH, stream(seed, "prefix"))
    attach(model, LoraConfig(), stream(seed, "initial adapter"))
    return model


def list_prompts() -> list[Question]:
    """List the questions about pictures that pre-training taught, each answered in one word."""
    return [q for q in MENU.values() if q.sees and q.answer_words == 1 and not set(q.words) & set(UNSEEN)]


def choose_prompt(model: Transformer, pool: Batch, held_out: Batch) -> tuple[Question, float]:
    """Ask the examples in the words of every question; return the one most often right, and how often it is
    right on held-out pictures.
    """
    prompts = list_prompts()
    scores = [measure_accuracy(model, _reworded(pool, question)) for question in prompts]
    best = prompts[max(range(len(prompts)), key=lambda number: scores[number])]
    return best, measure_accuracy(model, _reworded(held_out, best))


def _reworded(batch: Batch, question: Question) -> Batch:
    """Ask the same in other words."""
    words = torch.tensor([[WORD_ID[word] for word in question.words]]).expand_as(batch.words)
    return Batch(batch.pictures, words, batch.answers)


def _name_prompt(skill: str, size: int, question: Question) -> Event:
    label = SKILLS[skill]
    return note(
        f"{label['zh']}，{size} 个例子：挑中的问法是“{question.label['zh']}”。",
        f"{label['en']}, {_count(size)}: the prompt chosen is “{question.label['en']}”.",
    )


def _count(size: int) -> str:
    return "1 example" if size == 1 else f"{size} examples"


def _conclude(accuracy: Mapping[str, list[float]], sizes: tuple[int, ...]) -> Event:
    """Build the result."""
    keys = ("few", "some", "most")
    rows = [
        {"way": LAB.series[name], **dict(zip(keys, values, strict=True))} for name, values in accuracy.items()
    ]
    outcome, verdict = judge(accuracy, sizes)
    return result(
        columns=COLUMNS,
        rows=rows,
        numbers={
            f"{name}_{key}": value
            for name, values in accuracy.items()
            for key, value in zip(keys, values, strict=True)
        },
        outcome=outcome,
        verdict=verdict,
        limits=LAB.limits,
        environment=describe_environment(),
        base=checksum(),
    )


def judge(accuracy: Mapping[str, list[float]], sizes: tuple[int, ...]) -> tuple[Outcome, Text]:
    """Compare the claim's two parts: prompts do for the old skill on few examples, not for the new one."""
    prompt_few = max(accuracy["chosen_old"][0], accuracy["prefix_old"][0])
    enough = prompt_few >= accuracy["lora_old"][0] and prompt_few >= accuracy["lora_old"][-1] - CLEAR
    prompt_new = max(accuracy["chosen_new"][-1], accuracy["prefix_new"][-1])
    needed = accuracy["lora_new"][-1] > prompt_new + CLEAR
    parts = [_say_old(accuracy, sizes, enough), _say_new(accuracy, sizes, needed)]
    if enough and needed:
        return "holds", join(parts)
    return ("depends" if enough or needed else "fails"), join(parts)


def _say_old(accuracy: Mapping[str, list[float]], sizes: tuple[int, ...], enough: bool) -> Text:
    """Compare the ways on the old skill."""
    chosen, prefix, lora = (accuracy[f"{way}_old"] for way in ("chosen", "prefix", "lora"))
    behind = prefix[0] < lora[0] - CLEAR
    return {
        "zh": f"旧本领，{sizes[0]} 个例子：挑一句问法 {chosen[0]:.3f}，训练前缀 {prefix[0]:.3f}，LoRA "
        f"{lora[0]:.3f}"
        f"（{sizes[-1]} 个例子时 {lora[-1]:.3f}）。"
        + ("模型本来就会，问对就行。" if enough else "提示在这里并不够。")
        + ("训练出的前缀不如 LoRA。" if behind else ""),
        "en": f"Old skill, {_count(sizes[0])}: a chosen prompt {chosen[0]:.3f}, a trained prefix "
        f"{prefix[0]:.3f}, "
        f"LoRA {lora[0]:.3f} ({lora[-1]:.3f} with {sizes[-1]}). "
        + ("The model can do it; it only had to be asked." if enough else "A prompt is not enough here.")
        + (" A trained prefix is behind LoRA." if behind else ""),
    }


def _say_new(accuracy: Mapping[str, list[float]], sizes: tuple[int, ...], needed: bool) -> Text:
    """Compare the ways on the new skill."""
    chosen, prefix, lora = (accuracy[f"{way}_new"] for way in ("chosen", "prefix", "lora"))
    listed = " → ".join(f"{value:.3f}" for value in lora)
    return {
        "zh": f"新本领，{sizes[-1]} 个例子：挑一句问法 {chosen[-1]:.3f}，训练前缀 {prefix[-1]:.3f}，LoRA "
        f"{lora[-1]:.3f}。"
        f"LoRA 随例子数：{listed}。"
        + ("问法与前缀都没有教会它，改权重才行。" if needed else "微调在这里也没有明显更好。"),
        "en": f"New skill, {sizes[-1]} examples: a chosen prompt {chosen[-1]:.3f}, a trained prefix "
        f"{prefix[-1]:.3f}, "
        f"LoRA {lora[-1]:.3f}. LoRA by number of examples: {listed}. "
        + (
            "Neither a question nor a prefix teaches it; changing the weights does."
            if needed
            else "Fine-tuning is not clearly better here either."
        ),
    }
