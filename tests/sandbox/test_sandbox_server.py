"""Starting and stopping sandboxes, and the walls of the room."""

import ast
import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from sandbox_client import Sandbox, Seller

from bridge.sandbox import Options, run, start_in_thread
from bridge.sandbox.__main__ import parser
from bridge.sandbox.core.server import open_market

ROOT = Path(__file__).parents[2]
ALLOWED = {"starlette", "uvicorn", "PIL", "multipart", "bridge"}


def test_the_sandbox_imports_nothing_of_the_house() -> None:
    for file in (ROOT / "bridge" / "sandbox").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                top = name.split(".")[0]
                assert top in ALLOWED or top in sys.stdlib_module_names, (file, name)
                assert top != "bridge" or name.startswith("bridge.sandbox"), (file, name)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("words", [["shopee"], ["sandbox", "shopee"]])
def test_it_runs_in_the_foreground_until_a_signal(end: signal.Signals, words: list[str]) -> None:
    command = [sys.executable, "-m", "bridge.sandbox", *words, "--port", "0", "--shops", "4", "--no-rate-limit"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("shopee sandbox ready at http://127.0.0.1:")
    with urllib.request.urlopen(line.split()[-1] + "/_sandbox/credentials", timeout=5) as answer:  # noqa: S310
        assert len(json.loads(answer.read())["shops"]) == 4
    process.send_signal(end)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_taken_port_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            run("shopee", port=taken.getsockname()[1])


def test_unknown_platforms_and_wrong_options_are_refused() -> None:
    with pytest.raises(ValueError, match="no sandbox for ebay"):
        open_market("ebay", Options())
    with pytest.raises(ValueError, match="three shops"):
        Options(shops=2)
    with pytest.raises(ValueError, match="positive"):
        Options(rate_per_s=0)


def test_the_command_line_knows_every_option() -> None:
    given = set(vars(parser().parse_args(["shopee"])))
    assert {name.replace("rate_limit", "no_rate_limit") for name in Options.__dataclass_fields__} <= given


def test_many_listings_do_not_slow_the_calls() -> None:
    with start_in_thread("shopee", rate_limit=False) as address:
        sandbox = Sandbox(address)
        seller = Seller(sandbox, sandbox.credentials["shops"][0])
        rows = [
            {"title": f"Produk {n} enak", "skus": [{"seller_sku": f"P{n}", "price": 5000, "stock": 9}]}
            for n in range(5000)
        ]
        ids = sandbox.post("listings", {"shop_id": seller.shop_id, "listings": rows})["ids"]
        start = time.monotonic()
        for item_id in ids[:100]:
            body = {"item_id": int(item_id), "stock_list": [{"seller_stock": [{"stock": 5}]}]}
            seller.write("product/update_stock", body)
        assert seller.read("product/search_item", {"item_sku": "P77", "page_size": 10})["item_id_list"] == [
            int(ids[77])
        ]
        assert time.monotonic() - start < 5
