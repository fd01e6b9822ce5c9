"""Benchmarks: each figure beside a raw baseline or a theoretical floor of the same run. `python -m bench [NAME …]`."""
