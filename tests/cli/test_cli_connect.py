"""Tokens and settings that a person enters: asked before stored, kept for the next shop, secrets refused."""

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_world import Cli, Market, connect_words

from bridge.cli.session import opened
from bridge.engine.sync import shops_of
from bridge.sandbox import start_in_thread


@pytest.fixture(scope="module")
def lapak() -> Iterator[Market]:
    with start_in_thread("bukalapak", rate_limit=False) as address:
        yield Market(address)


def account(lapak: Market) -> dict[str, str]:
    found: dict[str, str] = lapak.call("/_sandbox/shops", {"name": "Lapak Uji", "authorised": True})
    return found


def token_file(folder: Path, token: str, mode: int = 0o600) -> Path:
    file = folder / "token.txt"
    file.write_text(token + "\n", encoding="utf-8")
    file.chmod(mode)
    return file


def by_token(lapak: Market, shop: str, file: Path, *more: str) -> list[str]:
    words = ["shop", "connect", "--channel", "bukalapak", "--merchant", "Dapur Uji", "--shop-id", shop]
    return [*words, "--token-file", str(file), "--base-url", f"{lapak.address}/v2", *more]


def settings_of_shops() -> list[dict[str, str]]:
    with opened() as engine:
        return [dict(shop.settings) for shop in shops_of(engine)]


def test_a_shop_is_connected_with_the_token_of_its_owner(ready: Cli, lapak: Market) -> None:
    shop = account(lapak)
    file = token_file(ready.folder, shop["access_token"])
    done = ready.run(*by_token(lapak, shop["id"], file, "--set", "rates_per_s=2", "--set", "buyer = none"))
    assert done.code == 0, done.err
    assert "Connected: shop 1, bukalapak" in done.out
    assert shop["access_token"] not in done.out + done.err
    assert ready.run("shop", "check").code == 0
    found = settings_of_shops()[0]
    assert (found["rates_per_s"], found["buyer"]) == ("2", "none")
    again = ready.run(*by_token(lapak, shop["id"], file, "--set", "buyer="))
    assert again.code == 0, again.err
    assert (settings_of_shops()[0]["rates_per_s"], settings_of_shops()[0]["buyer"]) == ("2", "")
    assert len(ready.run("shop", "list", "--json").json()) == 1


def test_the_printed_command_renews_a_shop_whose_token_is_over(
    ready: Cli, lapak: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = connect_words(lapak, channel="bukalapak")
    assert ready.run(*words).code == 0
    lapak.fault(match="/v2/", times=9, where="before", what="error", value={"code": "x", "message": "token salah"})
    assert ready.run("sync").code == 5
    lapak.call("/_sandbox/faults", verb="DELETE")
    row = ready.run("shop", "list", "--json").json()[0]
    assert (
        f"{row['remote_shop_id']}): must be authorised again, nothing is read or sent" in ready.run("shop", "list").out
    )
    tokens = {each["shop_id"]: each["access_token"] for each in lapak.call("/_sandbox/state")["tokens"]}
    file = token_file(ready.folder, tokens[row["remote_shop_id"]])
    command = shlex.split(row["renew"].replace("FILE", str(file)))[1:]
    monkeypatch.delenv("JEMBATAN_APP_KEY", raising=False)
    done = ready.run(*command)
    assert done.code == 0, done.err
    assert ready.run("shop", "list", "--json").json()[0]["state"] == "ok"


def test_a_wrong_token_or_setting_connects_nothing(ready: Cli, lapak: Market) -> None:
    shop = account(lapak)
    wrong = ready.run(*by_token(lapak, shop["id"], token_file(ready.folder, "wrong")))
    assert (wrong.code, "authorisation has ended" in wrong.err) == (5, True)
    file = token_file(ready.folder, shop["access_token"])
    odd = ready.run(*by_token(lapak, shop["id"], file, "--set", "rates_per_s=many"))
    assert (odd.code, "rates_per_s" in odd.err) == (2, True)
    assert ready.run("shop", "list", "--json").json() == []


@pytest.mark.skipif(os.name != "posix", reason="files are guarded in another way there")
def test_a_token_that_others_can_read_is_refused(ready: Cli, lapak: Market) -> None:
    done = ready.run(*by_token(lapak, "1", token_file(ready.folder, "geheim", 0o644)))
    assert (done.code, "chmod 600" in done.err, "geheim" in done.err) == (2, True, False)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--shop-id", "1"], "belong together"),
        (["--shop-id", "1", "--token-file", "TOKEN", "--app-id", "1"], "--app-id and --app-key-file belong together"),
        (["--shop-id", "1", "--token-file", "EMPTY"], "must hold the shop's token"),
        (["--shop-id", "1", "--token-file", "missing.txt"], "There is no file missing.txt"),
        (["--set", "rates_per_s"], "is no setting"),
        (["--set", "push_secret=x"], "is a secret"),
        (["--set", "base_url=x"], "option of its own: --base-url"),
    ],
)
def test_what_does_not_fit_together_is_explained(ready: Cli, more: list[str], says: str) -> None:
    files = {"TOKEN": token_file(ready.folder, "t"), "EMPTY": ready.folder / "empty.txt"}
    files["EMPTY"].write_text("", encoding="utf-8")
    files["EMPTY"].chmod(0o600)
    words = [str(files.get(word, word)) for word in more]
    done = ready.run("shop", "connect", "--channel", "bukalapak", "--merchant", "Dapur Uji", *words)
    assert (done.code, done.out, says in done.err) == (2, "", True), done


def test_a_channel_with_a_consent_page_takes_no_token(ready: Cli) -> None:
    words = ["shop", "connect", "--channel", "shopee", "--merchant", "Dapur Uji", "--shop-id", "1", "--token-file"]
    done = ready.run(*words, str(token_file(ready.folder, "t")))
    assert (done.code, "has a consent page" in done.err) == (2, True)


def test_an_app_may_stand_beside_the_token(ready: Cli, lapak: Market) -> None:
    shop, key = account(lapak), ready.folder / "key.txt"
    key.write_text("appkey", encoding="utf-8")
    key.chmod(0o600)
    words = by_token(lapak, shop["id"], token_file(ready.folder, shop["access_token"]))
    assert ready.run(*words, "--app-id", "77", "--app-key-file", str(key)).code == 0
    assert settings_of_shops()[0]["app_id"] == "77"


def test_settings_of_an_app_stay_when_its_next_shop_is_connected(ready: Cli, market: Market) -> None:
    words = connect_words(market)
    assert ready.run(*words, "--set", "rates_per_s=2").code == 0
    assert ready.run(*words).code == 0
    assert [found["rates_per_s"] for found in settings_of_shops()] == ["2", "2"]
    odd = ready.run(*words, "--set", "rates_per_s=many")
    assert (odd.code, "rates_per_s" in odd.err) == (2, True)
    assert [found["rates_per_s"] for found in settings_of_shops()] == ["2", "2"]


def test_a_wrong_setting_of_an_own_app_is_found_before_the_link(ready: Cli) -> None:
    key = ready.folder / "key.txt"
    key.write_text("appkey", encoding="utf-8")
    key.chmod(0o600)
    words = ["shop", "connect", "--channel", "tokopedia", "--merchant", "Dapur Uji", "--app-id", "1"]
    words += ["--app-key-file", str(key), "--redirect", "https://contoh.example", "--set"]
    wrong = ready.run(*words, "storefronts=PASAR")
    assert (wrong.code, wrong.out, "storefronts" in wrong.err) == (2, "", True)
    fine = ready.run(*words, "storefronts=TOKOPEDIA")
    assert "--answer URL" in fine.err, fine
    assert "https://" in fine.out


def test_connecting_a_shop_that_sells_the_same_by_hand_says_so(ready: Cli, market: Market) -> None:
    sku = ready.run("products", "list", "--json").json()[0]["skus"][0]["sku"]
    rows = [
        {"title": "Keripik Tempe Sagu Lama", "skus": [{"seller_sku": "LAMA", "price": 9000, "stock": 3}]},
        {"title": "Keripik Pisang Kepok", "skus": [{"seller_sku": sku, "price": 9000, "stock": 3}]},
    ]
    free = market.call("/_sandbox/credentials")["shops"][0]  # of a new home the first is taken
    market.call("/_sandbox/listings", {"shop_id": free["id"], "listings": rows})
    words = ("--channel", "shopee", "--merchant", "Dapur Uji", "--sandbox", market.address)
    done = ready.run("shop", "connect", *words)
    assert done.code == 0, done.err
    assert "1 listings that the shop shows already carry our SKU codes" in done.out
    assert "Keripik Tempe Sagu Lama" in done.err
