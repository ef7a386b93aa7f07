"""What can speak against a proposed item, one filter a module: `check(candidate)` gives a verdict."""
