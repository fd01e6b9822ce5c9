"""Imported by the fork server of `crash_child` alone: one whole run, so that children find built what a first run has to build."""

from pathlib import Path
from tempfile import TemporaryDirectory

from bridge.connectors import registry
from bridge.connectors.http import shared_client
from bridge.store.crypto import Cipher
from bridge.store.engine import open_store
from bridge.store.tables import metadata
from tests.engine.kill import prepare
from tests.engine.world import build_world

registry.plugins()
shared_client()
with TemporaryDirectory() as folder:
    store = open_store(f"sqlite:///{folder}/warm.sqlite3", "OFF")
    metadata.create_all(store.engine)
    world = build_world(store, Cipher({"warm": bytes(32)}, "warm"), Path(folder) / "home")
    prepare(world)
    assert world.sync().code == 0
    store.close()
