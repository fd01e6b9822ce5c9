"""What must hold for any input: limits are kept, order is irrelevant, prices rise with the markup."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapping_samples import ORIGIN, listing, load, mapped, product, schema, shipped, sku

from bridge.mapping.categories import CategoryChoice, choose_category
from bridge.mapping.listing import MappedListing
from bridge.mapping.prices import marked_up
from bridge.mapping.rules import PriceRules, parse_mapping_rules
from bridge.mapping.text import cut, fold, without_contacts, without_emoji
from bridge.mapping.titles import clean_title
from bridge.mapping.variants import shorten

RULES = shipped()
TURNED = parse_mapping_rules(load("common"), {**load("shopee"), "category": load("shopee")["category"][::-1]})
WORDS = st.lists(
    st.sampled_from(["Keripik", "KOPI", "dan", "🌶", "Rp 15.000", "madu", "WA 081234567890", "100gr", "(", ")", "-"]),
    max_size=30,
)
TEXT = st.one_of(st.text(max_size=300), WORDS.map(" ".join))
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(name=TEXT, description=TEXT, title_max=st.integers(5, 80), description_max=st.integers(20, 200))
def test_title_and_description_never_exceed_the_limits(
    name: str, description: str, title_max: int, description_max: int
) -> None:
    asked = schema(title_max=title_max, title_min=5, description_max=description_max)
    result = mapped(product(name=name, description=description), asked, rules=RULES)
    if isinstance(result, MappedListing):
        assert 5 <= len(result.content["title"]) <= title_max
        assert 20 <= len(result.content["description"]) <= description_max


@QUICK
@given(name=TEXT)
def test_tidying_twice_changes_nothing_more(name: str) -> None:
    once = clean_title(name, RULES.title)
    assert clean_title(once, RULES.title) == clean_title(clean_title(once, RULES.title), RULES.title)
    assert "🌶" not in once
    assert "081234567890" not in once.replace(" ", "")


@QUICK
@given(text=TEXT, limit=st.integers(1, 60))
def test_cutting_and_shortening_keep_the_limit(text: str, limit: int) -> None:
    assert len(cut(text, limit)) <= limit
    assert len(shorten(text, limit, RULES)) <= limit


@QUICK
@given(options=st.lists(st.text(min_size=1, max_size=40), min_size=2, max_size=6))
def test_shown_options_are_short_and_distinct(options: list[str]) -> None:
    skus = tuple(sku(i, f"S{i}", option) for i, option in enumerate(options))
    result = mapped(product(axes=("Rasa",), skus=skus), rules=RULES)
    if isinstance(result, MappedListing):
        shown = [each["options"][0] for each in result.content["skus"]]
        assert all(len(option) <= 20 for option in shown)
        assert len({option.casefold() for option in shown}) == len(skus)


@given(
    price=st.integers(0, 10**8),
    low=st.decimals(0, 100, places=2),
    more=st.decimals(0, 100, places=2),
    step=st.integers(1, 1000),
)
def test_prices_rise_with_the_markup(price: int, low: Decimal, more: Decimal, step: int) -> None:
    lower = PriceRules(markup_percent=low, markup_fixed_idr=1, round_to=step)
    higher = PriceRules(markup_percent=low + more, markup_fixed_idr=1, round_to=step)
    assert price <= marked_up(price, lower) <= marked_up(price, higher)
    assert marked_up(price, lower) % step == 0


@QUICK
@given(order=st.permutations(["Bahan", "Netto", "Komposisi", "Rasa", "Warna"]), stock_order=st.permutations([1, 2]))
def test_mapping_does_not_depend_on_the_order_of_dicts(order: list[str], stock_order: list[int]) -> None:
    cells = {"Bahan": "tempe", "Netto": "200 gr", "Komposisi": "tempe, garam", "Rasa": "Pedas", "Warna": "Merah"}
    item = product(axes=("Isi",), skus=(sku(1, "A", "1"), sku(2, "B", "2")), attributes=cells)
    turned = replace(item, attributes={key: cells[key] for key in order})
    stock: dict[int, int | None] = dict.fromkeys(stock_order, 4)
    assert listing(turned, schema(ORIGIN), rules=RULES, stock=stock) == listing(item, schema(ORIGIN), rules=RULES)


@QUICK
@given(name=TEXT, jenis=st.sampled_from(["Makanan", "Fashion", None]))
def test_the_order_of_the_word_map_decides_nothing(name: str, jenis: str | None) -> None:
    one, other = (choose_category(product(name=name, jenis=jenis), rules) for rules in (RULES, TURNED))
    if isinstance(one, CategoryChoice):
        assert isinstance(other, CategoryChoice)
        assert other.category_id == one.category_id
    else:
        assert one == other


@given(text=st.text(max_size=60))
def test_folding_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert without_emoji(without_emoji(text)) == without_emoji(text)
    assert isinstance(without_contacts(text), str)
