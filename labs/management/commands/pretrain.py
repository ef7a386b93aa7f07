"""Make the shipped model, its example adapter and its card again, from a seed."""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import torch
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from labs.core.adapters import dump_adapter
from labs.core.data import stream
from labs.core.lora import LoraConfig, attach, count_parameters, describe_parameters
from labs.core.model import BASE, WEIGHTS, Transformer, checksum, load_model, save_model
from labs.core.model_card import GOAL, CardFigures, write_card
from labs.core.pretraining import PretrainConfig, held_out_accuracy, mean_accuracy, new_model, pretrain
from labs.core.training import TrainConfig, held_out_task, measure_accuracy, train_adapter

ADAPTER = "gap-r8.safetensors"


class Command(BaseCommand):
    """Pre-train the base, train the example adapter on it, write the model card."""

    help = __doc__
    requires_system_checks = ()  # neither database nor pages take part

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=PretrainConfig.seed, help="of weights and data")
        parser.add_argument("--steps", type=int, default=PretrainConfig.steps, help="of pre-training")
        parser.add_argument("--output", type=Path, default=WEIGHTS, help="folder for the files")
        parser.add_argument(
            "--adapter", action="store_true", help="only the adapter, on the base in the folder"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        output: Path = options["output"]
        output.mkdir(parents=True, exist_ok=True)
        if options["adapter"]:
            if not (output / BASE.name).exists():
                raise CommandError(
                    f"There is no {BASE.name} in {output}: run pretrain without --adapter first."
                )
            self.make_adapter(output)
            return
        if options["steps"] < 1:
            raise CommandError("--steps must be at least 1.")
        config = PretrainConfig(seed=options["seed"], steps=options["steps"])
        model = new_model(config.seed)
        started = time.process_time()
        for _ in tqdm(pretrain(config, model), total=config.steps, file=sys.stderr, unit="step"):
            pass
        seconds = time.process_time() - started
        accuracy = held_out_accuracy(model)
        mean = mean_accuracy(accuracy)
        if mean < GOAL and output.resolve() == WEIGHTS:
            raise CommandError(
                f"Held-out accuracy {mean:.1%} is under {GOAL:.0%}: the shipped base stays as it is. "
                "Take more steps or another seed, or write elsewhere with --output."
            )
        base = save_model(model, output / BASE.name)
        report, before, after = self.make_adapter(output)
        adapter = output / ADAPTER
        figures = CardFigures(
            config=config,
            model=model.config,
            accuracy=accuracy,
            mean_accuracy=mean,
            parameters=count_parameters(model)[1],
            size=(output / BASE.name).stat().st_size,
            checksum=base,
            cpu_seconds=seconds,
            torch=torch.__version__,
            adapter_report=report,
            adapter_accuracy=after,
            adapter_start=before,
            adapter_size=adapter.stat().st_size,
            adapter_checksum=checksum(adapter),
        )
        (output / "MODEL_CARD.md").write_text(write_card(figures), encoding="utf-8")
        self.stdout.write(f"Held-out accuracy {mean:.1%} after {seconds:.0f} CPU seconds; base {base}")

    def make_adapter(self, output: Path) -> tuple[str, float, float]:
        """Train LoRA r = 8 on "gap" and write it; return PEFT's report and the accuracy before and after."""
        base = output / BASE.name
        model: Transformer = load_model(base)
        config, train = LoraConfig(), TrainConfig(task="gap", steps=300, lr=6e-3)
        held_out = held_out_task(train.task, 1000)
        before = measure_accuracy(model, held_out)
        attach(model, config, stream(train.seed, "initial adapter"))
        for _ in tqdm(
            train_adapter(model, train, held_out_task(train.task)),
            total=train.steps + 1,
            file=sys.stderr,
            unit="step",
        ):
            pass
        after = measure_accuracy(model, held_out)
        (output / ADAPTER).write_bytes(dump_adapter(model, config, task=train.task, base=checksum(base)))
        report = describe_parameters(model)
        self.stdout.write(f"{ADAPTER}: {report}; held-out accuracy {before:.1%} → {after:.1%}")
        return report, before, after
