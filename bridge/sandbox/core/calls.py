"""Counts the platform's calls by path and outcome. The control plane's own calls are not counted."""

from collections import Counter


class Calls:
    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}
        self.rate_limit_violations = 0

    def note(self, path: str, outcome: str) -> None:
        self._counts.setdefault(path, Counter())[outcome] += 1

    def reset(self) -> None:
        self._counts.clear()
        self.rate_limit_violations = 0

    def report(self) -> dict[str, object]:
        counts = {path: dict(outcomes) for path, outcomes in sorted(self._counts.items())}
        return {"calls": counts, "rate_limit_violations": self.rate_limit_violations}
