"""The rule files of a channel as mapping wants them. Read anew each time, understood once: the daemon asks after every sale."""

from functools import lru_cache
from pathlib import Path

from bridge.mapping.rules import MappingRules, parse_mapping_rules
from bridge.settings import config_file, load_config


def mapping_rules(home: Path, channel: str) -> MappingRules:
    """The shared rules with the channel's own laid over them, an office's files first. UserError names the file to correct."""
    names = ("mapping/common.toml", f"mapping/{channel}.toml")
    files = [config_file(name, home) for name in names]
    contents = tuple(file.read_bytes() if file.is_file() else b"" for file in files)
    return _understood(home, channel, names, contents)


@lru_cache(maxsize=32)
def _understood(home: Path, channel: str, names: tuple[str, str], _contents: tuple[bytes, ...]) -> MappingRules:
    """Known by what the files hold, so that a changed file counts from the next run on."""
    common, own = (load_config(name, home) for name in names)
    return parse_mapping_rules(common, own, channel)
