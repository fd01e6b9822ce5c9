"""One short word for a value, so that two values can be compared without keeping both."""

import hashlib
import json
from typing import Any


def fingerprint(value: Any) -> str:
    """The same for equal JSON values, whatever the order of their keys; 20 hex digits."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def needs_write(desired: str, applied: str | None, rejected: str | None) -> bool:
    """A facet is dirty when it differs from what was settled and was not refused in just this form."""
    return desired not in (applied, rejected)
