"""Whoever moves a business's stock takes its turn. A sale touches rows of all its shops, and PostgreSQL lets many write at once:
without turns they would lock them in different orders, or compute from a row that another one is about to change."""

from sqlalchemy import Connection, text

SPACE = 742001  # of our advisory locks: any number that no other program in the same database uses
TURN = text("select pg_advisory_xact_lock(:space, :merchant)")


def take_turn(connection: Connection, *merchant_ids: int) -> None:
    """Waits for whoever is moving stock of these businesses; the turn ends with the transaction. To be taken before any row is
    locked. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        for merchant_id in sorted(set(merchant_ids)):
            connection.execute(TURN, {"space": SPACE, "merchant": merchant_id})
