"""What the daemon remembers: when each job of its timetable ran last, and which alerts somebody was told."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from bridge.store.tables.base import json_field, utc_field


class Job(SQLModel, table=True):
    """One job of the timetable: the moment for which it ran last, so that a missed night is made up for and none runs twice."""

    name: str = Field(primary_key=True)
    due_at: datetime = utc_field()
    begun_at: datetime = utc_field()
    ended_at: datetime | None = utc_field(default=None)
    code: int | None = None  # the exit code that the same work would have had as a command


class AlertRow(SQLModel, table=True):
    """An alert whose cause lasts. `told` names the roads on which it went out; the row goes when the cause does."""

    __tablename__ = "alert"

    kind: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    since: datetime = utc_field()
    told: list[str] = json_field(default_factory=list)
