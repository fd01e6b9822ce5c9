"""The only road to concrete connectors: entry points in the group `bridge.connectors`, ours and other people's alike.

A plugin that cannot be loaded is named, and harms nobody but its own channel. Nothing is loaded before it is asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from bridge.connectors.base import Plugin
from bridge.errors import UserError

GROUP = "bridge.connectors"


@dataclass(frozen=True, slots=True)
class Broken:
    """An entry point that gives no plugin, and why."""

    name: str
    source: str
    reason: str


def plugin(name: str) -> Plugin:
    """The plugin of a channel. Raises UserError that lists the known ones, or says what is wrong with the named one."""
    found = _points().get(name)
    if found is None:
        raise UserError(
            "There is no channel {name}. Known channels: {known}.", name=name, known=", ".join(channel_names())
        )
    loaded = _load(found)
    if isinstance(loaded, Broken):
        template = "The connector {name} ({source}) cannot be used: {reason}. Reinstall or remove it."
        raise UserError(template, name=name, source=loaded.source, reason=loaded.reason)
    return loaded


def channel_names() -> list[str]:
    """All channels that are installed, broken ones too, in order."""
    return sorted(_points())


def plugins() -> dict[str, Plugin]:
    """Every channel that works."""
    loaded = {name: _load(point) for name, point in sorted(_points().items())}
    return {name: each for name, each in loaded.items() if not isinstance(each, Broken)}


def broken() -> list[Broken]:
    """Every channel that does not work, for `doctor` and `channels`."""
    loaded = [_load(point) for _name, point in sorted(_points().items())]
    return [each for each in loaded if isinstance(each, Broken)]


@cache
def _points() -> Mapping[str, EntryPoint]:
    """By name. Ours wins over another package's of the same name: nobody replaces a channel by being installed.

    Read once: what is installed does not change while a process runs, and every shop asks for its plugin.
    """
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=GROUP):
        if point.name not in found or point.value.startswith("bridge."):
            found[point.name] = point
    return found


def _load(point: EntryPoint) -> Plugin | Broken:
    try:
        loaded = point.load()
    except Exception as err:  # noqa: BLE001  foreign code may fail in any way while it is imported; its name and reason are kept
        return Broken(point.name, point.value, f"{type(err).__name__}: {err}")
    if not isinstance(getattr(loaded, "name", None), str) or not callable(getattr(loaded, "open", None)):
        return Broken(point.name, point.value, "it is not a plugin (name, real_host, open)")
    if loaded.name != point.name:
        return Broken(point.name, point.value, f"it calls itself {loaded.name}")
    plugin: Plugin = loaded
    return plugin
