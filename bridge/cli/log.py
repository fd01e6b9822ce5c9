"""The log file of a home: one JSON line per event, secrets taken out. It is for whoever mends the program, not for the clerk."""

import logging
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

LARGEST = 5_000_000  # bytes; then the file is set aside once
NAME = "jembatan.log"


def log_file(home: Path) -> Path:
    """Where it is."""
    return home / "log" / NAME


class FileLog:
    """Appends lines; a log that cannot be written is no reason to stop."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def msg(self, line: str) -> None:
        """One event."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._path.is_file() and self._path.stat().st_size > LARGEST:
                self._path.replace(self._path.with_suffix(".log.1"))
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError:
            return

    debug = info = warning = error = critical = exception = failure = fatal = log = msg


def configure_log(home: Path) -> None:
    """Sends the program's events to the home's log file, redacted. Safe to call again for another home."""
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redacted,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_args: FileLog(log_file(home)),
        cache_logger_on_first_use=False,
    )


def redacted(logger: Any, method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """The event without tokens, keys and signatures."""
    from bridge.connectors.http import redact_event

    return redact_event(logger, method, dict(event))


def log_crash(home: Path, error: BaseException, **more: Any) -> Path:
    """Writes down an error of the program itself, with its traceback."""
    import structlog

    configure_log(home)
    structlog.get_logger().error("crash", exc_info=error, **more)
    return log_file(home)
