"""The consent page's way back to this computer: one answer is waited for on a loopback address, and nobody else can reach it.

Nothing of an answer is logged or shown in the page. What does not carry the state of this attempt is not taken; without any state
it is, and the person is asked later.
"""

import hmac
import os
import queue
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from socketserver import ThreadingTCPServer
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from bridge.cli.speak import warn
from bridge.errors import TryLater
from bridge.locale import _, language

WAIT_S = 300.0  # how long the browser is waited for
READ_S = 10.0  # a browser may open a connection long before it asks
TICK_S = 0.5  # how soon Ctrl+C is heard on Windows


def local_part(redirect: str) -> SplitResult | None:
    """The parts of a callback address that this computer can listen on; None for every other address."""
    try:
        parts = urlsplit(redirect)
        here = parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
        return parts if here and parts.scheme == "http" and parts.port != 0 else None
    except ValueError:
        return None


class Listener(ThreadingTCPServer):
    """Waits for the one request that brings an answer. (An HTTPServer would ask the name service who it is.)"""

    daemon_threads = True
    allow_reuse_address = os.name == "posix"  # elsewhere it would let another program share the port

    def __init__(self, parts: SplitResult, state: str) -> None:
        host = "127.0.0.1" if parts.hostname == "localhost" else str(parts.hostname)
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.path, self.state = parts.path or "/", state
        self.page = page_of(
            _("Thank you. Please go back to the window in which Jembatan runs; this page can be closed.")
        )
        self.answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        super().__init__((host, parts.port if parts.port is not None else 80), Page)

    def take(self, target: str) -> bool:
        """Whether a request is the answer that is waited for."""
        parts = urlsplit(target)
        fields = parse_qs(parts.query)
        fits = all(
            hmac.compare_digest(each.encode(errors="replace"), self.state.encode()) for each in fields.get("state", ())
        )
        if parts.path != self.path or not fields or not fits:
            return False
        self.answers.put(target)
        return True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away is nobody's trouble; the traceback would show what it had asked."""


class Page(BaseHTTPRequestHandler):
    """Answers the browser."""

    server: Listener
    timeout = READ_S
    server_version, sys_version = "jembatan", ""

    def do_GET(self) -> None:
        """The page for the answer; nothing for anything else."""
        taken = self.server.take(self.path)
        body = self.server.page if taken else b""
        self.send_response(200 if taken else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Content-Security-Policy", "default-src 'none'")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """The address carries the code: no line is written."""


def page_of(sentence: str) -> bytes:
    """A small page in the user's language."""
    head = f'<!doctype html><html lang="{language()}"><meta charset="utf-8"><title>Jembatan</title>'
    return f"{head}<p>{escape(sentence)}</p></html>".encode()


@contextmanager
def listening(redirect: str, state: str) -> Iterator[Listener | None]:
    """Listens while the owner is at the consent page; None where the callback goes elsewhere or the port is taken."""
    parts = local_part(redirect)
    try:
        listener = Listener(parts, state) if parts is not None else None
    except OSError as error:
        warn("Nothing can be received at {address} ({why}).", address=redirect, why=error.strerror or error)
        listener = None
    if listener is None:
        yield None
        return
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": TICK_S / 5}, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


def received(listener: Listener) -> str:
    """The address that the browser came back to, without its host."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        try:
            return listener.answers.get(timeout=TICK_S)
        except queue.Empty:
            continue
    raise TryLater(
        "Nobody came back from the consent page within {minutes} minutes. Run the same command again, or add --answer URL.",
        minutes=round(WAIT_S / 60),
    )
