"""Bringing a database to the newest shape, or saying that it is not. Alembic does the work; the steps are in `migrations/`."""

from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bridge.errors import UserError
from bridge.store.engine import Store
from bridge.store.tables import metadata

SCRIPTS = Path(__file__).parent / "migrations"


def alembic_config() -> Config:
    """Alembic's settings, without a file."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return config


def migrate(store: Store) -> None:
    """Applies every missing step, in one transaction. Safe on a database that is up to date, and for two programs at once."""
    scripts = ScriptDirectory.from_config(alembic_config())

    def upgrade(revision: str, _context: object) -> list[object]:
        return scripts._upgrade_revs("head", revision)  # type: ignore[return-value]  # as alembic.command does it

    with (
        store.alone() as connection,
        EnvironmentContext(alembic_config(), scripts, fn=upgrade) as environment,
    ):
        environment.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
        environment.run_migrations()


def newest() -> str:
    """The last step, by the names of the files: every command asks, and Alembic would load them all."""
    return max(file.name.partition("_")[0] for file in (SCRIPTS / "versions").glob("[0-9]*.py"))


def revision_of(connection: Connection) -> str | None:
    """The step a database is at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def require_current(store: Store) -> None:
    """Raises UserError when the database is empty or of another version."""
    with store.look() as connection:
        found = connection.execute(text("select version_num from alembic_version")).scalar()
    if found is None:
        raise UserError("The database has no tables yet. Run: jembatan init")
    if found != newest():
        raise UserError("The database is of another version of the program. Run: jembatan init")
