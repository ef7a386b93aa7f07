"""Question 13: nine ways to spend the same number of parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from labs.core.config import Text, parse_settings
from labs.core.curves import follow_sweeps
from labs.core.data import Batch
from labs.core.definitions.target_matrices import TARGET_MATRICES as LAB
from labs.core.events import Event, Outcome, join, note, progress, result
from labs.core.lora import LoraConfig, count_parameters, relative_update
from labs.core.model import Transformer, checksum, load_model
from labs.core.sweep import Arm, Sweep
from labs.core.training import (
    TrainConfig,
    describe_environment,
    held_out_base,
    held_out_task,
    measure_accuracy,
    use_one_thread,
)

BUDGET = 3840  # parameters
NOISE = 0.05  # differences of accuracy up to this decide nothing
LEARNT = 0.2  # with less gain than this the order of the placements is chance
# A projection of attention costs 64 + 64 a rank, a linear of the MLP 64 + 256; three blocks: 3 · 10 · 128 =
# 3 · 2 · 2 · 320 = 3 · (5 · 128 + 2 · 320) = 3,840. Patterns of ranks make every placement cost the same.
PLACES: dict[str, dict[str, int]] = {
    "q": {"q_proj": 10},
    "k": {"k_proj": 10},
    "v": {"v_proj": 10},
    "o": {"o_proj": 10},
    "qk": {"q_proj": 5, "k_proj": 5},
    "qv": {"q_proj": 5, "v_proj": 5},
    "attention": {"q_proj": 2, "k_proj": 2, "v_proj": 3, "o_proj": 3},
    "mlp": {"fc1": 2, "fc2": 2},
    "all": {"q_proj": 1, "k_proj": 1, "v_proj": 1, "o_proj": 2, "fc1": 1, "fc2": 1},
}

COLUMNS: dict[str, Text] = {
    "arm": {"zh": "放在哪里", "en": "placed on"},
    "parameters": {"zh": "可训练参数", "en": "trainable parameters"},
    "accuracy": {"zh": "训练后新任务正确率", "en": "new task after training"},
    "base_accuracy_after": {"zh": "训练后旧任务正确率", "en": "old tasks after training"},
    "relative_update": {"zh": "训练后 ‖ΔW‖/‖W‖（所改的矩阵）", "en": "‖ΔW‖/‖W‖ after training (of those)"},
}


def place(name: str) -> LoraConfig:
    """Return one placement: alpha = r in every layer, so that the scaling is 1 everywhere."""
    ranks = PLACES[name]
    r = max(ranks.values())
    other = {path: rank for path, rank in ranks.items() if rank != r}
    return LoraConfig(r, r, tuple(ranks), rank_pattern=other, alpha_pattern=other)


def run(settings: Mapping[str, object], seed: int) -> Iterator[Event]:
    """Train nine placements side by side on the same examples."""
    chosen = parse_settings(LAB.parameters, settings)
    task, lr = str(chosen["task"]), float(chosen["lr"])
    train = TrainConfig(task, seed, steps=int(chosen["steps"]), evaluations=5)
    total = train.steps + 1 + len(PLACES)
    yield progress(0, total, {"zh": "装入基座与图片", "en": "loading the base and the pictures"})
    use_one_thread()
    base, held_out, old = load_model(), held_out_task(task, 200), held_out_base(200)
    start = {"start_accuracy": measure_accuracy(base, held_out), "base_accuracy": measure_accuracy(base, old)}
    sweep = Sweep(base, [Arm(name, place(name), lr, task) for name in PLACES], seed)
    yield note(
        f"九种放法各训练恰好 {BUDGET:,} 个参数。",
        f"Each of nine placements trains exactly {BUDGET:,} parameters.",
    )
    accuracies = yield from follow_sweeps((sweep,), train, {task: held_out}, total)
    measured = {}
    for number, name in enumerate(PLACES):
        measured[name] = measure(sweep.single(number), accuracies[name], old)
        yield progress(train.steps + 2 + number, total)
    yield _conclude(measured, start)


def measure(model: Transformer, accuracy: float, old: Batch) -> dict[str, float]:
    """Measure one trained placement."""
    return {
        "parameters": count_parameters(model)[0],
        "accuracy": accuracy,
        "base_accuracy_after": measure_accuracy(model, old),
        "relative_update": relative_update(model),
    }


def _conclude(measured: Mapping[str, Mapping[str, float]], start: Mapping[str, float]) -> Event:
    """Build the result."""
    rows: list[dict[str, Any]] = [{"arm": LAB.series[name], **values} for name, values in measured.items()]
    numbers = {f"{name}_{key}": value for name, values in measured.items() for key, value in values.items()}
    accuracies = {name: values["accuracy"] for name, values in measured.items()}
    outcome, verdict = judge(accuracies, start["start_accuracy"])
    return result(
        columns=COLUMNS,
        rows=rows,
        numbers={**start, **numbers},
        outcome=outcome,
        verdict=verdict,
        limits=LAB.limits,
        environment=describe_environment(),
        base=checksum(),
    )


def judge(accuracy: Mapping[str, float], start: float) -> tuple[Outcome, Text]:
    """Compare the claim's two parts with the accuracies: one matrix is bad, Wq + Wk is best.

    `start` is the base's accuracy on the task; where no placement learnt, none can be called best.
    """
    best = max(accuracy.values())
    together = accuracy["qk"] >= best - NOISE
    singles = {name: accuracy[name] for name in ("q", "k", "v", "o")}
    bad = all(value < best - NOISE for value in singles.values())
    parts = [_say_together(accuracy, together), _say_single(singles, best, bad), _say_spread(accuracy)]
    if best < start + LEARNT:
        return "depends", join([_say_unlearnt(best, start), *parts])
    if together and bad:
        return "holds", join(parts)
    return ("depends" if together or bad else "fails"), join(parts)


def _say_unlearnt(best: float, start: float) -> Text:
    """Say that the order decides nothing."""
    return {
        "zh": f"没有一种放法真正学会（起点 {start:.3f}，最好 {best:.3f}），下面的先后不算数；请加步数。",
        "en": f"No placement really learnt (from {start:.3f} to {best:.3f} at best), so the order below "
        "means nothing; take more steps.",
    }


def _say_together(accuracy: Mapping[str, float], together: bool) -> Text:
    """Judge: Wq and Wk together are best."""
    name = max(accuracy, key=lambda key: accuracy[key])
    figures, best = f"{accuracy['qk']:.3f}", LAB.series[name]
    if together:
        return {
            "zh": f"Wq + Wk 得到 {figures}，与最好的不相上下（{best['zh']}：{accuracy[name]:.3f}）。",
            "en": f"Wq + Wk reaches {figures}, level with the best ({best['en']}: {accuracy[name]:.3f}).",
        }
    return {
        "zh": f"Wq + Wk 只得到 {figures}，最好的是 {best['zh']}（{accuracy[name]:.3f}）；Wq + Wv 是 "
        f"{accuracy['qv']:.3f}。",
        "en": f"Wq + Wk reaches {figures} only; the best is {best['en']} ({accuracy[name]:.3f}), and "
        f"Wq + Wv has {accuracy['qv']:.3f}.",
    }


def _say_single(singles: Mapping[str, float], best: float, bad: bool) -> Text:
    """Judge: a single matrix is bad."""
    listed = " / ".join(f"{value:.3f}" for value in singles.values())
    fine = [f"W{name}" for name, value in singles.items() if value >= best - NOISE]
    if bad:
        return {
            "zh": f"单独一个矩阵（Wq、Wk、Wv、Wo）：{listed}，都不如最好的。",
            "en": f"One matrix alone (Wq, Wk, Wv, Wo): {listed}, all short of the best.",
        }
    return {
        "zh": f"单独一个矩阵（Wq、Wk、Wv、Wo）：{listed}；{'、'.join(fine)} 单独也不差，要看是哪一个。",
        "en": f"One matrix alone (Wq, Wk, Wv, Wo): {listed}; {', '.join(fine)} does well on its own: "
        "it depends which.",
    }


def _say_spread(accuracy: Mapping[str, float]) -> Text:
    """Say how the spread-out placements did."""
    figures = f"{accuracy['attention']:.3f} / {accuracy['mlp']:.3f} / {accuracy['all']:.3f}"
    return {
        "zh": f"同样的预算分给注意力四个、MLP 两个、全部六个：{figures}。",
        "en": f"The same budget over all of attention, the MLP, all six: {figures}.",
    }
