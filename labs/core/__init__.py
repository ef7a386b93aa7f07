"""Experiments on a small multimodal Transformer: pure Python and PyTorch, no Django."""
