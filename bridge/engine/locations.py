"""Where a business keeps its goods, and which warehouse of a shop stands for which of these places."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.engine.context import Engine
from bridge.engine.looking import named_merchant
from bridge.errors import UserError
from bridge.store.catalog import default_location, row_id
from bridge.store.ledger import mark_shop_figures
from bridge.store.tables import Location, Shop

MAIN = "-"  # how a person names the place that every business has from the start


@dataclass(frozen=True, slots=True)
class Warehouse:
    """One warehouse of a shop: the channel's id and name for it, and the business's location behind it ("": none is set)."""

    shop: int
    id: str
    name: str
    location: str


def location_of(session: Session, merchant_id: int, name: str | None) -> int:
    """The row of a location by its name; None and "-": the one without a name. Raises UserError with the known ones."""
    if name is None or name == MAIN:
        return default_location(session, merchant_id)
    known = {row.name: row_id(row) for row in locations_of(session, merchant_id)}
    found = [key for each, key in known.items() if each.casefold() == name.strip().casefold()]
    if not found:
        told = ", ".join(sorted(each or MAIN for each in known))
        raise UserError(
            "There is no location {name}. Known: {known}. Add one with: jembatan stock locations --add NAME",
            name=name,
            known=told,
        )
    return found[0]


def locations_of(session: Session, merchant_id: int) -> list[Location]:
    """All locations of a business, the first one without a name."""
    query = select(Location).where(col(Location.merchant_id) == merchant_id).order_by(col(Location.id))
    return list(session.execute(query).scalars())


def location_names(engine: Engine, merchant: str) -> list[str]:
    """The names of a business's locations; the one from the start is "-"."""
    with engine.store.read() as session:
        return [row.name or MAIN for row in locations_of(session, row_id(named_merchant(session, merchant)))]


def add_location(engine: Engine, merchant: str, name: str) -> None:
    """A place more. Raises UserError where the name is taken or none."""
    wanted = " ".join(name.split())
    with engine.store.write() as session:
        owner = named_merchant(session, merchant)
        taken = {row.name.casefold() for row in locations_of(session, row_id(owner))}
        if not wanted or wanted == MAIN or wanted.casefold() in taken:
            raise UserError("{name} is taken, or no name for a location.", name=name)
        session.add(Location(merchant_id=row_id(owner), name=wanted))


def warehouses_of(engine: Engine, shop_id: int) -> list[Warehouse]:
    """The warehouses of a shop, the main one first; none where the channel tells of one only."""
    with engine.store.read() as session:
        shop = session.get_one(Shop, shop_id)
        names = {row_id(row): row.name or MAIN for row in locations_of(session, shop.merchant_id)}
        return [
            Warehouse(shop_id, row["id"], row["name"], names.get(row["location_id"] or 0, ""))
            for row in shop.warehouses
        ]


def set_warehouse(engine: Engine, shop_id: int, warehouse: str, place: str | None) -> None:
    """Says which location's goods a warehouse sells; None: none. The next run divides the figures anew.

    Raises UserError where the shop has no such warehouse, or another one stands for that location.
    """
    with engine.store.write() as session:
        shop = session.get_one(Shop, shop_id, with_for_update=True)
        rows = [dict(row) for row in shop.warehouses]
        chosen = [row for row in rows if warehouse in (row["id"], row["name"])]
        if len(chosen) != 1:
            known = ", ".join(f"{row['id']} {row['name']}".strip() for row in rows) or MAIN
            raise UserError(
                "Shop {shop} has no warehouse {name}. Known: {known}.", shop=shop_id, name=warehouse, known=known
            )
        location = None if place is None else location_of(session, shop.merchant_id, place)
        if location is not None and any(row["location_id"] == location for row in rows if row is not chosen[0]):
            raise UserError("Another warehouse of this shop stands for {place} already.", place=place)
        chosen[0]["location_id"] = location
        shop.warehouses = rows
        mark_shop_figures(session, shop_id)


def told_warehouses(shop: Shop, ids: tuple[str, ...], names: dict[str, str]) -> list[dict[str, object]]:
    """What a shop's row keeps of its warehouses when the channel tells them anew: what was set stays. One only is none."""
    before = {row["id"]: row["location_id"] for row in shop.warehouses}
    several = ids if len(ids) > 1 else ()
    return [{"id": each, "name": names.get(each, ""), "location_id": before.get(each)} for each in several]
