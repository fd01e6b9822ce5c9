"""Progress on stderr, only where a person looks: bars of the stages of a run, told by several threads at once."""

import sys
import threading
from types import TracebackType
from typing import Any

from bridge.cli.speak import is_terminal
from bridge.locale import N_, _

STAGES = {
    "read": N_("Rows read"),
    "files": N_("Files read"),
    "store": N_("Products stored"),
    "pull": N_("Shops asked for orders"),
    "map": N_("Products prepared"),
    "pictures": N_("Pictures uploaded"),
    "write": N_("Changes sent"),
    "audit": N_("Listings read; then the orders are awaited"),
}


class Bars:
    """A context in which `tell(stage, done, total)` moves a bar per stage; silent without a terminal.

    `pull`, `map`, `write` and `audit` tell what was just done, the last two with a total announce more work; the others tell how
    far they are, each for its own thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done: dict[str, dict[int, int]] = {}
        self._total: dict[str, dict[int, int]] = {}
        self._tasks: dict[str, Any] = {}
        self._progress: Any = None

    def __enter__(self) -> "Bars":
        if is_terminal(sys.stderr):
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._progress = Progress(*columns, console=Console(stderr=True, force_terminal=True), transient=True)
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def tell(self, stage: str, done: int, total: int = 0) -> None:
        """One thread says how far it is."""
        with self._lock:
            self._count(stage, done, total)
            if self._progress is not None:
                self._show(stage)

    def _count(self, stage: str, done: int, total: int) -> None:
        me = threading.get_ident()
        known, announced = self._done.setdefault(stage, {}), self._total.setdefault(stage, {})
        if stage in ("files", "pictures", "store", "read"):
            known[me], announced[me] = done, total
        else:
            known[me] = known.get(me, 0) + done
            announced[me] = announced.get(me, 0) + total

    def position(self, stage: str) -> tuple[int, int]:
        """Done, and how many there are as far as known; a step that is repeated never passes the end."""
        done = sum(self._done.get(stage, {}).values())
        total = sum(self._total.get(stage, {}).values())
        return (min(done, total) if total else done), max(total, 0 if total else done)

    def _show(self, stage: str) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(_(STAGES[stage]), total=None)
        done, total = self.position(stage)
        self._progress.update(self._tasks[stage], completed=done, total=total)
