"""What a marketplace's word for an order tells beyond its quantities."""

# The shipment is arranged and the goods are still here.
ARRANGED = {"shopee": frozenset({"PROCESSED"}), "tokopedia": frozenset({"AWAITING_COLLECTION"})}


def is_arranged(channel: str, status: str) -> bool:
    """Whether the goods wait for the courier only."""
    return status in ARRANGED.get(channel, frozenset())
