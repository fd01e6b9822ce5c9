"""`jembatan products`: the catalog, product by product, and how each stands on the shops."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bridge.cli import curation, todo
from bridge.cli.grammar import App
from bridge.cli.meaning import reason, who_acts
from bridge.cli.options import Json, MerchantName, SkuCode
from bridge.cli.plan import KINDS
from bridge.cli.reason import reason_words
from bridge.cli.session import opened
from bridge.cli.speak import problem_fix, problem_message, rupiah, say, table, write_json
from bridge.cli.stock import STATES
from bridge.locale import N_, _, fill

if TYPE_CHECKING:
    from bridge.engine.listing_states import ListingState
    from bridge.engine.looking import ProductRow
    from bridge.engine.refusals import RefusedRow

REFUSED = ("kind", "code", "message", "meaning", "who", "changed")  # of a refused write, for scripts


def add_commands(app: App) -> None:
    """Declares the noun and its verbs."""
    products = App(N_("Products of the catalog and how they stand on the shops."))
    app.add_typer(products, name="products")

    @products.verb("list", N_("List products with price, stock and state."))
    def list_products(merchant: MerchantName = None, as_json: Json = False) -> int:
        from bridge.engine import looking

        with opened() as engine:
            rows = looking.products(engine, merchant)
        if as_json:
            write_json([product_json(row) for row in rows])
            return 0
        if not rows:
            say("The catalog is empty. Import a spreadsheet first: jembatan import FILE.xlsx")
            return 0
        show_all(rows)
        return 0

    @products.verb("show", N_("Show one product with everything that holds it back."))
    def show_product(sku: SkuCode, merchant: MerchantName = None, as_json: Json = False) -> int:
        from bridge.engine.looking import product_of
        from bridge.engine.refusals import refused

        with opened() as engine:
            row = product_of(engine, sku, merchant)
            refusals = refused(engine, listing_ids=[each.listing for each in row.listings])
        if as_json:
            write_json(product_json(row, refusals))
        else:
            show(row)
            show_refusals(refusals)
        return 0

    curation.add_verbs(products)
    todo.add_verbs(products)


def product_json(row: "ProductRow", refusals: "Sequence[RefusedRow] | None" = None) -> dict[str, Any]:
    """A product for scripts; what was refused by listing, where that was asked for."""
    values = asdict(row)
    del values["product_id"]
    values["product"] = values.pop("name")
    for listing in values["listings"]:
        listing["problems"] = [problem_row(problem) for problem in listing["problems"]]
        if refusals is not None:
            mine = [each for each in refusals if each.listing == listing["listing"]]
            listing["refused"] = [{key: getattr(each, key) for key in REFUSED} for each in mine]
    return values


def problem_row(problem: dict[str, Any]) -> dict[str, Any]:
    """A problem with its code, and its sentences in the user's language."""
    return {
        "code": problem["code"],
        "place": problem.get("place"),
        "message": problem_message(problem),
        "fix": problem_fix(problem),
    }


def show_all(rows: "list[ProductRow]") -> None:
    """One line per variant."""
    columns = ["SKU", _("Product"), _("Business"), _("Price"), _("Available"), _("Can be published"), _("Shops")]
    table(
        columns,
        [
            (
                sku.sku,
                " – ".join((row.name, *sku.options)),
                row.merchant,
                rupiah(sku.price_idr),
                sku.available,
                _("yes") if row.publishable else _("no"),
                ", ".join(shop_states(row.listings)),
            )
            for row in rows
            for sku in row.skus
        ],
    )


def shop_states(listings: "Sequence[ListingState]") -> list[str]:
    """One entry for each shop; where each variant is a listing of its own, how many of them are on sale."""
    shops: dict[int, list[str]] = {}
    for each in listings:
        shops.setdefault(each.shop, []).append(each.state)
    return [f"{shop}: {states_word(states)}" for shop, states in shops.items()]


def states_word(states: Sequence[str]) -> str:
    """The state that all have, or how many are on sale."""
    if len(set(states)) == 1:
        return _(STATES[states[0]])
    return fill(N_("{number} of {total} on sale"), {"number": states.count("live"), "total": len(states)})


def show(row: "ProductRow") -> None:
    """One product in full."""
    from bridge.sheets.reasons import Reason

    say("{product} ({sku}), {merchant}", product=row.name, sku=row.code, merchant=row.merchant)
    columns = ["SKU", _("Variant"), _("Price"), _("Weight (g)"), _("On hand"), _("Held"), _("Available")]
    table(
        columns,
        [
            (s.sku, ", ".join(s.options), rupiah(s.price_idr), s.weight_g, s.on_hand, s.held, s.available)
            for s in row.skus
        ],
    )
    if row.publishable:
        say("It can be published.")
    else:
        say("It cannot be published yet.")
    known = {str(reason): reason for reason in Reason}
    reasons = [reason_words(known[code]) for code in dict.fromkeys((*row.blockers, *row.reasons)) if code in known]
    if reasons:
        table([_("Remark"), _("What to do")], reasons)
    for each in row.listings:
        say("Shop {number} ({channel}): {state}", number=each.shop, channel=each.channel, state=_(STATES[each.state]))
        if each.problems:
            table([_("Held back"), _("What to do")], [(problem_message(p), problem_fix(p)) for p in each.problems])


def show_refusals(refusals: "Sequence[RefusedRow]") -> None:
    """What the channels refused of it, why, and who does what about it."""
    if refusals:
        columns = [_("Shop"), _("What"), _("Why"), _("What to do")]
        rows = [
            (
                str(each.shop),
                _(KINDS[each.kind]),
                reason(each.meaning, each.message or each.code),
                who_acts(each.meaning),
            )
            for each in refusals
        ]
        table(columns, rows)
