"""`jembatan channels`: the marketplaces that this installation can reach, and what each can do."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from bridge.cli.grammar import App
from bridge.cli.options import Json
from bridge.cli.session import settings_for
from bridge.cli.speak import table, warn, write_json
from bridge.locale import N_, _

if TYPE_CHECKING:
    from bridge.connectors.base import Plugin

ABILITIES = {"consent": N_("authorisation in the browser"), "saved": N_("import of saved answers")}


def add_commands(app: App) -> None:
    """Declares the command."""

    @app.verb("channels", N_("List the marketplaces that can be reached, with their abilities and limits."))
    def channels(as_json: Json = False) -> int:
        rows, broken = channel_rows(settings_for().home)
        if as_json:
            write_json([*rows, *broken])
            return 0
        columns = [_("Channel"), _("Address"), _("Can do"), _("Limits")]
        table(columns, [(row["channel"], row["host"], able(row), limits(row)) for row in rows])
        for row in broken:
            warn("The connector {name} cannot be used: {why}.", name=row["channel"], why=row["broken"])
        return 0


def channel_rows(home: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Channels that work, and those whose package is broken."""
    from bridge.connectors import registry
    from bridge.connectors.base import ConsentSource, SavedSource
    from bridge.settings import channel_config

    rows = []
    for name, plugin in market_plugins().items():
        config = channel_config(name, home)
        checks = {"consent": isinstance(plugin, ConsentSource), "saved": isinstance(plugin, SavedSource)}
        rows.append(
            {
                "channel": name,
                "host": plugin.real_host,
                "abilities": [ability for ability, has in checks.items() if has],
                "batch": config.get("batch", {}),
                "limits": config.get("limits", {}),
                "rates": config.get("rates", config.get("rate", [])),
            }
        )
    broken = [{"channel": each.name, "broken": each.reason, "source": each.source} for each in registry.broken()]
    return rows, broken


def market_plugins() -> "dict[str, Plugin]":
    """The plugins of marketplaces; those that only tests need call themselves `internal`."""
    from bridge.connectors import registry

    return {name: plugin for name, plugin in registry.plugins().items() if not getattr(plugin, "internal", False)}


def able(row: dict[str, Any]) -> str:
    """Abilities in words."""
    return ", ".join(_(ABILITIES[name]) for name in row["abilities"])


def limits(row: dict[str, Any]) -> str:
    """The limits that the channel's file names."""
    return ", ".join(f"{key} {value}" for key, value in row["limits"].items())
