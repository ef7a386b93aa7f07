"""Train a part of the parameters that are there: all, the biases, or the output layer."""

from __future__ import annotations

from labs.core.model import Transformer


def train_all(model: Transformer) -> Transformer:
    """Full fine-tuning: every parameter is trained."""
    return model.requires_grad_(True)


def train_biases(model: Transformer) -> Transformer:
    """BitFit: only the biases are trained. Ben Zaken et al. 2021, arXiv 2106.10199."""
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name.endswith("bias"))
    return model


def train_head(model: Transformer) -> Transformer:
    """Train the output layer only, a linear probe: Alain and Bengio 2016, arXiv 1610.01644."""
    model.requires_grad_(False)
    model.head.requires_grad_(True)
    return model
