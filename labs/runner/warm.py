"""Importing this module warms a process that children are forked from: torch, the digits, one step."""

import importlib
import os
import pkgutil

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch

from labs.core import experiments
from labs.core.data import load_split

torch.set_num_threads(1)
weight = torch.nn.Parameter(torch.zeros(8, 8))
optimiser = torch.optim.AdamW([weight])
torch.nn.functional.linear(torch.ones(2, 8), weight).sum().backward()  # type: ignore[no-untyped-call]
optimiser.step()
load_split("train")  # both are kept: importing scikit-learn takes a second
load_split("held_out")

for module in pkgutil.iter_modules(experiments.__path__, f"{experiments.__name__}."):
    importlib.import_module(module.name)
