"""When something that happens once a day was due last, by the office's clock."""

from datetime import datetime, time, timedelta, tzinfo


def last_due(at: str, zone: tzinfo, now: datetime) -> datetime:
    """The last moment, up to now, at which the office's clock showed `HH:MM`."""
    hour, _, minute = at.partition(":")
    day = now.astimezone(zone).date()
    due = datetime.combine(day, time(int(hour), int(minute)), zone)
    return due if due <= now else datetime.combine(day - timedelta(days=1), due.timetz())
