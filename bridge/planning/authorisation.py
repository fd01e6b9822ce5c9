"""When a shop's authorisation ends and which warning is due. Decides only; the words are the shell's.

Two things end apart from each other: the owner's consent, which only the owner renews, and the refresh token, which every renewal
begins anew. A refresh token that ends together with the consent, or after it, says nothing of its own. It is warned about from
seven days on only: where it lives 30 days, an earlier warning would stand there from the first minute.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Ends(StrEnum):
    CONSENT = "consent"
    REFRESH = "refresh"


WARNED = {Ends.CONSENT: (1, 7, 30), Ends.REFRESH: (1, 7)}  # days before the end


@dataclass(frozen=True, slots=True)
class Ending:
    """One end. `within`: the warning that is due, in days; 0 when it is over; None while it is far away."""

    what: Ends
    until: datetime
    days: int  # whole days that are left
    within: int | None


def endings_of(consent_until: datetime | None, refresh_until: datetime | None, now: datetime) -> tuple[Ending, ...]:
    """What ends, the earliest first. Nothing where the channel tells no end."""
    found = [] if consent_until is None else [ending_of(Ends.CONSENT, consent_until, now)]
    if refresh_until is not None and (consent_until is None or refresh_until < consent_until):
        found.insert(0, ending_of(Ends.REFRESH, refresh_until, now))
    return tuple(found)


def ending_of(what: Ends, until: datetime, now: datetime) -> Ending:
    """One end, judged now."""
    left = until - now
    if left <= timedelta(0):
        return Ending(what, until, 0, 0)
    within = next((days for days in WARNED[what] if left <= timedelta(days=days)), None)
    return Ending(what, until, left.days, within)
