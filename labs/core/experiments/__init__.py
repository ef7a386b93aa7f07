"""One module a lab: `run(settings, seed)` yields events, the last of them the result."""
