"""An order told twice, out of order, in part or by another road books every piece once."""

from dataclasses import dataclass, replace
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from order_lives import (
    BINDINGS,
    NOW,
    ORDERED_AT,
    Ledger,
    Snapshot,
    bound,
    later,
    lines_of,
    lives,
    order,
    remote,
    told,
    truth,
)

from bridge.model import RemoteLine, RemoteOrder
from bridge.planning.orders import Binding, plan_order

SKU, TIE = BINDINGS["KOPI"].sku_id, BINDINGS["KOPI"].listing_sku_id


@dataclass(frozen=True)
class Story:
    """Tellings of one line in their order, and what must come of them."""

    name: str
    tellings: tuple[RemoteOrder, ...]
    on_hand: int = 0
    held: int = 0
    booked: int = 0
    cancelled: int = 0


def kopi(ordered: int, **more: int) -> RemoteOrder:
    return order(remote("KOPI", ordered, **more))


STORIES = [
    Story("placed", (kopi(3),), held=3, booked=3),
    Story("told twice", (kopi(3), kopi(3)), held=3, booked=3),
    Story("shipped", (kopi(3), kopi(3, shipped=3)), on_hand=-3, booked=3),
    Story("shipped when first seen", (kopi(3, shipped=3),), on_hand=-3, booked=3),
    Story("cancelled", (kopi(3), kopi(3, cancelled=3)), booked=3, cancelled=3),
    Story("cancelled when first seen", (kopi(3, cancelled=3),), booked=3, cancelled=3),
    Story("cancelled in part", (kopi(3), kopi(3, cancelled=1)), held=2, booked=3, cancelled=1),
    Story("cancelled in two parts", (kopi(3, cancelled=1), kopi(3, cancelled=2)), held=1, booked=3, cancelled=2),
    Story("ordered quantity falls", (kopi(3), kopi(1)), held=1, booked=3, cancelled=2),
    Story("ordered quantity falls, told twice", (kopi(3), kopi(1), kopi(1)), held=1, booked=3, cancelled=2),
    Story("ordered quantity falls twice", (kopi(3), kopi(2), kopi(1)), held=1, booked=3, cancelled=2),
    Story("falls, and one more is cancelled", (kopi(3), kopi(2), kopi(2, cancelled=1)), held=1, booked=3, cancelled=2),
    Story("falls, then shipped", (kopi(3), kopi(1), kopi(1, shipped=1)), on_hand=-1, booked=3, cancelled=2),
    Story(
        "one cancelled, then told as shipped and recalled with the rest",
        (kopi(3), kopi(3, cancelled=1), kopi(3, shipped=3, recalled=1), kopi(3, shipped=3, recalled=1)),
        on_hand=-2, booked=3, cancelled=1,
    ),
    Story("the old quantity comes late", (kopi(3), kopi(1), kopi(3)), held=1, booked=3, cancelled=2),
    Story("ordered quantity rises", (kopi(1), kopi(4)), held=4, booked=4),
    Story(
        "recalled after shipping",
        (kopi(2), kopi(2, shipped=2), kopi(2, shipped=2, recalled=2)),
        on_hand=-2, booked=2, cancelled=2,
    ),
    Story(
        "recalled, then returned",
        (kopi(2, shipped=2, recalled=2), kopi(2, shipped=2, recalled=2, returned=2)),
        booked=2, cancelled=2,
    ),
    Story("returned in part", (kopi(3, shipped=3), kopi(3, shipped=3, returned=1)), on_hand=-2, booked=3),
    Story("returned when first seen", (kopi(2, shipped=2, returned=2),), booked=2),
    Story("news comes before the old", (kopi(2, shipped=1, cancelled=1), kopi(2)), on_hand=-1, booked=2, cancelled=1),
    Story("vanished line", (order(remote("KOPI", 2), remote("TEH", 1)), order(remote("TEH", 1))), booked=2, cancelled=2),
    Story(
        "vanished line, told twice",
        (order(remote("KOPI", 2), remote("TEH", 1)), order(remote("TEH", 1)), order(remote("TEH", 1))),
        booked=2, cancelled=2,
    ),
    Story(
        "vanished after one was shipped",
        (order(remote("KOPI", 2, shipped=1), remote("TEH", 1)), order(remote("TEH", 1))),
        on_hand=-1, booked=2, cancelled=1,
    ),
    Story("an answer without lines says nothing", (kopi(2), order()), held=2, booked=2),
]  # fmt: skip


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_what_a_story_books(story: Story) -> None:
    ledger = Ledger()
    for telling in story.tellings:
        ledger.tell(telling)
    found = (ledger.on_hand[SKU], ledger.held[SKU], ledger.booked[TIE], ledger.cancelled[TIE])
    assert found == (story.on_hand, story.held, story.booked, story.cancelled)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_telling_the_last_again_changes_nothing(story: Story) -> None:
    ledger = Ledger()
    for telling in story.tellings:
        ledger.tell(telling)
    before = dict(ledger.lines)
    again = ledger.tell(story.tellings[-1])
    assert (again.entries, again.moved, again.dropped) == ((), (), ())
    assert ledger.lines == before


@given(lives(), st.data())
def test_any_sightings_in_any_order_end_the_same(story: list[Snapshot], data: st.DataObject) -> None:
    picked = data.draw(st.lists(st.sampled_from(story), max_size=6))
    apart = data.draw(st.booleans())
    sightings = data.draw(st.permutations([*told(picked, apart), *told(story[-1:], data.draw(st.booleans()))]))
    ledger, straight = Ledger(), Ledger()
    for sighting in sightings:
        ledger.tell(sighting)
    straight.tell(told(story[-1:])[0])
    assert ledger.sums == truth(story[-1])
    assert ledger.buckets == straight.buckets


def test_every_subset_and_permutation_of_a_long_life() -> None:
    story: list[Snapshot] = [
        (("KOPI", ("open", "open")),),
        (("KOPI", ("shipped", "open")),),
        (("KOPI", ("shipped", "cancelled")),),
        (("KOPI", ("recalled", "cancelled")),),
        (("KOPI", ("recalled and returned", "cancelled")),),
    ]
    last = told(story[-1:])[0]
    for size in range(len(story)):
        for some in combinations(told(story[:-1]), size):
            for sightings in permutations((*some, last)):
                ledger = Ledger()
                for sighting in sightings:
                    ledger.tell(sighting)
                assert ledger.sums == truth(story[-1])


@given(st.lists(st.integers(1, 5), min_size=1, max_size=5), st.data())
def test_falls_told_in_their_order_end_the_same(quantities: list[int], data: st.DataObject) -> None:
    falling = sorted(quantities, reverse=True)
    kept = [falling[at] for at in sorted(data.draw(st.sets(st.integers(0, len(falling) - 1))))]
    ledger = Ledger()
    for quantity in [*kept, falling[-1]]:
        ledger.tell(kopi(quantity))
    assert ledger.held[SKU] == falling[-1]
    assert ledger.booked[TIE] - ledger.cancelled[TIE] == falling[-1]


@given(lives())
def test_one_line_per_unit_is_one_line(story: list[Snapshot]) -> None:
    together = plan_order(order(*lines_of(story[-1], apart=False)), {}, bound, NOW)
    apart = plan_order(order(*lines_of(story[-1], apart=True)), {}, bound, NOW)
    assert (apart.entries, apart.moved) == (together.entries, together.moved)
    assert len({line.key for line in apart.lines}) == len(apart.lines)


@given(lives())
def test_the_order_of_the_lines_is_irrelevant(story: list[Snapshot]) -> None:
    lines = lines_of(story[-1], apart=True)
    forth, back = Ledger(), Ledger()
    forth.tell(order(*lines))
    back.tell(order(*reversed(lines)))
    assert forth.sums == back.sums
    assert forth.sources == back.sources


def test_a_carton_takes_its_pieces() -> None:
    ledger = Ledger()
    plan = ledger.tell(order(remote("KOPI-12", 2), remote("KOPI", 1)))
    assert ledger.held[SKU] == 25
    assert {entry.held for entry in plan.entries} == {24, 1}
    assert (ledger.booked[13], ledger.booked[11]) == (2, 1)  # the channel counts cartons
    ledger.tell(order(remote("KOPI-12", 2, shipped=1, cancelled=1), remote("KOPI", 1)))
    assert (ledger.on_hand[SKU], ledger.held[SKU], ledger.cancelled[13]) == (-12, 1, 1)


def test_entries_carry_what_makes_their_source_unique() -> None:
    ledger = Ledger()
    ledger.tell(kopi(3))
    ledger.tell(kopi(3, shipped=1))
    ledger.tell(kopi(3, shipped=2, cancelled=1))
    assert ledger.sources == {
        ("listing_sku/11", "ordered", 3),
        ("listing_sku/11", "shipped", 1),
        ("listing_sku/11", "shipped", 2),
        ("listing_sku/11", "cancelled", 1),
    }


def test_goods_left_when_first_seen_and_came_back_before_any_count() -> None:
    plan = plan_order(kopi(2, shipped=2, returned=1), {}, bound, NOW)
    dates = {entry.kind: entry.moved_at for entry in plan.entries}
    assert dates == {"ordered": NOW, "shipped": NOW, "returned": ORDERED_AT}


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (RemoteLine("7", "8", "X", "Kopi", 1), "remote/7/8"),
        (RemoteLine("7", None, "X", "Kopi", 1), "remote/7/"),
        (RemoteLine(None, None, "X", "Kopi, hitam", 1), "seller/X/Kopi, hitam"),
        (RemoteLine(None, None, None, "Kopi", 1), "seller//Kopi"),
    ],
)
def test_an_unknown_sku_is_parked_and_shown(line: RemoteLine, key: str) -> None:
    plan = plan_order(order(line, remote("TEH", 1)), {}, bound, NOW)
    assert {entry.sku_id for entry in plan.entries} == {BINDINGS["TEH"].sku_id}  # the other line counts
    assert [move.listing_sku_id for move in plan.moved] == [BINDINGS["TEH"].listing_sku_id]
    assert set(plan.parked) == {key}
    problem = plan.parked[key]
    assert problem.code == "O_SKU_UNKNOWN"
    assert line.title in problem.text()


def test_a_parked_line_is_booked_once_it_is_bound() -> None:
    ledger = Ledger()
    late = order(remote("BARU", 2, shipped=1), remote("TEH", 1))
    parked = ledger.tell(late)
    assert set(parked.parked) == {"remote/900/m-BARU"}
    ledger.tell(late)
    now_known = {**BINDINGS, "BARU": Binding(14, 4)}
    for _ in range(2):
        plan = ledger.tell(late, lambda line: now_known.get(line.seller_sku or ""))
        assert plan.parked == {}
    assert (ledger.on_hand[4], ledger.held[4], ledger.booked[14]) == (-1, 1, 2)
    assert set(ledger.lines) == {"listing_sku/14", "listing_sku/12"}


def test_a_parked_line_that_vanished_is_let_go() -> None:
    ledger = Ledger()
    ledger.tell(order(remote("BARU", 2), remote("TEH", 1)))
    plan = ledger.tell(order(remote("TEH", 1)))
    assert plan.dropped == ("remote/900/m-BARU",)
    assert set(ledger.lines) == {"listing_sku/12"}


def test_a_parked_line_stays_while_the_answer_has_no_lines() -> None:
    ledger = Ledger()
    ledger.tell(order(remote("BARU", 2)))
    assert ledger.tell(order()).dropped == ()


def test_the_time_of_the_booking_does_not_change_it() -> None:
    early, late = Ledger(), Ledger()
    early.tell(kopi(2))
    late.tell(kopi(2), now=later(30))
    assert early.sums == late.sums


def test_a_price_or_title_that_changed_books_nothing() -> None:
    ledger = Ledger()
    ledger.tell(kopi(2))
    changed = replace(remote("KOPI", 2), title="Kopi baru", price_idr=99_000)
    plan = ledger.tell(order(changed))
    assert plan.entries == ()
    assert ledger.lines["listing_sku/11"].remote.title == "Kopi baru"
