"""SQLite's one write lock, which another program may hold: somebody waits for it long once, and all others briefly for a while."""

import sqlite3
import time

BRIEFLY_MS = 200  # as long as a change of ours takes at most


class WriteLock:
    """Begins changes. Runs go through many shops: each would wait as long in vain for the same program."""

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._tried = 0.0  # until then nobody waits long

    def begin(self, cursor: sqlite3.Cursor) -> None:
        """Begins a change, or raises what SQLite says after waiting. The connections themselves wait `wait_s`, too."""
        in_vain = time.monotonic() < self._tried
        if in_vain:
            cursor.execute(f"PRAGMA busy_timeout={BRIEFLY_MS}")
        try:
            cursor.execute("BEGIN IMMEDIATE")
            self._tried = 0.0
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                self._tried = time.monotonic() + self._wait_s
            raise
        finally:
            if in_vain:
                cursor.execute(f"PRAGMA busy_timeout={round(self._wait_s * 1000)}")
