"""When each job of the daemon's timetable ran last, so that a restart neither repeats nor forgets a night."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.store.inserts import insert_new
from bridge.store.ledger import table
from bridge.store.tables import Job


def begin_job(session: Session, name: str, due_at: datetime, now: datetime) -> bool:
    """Whether the job has to run for this moment: nobody ended it for the same one or a later one. What was begun and never ended,
    since its daemon died, is begun anew; one daemon at a time keeps the timetable."""
    row = {"name": name, "due_at": due_at, "begun_at": now}
    if insert_new(session, table(Job), [row]):
        return True
    query = select(Job).where(col(Job.name) == name).with_for_update()
    job: Job = session.execute(query, execution_options={"populate_existing": True}).scalar_one()
    if job.due_at > due_at or (job.due_at == due_at and job.ended_at is not None):
        return False
    job.due_at, job.begun_at, job.ended_at, job.code = due_at, now, None, None
    return True


def end_job(session: Session, name: str, code: int, now: datetime) -> None:
    """How it ended."""
    job = session.get_one(Job, name)
    job.ended_at, job.code = now, code


def list_jobs(session: Session) -> list[Job]:
    """All jobs that ever ran."""
    return list(session.execute(select(Job).order_by(col(Job.name))).scalars())
