"""What was read once and is kept: category schemas, fetched pictures, pictures on a channel, runs."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.store.inserts import upsert
from bridge.store.ledger import table
from bridge.store.listings import insert_rows
from bridge.store.tables import Picture, RemotePicture, Run, SchemaCache


def load_schema(
    session: Session, shop_id: int, kind: str, key: str, now: datetime, days: int
) -> tuple[Any, str] | None:
    """A kept payload and its version, or None when it is missing or older than `days`."""
    row = session.get(SchemaCache, (shop_id, kind, key))
    if row is None or row.fetched_at < now - timedelta(days=days):
        return None
    return row.payload, row.version


def save_schema(session: Session, shop_id: int, kind: str, key: str, payload: Any, version: str, now: datetime) -> None:
    """Keeps what a channel told."""
    row = {"shop_id": shop_id, "kind": kind, "key": key, "payload": payload, "version": version, "fetched_at": now}
    upsert(session, table(SchemaCache), [row], ["shop_id", "kind", "key"], ["payload", "version", "fetched_at"])


def load_pictures(session: Session, sources: Sequence[str]) -> dict[str, Picture]:
    """What is known of picture links."""
    query = select(Picture).where(col(Picture.source).in_(list(sources)))
    return {row.source: row for row in session.execute(query).scalars()}


def save_picture(session: Session, source: str, sha256: str | None, problem: str | None, now: datetime) -> None:
    """Keeps the outcome of a fetch."""
    row = {"source": source, "sha256": sha256, "problem": problem, "fetched_at": now}
    upsert(session, table(Picture), [row], ["source"], ["sha256", "problem", "fetched_at"])


def load_references(session: Session, scope: str, hashes: Sequence[str]) -> dict[str, str]:
    """References on the channel by SHA-256."""
    query = select(RemotePicture).where(col(RemotePicture.scope) == scope, col(RemotePicture.sha256).in_(list(hashes)))
    return {row.sha256: row.reference for row in session.execute(query).scalars()}


def save_references(session: Session, scope: str, references: Mapping[str, str], now: datetime) -> None:
    """Keeps the references of an upload, before a create names them."""
    rows = [{"scope": scope, "sha256": sha, "reference": ref, "uploaded_at": now} for sha, ref in references.items()]
    upsert(session, table(RemotePicture), rows, ["scope", "sha256"], ["reference", "uploaded_at"])


def begin_run(session: Session, kind: str, now: datetime) -> int:
    """A new run's number."""
    return insert_rows(session, Run, [{"kind": kind, "started_at": now, "state": "running", "summary": {}}])[0]


def end_run(
    session: Session, run_id: int, state: str, summary: Mapping[str, Any], now: datetime, confirm: str | None = None
) -> None:
    """How a run ended."""
    run = session.get_one(Run, run_id)
    run.state, run.summary, run.ended_at, run.confirm_code = state, dict(summary), now, confirm
