"""What a database says of locks, disks and absence, in sentences for people."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, DataError, IntegrityError

from bridge.errors import TryLater, UserError

GONE = ("refused", "failed", "closed", "terminating", "timeout")  # what PostgreSQL says of a connection
NO_ROOM = ("SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_SHMMAP", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_TRUNCATE")


@contextmanager
def translated() -> Iterator[None]:
    """Turns what a database says about locks, disks and absence into a sentence and exit code 4."""
    try:
        yield
    except (DatabaseError, sqlite3.DatabaseError) as error:
        found = explain(error)
        if found is error:
            raise
        raise found from error


def explain(error: DatabaseError | sqlite3.DatabaseError) -> Exception:
    """The error that the shell shows; unknown ones stay as they are."""
    if isinstance(error, IntegrityError | DataError):
        return error  # a bug of ours; its text quotes data, which must not be taken for the database's own words
    words = str(error.orig if isinstance(error, DatabaseError) else error).lower()
    if (
        "is locked" in words or "locking protocol" in words or "lock timeout" in words
    ):  # not "blocked by process 7", which a deadlock says
        return TryLater(
            "The database is locked by another program. Wait until it has ended, then run the command again."
        )
    if is_broken_disk(error):
        return TryLater(
            "The disk cannot be read or written at the moment. Run jembatan doctor: if space is free, the disk may be broken."
        )
    if "disk is full" in words or "no space left" in words or "disk i/o error" in words:
        return TryLater("The disk is full. Nothing half done is left: free some space, then run the command again.")
    if "readonly" in words or "unable to open" in words or "permission denied" in words:
        return UserError(
            "The database cannot be written. Check that you may write the folder JEMBATAN_HOME, jembatan.sqlite3 and the files "
            "beside it that begin with its name."
        )
    if "not a database" in words or "malformed" in words:
        return UserError(
            "The database file is damaged. Put back a copy of jembatan.sqlite3, or begin with an empty JEMBATAN_HOME."
        )
    if "failed to resolve" in words or ("connection" in words and any(word in words for word in GONE)):
        return TryLater("The database does not answer. Start PostgreSQL or correct JEMBATAN_DATABASE_URL.")
    if "no such table" in words or ("relation " in words and "does not exist" in words):
        return UserError("The database has no tables yet. Run: jembatan init")
    return error


def is_broken_disk(error: DatabaseError | sqlite3.DatabaseError) -> bool:
    """Whether SQLite met a disk that fails for another reason than lack of space."""
    name = getattr(error.orig if isinstance(error, DatabaseError) else error, "sqlite_errorname", "")
    return name.startswith("SQLITE_IOERR") and name not in NO_ROOM
