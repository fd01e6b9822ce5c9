"""Used only by the `alembic` command of a developer (`alembic revision --autogenerate`); the program uses `store/migrate.py`."""

from alembic import context
from sqlalchemy import create_engine

from bridge.store.tables import metadata

with create_engine(context.config.get_main_option("sqlalchemy.url") or "sqlite://").connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
