"""What all tables share: constraint names, the UTC type, the JSON type."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

metadata = SQLModel.metadata
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
assert isinstance(metadata, MetaData)


class Utc(TypeDecorator[datetime]):
    """Aware UTC in and out; SQLite gives naive datetimes back. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware times only."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Aware UTC, whatever the database gives."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


JsonType = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


Rupiah = BigInteger().with_variant(Integer, "sqlite")  # of a whole order; SQLite's numbers are as large anyway


def rupiah_field(**more: Any) -> Any:
    """A column of money that a marketplace tells."""
    return Field(sa_type=Rupiah, **more)


def json_field(**more: Any) -> Any:
    """A JSON column: JSONB on PostgreSQL."""
    return Field(sa_type=JsonType, **more)


def utc_field(**more: Any) -> Any:
    """A time column, aware UTC."""
    return Field(sa_type=Utc, **more)


def key(target: str, **more: Any) -> Any:
    """A foreign key column with an index."""
    return Field(foreign_key=target, **{"index": True, **more})
