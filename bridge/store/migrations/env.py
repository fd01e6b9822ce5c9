"""Used only by the `alembic` command of a developer (`alembic revision --autogenerate`); the program uses `store/migrate.py`."""

from alembic import context
from sqlalchemy import NullPool, create_engine

from bridge.store.tables import metadata

url = context.config.get_main_option("sqlalchemy.url") or "sqlite://"
with create_engine(url, poolclass=NullPool).connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
