"""Executing runs: a supervisor owns the rows, a child process, forked from a warm one, owns torch."""
