"""Arrows between the rooms of the house point one way: decisions are pure, effects are at the edge."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parent.parent
VALUES = ("bridge.model", "bridge.errors", "bridge.wrong")
PORTS = ("bridge.connectors.base",)
MEANINGS = ("bridge.connectors.meanings",)  # values as well
DECISIONS = ("bridge.mapping", "bridge.planning", "bridge.sheets")
SQL = ("sqlmodel", "sqlalchemy", "sqlite3", "psycopg", "alembic")
HTTP = ("httpx", "httpx2", "httpcore", "httpcore2", "requests", "aiohttp")
EFFECTS = (
    *HTTP, *SQL, "os", "pathlib", "socket", "ssl", "http", "urllib.request", "urllib.error", "random", "secrets", "uuid", "time",
    "subprocess", "threading", "multiprocessing", "asyncio", "tempfile", "shutil", "glob", "logging", "structlog",
)  # fmt: skip
PATHS_AS_WORDS = ("pathlib.PurePath", "pathlib.PurePosixPath", "pathlib.PureWindowsPath")
SHELL = ("typer", "rich", "click")
EFFECT_CALLS = frozenset(
    {
        "open", "io.open", "input", "print", ".now", ".utcnow", ".today", ".urandom", ".read_text", ".read_bytes", ".write_text",
        ".write_bytes", ".unlink", ".mkdir", ".urlopen", ".sleep",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Room:
    """What the files of a room may import of the bridge, and what of the outside they may not."""

    bridge: tuple[str, ...]
    never: tuple[str, ...] = ()
    calls: frozenset[str] = field(default_factory=frozenset)
    only: tuple[str, ...] | None = None  # if given, nothing else from outside but the standard library


DECISION_ROOM = {"never": EFFECTS, "calls": EFFECT_CALLS}
ENGINE_ROOM = Room(
    (*VALUES, *DECISIONS, *PORTS, "bridge.connectors.registry", "bridge.connectors.limits", "bridge.store", "bridge.engine",
     "bridge.settings", *MEANINGS),
    (*HTTP, *SHELL), frozenset({"print", "input"}),
)  # fmt: skip
ROOMS = {
    "bridge/__init__.py": Room((), only=()),
    "bridge/model.py": Room((), only=(), **DECISION_ROOM),
    "bridge/errors.py": Room((), only=(), **DECISION_ROOM),
    "bridge/wrong.py": Room((), only=("pydantic",), **DECISION_ROOM),
    "bridge/mapping/": Room((*VALUES, "bridge.mapping"), **DECISION_ROOM),
    "bridge/planning/": Room((*VALUES, "bridge.planning"), **DECISION_ROOM),
    "bridge/sheets/": Room((*VALUES, "bridge.sheets"), **DECISION_ROOM),
    "bridge/settings.py": Room(VALUES, (*HTTP, *SQL, *SHELL)),
    "bridge/connectors/base.py": Room(VALUES, tuple(name for name in EFFECTS if name != "pathlib")),
    "bridge/connectors/__init__.py": Room((*VALUES, *PORTS), (*HTTP, *SQL, *SHELL)),
    "bridge/connectors/registry.py": Room((*VALUES, *PORTS), (*HTTP, *SQL, *SHELL)),
    "bridge/connectors/limits.py": Room((*VALUES, *PORTS), (*HTTP, *SQL, *SHELL)),
    "bridge/connectors/wire.py": Room(VALUES, (*HTTP, *SQL, *SHELL)),
    "bridge/connectors/paging.py": Room(VALUES, EFFECTS),
    "bridge/connectors/outcomes.py": Room((*VALUES, *PORTS), EFFECTS),
    "bridge/connectors/meanings.py": Room((), only=(), **DECISION_ROOM),
    "bridge/connectors/codes.py": Room((*VALUES, *MEANINGS, "bridge.connectors.outcomes"), EFFECTS),
    "bridge/connectors/http.py": Room((*VALUES, *PORTS, "bridge.connectors.limits"), (*SQL, *SHELL)),
    "bridge/locale/": Room((*VALUES, "bridge.locale"), (*HTTP, *SQL, *SHELL)),
    "bridge/store/": Room((*VALUES, *PORTS, "bridge.store"), (*HTTP, *SHELL), frozenset({"print"})),
    "bridge/engine/": ENGINE_ROOM,
    "bridge/scheduler.py": ENGINE_ROOM,
    "bridge/worker.py": ENGINE_ROOM,
    "bridge/cli/": Room(("bridge",), (*HTTP, *SQL)),
    "bridge/web/": Room(("bridge",), (*HTTP, *SQL)),
    "bridge/sandbox/": Room(("bridge.sandbox",), only=("starlette", "uvicorn", "multipart", "python_multipart", "PIL")),
    "bridge/testing/": Room(
        (*VALUES, *PORTS, *MEANINGS, "bridge.connectors.registry", "bridge.testing"), (*HTTP, *SQL, *SHELL), frozenset({"print"})
    ),
}  # fmt: skip
MAY_USE_HTTP = ("bridge/connectors/http.py", "bridge/engine/fetching.py", "bridge/engine/pictures.py")
SHARED = ("codes", "http", "limits", "meanings", "outcomes", "paging", "wire")  # what every connector is built from
CONNECTOR_TOOLS = ("base", *SHARED, "registry")


def room_of(path: str) -> Room | None:
    """The rules of a file, by its path from the root; None: nobody has said where it belongs."""
    if path in ROOMS:
        return ROOMS[path]
    for start, room in ROOMS.items():
        if start.endswith("/") and path.startswith(start):
            return room
    parts = PurePosixPath(path).parts
    if parts[:2] == ("bridge", "connectors"):
        return connector_room(parts)
    return None


def connector_room(parts: tuple[str, ...]) -> Room:
    """A channel: the ports, the HTTP path and its own folder; limits from its settings file; file roads read sheets too."""
    sheets = ("bridge.sheets",) if any("file" in part for part in parts[2:]) else ()
    tools = (*(f"bridge.connectors.{name}" for name in SHARED), "bridge.settings.channel_config")
    database = tuple(name for name in SQL if parts[2] != "memory" or name != "sqlite3")  # that market may be a file
    return Room(
        (*VALUES, *PORTS, *tools, *sheets, channel_of("/".join(parts))),
        (*HTTP, *database, *SHELL, "os", "subprocess", "structlog"),
        frozenset({"print", ".sleep"}),
    )


def channel_of(path: str) -> str:
    """The package of the channel that a file belongs to; "-" where it belongs to none."""
    parts = path.split("/")
    inside = parts[:2] == ["bridge", "connectors"] and len(parts) > 2
    return f"bridge.connectors.{parts[2].removesuffix('.py')}" if inside else "-"


def imports_of(path: str, tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported, also under `if TYPE_CHECKING`, inside functions and by `import_module`."""
    package = PurePosixPath(path).with_suffix("").parts[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (start, node.module) if part)
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).endswith(("import_module", "__import__"))
            and node.args
        ):
            name = node.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield node.lineno, name.value


def forbidden(call: ast.Call, calls: frozenset[str]) -> bool:
    """`.now` means a method of any object, `open` the function of that name."""
    words = ast.unparse(call.func)
    return words in calls or (isinstance(call.func, ast.Attribute) and f".{call.func.attr}" in calls)


def under(name: str, roots: tuple[str, ...]) -> bool:
    """Whether a dotted name is one of these or below one of them."""
    return any(name == root or name.startswith(f"{root}.") for root in roots)


def concrete_channel(name: str) -> str | None:
    """The channel that an import reaches into; only the registry may, and the channel itself."""
    parts = name.split(".")
    folder = ROOT / "bridge" / "connectors"
    if parts[:2] != ["bridge", "connectors"] or len(parts) < 3 or parts[2] in CONNECTOR_TOOLS:
        return None
    there = (folder / parts[2]).is_dir() or (folder / f"{parts[2]}.py").is_file()
    return ".".join(parts[:3]) if there else None


def violations(path: str, source: str) -> list[str]:
    """What in a file breaks the layers; nothing when all is well."""
    room = room_of(path)
    if room is None:
        return [f"{path}: belongs to no room; say in ROOMS what it may import"]
    tree = ast.parse(source)
    found = [f"{path}:{line}: imports {name}" for line, name in imports_of(path, tree) if not fits(path, room, name)]
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and forbidden(node, room.calls))
    return found + [f"{path}:{node.lineno}: calls {ast.unparse(node.func)}" for node in calls]


def fits(path: str, room: Room, name: str) -> bool:
    """Whether a file may import a name."""
    if under(name, ("bridge",)):
        channel = concrete_channel(name)
        return (channel is None or channel == channel_of(path)) and (under(name, room.bridge) or handed_on(name, room))
    if under(name, HTTP) and path in MAY_USE_HTTP:
        return True
    if room.only is not None and not under(name, room.only) and name.split(".")[0] not in sys.stdlib_module_names:
        return False
    return not under(name, room.never) or under(name, PATHS_AS_WORDS)


def handed_on(name: str, room: Room) -> bool:
    """`from bridge.connectors import Outcome`: what the package hands on is its ports."""
    package, _, last = name.rpartition(".")
    return package == "bridge.connectors" and last[:1].isupper() and under(PORTS[0], room.bridge)


def files() -> list[str]:
    """Every source file of the bridge."""
    return sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "bridge").rglob("*.py"))


@pytest.mark.parametrize("path", files())
def test_every_import_points_the_right_way(path: str) -> None:
    assert violations(path, (ROOT / path).read_text(encoding="utf-8")) == []


PLANTED = [
    ("bridge/model.py", "import pydantic", "imports pydantic"),
    ("bridge/model.py", "from bridge.errors import UserError", "imports bridge.errors.UserError"),
    ("bridge/errors.py", "import os", "imports os"),
    ("bridge/planning/plan.py", "import httpx2", "imports httpx2"),
    ("bridge/planning/plan.py", "from sqlmodel import Session", "imports sqlmodel.Session"),
    ("bridge/planning/plan.py", "from bridge.store.tables import Sku", "imports bridge.store.tables.Sku"),
    ("bridge/planning/plan.py", "from bridge.mapping import listing", "imports bridge.mapping.listing"),
    ("bridge/planning/plan.py", "from bridge.connectors import registry", "imports bridge.connectors.registry"),
    ("bridge/planning/plan.py", "from ..store import engine", "imports bridge.store.engine"),
    ("bridge/planning/plan.py", "def f():\n    import random", "imports random"),
    ("bridge/planning/plan.py", "from time import time", "imports time.time"),
    ("bridge/planning/plan.py", "datetime.now(UTC)", "calls datetime.now"),
    ("bridge/mapping/text.py", "import datetime\ndatetime.datetime.now()", "calls datetime.datetime.now"),
    (
        "bridge/mapping/rules.py",
        "if TYPE_CHECKING:\n    from bridge.settings import Settings",
        "bridge.settings.Settings",
    ),
    ("bridge/sheets/book.py", "open('a')", "calls open"),
    ("bridge/sheets/book.py", "from pathlib import Path", "imports pathlib.Path"),
    ("bridge/sheets/book.py", "import os.path", "imports os.path"),
    ("bridge/sheets/images.py", "from urllib.request import urlopen", "imports urllib.request.urlopen"),
    ("bridge/connectors/base.py", "from bridge.store.engine import Store", "imports bridge.store.engine.Store"),
    ("bridge/connectors/base.py", "from bridge.planning.plan import Plan", "imports bridge.planning.plan.Plan"),
    ("bridge/connectors/shopee/client.py", "import httpx2", "imports httpx2"),
    ("bridge/connectors/shopee/client.py", "from bridge.store import engine", "imports bridge.store.engine"),
    ("bridge/connectors/shopee/client.py", "from bridge.sandbox import start", "imports bridge.sandbox.start"),
    ("bridge/connectors/shopee/client.py", "from bridge.planning import orders", "imports bridge.planning.orders"),
    (
        "bridge/connectors/shopee/client.py",
        "from bridge.connectors.memory import plugin",
        "bridge.connectors.memory.plugin",
    ),
    ("bridge/connectors/shopee/client.py", "from bridge.settings import Settings", "imports bridge.settings.Settings"),
    ("bridge/connectors/shopee/client.py", "from bridge.sheets.book import Book", "imports bridge.sheets.book.Book"),
    ("bridge/connectors/shopee/client.py", "import sqlite3", "imports sqlite3"),
    ("bridge/connectors/shopee/client.py", "import time\ntime.sleep(1)", "calls time.sleep"),
    ("bridge/store/ledger.py", "from bridge.planning.ledger import Count", "imports bridge.planning.ledger.Count"),
    ("bridge/store/ledger.py", "from bridge.connectors.limits import take", "imports bridge.connectors.limits.take"),
    ("bridge/store/ledger.py", "import bridge.engine.sync", "imports bridge.engine.sync"),
    ("bridge/store/ledger.py", "import httpx2", "imports httpx2"),
    ("bridge/engine/sync.py", "import typer", "imports typer"),
    ("bridge/engine/sync.py", "from rich.progress import Progress", "imports rich.progress.Progress"),
    ("bridge/engine/sync.py", "print('x')", "calls print"),
    ("bridge/engine/sync.py", "import httpx2", "imports httpx2"),
    ("bridge/engine/sync.py", "from bridge.connectors.shopee import plugin", "bridge.connectors.shopee.plugin"),
    (
        "bridge/engine/sync.py",
        "import_module('bridge.connectors.shopee.auth')",
        "imports bridge.connectors.shopee.auth",
    ),
    ("bridge/engine/sync.py", "from bridge.cli import main", "imports bridge.cli.main"),
    ("bridge/scheduler.py", "import typer", "imports typer"),
    ("bridge/cli/sync.py", "from sqlalchemy import select", "imports sqlalchemy.select"),
    (
        "bridge/cli/sync.py",
        "from bridge.connectors.shopee.auth import sign",
        "imports bridge.connectors.shopee.auth.sign",
    ),
    ("bridge/web/hooks.py", "import sqlmodel", "imports sqlmodel"),
    (
        "bridge/sandbox/core/server.py",
        "from bridge.connectors.shopee.auth import sign",
        "bridge.connectors.shopee.auth.sign",
    ),
    ("bridge/sandbox/core/server.py", "from bridge.model import Rate", "imports bridge.model.Rate"),
    ("bridge/sandbox/core/server.py", "import httpx2", "imports httpx2"),
    ("bridge/sandbox/core/server.py", "import pydantic", "imports pydantic"),
    (
        "bridge/testing/contract.py",
        "from bridge.sandbox import start_in_thread",
        "imports bridge.sandbox.start_in_thread",
    ),
    ("bridge/helpers.py", "", "belongs to no room"),
]


@pytest.mark.parametrize(("path", "source", "said"), PLANTED)
def test_a_planted_violation_is_caught(path: str, source: str, said: str) -> None:
    found = violations(path, source)
    assert len(found) == 1
    assert found[0].endswith(said) or said in found[0]


ALLOWED = [
    ("bridge/planning/plan.py", "from datetime import datetime, time\nvalue.time()"),
    ("bridge/sheets/book.py", "import io\nimport zipfile\nfrom pathlib import PurePath\narchive.open('a.xml')"),
    ("bridge/sheets/images.py", "from urllib.parse import urlsplit"),
    ("bridge/connectors/shopee/client.py", "from bridge.connectors.http import Http\nfrom . import auth"),
    ("bridge/connectors/shopee/types.py", "from bridge.settings import channel_config"),
    ("bridge/connectors/shopee/file_road.py", "from bridge.sheets.book import Book"),
    ("bridge/connectors/http.py", "import httpx2"),
    ("bridge/engine/fetching.py", "import httpx2"),
    ("bridge/engine/sync.py", "from bridge.connectors import Outcome, registry"),
    ("bridge/cli/sandbox.py", "from bridge.sandbox import start_in_thread\nprint()"),
]


@pytest.mark.parametrize(("path", "source"), ALLOWED)
def test_what_the_table_allows_is_not_held_up(path: str, source: str) -> None:
    assert violations(path, source) == []
