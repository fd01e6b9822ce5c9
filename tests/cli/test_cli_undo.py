"""`jembatan undo`: which runs there are, what undoing one would write, and writing it."""

from cli_world import Cli, Market


def test_a_run_is_listed_looked_at_and_undone(live: Cli, market: Market) -> None:
    shop = live.run("shop", "list", "--json").json()[0]["remote_shop_id"]
    [first] = live.run("undo", "--json").json()
    assert (first["kind"], first["summary"]["created"]) == ("apply", 3)
    assert "jembatan undo RUN --dry-run" in live.run("undo").out
    number = str(first["run"])
    before = market.listings(shop)
    shown = live.run("undo", number, "--dry-run", "--json")
    assert shown.code == 0, shown.err
    assert [step["kind"] for step in shown.json()["steps"]] == ["visibility"] * 3
    assert market.listings(shop) == before
    done = live.run("undo", number, "--json")
    assert (done.code, done.json()["visibility"]) == (0, 3), done
    assert "hidden, not deleted" in done.err
    assert {row["status"] for row in market.listings(shop)} == {"UNLIST"}
    assert live.run("sync", "--json").json()["visibility"] == 0
    assert f"hidden because run {number} was undone; jembatan undo {done.json()['run']} brings it back." in (
        live.run("why", "M01P001").out
    )
    assert live.run("status", "--json").json()["shops"][0]["hidden"] == 3
    assert "Hidden" in live.run("status").out


def test_a_number_that_is_no_run_is_one_sentence(ready: Cli) -> None:
    assert ready.run("undo").out == "No run has written anything yet.\n"
    done = ready.run("undo", "7")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "There is no run 7" in done.err
