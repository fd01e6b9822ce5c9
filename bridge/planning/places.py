"""One figure over the warehouses of a channel: how much of it each of them is told.

How much a listing shows follows from all that a business has (`allocation.py`); here that figure is only divided by where the goods
lie. Units are those of the listing. The first warehouse is the main one.
"""

from collections.abc import Mapping, Sequence


def room_of(warehouses: Sequence[tuple[str, int | None]], lies: Mapping[int, int], units: int) -> dict[str, int]:
    """Units that lie at each warehouse. `warehouses`: the channel's id and our location behind it; `lies`: location → pieces.

    What lies at a location that no warehouse stands for is told at the main one.
    """
    main = warehouses[0][0]
    at = {location: warehouse for warehouse, location in reversed(warehouses) if location is not None}
    pieces = {warehouse: 0 for warehouse, _ in warehouses}
    for location, there in lies.items():
        pieces[at.get(location, main)] += there
    return {warehouse: max(0, there) // units for warehouse, there in pieces.items()}


def spread(value: int, room: Mapping[str, int]) -> dict[str, int]:
    """The figure divided in proportion to what lies where, to its last unit. What no warehouse has is told at the main one."""
    whole = sum(room.values())
    told = {warehouse: min(there, value * there // whole) if whole else 0 for warehouse, there in room.items()}
    for warehouse in sorted(room, key=lambda each: told[each] - room[each]):
        told[warehouse] += min(value - sum(told.values()), room[warehouse] - told[warehouse])
    told[next(iter(room))] += value - sum(told.values())
    return told


def lies_elsewhere(shown: Mapping[str, int], value: int, room: Mapping[str, int]) -> bool:
    """Whether a warehouse shows goods that lie in another one, so that the same figure has to be told anew. Goods of a warehouse
    that the channel does not sell this SKU from are told at the first that it does; one that the shop has no more shows none."""
    if any(pieces for warehouse, pieces in shown.items() if warehouse not in room):
        return True
    sold = {warehouse: there for warehouse, there in room.items() if warehouse in shown}
    if not sold:
        return False
    sold[next(iter(sold))] += sum(room.values()) - sum(sold.values())
    wanted = spread(value, sold)
    return any(shown[warehouse] > max(there, wanted[warehouse]) for warehouse, there in sold.items())


def after_order(shown: Mapping[str, int] | None, warehouse: str, units: int) -> dict[str, int] | None:
    """What the warehouses show after units were bought (below 0: came back) at one of them; None where that is not known."""
    if not units:
        return None if shown is None else dict(shown)
    if shown is None or warehouse not in shown:
        return None
    return {**shown, warehouse: shown[warehouse] - units}
