"""What the inference process computes: from JSON about rows and adapters to JSON about answers.

Adapters are named by the SHA-256 of their file, loaded from the folder of kept ones (or from beside the base)
when first asked for, and the latest stay warm.
"""

from __future__ import annotations

import copy
import hashlib
import json
import math
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import torch

from labs.core.adapter_file import AdapterError
from labs.core.adapters import Adapter, attach_adapter, check_fit, read_adapter, updates_of
from labs.core.answering import (
    Answer,
    ManyAdapters,
    compare_answers,
    find_question,
    load_base,
    make_variants,
    predict_difference,
)
from labs.core.attention import Look, mean_look
from labs.core.batched import Updates, mix_updates
from labs.core.data import SIDE, TASKS, list_samples, picture_from_pixels, sample_pixels
from labs.core.lora import count_parameters, describe_parameters, lora_layers
from labs.core.model import ADAPTERS, WEIGHTS, Transformer, checksum
from labs.core.questions import Question
from labs.core.training import held_out_base, held_out_task, use_one_thread

SAMPLES = 40  # shown to choose from
HELD_OUT = 360
ROWS = 32  # of one request
MIXED = 4  # adapters of a row
WARM = 64  # adapters; one of rank 64 on all linears takes 0.9 MB
CHECKSUM = 64  # hexadecimal digits
Json = dict[str, Any]


class Problems(ValueError):
    """Everything that is wrong with a question."""

    def __init__(self, problems: list[Json]) -> None:
        super().__init__(str(problems))
        self.problems = problems


@dataclass
class Shelf:
    """Adapters by the checksum of their file; the latest asked for stay in memory."""

    base: Transformer
    shipped: Mapping[str, Path]
    folder: Path
    warm: OrderedDict[str, Adapter] = field(default_factory=OrderedDict)

    def take(self, wanted: str) -> Adapter:
        """Return an adapter that fits the base. Raises AdapterError when there is none of this checksum."""
        found = self.warm.get(wanted)
        if found is None:
            found = self.warm[wanted] = self._load(wanted)
            if len(self.warm) > WARM:
                self.warm.popitem(last=False)
        self.warm.move_to_end(wanted)
        return found

    def _load(self, wanted: str) -> Adapter:
        if len(wanted) != CHECKSUM or not set(wanted) <= set("0123456789abcdef"):
            raise AdapterError(["not a checksum"])
        path = self.shipped.get(wanted, self.folder / f"{wanted}.safetensors")
        try:
            data = path.read_bytes()
        except OSError as error:
            raise AdapterError([f"no file of this checksum: {error.strerror}"]) from error
        if hashlib.sha256(data).hexdigest() != wanted:
            raise AdapterError(["the file does not hold what its name says"])
        adapter = read_adapter(data)
        check_fit(self.base, adapter)
        return adapter


@dataclass(frozen=True)
class Asked:
    """One row of a request, read."""

    picture: torch.Tensor  # (3, 8, 16); black where the text alone decides
    pixels: Json | None
    question: Question


@dataclass
class Loaded:
    """The base, ready to answer with any adapter of the shelf."""

    base: Transformer
    checksum: str
    many: ManyAdapters
    shelf: Shelf
    shipped: dict[str, str]  # name → checksum

    @classmethod
    def from_folders(cls, kept: Path, folder: Path = WEIGHTS) -> Loaded:
        """Load the base and every example adapter, and answer once, so that no reader waits for it."""
        use_one_thread()
        base, base_checksum = load_base()
        files = sorted((folder / ADAPTERS).glob("*.safetensors"))
        shipped = {path.stem: checksum(path) for path in files}
        shelf = Shelf(base, {shipped[path.stem]: path for path in files}, kept)
        loaded = cls(base, base_checksum, ManyAdapters(base), shelf, shipped)
        asked = {"picture": {"left": 0, "right": 1}, "question": "left-digit"}
        loaded.answer(
            {"inputs": [{**asked, "adapters": [{"checksum": found}]} for found in shipped.values()]}
        )
        return loaded

    @cached_property
    def description(self) -> Json:
        """Return what the web process shows of the model."""
        return {
            "parameters": sum(parameter.numel() for parameter in self.base.parameters()),
            "checksum": self.checksum,
            "adapters": [{"name": name, "checksum": found} for name, found in self.shipped.items()],
            "samples": [
                {"index": index, "digit": digit, "pixels": sample_pixels(index)}
                for index, digit in list_samples(SAMPLES)
            ],
        }

    def answer(self, body: Json) -> Json:
        """Answer rows that each name an adapter or a mix, in one gathered pass. Raises Problems."""
        started = time.perf_counter()
        inputs, problems = read_inputs(body.get("inputs"))
        updates: dict[str, Updates] = {}  # by what a row names, as JSON: equal rows share one
        rows: list[int | None] = []
        for number, given in enumerate(body["inputs"] if inputs else ()):
            try:
                rows.append(self._place(updates, given.get("adapters", [])))
            except AdapterError as error:
                problems.append({"name": f"inputs.{number}.adapter", "message": str(error)})
        if problems:
            raise Problems(problems)
        answers = self.many.answer(
            torch.stack([asked.picture for asked in inputs]),
            [asked.question for asked in inputs],
            list(updates.values()),
            rows,
            int(body.get("top", 5)),
            watched=body.get("attention", "none") != "none",
        )
        described = [
            {**describe(found, body), "picture": asked.pixels}
            for found, asked in zip(answers, inputs, strict=True)
        ]
        return {"answers": described, "base": self.checksum, "seconds": time.perf_counter() - started}

    def _place(self, updates: dict[str, Updates], named: object) -> int | None:
        """Return the number of what a row names, adding it if no earlier row named the same."""
        parts = read_parts(named)
        if not parts:
            return None
        key = json.dumps(parts)
        if key not in updates:
            updates[key] = mix_updates(
                [(updates_of(adapter), weight) for adapter, weight in self._take(parts)]
            )
        return list(updates).index(key)

    def _take(self, parts: Sequence[tuple[str, float]]) -> list[tuple[Adapter, float]]:
        return [(self.shelf.take(wanted), weight) for wanted, weight in parts]

    def check_merge(self, body: Json) -> Json:
        """Answer as base, with the adapters beside the weights, and with them merged. Raises Problems.

        Without inputs the difference is measured on held-out examples of the first adapter's task.
        """
        started = time.perf_counter()
        inputs, problems = read_inputs(body["inputs"]) if "inputs" in body else ([], [])
        try:
            adapters = self._take(read_parts(body.get("adapters")))
            if not adapters:
                raise AdapterError(["name at least one"])
        except AdapterError as error:
            problems.append({"name": "adapter", "message": str(error)})
        if problems:
            raise Problems(problems)
        variants = make_variants(self.base, adapters)
        compared = []
        if inputs:
            pictures = torch.stack([asked.picture for asked in inputs])
            compared = compare_answers(
                variants, pictures, [asked.question for asked in inputs], int(body.get("top", 5))
            )
            differences = [found.max_difference for found in compared]
            same = [found.merged.words == found.unmerged.words for found in compared]
        else:
            task = adapters[0][0].task
            rows = int(body.get("rows", 64))
            batch = held_out_task(task, rows) if task in TASKS else held_out_base(rows)
            differences, same = predict_difference(variants, batch)
        return {
            "rows": [
                {
                    "answers": {
                        "base": describe(found.base, body),
                        "unmerged": describe(found.unmerged, body),
                        "merged": describe(found.merged, body),
                    },
                    "picture": asked.pixels,
                    "max_abs_difference": found.max_difference,
                    "same_answer": equal,
                }
                for found, asked, equal in zip(compared, inputs, same, strict=False)
            ],
            "compared": len(differences),
            "max_abs_difference": max(differences),
            "same_answers": sum(same),
            "base": self.checksum,
            "seconds": time.perf_counter() - started,
        }

    def report_parameters(self, body: Json) -> Json:
        """Report in PEFT's words what training this adapter trains, layer by layer. Raises Problems."""
        try:
            ((adapter, _),) = self._take(read_parts([body]))
        except AdapterError as error:
            raise Problems([{"name": "adapter", "message": str(error)}]) from error
        model = copy.deepcopy(self.base)
        attach_adapter(model, adapter)
        trainable, total = count_parameters(model)
        return {
            "report": describe_parameters(model),
            "trainable": trainable,
            "all": total,
            "percent": 100 * trainable / total,
            "layers": [
                {
                    "path": path,
                    "r": len(layer.factors()[0]),
                    "scaling": layer.scaling["default"],
                    "lora_A": list(layer.factors()[0].shape),
                    "lora_B": list(layer.factors()[1].shape),
                    "parameters": sum(factor.numel() for factor in layer.factors()),
                }
                for path, layer in lora_layers(model)
            ],
        }


def describe(answer: Answer, wanted: Json) -> Json:
    """Write one answer as JSON, with logits and attention if they are wanted."""
    described: Json = {
        "answer": " ".join(answer.words),
        "probabilities": [{"word": word, "probability": share} for word, share in answer.top],
    }
    if wanted.get("logits"):
        described["logits"] = list(answer.logits)
    if answer.looks:
        each = wanted["attention"] == "layers"
        described["attention"] = [
            write_look(look) for look in (answer.looks if each else [mean_look(answer.looks)])
        ]
    return described


def write_look(look: Look) -> Json:
    """Write where the model looked as JSON."""
    return {"patches": look.patches, "words": look.words}


def read_inputs(given: object) -> tuple[list[Asked], list[Json]]:
    """Read the rows of a request; returns them, or none and everything that is wrong with them."""
    if (
        not isinstance(given, list)
        or not 0 < len(given) <= ROWS
        or not all(isinstance(g, dict) for g in given)
    ):
        return [], [{"name": "inputs", "message": f"expected 1 to {ROWS} objects"}]
    rows, problems = [], []
    for number, asked in enumerate(given):
        question = None
        try:
            question = find_question(str(asked.get("question")))
        except ValueError as error:
            problems.append({"name": f"inputs.{number}.question", "message": str(error)})
        try:
            picture, pixels = read_picture(asked.get("picture"), needed=question is None or question.sees)
        except ValueError as error:
            problems.append({"name": f"inputs.{number}.picture", "message": str(error)})
        else:
            if question is not None:
                rows.append(Asked(picture, pixels, question))
    return ([] if problems else rows), problems


def read_parts(named: object) -> list[tuple[str, float]]:
    """Read the adapters of a row as (checksum, weight). Raises AdapterError."""
    if not isinstance(named, list) or len(named) > MIXED or not all(isinstance(p, Mapping) for p in named):
        raise AdapterError([f"expected up to {MIXED} objects with checksum and weight"])
    parts = []
    for part in named:
        weight = part.get("weight", 1)
        if not isinstance(weight, int | float) or not math.isfinite(weight):
            raise AdapterError(["a weight must be a number"])
        parts.append((str(part.get("checksum")), float(weight)))
    return parts


def read_picture(picture: object, *, needed: bool = True) -> tuple[torch.Tensor, Json | None]:
    """Return the picture (3, 8, 16) of two digits, each a sample's number or 8×8 values, and those values.

    A picture that is neither given nor needed is black. Raises ValueError.
    """
    if picture is None and not needed:
        return torch.zeros(3, SIDE, 2 * SIDE), None
    if not isinstance(picture, Mapping):
        raise ValueError("expected left and right")
    given: list[Any] = [picture.get(side) for side in ("left", "right")]
    left, right = [sample_pixels(side) if _is_sample(side) else side for side in given]
    if not all(
        isinstance(side, list) and all(isinstance(row, list) for row in side) for side in (left, right)
    ):
        raise ValueError(f"expected a sample from 0 to {HELD_OUT - 1} or 8 rows of 8 values")
    colours = (str(picture.get("left_colour", "red")), str(picture.get("right_colour", "blue")))
    try:
        seen = picture_from_pixels(left, right, colours)
    except TypeError as error:
        raise ValueError(f"a value is no number: {error}") from error
    return seen, {"left": left, "right": right, "left_colour": colours[0], "right_colour": colours[1]}


def _is_sample(side: object) -> bool:
    return isinstance(side, int) and not isinstance(side, bool) and 0 <= side < HELD_OUT
