"""A sandbox in a process of its own, a home in a temporary folder, and what the benchmarks fill it with."""

import json
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bridge.engine.context import Engine
from bridge.engine.home import init_home, open_engine
from bridge.settings import load_settings


@contextmanager
def sandbox(platform: str = "shopee", **options: object) -> Iterator[str]:
    """A sandbox without rate limits; gives its address."""
    flags = [part for name, value in options.items() for part in (f"--{name.replace('_', '-')}", str(value))]
    command = [sys.executable, "-m", "bridge.sandbox", platform, "--port", "0", "--no-rate-limit", *flags]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.wait()


@contextmanager
def home(address: str | None = None) -> Iterator[Engine]:
    """An engine over an empty home, with the sandbox's pictures in place of Google Drive."""
    folder = Path(tempfile.mkdtemp(prefix="jembatan-bench-"))
    pictures = f"{address}/_sandbox/pictures" if address else None
    settings = load_settings(home=folder, picture_base_url=pictures, guard_share=1.0)
    init_home(settings)
    engine = open_engine(settings)
    try:
        yield engine
    finally:
        engine.store.close()
        shutil.rmtree(folder)


def control(address: str, path: str, body: Any = None, method: str | None = None) -> Any:
    """One call of the sandbox's control plane."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address + path, data, {"Content-Type": "application/json"}, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310  our own sandbox
        return json.loads(answer.read() or b"null")


def counted(address: str, schema_calls: Collection[str]) -> tuple[int, int, int]:
    """(calls of the workload, calls for schemas, calls for tokens) since the last reset."""
    calls = control(address, "/_sandbox/calls")["calls"]
    total = {path: sum(outcomes.values()) for path, outcomes in calls.items()}
    schema = sum(number for path, number in total.items() if path.rsplit("/", 1)[-1] in schema_calls)
    tokens = sum(number for path, number in total.items() if "/auth/" in path or "/token/" in path)
    return sum(total.values()) - schema - tokens, schema, tokens


def reset(address: str) -> None:
    """Counts from zero again."""
    control(address, "/_sandbox/calls", method="DELETE")
