"""Train the weights that single labs ship with again, and write their card."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from torch import nn
from tqdm import tqdm

from labs.core.checkpoints import CHECKPOINTS, checkpoint_path, train_checkpoint
from labs.core.in_context import (
    FILES,
    READER_STEPS,
    REGRESSOR_STEPS,
    dump_weights,
    train_reader,
    train_regressor,
    weights_path,
)
from labs.core.model import WEIGHTS, Transformer, checksum, save_model
from labs.core.weights_card import CARD, write_lab_card

Train = Callable[[int], Iterator[nn.Module]]
CONTEXT: dict[str, tuple[Train, int]] = {
    "regressor": (train_regressor, REGRESSOR_STEPS),
    "random": (partial(train_reader, False), READER_STEPS),
    "fixed": (partial(train_reader, True), READER_STEPS),
}


class Command(BaseCommand):
    """Build all files, or those named; the card is written when the folder has all of them."""

    help = __doc__
    requires_system_checks = ()  # neither database nor pages take part

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(self.names())}")
        parser.add_argument("--output", type=Path, default=WEIGHTS, help="folder for the files")
        parser.add_argument("--steps", type=int, help="fewer than the recipe's, to try the command elsewhere")
        parser.add_argument("--card", action="store_true", help="only write the card of the folder's files")

    def handle(self, *args: Any, **options: Any) -> None:
        names, output = options["names"] or self.names(), options["output"]
        if unknown := sorted(set(names) - set(self.names())):
            raise CommandError(f"No such weights: {', '.join(unknown)}. There are {', '.join(self.names())}.")
        if options["steps"] is not None and (options["steps"] < 1 or output.resolve() == WEIGHTS):
            raise CommandError("--steps must be at least 1, and goes with another --output.")
        output.mkdir(parents=True, exist_ok=True)
        for name in () if options["card"] else names:
            self.build(name, output, options["steps"])
        paths = [checkpoint_path(n, output) for n in CHECKPOINTS] + [weights_path(n, output) for n in FILES]
        if all(path.exists() for path in paths):
            (output / CARD).write_text(write_lab_card(output), encoding="utf-8")

    @staticmethod
    def names() -> list[str]:
        """List everything there is to build."""
        return [*CHECKPOINTS, *FILES]

    def build(self, name: str, output: Path, steps: int | None) -> None:
        """Train one model, write it and say what it took."""
        began = time.process_time()
        if name in CHECKPOINTS:
            path = checkpoint_path(name, output)
            total = steps or CHECKPOINTS[name].steps
            model = self.last(train_checkpoint(name, total), total)
            assert isinstance(model, Transformer)
            save_model(model, path)
        else:
            path = weights_path(name, output)
            train, usual = CONTEXT[name]
            model = self.last(train(steps or usual), steps or usual)
            path.write_bytes(dump_weights(model))
        seconds = time.process_time() - began
        self.stdout.write(
            f"{path.name}: {path.stat().st_size:,} bytes, {checksum(path)}, {seconds:.0f} CPU seconds"
        )

    def last(self, training: Iterator[nn.Module], total: int) -> nn.Module:
        """Follow a training to its end and return the model."""
        model = nn.Module()
        for model in tqdm(training, total=total, file=sys.stderr, unit="step"):  # noqa: B007
            pass
        return model
