"""Time several callables fairly: in turns, by CPU time, medians."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping


def interleaved(tasks: Mapping[str, Callable[[], object]], *, rounds: int, calls: int) -> dict[str, float]:
    """Return the median CPU seconds of a call of each task, over `rounds` turns of `calls` calls."""
    for task in tasks.values():
        task()
    samples: dict[str, list[float]] = {name: [] for name in tasks}
    gc.disable()
    try:
        for _ in range(rounds):
            for name, task in tasks.items():
                start = time.process_time()
                for _ in range(calls):
                    task()
                samples[name].append((time.process_time() - start) / calls)
    finally:
        gc.enable()
    return {name: statistics.median(times) for name, times in samples.items()}
