"""The labs there are: code, not rows, and no torch."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import get_language

from labs.core.config import Lab
from labs.core.definitions.chain_of_thought import CHAIN_OF_THOUGHT
from labs.core.definitions.in_context_learning import IN_CONTEXT_LEARNING
from labs.core.definitions.inference_steps import INFERENCE_STEPS
from labs.core.definitions.initialisation import INITIALISATION
from labs.core.definitions.learning_mechanisms import LEARNING_MECHANISMS
from labs.core.definitions.merging import MERGING
from labs.core.definitions.methods import METHODS
from labs.core.definitions.pretraining_scale import PRETRAINING_SCALE
from labs.core.definitions.prompting import PROMPTING
from labs.core.definitions.rank_and_alpha import RANK_AND_ALPHA
from labs.core.definitions.rlhf import RLHF
from labs.core.definitions.target_matrices import TARGET_MATRICES
from labs.core.definitions.training import TRAINING
from labs.core.definitions.training_cost import TRAINING_COST
from labs.core.definitions.tree_of_thoughts import TREE_OF_THOUGHTS

LABS: dict[str, Lab] = {
    lab.slug: lab
    for lab in (
        TRAINING,
        INITIALISATION,
        MERGING,
        RANK_AND_ALPHA,
        TARGET_MATRICES,
        TRAINING_COST,
        INFERENCE_STEPS,
        METHODS,
        PRETRAINING_SCALE,
        LEARNING_MECHANISMS,
        PROMPTING,
        CHAIN_OF_THOUGHT,
        RLHF,
        IN_CONTEXT_LEARNING,
        TREE_OF_THOUGHTS,
    )
}


def get_lab(slug: str) -> Lab:
    """Return the lab with this slug; raise KeyError when there is none."""
    return LABS[slug]


def describe_lab(slug: str) -> tuple[str, str] | None:
    """Return a lab's title in the active language and its address, None where there is no such lab."""
    lab = LABS.get(slug)
    if lab is None:
        return None
    return lab.title["en" if get_language() == "en" else "zh"], reverse("lab", args=[slug])
