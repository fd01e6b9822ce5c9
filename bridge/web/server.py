"""Listens and serves until it is told to end. Signals end it in order: the call that is under way is answered first."""

import asyncio
import contextlib
import gc
import os
import signal
import socket
from collections.abc import Callable, Iterator

import uvicorn
from starlette.applications import Starlette

from bridge.errors import UserError

BACKLOG = 256
AT_ONCE = 200  # connections; more are answered with 503, and the marketplace sends again
GRACE_S = 3
SELDOM = 20_000  # new objects before Python looks for cycles among them; by itself it takes 700


def look_seldom_for_garbage() -> None:
    """Looking through all that is loaded stops every thread for a quarter of a second, in which no sale is told to anybody. What is
    there now stays until the end; for the rest it is enough to look less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM)


class Server(uvicorn.Server):
    """Leaves the signals alone: the process ends with status 0, which uvicorn's own handling does not allow."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing is captured."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens already, so that calls made before the server runs wait. Raises UserError for a port in use."""
    listener = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        if os.name == "posix":  # elsewhere it would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        if listener is not None:
            listener.close()
        raise UserError(
            "Nothing can listen at {host} port {port} ({why}). Is jembatan serve running already? Choose another --port.",
            host=host,
            port=port,
            why=error.strerror or error,
        ) from None
    return listener


def address_of(listener: socket.socket) -> str:
    """`http://127.0.0.1:8100`."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def build_server(app: Starlette) -> Server:
    """A server without a log of its own and without a word about what it is."""
    config = uvicorn.Config(
        app,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=AT_ONCE,
        timeout_graceful_shutdown=GRACE_S,
    )
    return Server(config)


def serve_until_told(server: Server, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serves until SIGTERM, SIGINT or `server.should_exit`; `ready` is called once it answers."""
    asyncio.run(_serve(server, listener, ready))


async def _serve(server: Server, listener: socket.socket, ready: Callable[[], None]) -> None:
    stop_on_signals(server)
    running = asyncio.create_task(server.serve([listener]))
    while not server.started and not running.done():
        await asyncio.sleep(0.01)
    if server.started:
        ready()
    await running


def stop_on_signals(server: Server) -> None:
    """SIGTERM and Ctrl+C end it."""

    def stop() -> None:
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(stop))
