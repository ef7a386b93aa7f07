"""Benchmarks: each prints ratios against a peer in the same run, interleaved, medians of CPU time."""
