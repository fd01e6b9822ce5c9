"""Joins a world in a process of its own, runs the engine once, and dies at the nth time that a label is reached.

A fork server has everything imported already, so that a child costs next to nothing; where there is none (Windows), each child
starts anew.
"""

import multiprocessing
import os
from typing import Any

from tests.engine.world import Joining

DEATH = 9
FORKS = "forkserver" in multiprocessing.get_all_start_methods()
CHILDREN: Any = multiprocessing.get_context("forkserver" if FORKS else "spawn")
if FORKS:
    CHILDREN.set_forkserver_preload(["tests.engine.warm"])


def run_child(joining: Joining, label: str, number: int) -> int | None:
    """The exit code of a run that dies at a point: DEATH, or 0 when it was not reached; None when it does not end."""
    child = CHILDREN.Process(target=run_until, args=(joining, label, number))
    child.start()
    try:
        child.join(120)
        return child.exitcode
    finally:
        child.kill()
        child.join()
        child.close()


def run_until(joining: Joining, label: str, number: int) -> None:
    """What the child does."""
    left = number

    def reach(name: str) -> None:
        nonlocal left
        if name == label:
            left -= 1
            if left == 0:
                os._exit(DEATH)

    joining.open(reach).sync()
