"""Starts sandboxes: in the foreground for people and scripts, in a thread for tests."""

import asyncio
import signal
import socket
import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from threading import Thread
from typing import Any, cast

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from bridge.sandbox.core.control import control_routes
from bridge.sandbox.core.market import Market
from bridge.sandbox.core.options import Options

DEFAULT_PORTS: dict[str, int] = {"shopee": 8101, "tokopedia": 8102, "bukalapak": 8105}


class _Protocol(H11Protocol):
    """Shows its transport to the application: a fault closes the connection without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    """Leaves the signals alone: the process ends with status 0, which uvicorn's own handling does not allow."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def open_market(platform: str, options: Options) -> Market:
    """A platform's package names its market `MARKET`."""
    if platform not in DEFAULT_PORTS:
        raise ValueError(f"no sandbox for {platform}: there are {', '.join(sorted(DEFAULT_PORTS))}")
    return cast(Market, import_module(f"bridge.sandbox.{platform}").MARKET(options))


def build_app(market: Market) -> Starlette:
    return Starlette(routes=[*control_routes(market), *market.routes()])


def run(platform: str, host: str = "127.0.0.1", port: int | None = None, options: Options | None = None) -> None:
    """Serves one platform until SIGTERM or SIGINT. Prints one line with its address when it is ready. Port 0: a free one."""
    run_all({platform: DEFAULT_PORTS.get(platform, 0) if port is None else port}, host, options)


def run_all(ports: Mapping[str, int], host: str = "127.0.0.1", options: Options | None = None) -> None:
    """Serves several platforms in one process, one line each."""
    markets = {platform: open_market(platform, options or Options()) for platform in ports}
    sockets = {platform: _bind(host, port) for platform, port in ports.items()}
    servers = {platform: _server(market) for platform, market in markets.items()}
    try:
        asyncio.run(_serve(servers, sockets, host))
    finally:
        for market in markets.values():
            market.close()


@contextmanager
def start_in_thread(platform: str, **options: Any) -> Iterator[str]:
    """The address of a sandbox that runs until the block ends. Keywords are those of `Options`."""
    market = open_market(platform, Options(**options))
    listener = _bind("127.0.0.1", 0)
    server = _server(market)
    thread = Thread(target=server.run, args=([listener],), name=f"sandbox-{platform}", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
        market.close()


def _server(market: Market) -> _Server:
    config = uvicorn.Config(
        build_app(market),
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_level="error",
        access_log=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    return _Server(config)


def _bind(host: str, port: int) -> socket.socket:
    """Listens already, so that calls made before the server runs wait instead of failing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # named, so that asyncio turns Nagle off
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    listener.listen(2048)
    return listener


async def _serve(servers: Mapping[str, _Server], sockets: Mapping[str, socket.socket], host: str) -> None:
    _stop_on_signals(list(servers.values()))
    running = [asyncio.create_task(server.serve([sockets[platform]])) for platform, server in servers.items()]
    while not all(server.started for server in servers.values()) and not any(task.done() for task in running):
        await asyncio.sleep(0.01)
    for platform, listener in sockets.items():
        shown = f"[{host}]" if ":" in host else host
        sys.stdout.write(f"{platform} sandbox ready at http://{shown}:{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.gather(*running)


def _stop_on_signals(servers: Sequence[uvicorn.Server]) -> None:
    def stop() -> None:
        for server in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(stop))
