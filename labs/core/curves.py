"""Turn training into the points of curves."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence

from labs.core.data import Batch
from labs.core.events import Event, point, progress
from labs.core.sweep import Sweep, train_sweep
from labs.core.training import TrainConfig, measure_accuracy


def follow_sweeps(
    sweeps: Sequence[Sweep],
    train: TrainConfig,
    held_out: Mapping[str, Batch],
    total: int,
    *,
    starts: Mapping[str, float] | None = None,
    done: int = 0,
) -> Generator[Event, None, dict[str, float]]:
    """Take one step of every sweep in turn; return the last accuracy of each arm, by name.

    The curves begin at the base's accuracy, for with B at zero a fresh adapter changes nothing; who gives
    `starts` has drawn the beginnings already. A point carries the mean loss since the arm's last one.
    Progress counts the steps of all sweeps from `done` on.
    """
    losses: dict[str, list[float]] = {arm.name: [] for sweep in sweeps for arm in sweep.arms}
    if starts is None:
        base = {task: measure_accuracy(sweeps[0].base, batch) for task, batch in held_out.items()}
        starts = {arm.name: base[arm.task] for sweep in sweeps for arm in sweep.arms}
        for name, accuracy in starts.items():
            yield point(name, step=0, accuracy=accuracy)
    reached = dict(starts)
    trainings = [train_sweep(sweep, train, held_out) for sweep in sweeps]
    for step in range(train.steps + 1):
        for number, (sweep, training) in enumerate(zip(sweeps, trainings, strict=True)):
            taken = next(training)
            for i, arm in enumerate(sweep.arms):
                losses[arm.name].append(taken.losses[i])
                if taken.accuracies is not None:
                    mean = sum(losses[arm.name]) / len(losses[arm.name])
                    losses[arm.name].clear()
                    reached[arm.name] = taken.accuracies[i]
                    yield point(arm.name, step=step, loss=mean, accuracy=reached[arm.name])
            yield progress(done + step * len(sweeps) + number + 1, total)
    return reached
