"""`jembatan serve` as a process: one line when it is ready, an end in order, and one sentence for what is wrong."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from typing import Any

import pytest
from cli_world import Cli

COMMAND = [sys.executable, "-m", "bridge.cli", "serve", "--port"]


def environment(cli: Cli) -> dict[str, str]:
    return {**os.environ, "JEMBATAN_HOME": str(cli.home), "JEMBATAN_LANG": "en"}


def health(address: str) -> Any:
    with urllib.request.urlopen(f"{address}/health", timeout=20) as answer:  # noqa: S310  this machine
        return json.load(answer)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM")
def test_it_says_where_it_is_and_ends_with_0(ready: Cli) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([*COMMAND, "0"], stdout=pipe, stderr=pipe, text=True, env=environment(ready)) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        try:
            line = child.stdout.readline()
            assert line.startswith("Jembatan is ready at http://127.0.0.1:")
            assert health(line.split()[-1])["timetable"] == "here"
            assert child.stderr.readline().startswith("No shop is connected yet.")
            busy = ready.run("init", "--new-key")
            assert busy.code == 7, "the daemon holds the old key"
            child.send_signal(signal.SIGTERM)
            assert child.wait(timeout=30) == 0
            assert child.stdout.read() == ""
            assert child.stderr.read() == ""
        finally:
            child.kill()
    assert ready.run("init", "--new-key").code == 0, "its lease is given back"


def test_a_port_in_use_is_one_sentence(ready: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = ready.run("serve", "--port", str(taken.getsockname()[1]))
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Nothing can listen at 127.0.0.1 port ")
    assert len(done.err.strip().splitlines()) == 1


def test_what_is_missing_or_wrong_is_said_before_anything_runs(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "jembatan init" in cli.run("serve").err
    assert cli.run("serve").code == 2
    assert cli.run("init").code == 0
    assert cli.run("serve", "--host", "no.such.host.example").code == 2
    monkeypatch.setenv("JEMBATAN_MAIL_TO", "a@example.id")
    done = cli.run("serve")
    assert done.code == 2
    assert "smtp_host" in done.err
