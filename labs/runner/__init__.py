"""Executing runs: a supervisor that owns the rows, a child process that owns torch, forked from a warm one."""
