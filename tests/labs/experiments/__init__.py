"""Experiments that only count: the runner and the pages need nothing more."""
