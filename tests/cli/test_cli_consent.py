"""Whose shops are connected: an answer without a state, a main account with several shops, and shops of other businesses."""

import sys
from collections.abc import Callable, Iterator

import pytest
from cli_world import Cli, Market, Terminal, product, write_sheet
from test_cli_nouns import follow

from bridge.engine.consent import read_answer
from bridge.errors import UserError
from bridge.sandbox import start_in_thread

MAIN_ACCOUNT = "77000001"
REDIRECT = "https://contoh.example/kembali"
Types = Callable[[str], None]


@pytest.fixture
def fresh() -> Iterator[Market]:
    """A Shopee sandbox of its own, with three shops."""
    with start_in_thread("shopee", rate_limit=False, wait_s=0) as address:
        yield Market(address)


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Types:
    """Somebody at the keyboard."""
    return lambda text: monkeypatch.setattr(sys, "stdin", Terminal(text))


@pytest.fixture
def two(ready: Cli) -> Cli:
    """A home with two businesses."""
    sheet = write_sheet(ready.folder / "lain.csv", [product("Keripik Talas", Nama_Usaha="Dapur Lain")])
    assert ready.run("import", str(sheet), "--as-of", "2026-11-23").code == 0
    return ready


def connect(cli: Cli, market: Market, merchant: str = "Dapur Uji", channel: str = "shopee") -> list[str]:
    """`shop connect` with the sandbox's app as if it were one's own."""
    info = market.call("/_sandbox/credentials")
    key = cli.folder / "key.txt"
    key.write_text(info["app"]["secret"], encoding="utf-8")
    key.chmod(0o600)
    words = ["shop", "connect", "--channel", channel, "--merchant", merchant, "--app-id", info["app"]["id"]]
    words += ["--app-key-file", str(key), "--redirect", REDIRECT]
    return [*words, "--base-url", info["base_url"], "--auth-url", info["auth_url"]]


def link_of(cli: Cli, words: list[str]) -> str:
    """The link that the command prints where nobody can paste an answer."""
    return next(line for line in cli.run(*words).out.splitlines() if line.startswith("http"))


def main_account(cli: Cli, words: list[str]) -> str:
    """The answer of a main account that agreed for all its shops."""
    return follow(f"{link_of(cli, words)}&main_account_id={MAIN_ACCOUNT}")


def ids(market: Market) -> list[str]:
    return [shop["id"] for shop in market.call("/_sandbox/credentials")["shops"]]


def shops(cli: Cli) -> dict[str, str]:
    """Remote id -> business."""
    return {row["remote_shop_id"]: row["merchant"] for row in cli.run("shop", "list", "--json").json()}


# --- an answer without a state ------------------------------------------------------------------------------------------------


def stateless(market: Market) -> tuple[str, str]:
    """A consent that began in the seller centre: the address that the browser ended at, and the shop."""
    shop = market.call("/_sandbox/shops", {"name": "Toko Seller Centre", "authorised": True})
    return f"{REDIRECT}?code={shop['auth_code']}&shop_id={shop['id']}", str(shop["id"])


def test_without_a_terminal_it_needs_a_word_and_its_code_is_not_used_up(ready: Cli, fresh: Market) -> None:
    answer, shop = stateless(fresh)
    words = [*connect(ready, fresh), "--answer", answer]
    done = ready.run(*words)
    assert (done.code, done.out, "anybody could have sent it" in done.err) == (2, "", True)
    assert shops(ready) == {}
    assert ready.run(*words, "--yes").code == 0
    assert shops(ready) == {shop: "Dapur Uji"}


def test_at_a_terminal_the_shop_is_shown_and_asked_about(ready: Cli, fresh: Market, types: Types) -> None:
    answer, shop = stateless(fresh)
    types(f"{answer}\nn\n")
    done = ready.run(*connect(ready, fresh))
    assert (done.code, "Nothing was connected." in done.out) == (0, True)
    assert "Toko Seller Centre" in done.out
    assert f"Does the shop {shop} (Toko Seller Centre) belong to Dapur Uji? [y/N]" in done.err
    assert shops(ready) == {}
    answer, shop = stateless(fresh)
    types(f"{answer}\ny\n")
    assert ready.run(*connect(ready, fresh)).code == 0
    assert shops(ready) == {shop: "Dapur Uji"}


def test_the_seller_centre_of_tokopedia_brings_no_state(ready: Cli, types: Types) -> None:
    with start_in_thread("tokopedia", rate_limit=False) as address:
        market = Market(address)
        shop = market.call("/_sandbox/credentials")["shops"][0]
        types(f"{REDIRECT}?app_key=k&code={shop['auth_code']}&locale=id-ID\ny\n")
        done = ready.run(*connect(ready, market, channel="tokopedia"))
        assert done.code == 0, done.err
        assert f"Does the shop {shop['id']} ({shop['name']}) belong to Dapur Uji?" in done.err
        assert shops(ready) == {shop["id"]: "Dapur Uji"}
        row = ready.run("shop", "list", "--json").json()[0]
        assert row["consent_until"] == row["refresh_until"] == row["authorised_until"]


def test_another_state_is_refused_whatever_is_added(ready: Cli, fresh: Market) -> None:
    answer, _ = stateless(fresh)
    for more in ((), ("--yes",), ("--only-shop", "1")):
        done = ready.run(*connect(ready, fresh), "--answer", f"{answer}&state=another", *more)
        assert (done.code, "another attempt" in done.err) == (2, True)
    assert shops(ready) == {}


def test_a_state_that_is_no_text_is_another_one() -> None:
    """A terminal passes on bytes that it cannot read."""
    with pytest.raises(UserError, match="another attempt"):
        read_answer(f"{REDIRECT}?code=c&state=\udcff", "b6f1")


def test_the_state_of_another_business_is_another_one(two: Cli, fresh: Market) -> None:
    answer = follow(f"{link_of(two, connect(two, fresh))}&shop_id={ids(fresh)[0]}")
    done = two.run(*connect(two, fresh, "Dapur Lain"), "--answer", answer)
    assert (done.code, "another attempt" in done.err) == (2, True)


def test_the_answer_may_come_from_the_input(ready: Cli, fresh: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    words = connect(ready, fresh)
    answer = follow(f"{link_of(ready, words)}&shop_id={ids(fresh)[0]}")
    piped = Terminal(answer + "\n")
    monkeypatch.setattr(piped, "isatty", lambda: False, raising=False)
    monkeypatch.setattr(sys, "stdin", piped)
    assert ready.run(*words, "--answer", "-").code == 0
    assert list(shops(ready)) == [ids(fresh)[0]]


# --- several shops ------------------------------------------------------------------------------------------------------------


def test_several_shops_are_never_taken_for_one_business_unasked(ready: Cli, fresh: Market) -> None:
    words = connect(ready, fresh)
    done = ready.run(*words, "--answer", main_account(ready, words))
    assert done.code == 2
    assert all(shop in done.err for shop in ids(fresh))
    assert shops(ready) == {}


def test_an_option_names_those_that_belong_to_the_business(ready: Cli, fresh: Market) -> None:
    words, (first, second, third) = connect(ready, fresh), ids(fresh)
    wrong = ready.run(*words, "--answer", main_account(ready, words), "--only-shop", "999")
    assert (wrong.code, "The shop 999 was not authorised" in wrong.err, third in wrong.err) == (2, True, True)
    chosen = ("--only-shop", first, "--only-shop", second)
    done = ready.run(*words, "--answer", main_account(ready, words), *chosen)
    assert done.code == 0, done.err
    assert list(shops(ready)) == [first, second]
    assert done.out.count("Connected: shop") == 2


def test_an_option_takes_them_all(ready: Cli, fresh: Market) -> None:
    words = connect(ready, fresh)
    assert ready.run(*words, "--answer", main_account(ready, words), "--yes").code == 0
    assert list(shops(ready)) == ids(fresh)


def test_at_a_terminal_each_is_asked_about(ready: Cli, fresh: Market, types: Types) -> None:
    words, (first, _second, third) = connect(ready, fresh), ids(fresh)
    types(f"{main_account(ready, words)}\ny\n\nya\n")
    done = ready.run(*words)
    assert done.code == 0, done.err
    assert list(shops(ready)) == [first, third]
    types(f"{main_account(ready, words)}\n")
    again = ready.run(*words)
    assert again.code == 0, again.err
    assert "Does the shop" not in again.err, "one new shop, which the owner has just agreed to"
    assert sorted(shops(ready)) == ids(fresh)


def test_a_shop_never_changes_its_business(two: Cli, fresh: Market) -> None:
    words, (first, second, third) = connect(two, fresh), ids(fresh)
    assert two.run(*words, "--answer", main_account(two, words), "--only-shop", first, "--only-shop", second).code == 0
    others = connect(two, fresh, "Dapur Lain")
    done = two.run(*others, "--answer", main_account(two, others))
    assert done.code == 0, done.err
    assert shops(two) == {first: "Dapur Uji", second: "Dapur Uji", third: "Dapur Lain"}
    assert f"{first} (Toko 1) belongs to Dapur Uji: its authorisation is renewed, and it stays there." in done.err
    assert two.run("sync").code == 0, "all three work with their new tokens"
    answer = follow(f"{link_of(two, others)}&shop_id={first}")
    alone = two.run(*others, "--answer", answer, "--yes")
    assert (alone.code, f"{first} (Toko 1): Dapur Uji" in alone.err) == (2, True)
    assert shops(two)[first] == "Dapur Uji"


def test_a_token_does_not_move_a_shop_either(two: Cli) -> None:
    with start_in_thread("bukalapak", rate_limit=False) as address:
        market = Market(address)
        shop = market.call("/_sandbox/shops", {"name": "Lapak", "authorised": True})
        file = two.folder / "token.txt"
        file.write_text(shop["access_token"], encoding="utf-8")
        file.chmod(0o600)
        more = ["--shop-id", str(shop["id"]), "--token-file", str(file), "--base-url", f"{address}/v2"]
        words = ["shop", "connect", "--channel", "bukalapak", "--merchant"]
        assert two.run(*words, "Dapur Uji", *more).code == 0
        done = two.run(*words, "Dapur Lain", *more)
        assert (done.code, "stays there" in done.err, "--merchant Dapur Uji" in done.err) == (2, True, True)
        assert list(shops(two).values()) == ["Dapur Uji"]


def test_one_shop_in_trouble_holds_up_no_other(ready: Cli, fresh: Market) -> None:
    words = connect(ready, fresh)
    answer = main_account(ready, words)
    fresh.fault(match="/api/v2/shop/get_shop_info", nth=4, times=1, what="error", value={"code": "shop_banned"})
    done = ready.run(*words, "--answer", answer, "--yes")
    assert done.code == 5, done
    checked = [row["checked_at"] is not None for row in ready.run("shop", "list", "--json").json()]
    assert checked == [False, True, True]


# --- connecting again ---------------------------------------------------------------------------------------------------------


def test_what_was_given_once_is_not_asked_again(ready: Cli, fresh: Market) -> None:
    """App, key, callback and addresses are known; the printed command renews the authorisation as it stands."""
    words = connect(ready, fresh)
    assert ready.run(*words, "--answer", follow(f"{link_of(ready, words)}&shop_id={ids(fresh)[0]}")).code == 0
    command = ready.run("shop", "list", "--json").json()[0]["renew"]
    app = fresh.call("/_sandbox/credentials")["app"]["id"]
    assert command == f'jembatan shop connect --channel shopee --merchant "Dapur Uji" --app-id {app}'
    short = ["shop", "connect", "--channel", "shopee", "--merchant", "Dapur Uji"]
    answer = follow(f"{link_of(ready, short)}&shop_id={ids(fresh)[0]}")
    assert answer.startswith(REDIRECT)
    assert ready.run(*short, "--answer", answer).code == 0


def test_an_app_that_is_not_known_needs_its_key_and_callback(ready: Cli, fresh: Market) -> None:
    words = connect(ready, fresh)
    at = words.index("--redirect")
    done = ready.run(*words[:at], *words[at + 2 :])
    assert (done.code, "Add --redirect URL" in done.err) == (2, True)
    at = words.index("--app-key-file")
    done = ready.run(*words[:at], *words[at + 2 :])
    assert (done.code, "--app-key-file and --redirect" in done.err) == (2, True)
