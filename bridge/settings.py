"""Where things are and what an office may change: the home folder, the database, the language, the editable rule files.

Settings come from the environment (`JEMBATAN_…`) first, then from `JEMBATAN_HOME/config/bridge.toml`, then from defaults.
"""

import pickle
import re
import tomllib
from functools import cache, cached_property, lru_cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bridge.errors import UserError
from bridge.wrong import why_invalid, why_unreadable

HOME_SETTINGS = "bridge.toml"
CONNECTORS = "bridge.connectors"  # the group of entry points; connectors/registry.py reads the same


class Settings(BaseSettings):
    """All settings. Each is documented in `config/bridge.example.toml` and in `docs/settings.md`."""

    model_config = SettingsConfigDict(env_prefix="JEMBATAN_", extra="forbid", frozen=False)

    home: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("jembatan", appauthor=False)))
    database_url: str | None = None
    lang: str = "id"
    timezone: str = "Asia/Jakarta"
    picture_base_url: str | None = None
    halal_blocks: bool = False
    approved_only: bool = False
    guard_share: float = Field(default=0.2, ge=0, le=1)
    guard_minimum: int = Field(default=3, ge=1)
    order_overlap_s: int = Field(default=600, ge=0)
    order_history_days: int = Field(default=14, ge=1)
    buyer_days: int = Field(default=90, ge=1)
    sync_budget_s: int = Field(default=3600, ge=1)
    schema_days: int = Field(default=7, ge=1)
    parallel_shops: int = Field(default=4, ge=1, le=64)
    parallel_calls: int = Field(default=4, ge=1, le=16)
    audit_nights: int = Field(default=7, ge=1, le=365)
    audit_calls: int = Field(default=500, ge=1)
    drift_stock: Literal["ours", "theirs", "ask"] = "ours"
    drift_price: Literal["ours", "theirs", "ask"] = "ask"
    drift_content: Literal["ours", "theirs", "ask"] = "ask"
    drift_visibility: Literal["ours", "theirs", "ask"] = "ask"
    public_url: str | None = None
    orders_every_s: int = Field(default=60, ge=10, le=3600)
    changes_every_s: int = Field(default=600, ge=30, le=86400)
    nightly_at: str | None = None
    digest_at: str = "17:00"
    alert_pull_min: int = Field(default=30, ge=2)
    alert_command: str | None = None
    mail_to: str | None = None
    mail_from: str | None = None
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password_file: Path | None = None

    @field_validator("nightly_at", "digest_at")
    @classmethod
    def is_clock(cls, value: str | None) -> str | None:
        """A time of the day; empty for never."""
        if value and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
            raise PydanticCustomError("clock", "a time of the day")
        return value

    @field_validator("public_url")
    @classmethod
    def is_address(cls, value: str | None) -> str | None:
        """An address without a path of ours."""
        if value is not None and not re.fullmatch(r"https?://[^\s?#]+", value):
            raise PydanticCustomError("address", "an address")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, environment, then the home's own file."""
        home = (
            init_settings().get("home")
            or env_settings().get("home")
            or platformdirs.user_data_dir("jembatan", appauthor=False)
        )
        file = Path(str(home)) / "config" / HOME_SETTINGS
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file)

    @property
    def url(self) -> str:
        """The database address; a SQLite file in the home folder unless told otherwise."""
        return self.database_url if self.database_url else f"sqlite:///{self.home / 'jembatan.sqlite3'}"

    @property
    def key_file(self) -> Path:
        """The key that seals tokens and buyers' data; never inside the database."""
        return self.home / "key.json"

    @cached_property
    def pictures(self) -> Path:
        """Where fetched pictures are kept until they are on the channel."""
        return self.home / "pictures"

    @cached_property
    def labels(self) -> Path:
        """Where shipping labels are kept, for their owner only, until they are deleted after `buyer_days`."""
        return self.home / "labels"

    @cached_property
    def exports(self) -> Path:
        """Where exports that hold buyers' data are written, for as long."""
        return self.home / "exports"


def load_settings(**given: Any) -> Settings:
    """Settings from all sources; a wrong value is a UserError that names it."""
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise UserError(
            "The setting {name} is wrong: {why}. Correct JEMBATAN_{upper} or config/bridge.toml.",
            name=name,
            why=why_invalid(error),
            upper=name.upper(),
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(
            "The settings file config/bridge.toml cannot be read: {why}.", why=why_unreadable(error)
        ) from None


def packaged_config() -> Path:
    """The rule files that come with the program: inside the wheel, or beside `bridge/` in a checkout."""
    inside = Path(__file__).parent / "_config"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "config"


def config_file(name: str, home: Path | None = None) -> Path:
    """The file that counts for `name` (such as `mapping/shopee.toml`): the home's own, else the program's, else a connector's."""
    if home is not None and (home / "config" / name).is_file():
        return home / "config" / name
    ours = packaged_config() / name
    if ours.is_file():
        return ours
    brought = (folder / name for folder in brought_folders(Path(name).stem))
    return next((file for file in brought if file.is_file()), ours)


@cache
def brought_folders(channel: str) -> tuple[Path, ...]:
    """Where connectors of other people keep their files: the folder `config` of the package that the channel's entry point names.

    Nothing is loaded for it, and what is installed does not change while a process runs.
    """
    folders: list[Path] = []
    for point in entry_points(group=CONNECTORS, name=channel):
        package = find_spec(point.module.partition(".")[0])
        places = package.submodule_search_locations if package is not None else None
        folders += [Path(place) / "config" for place in places or ()]
    return tuple(folders)


def load_config(name: str, home: Path | None = None) -> dict[str, Any]:
    """A rule file as a dictionary; empty where no such file exists."""
    path = config_file(name, home)
    if not path.is_file():
        return {}
    try:
        found: dict[str, Any] = pickle.loads(parsed(path.read_text(encoding="utf-8")))  # noqa: S301  made just below
        return found
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError("The file {path} cannot be read: {why}.", path=path, why=why_unreadable(error)) from None


@lru_cache(maxsize=64)
def parsed(text: str) -> bytes:
    """What a rule file says, ready to be copied. Read anew each time, understood once: the daemon opens its connectors after every
    sale."""
    return pickle.dumps(tomllib.loads(text))


def load_folder(folder: str, home: Path | None = None) -> dict[str, dict[str, Any]]:
    """Every rule file of a folder, by its stem."""
    names = {path.stem for path in (packaged_config() / folder).glob("*.toml")}
    if home is not None:
        names |= {path.stem for path in (home / "config" / folder).glob("*.toml")}
    return {name: load_config(f"{folder}/{name}.toml", home) for name in sorted(names)}


def channel_config(channel: str, home: Path | None = None) -> dict[str, Any]:
    """Limits, rates and batch sizes of a channel, as `config/channels/<channel>.toml` has them."""
    return load_config(f"channels/{channel}.toml", home)
