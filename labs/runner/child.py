"""The process that trains: it knows no database and no Django; what it finds goes up a pipe."""

from __future__ import annotations

import importlib
import math
import multiprocessing
import os
import sys
import threading
import traceback
from collections.abc import Mapping
from multiprocessing.connection import Connection

NICE = 19  # pages keep their speed while an experiment runs


def run_experiment(pipe: Connection, experiment: str, settings: Mapping[str, object], seed: int) -> None:
    """Send every event of the experiment, at the end an {"type": "error"} if it raised one."""
    os.nice(NICE)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        for event in importlib.import_module(experiment).run(settings, seed):
            pipe.send(finite(event))
    except BrokenPipeError:
        sys.exit(1)
    except Exception as error:
        traceback.print_exc()
        pipe.send({"type": "error", "error": "".join(traceback.format_exception_only(error)).strip()})
    finally:
        pipe.close()


def finite(value: object) -> object:
    """Replace numbers that JSON cannot hold (a loss that diverged) by None, at every depth."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [finite(inner) for inner in value]
    return value


def _end_with_parent() -> None:
    """End at once when the supervisor is gone: nobody would read the rest."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
