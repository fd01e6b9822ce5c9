"""How much of a SKU one listing should show."""


def allocate(available: int | None, buffer: int, units: int) -> int | None:
    """Units a listing shows in *shared* mode: what is available less the buffer, never below 0; None when unknown.

    `units` is how many pieces one sold unit takes.
    """
    if available is None:
        return None
    return max(0, available - buffer) // units
