"""How a sandbox is set up. One value for all platforms; each reads what concerns it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    seed: int = 1
    shops: int = 3
    rate_limit: bool = True
    rate_per_s: float = 20.0  # per shop, with a burst of one second's worth
    latency_ms: float = 0.0
    review_s: float = 1.0  # reviews, queues and other asynchronous work
    wait_s: float = 5.0  # Shopee: between add_item and init_tier_variation
    restock: bool = True  # a cancelled unit comes back to the listing
    stale_echo: bool = False  # Shopee: update_item echoes the status that the item had before
    refresh_again: bool = False  # Shopee: a used refresh token gives the same new pair for four hours
    warehouses: int = 1  # stock locations of each shop, where the platform has several
    zero_refused: bool = False  # a stock of 0 is refused, where the platform's documents leave that open

    def __post_init__(self) -> None:
        if self.shops < 3:
            raise ValueError("a sandbox starts with at least three shops")
        if self.rate_limit and self.rate_per_s <= 0:
            raise ValueError("rate_per_s must be positive")
