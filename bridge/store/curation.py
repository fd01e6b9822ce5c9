"""What an office decided about products: the last word per product, and every word with who said it and when."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from bridge.store.listings import chunks
from bridge.store.tables import Curation, CurationStep, Listing


def curations(session: Session, product_ids: Iterable[int]) -> dict[int, Curation]:
    """The last decision by product; no entry where nobody decided."""
    found: dict[int, Curation] = {}
    for some in chunks(set(product_ids)):
        query = select(Curation).where(col(Curation.product_id).in_(some))
        found |= {row.product_id: row for row in session.execute(query).scalars()}
    return found


def record_decision(
    session: Session, product_id: int, state: str, fingerprint: str, by: str, now: datetime, note: str | None
) -> None:
    """Writes a decision down and makes the product's listings stale, in this transaction."""
    row = session.get(Curation, product_id)
    if row is None:
        row = Curation(product_id=product_id)
        session.add(row)
    row.state, row.fingerprint, row.decided_by, row.decided_at, row.note = state, fingerprint, by, now, note
    session.add(
        CurationStep(
            product_id=product_id, state=state, fingerprint=fingerprint, decided_by=by, decided_at=now, note=note
        )
    )
    session.flush()
    session.execute(update(Listing).where(col(Listing.product_id) == product_id).values(stale=True))


def steps_of(session: Session, product_id: int) -> list[CurationStep]:
    """Every decision about a product, the oldest first."""
    query = select(CurationStep).where(col(CurationStep.product_id) == product_id).order_by(col(CurationStep.id))
    return list(session.execute(query).scalars())
