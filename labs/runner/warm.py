"""Importing this module warms a process: torch is loaded and one optimiser step taken. Children are forked from it."""

import importlib
import os
import pkgutil

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch  # noqa: E402

from labs.core import experiments  # noqa: E402

torch.set_num_threads(1)
weight = torch.nn.Parameter(torch.zeros(8, 8))
optimiser = torch.optim.AdamW([weight])
torch.nn.functional.linear(torch.ones(2, 8), weight).sum().backward()
optimiser.step()

for module in pkgutil.iter_modules(experiments.__path__, f"{experiments.__name__}."):
    importlib.import_module(module.name)
