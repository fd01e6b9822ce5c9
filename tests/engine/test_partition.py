"""One stock over several shops: divided, held back, never oversold in partitioned mode, and else never by more than was logged."""

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from bridge.engine.auditing import audit_shops
from bridge.engine.changing import make_bundle, set_stock_rule
from bridge.engine.drifting import differences_of, keep_theirs
from bridge.engine.importing import import_file
from bridge.engine.stock_views import stock_of_sku
from bridge.engine.sync import shops_of
from bridge.errors import UserError
from bridge.store.exposures import exposure_log, promises
from bridge.store.tables import Listing, ListingSku, Sku
from tests.engine.world import World

WALKS = pytest.mark.parametrize(  # the figures of the other tests are held on both databases
    "database_url",
    ["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.thorough])],
    indirect=True,
)
NAME, CODE = "Keripik Pisang", "M01P001"


def pieces(world: World, title: str = NAME) -> int:
    """What a shop shows of the one product."""
    return next(iter(world.shown()[title].values()))[1]


def settled(world: World) -> None:
    """Runs until nothing is under way."""
    for _ in range(3):
        world.advance_clock(30)
        world.sync()


@pytest.mark.parametrize(
    ("rule", "first", "second"),
    [
        ({"mode": "split"}, 6, 5),
        ({"mode": "partitioned"}, 6, 5),
        ({"mode": "split", "shares": {"1": 30, "2": 70}}, 4, 7),
        ({"mode": "partitioned", "main": 2}, 5, 6),
        ({"buffer": 3}, 8, 8),
        ({"last_units": 20, "main": 2}, 0, 11),
        ({}, 11, 11),
    ],
)
def test_stock_is_divided_over_the_shops(
    rule: dict[str, Any], first: int, second: int, two: tuple[World, World]
) -> None:
    one, other = two
    one.add_product(NAME, stock=11)
    set_stock_rule(one.engine, rule, "Toko Uji", None)
    settled(one)
    if rule.get("last_units"):
        assert one.shown()[NAME][CODE][1] == 0
    assert (pieces(one), pieces(other)) == (first, second)
    assert one.sync().summary()["writes"] == 0


def test_a_rule_that_comes_later_moves_the_stock_through_zero(two: tuple[World, World]) -> None:
    one, other = two
    one.add_product(NAME)
    settled(one)
    assert (pieces(one), pieces(other)) == (10, 10)
    set_stock_rule(one.engine, {"mode": "partitioned"}, "Toko Uji", None)
    figures: list[tuple[int, int]] = []
    one.engine.reach = lambda label: (
        figures.append((pieces(one), pieces(other))) if label == "settle:after-commit" else None
    )
    settled(one)
    assert (pieces(one), pieces(other)) == (5, 5)
    assert {0} <= {figure for both in figures for figure in both}
    assert one.sync().summary()["writes"] == 0
    stock = stock_of_sku(one.engine, CODE)
    assert (stock.exposure, [each.may_sell for each in stock.listings]) == (0, [5, 5])


def test_what_is_sold_out_in_one_shop_is_filled_from_the_other(two: tuple[World, World]) -> None:
    one, other = two
    one.add_product(NAME)
    set_stock_rule(one.engine, {"mode": "partitioned"}, "Toko Uji", None)
    settled(one)
    one.market.buy("1", {CODE: 5})
    settled(one)
    assert (pieces(one), pieces(other)) == (3, 2)


def test_a_single_sale_makes_no_figure_dip(two: tuple[World, World]) -> None:
    one, _other = two
    one.add_product(NAME)
    set_stock_rule(one.engine, {"mode": "partitioned"}, "Toko Uji", None)
    settled(one)
    one.market.buy("1", {CODE: 1})
    one.advance_clock(30)
    assert one.sync().summary()["writes"] == 0


class Buyers:
    """They buy, and cancel what was not shipped, at any point of a run, in the shops as they stand there."""

    def __init__(self, shops: tuple[World, ...], stock: int, seed: int, claim: Callable[["Buyers"], None]) -> None:
        self.shops, self.stock, self.random, self.claim = shops, stock, Random(seed), claim
        self.waiting: list[str] = []  # bought, and neither shipped nor cancelled
        self.sold, self.left = 0, 14
        self.broken: list[AssertionError] = []
        shops[0].engine.reach = self.visit

    @property
    def oversold(self) -> int:
        return max(0, self.sold - self.stock)

    @property
    def logged(self) -> int:
        with self.shops[0].engine.store.read() as session:
            sku = session.execute(select(Sku).where(col(Sku.code) == CODE)).scalar_one()
            log = exposure_log(session, int(sku.id or 0))
        return log[-1].exposure or 0 if log else 0

    def visit(self, label: str) -> None:
        if label.endswith("before-commit"):
            return
        try:
            self.hold_the_log()
            self.act()
            self.claim(self)
        except AssertionError as broken:  # a run goes on with its other shops, whatever happened to one
            self.broken.append(broken)
            raise

    def hold_the_log(self) -> None:
        """What was written down last is what is so: no transaction moved either side without saying it."""
        with self.shops[0].engine.store.read() as session:
            sku = session.execute(select(Sku).where(col(Sku.code) == CODE)).scalar_one()
            now = promises(session, [int(sku.id or 0)])[int(sku.id or 0)]
        assert (now.exposure or 0) == self.logged

    def act(self) -> None:
        market = self.shops[0].market
        if self.waiting and self.random.random() < 0.2:
            order = self.waiting.pop(self.random.randrange(len(self.waiting)))
            action = self.random.choice(["cancel", "ship"])
            market.move(order, action)
            self.sold -= action == "cancel"
            return
        shop = self.random.choice(self.shops)
        there = {
            sku["seller_sku"]: sum(sku["stock"].values())
            for row in market.state(shop.shop)["listing"]
            for sku in row["skus"]
        }
        if self.left and there.get(CODE) and self.random.random() < 0.5:
            self.left -= 1
            self.waiting.append(market.buy(shop.shop, {CODE: 1}))
            self.sold += 1


def never(buyers: Buyers) -> None:
    assert buyers.oversold == 0


def never_more_than_logged(buyers: Buyers) -> None:
    assert buyers.oversold <= buyers.logged


@WALKS
@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in (2, 3))])
@pytest.mark.parametrize(
    ("mode", "claim"), [("partitioned", never), ("shared", never_more_than_logged), ("split", never_more_than_logged)]
)
def test_whatever_buyers_do(mode: str, claim: Callable[[Buyers], None], seed: int, two: tuple[World, World]) -> None:
    one, other = two
    one.add_product(NAME, stock=6)
    set_stock_rule(one.engine, {"mode": mode}, "Toko Uji", None)
    buyers = Buyers((one, other), 6, seed, claim)
    for _ in range(6):
        one.sync()
        one.advance_clock(buyers.random.choice([1, 20, 400]))
    one.engine.reach = lambda _label: None
    assert buyers.broken == []
    settled(one)
    if mode == "partitioned":
        balance = one.balance(CODE)
        assert pieces(one) + pieces(other) <= balance.on_hand - balance.held


def test_a_figure_raised_by_hand_in_a_divided_shop_is_found_and_put_back(two: tuple[World, World]) -> None:
    one, other = two
    one.add_product(NAME)
    set_stock_rule(one.engine, {"mode": "partitioned"}, "Toko Uji", None)
    settled(one)
    assert audit_shops(one.engine, shops_of(one.engine)).code == 0
    one.advance_clock(60)
    one.market.edit(str(one.rows(Listing)[0].remote_item_id), stock=40)
    audit_shops(one.engine, shops_of(one.engine))
    [found] = differences_of(one.engine)
    assert (found.kind, found.red) == ("stock", True)
    stock = stock_of_sku(one.engine, CODE)
    assert stock.exposure == 35
    with one.engine.store.read() as session:
        assert exposure_log(session, stock.sku_id)[-1].exposure == 35
    settled(one)
    assert (pieces(one), pieces(other), stock_of_sku(one.engine, CODE).exposure) == (5, 5, 0)


def test_their_figure_of_a_divided_shop_is_no_count(two: tuple[World, World]) -> None:
    one, _ = two
    one.engine.settings = one.engine.settings.model_copy(update={"drift_stock": "ask"})
    one.add_product(NAME)
    set_stock_rule(one.engine, {"mode": "split"}, "Toko Uji", None)
    settled(one)
    audit_shops(one.engine, shops_of(one.engine))
    one.advance_clock(60)
    one.market.edit(str(one.rows(Listing)[0].remote_item_id), stock=3)
    audit_shops(one.engine, shops_of(one.engine))
    with pytest.raises(UserError, match="only a part of the stock"):
        keep_theirs(one.engine, CODE, None, None, "stock")


def test_a_bundle_follows_its_parts(two: tuple[World, World]) -> None:
    one, _ = two
    one.add_product(NAME, stock=7)
    one.add_product("Keripik Tempe", stock=20)
    one.add_product("Keripik Paket", stock=None)
    make_bundle(one.engine, "M01P003", {"M01P001": 2, "M01P002": 1}, None)
    settled(one)
    assert pieces(one, "Keripik Paket") == 3
    one.market.buy("1", {"M01P003": 1})
    settled(one)
    assert (one.balance("M01P001").held, one.balance("M01P002").held) == (2, 1)
    assert (pieces(one, "Keripik Paket"), pieces(one), pieces(one, "Keripik Tempe")) == (2, 5, 19)
    stock = stock_of_sku(one.engine, "M01P003")
    assert (stock.available, stock.parts) == (2, {"M01P001": 2, "M01P002": 1})
    assert (
        stock_of_sku(one.engine, "M01P001").exposure
        == sum(row.may_sell * (2 if row.sku_id == 3 else 1) for row in one.rows(ListingSku) if row.sku_id in (1, 3)) - 5
    )
    with pytest.raises(UserError, match="bundle"):
        make_bundle(one.engine, "M01P001", {"M01P003": 1}, None)
    make_bundle(one.engine, "M01P003", {}, None)
    with pytest.raises(UserError, match="counted"):
        make_bundle(one.engine, "M01P001", {"M01P002": 1}, None)


def test_a_sheet_does_not_count_a_bundle(two: tuple[World, World]) -> None:
    one, _ = two
    head = "Nama Usaha;Jenis Produk;Nama Produk;Harga;Berat;Stok\n"
    rows = "Toko Uji;Makanan;Keripik Pisang;15000;250 gr;9\nToko Uji;Makanan;Keripik Paket;30000;500 gr;"
    for stock in ("", "5"):
        import_file(one.engine, "produk.csv", f"{head}{rows}{stock}\n".encode(), date(2026, 11, 23))
        make_bundle(one.engine, "M01P002", {"M01P001": 2}, None)
    stock_now = stock_of_sku(one.engine, "M01P002")
    assert (stock_now.on_hand, stock_now.parts) == (4, {"M01P001": 2})
