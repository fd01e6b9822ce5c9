"""A home folder: made once, opened by every command."""

import shutil
from collections.abc import Callable

from bridge.engine.context import Engine, no_probe
from bridge.errors import TryLater, UserError
from bridge.settings import Settings, packaged_config
from bridge.store.crypto import create_key_file, load_cipher, refuse_shared
from bridge.store.engine import open_store, refuse_network_folder
from bridge.store.migrate import migrate, require_current
from bridge.store.reseal import check_key


def init_home(settings: Settings) -> bool:
    """Makes folder, key, database and a settings file to edit; leaves alone what is there. True when the home is new.

    Raises UserError where the key file is not the one of the database, which then stays as it is."""
    new = not settings.key_file.exists()
    if new:
        refuse_lost_key(settings)
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)  # it will hold names, addresses and keys
        refuse_network_folder(settings.home)
        create_key_file(settings.key_file)
        settings.pictures.mkdir(exist_ok=True)
        (settings.home / "config").mkdir(exist_ok=True)
        example = settings.home / "config" / "bridge.example.toml"
        if not example.exists():
            shutil.copyfile(packaged_config() / "bridge.example.toml", example)
    except OSError as error:
        raise home_error(settings, error) from None
    store = open_store(settings.url)
    try:
        check_key(store, load_cipher(settings.key_file))
        migrate(store)
    except TryLater:
        raise
    except UserError:
        if new:  # what it would seal, the database's own key could not open
            settings.key_file.unlink()
        raise
    finally:
        store.close()
    return new


def refuse_lost_key(settings: Settings) -> None:
    """A database without its key: a new key could open nothing of it, and what it seals the old one could not open."""
    if (settings.home / "jembatan.sqlite3").exists():
        raise UserError(
            "The key file {file} is missing, but the database is there. Put back your copy of the key file; nothing was changed.",
            file=settings.key_file,
        )


def open_engine(settings: Settings, reach: Callable[[str], None] = no_probe) -> Engine:
    """The engine of a home that was made with `init`. Raises UserError that says so when it was not, or is open to others."""
    if not settings.key_file.exists():
        refuse_lost_key(settings)
        raise UserError("There is no home in {home} yet. Run: jembatan init", home=settings.home)
    refuse_shared(settings.key_file)
    store = open_store(settings.url)
    require_current(store)
    return Engine(settings=settings, store=store, cipher=load_cipher(settings.key_file), reach=reach)


def home_error(settings: Settings, error: OSError) -> UserError:
    """What a full disk or a forbidden folder means for the person."""
    if error.errno in (28, 122):  # no space, quota
        return TryLater("The disk is full. Nothing half done is left: free some space, then run the command again.")
    return UserError(
        "The folder {home} cannot be written: {why}. Choose another one with JEMBATAN_HOME.",
        home=settings.home,
        why=error.strerror,
    )
