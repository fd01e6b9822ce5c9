"""The one HTTP path of all connectors: lease, permit, send, decode, classify, retry. Nothing else imports httpx2 for a channel.

Two kinds of trouble are repeated here, four tries at most: what certainly had no effect, and on reads also what is unknown. All
else goes up to the journal. Secrets travel in URLs on some platforms, so nothing that leaves this file (errors, tracebacks, log
lines) carries a URL, a header or a body: errors of httpx2 are turned into ours outside their `except` block, without a chain.
"""

import atexit
import json
import logging
import random
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
from httpx2 import Auth, Request, Response
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from bridge.connectors.base import Ports
from bridge.connectors.limits import buckets_for
from bridge.errors import (
    AuthExpired,
    ChannelError,
    ChannelUnavailable,
    Misconfigured,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    TokenExpired,
)
from bridge.model import Bucket, Grant, Rate

__all__ = [
    "Auth",
    "Call",
    "Client",
    "Http",
    "Reply",
    "Request",
    "Response",
    "by_status",
    "redact",
    "redact_event",
    "retry_after",
]

Client = httpx2.Client
Classify = Callable[[int, Mapping[str, str], object], ChannelError | None]
Sign = Callable[["Call", Grant | None], Auth | None]

TRIES = 4
LONGEST_WAIT = timedelta(seconds=10)  # for a permit, and for a Retry-After inside the call
TIMEOUT = timedelta(seconds=30)  # of a whole call; connecting and a free connection may take 5 s each of it
CONNECT_S = 5.0
RENEW_BEFORE = timedelta(seconds=45)  # a token that ends within a call is renewed first: cheaper than a refused call
LARGEST_REPLY = 64 * 1024 * 1024
READS = frozenset({"reads", "schema"})
NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
WRONG_ADDRESS = (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError, httpx2.InvalidURL)
UNKEPT = re.compile(
    rb"\\u0000|\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]"
)  # the sign zero, and halves of a sign (pairs of them, too)
log = logging.getLogger("bridge.http")

_SECRET = re.compile(
    r"""(?ix) (?P<name> \b(?: access_?token | refresh_?token | partner_?key | app_?secret | app_?key_?secret | client_?secret
        | api[-_]?(?:seller[-_]?)?key | x-tts-access-token | authorization | password | secret | signature | sign
        | (?:auth_?)?code(?==) ) ["']? \s* [=:] \s* ["']? (?: (?:bearer|basic) \s+ )? ) (?P<value> [^\s&"',;}\]]+ )"""
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without the given values, and without what stands behind a name that means a secret."""
    for secret in sorted((value for value in secrets if value), key=len, reverse=True):
        text = text.replace(secret, "***")
    return _SECRET.sub(r"\g<name>***", text)


def redact_event(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """The same for every text in a structlog event; to be put among its processors."""
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}


class _NoPermit(RateLimited):
    """Our own limiter refused: waiting any longer is the journal's work."""


class _Silence(logging.Filter):
    """httpx2 and its transport write whole URLs and headers into their logs; the line that is needed comes from here."""

    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002  logging's signature
        return False


for _name in ("httpx2", *(f"httpcore2.{part}" for part in ("connection", "http11", "http2", "proxy", "socks"))):
    logging.getLogger(_name).addFilter(_Silence())


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. `kind` is a field of CallCount and decides what may be repeated."""

    method: str
    path: str
    kind: str = "reads"
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)  # the exact bytes that are signed and sent
    content_type: str = "application/json"
    files: tuple[tuple[str, tuple[str | None, bytes, str | None]], ...] = field(default=(), repr=False)  # None: a field
    needs_token: bool = True
    is_json: bool = True  # of the answer
    timeout: timedelta = TIMEOUT

    @property
    def label(self) -> str:
        """What errors and logs call it."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    body: object = field(default=None, repr=False)  # decoded; None if the call asked for bytes


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """What a Retry-After header asks for, in seconds or as a date."""
    value = headers.get("retry-after") or headers.get("Retry-After") or ""
    if value.strip().isdigit():
        return timedelta(seconds=int(value))
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(timedelta(0), (when if when.tzinfo is not None else when.replace(tzinfo=UTC)) - now)


def by_status(label: str, status: int, wait: timedelta | None) -> ChannelError | None:
    """What a status means where the body says nothing."""
    if status == 429:
        return RateLimited(f"{label}: too many calls", wait)
    if status >= 500 or status in (408, 425):
        return OutcomeUnknown(f"{label}: the channel answered {status}", wait)
    if status in (401, 403, 404, 405):
        return Misconfigured(f"{label}: the channel answered {status}; check address, key and permissions")
    if status >= 400:
        return Rejected(f"{label}: the channel answered {status}", f"http_{status}")
    if status >= 300:
        return Misconfigured(f"{label}: the channel answered {status}, another address; check base_url")
    return None


_client: Client | None = None
_client_lock = threading.Lock()


def shared_client() -> Client:
    """One long-lived client per process. Idle connections end before usual servers end them, so that no write meets a dead one."""
    global _client
    with _client_lock:
        if _client is None:
            limits = httpx2.Limits(max_connections=100, max_keepalive_connections=50, keepalive_expiry=4.0)
            _client = Client(limits=limits, follow_redirects=False)
            atexit.register(_client.close)
        return _client


class Http:
    """The path of one shop (or, without a shop, of one app's consent flow). Thread-safe."""

    def __init__(
        self,
        *,
        base_url: str,
        channel: str,
        app: str,
        shop: str,
        ports: Ports,
        rates: Sequence[Rate],
        sign: Sign,
        classify: Classify,
        secrets: Sequence[str] = (),
        statuses: Mapping[int, type[ChannelError]] | None = None,
        client: Client | None = None,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._channel, self._app, self._shop = channel, app, shop
        self._ports = ports
        self._rates = tuple(rates)
        self._sign, self._classify = sign, classify
        self._secrets = tuple(secrets)
        self._statuses = statuses if statuses is not None else {}  # what a status without a body means on this channel
        self._tokens: deque[str] = deque(maxlen=8)  # the latest in use, to keep them out of what the channel echoes
        self._client = client
        self._sleep = sleep if sleep is not None else time.sleep

    def send(self, call: Call) -> Reply:
        """The channel's answer. Raises a ChannelError whose text holds no secret."""
        retrying = Retrying(
            stop=stop_after_attempt(1 if self._patience(call) is not None else TRIES),
            retry=retry_if_exception(lambda error: _may_repeat(call, error)),
            wait=_pause,
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(self._attempt, call)

    def _patience(self, call: Call) -> timedelta | None:
        """How long the caller can wait for a read. A write is never given up early: its outcome would be unknown."""
        return self._ports.patience if call.kind in READS else None

    def _attempt(self, call: Call) -> Reply:
        result = self._with_token(call) if call.needs_token else self._exchange(call, None)
        if isinstance(result, Reply):
            return result
        raise result

    def _with_token(self, call: Call) -> Reply | ChannelError:
        try:
            grant = self._ports.vault.current(self._shop)
            ends = grant.access_until
            renewed = ends is not None and ends <= self._ports.clock() + RENEW_BEFORE
            if renewed:
                grant = self._renew(grant)
            result = self._exchange(call, grant)
            if isinstance(result, TokenExpired) and not renewed:
                result = self._exchange(call, self._renew(grant))
        except ChannelError as error:
            return error.with_traceback(None)  # its frames would hold the tokens
        if isinstance(result, TokenExpired):
            return AuthExpired(f"{call.label}: the channel refuses a fresh token: {result}")
        return result

    def _renew(self, grant: Grant) -> Grant:
        return replace(grant, access_token=self._ports.vault.renew(self._shop, grant.access_token))

    def _exchange(self, call: Call, grant: Grant | None) -> Reply | ChannelError:
        """One try. Errors come back as values, so that no traceback has a frame with tokens in it."""
        if grant is not None and grant.access_token not in self._tokens:
            self._tokens.extend((grant.access_token, grant.refresh_token))
        buckets = buckets_for(self._channel, self._app, self._shop, self._rates, call.path, dict(call.params))
        self._ports.before_call(call.timeout)
        refused = self._permit(call, buckets)
        if refused is not None:
            return refused
        self._ports.reach("http:before-send")
        self._ports.count.add(call.kind)
        result = self._deliver(call, self._sign(call, grant))
        self._ports.reach("http:after-receive")
        if isinstance(result, Reply):
            result = self._judge(call, result)
        if isinstance(result, RateLimited):
            self._report(buckets, result)
        if isinstance(result, ChannelError):
            result.args = tuple(redact(str(part), (*self._secrets, *self._tokens)) for part in result.args)
        return result

    def _permit(self, call: Call, buckets: Sequence[Bucket]) -> ChannelError | None:
        waited = timedelta(0)
        while (wait := self._ports.limiter.take(buckets)) > timedelta(0):
            if waited + wait > LONGEST_WAIT:
                return _NoPermit(f"{call.label}: the channel's limit is used up for now", wait)
            self._sleep(wait.total_seconds())
            waited += wait
        if waited > timedelta(0):
            self._ports.before_call(call.timeout)  # the lease may have shrunk meanwhile
        return None

    def _deliver(self, call: Call, auth: Auth | None) -> Reply | ChannelError:
        started = time.monotonic()
        limit = min(call.timeout, self._patience(call) or call.timeout).total_seconds()
        connect = min(CONNECT_S, limit / 3)
        timeout = httpx2.Timeout(max(limit - 2 * connect, 1.0), connect=connect, pool=connect)
        client = self._client if self._client is not None else shared_client()
        headers = dict(call.headers)
        if call.body is not None:
            headers["Content-Type"] = call.content_type
        try:
            request = client.build_request(
                call.method,
                self._base_url + call.path,
                params=list(call.params),
                headers=headers,
                content=call.body,
                files=list(call.files) or None,
                timeout=timeout,
            )
            response = client.send(request, auth=auth, stream=True)
            try:
                content = _read(response, started + limit)
            finally:
                response.close()
        except NOT_SENT as error:
            return ChannelUnavailable(f"{call.label}: the channel cannot be reached ({type(error).__name__})")
        except WRONG_ADDRESS as error:
            return Misconfigured(f"{call.label}: the address cannot be used ({type(error).__name__}); check base_url")
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            return OutcomeUnknown(f"{call.label}: no whole answer came ({type(error).__name__})")
        log.debug("%s %d %.0f ms", call.label, response.status_code, (time.monotonic() - started) * 1000)
        return Reply(response.status_code, response.headers, content)

    def _judge(self, call: Call, reply: Reply) -> Reply | ChannelError:
        """The reply with its body decoded; an error by the connector's table, or by status where there is no body to read."""
        wait = retry_after(reply.headers, self._ports.clock())
        try:
            body = json.loads(reply.content)
            body = kept_text(body) if UNKEPT.search(reply.content) else body
        except (ValueError, RecursionError):  # the latter: nested deeper than any answer
            failed = self._by_status(call.label, reply.status, wait)
            if failed is None and call.is_json:
                failed = OutcomeUnknown(f"{call.label}: the answer is not JSON")
            return failed if failed is not None else reply
        error = self._classify(reply.status, reply.headers, body)
        if error is None:
            return replace(reply, body=body)
        if error.retry_after is None:
            error.retry_after = wait
        return error

    def _by_status(self, label: str, status: int, wait: timedelta | None) -> ChannelError | None:
        kind = self._statuses.get(status)
        if kind is None:
            return by_status(label, status, wait)
        error = kind(f"{label}: the channel answered {status}")
        error.retry_after = wait
        return error

    def _report(self, buckets: Sequence[Bucket], error: RateLimited) -> None:
        """Tells every process: the counters of the scope that the channel named, or all if it has none of ours."""
        wait = error.retry_after if error.retry_after is not None else timedelta(seconds=1)
        named = [bucket for bucket in buckets if bucket.rate.scope == error.scope] or buckets
        for bucket in named:
            self._ports.limiter.report(bucket.name, wait)


def kept_text(value: Any) -> Any:
    """A decoded answer without halves of a sign and without the sign zero: JSON can write them, but no database keeps them."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")
    if isinstance(value, list):
        return [kept_text(each) for each in value]
    if isinstance(value, dict):
        return {kept_text(key): kept_text(each) for key, each in value.items()}
    return value


def _read(response: httpx2.Response, deadline: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        size += len(part)
        if size > LARGEST_REPLY or time.monotonic() > deadline:
            raise httpx2.ReadError("the answer is too large or too slow")
        parts.append(part)
    return b"".join(parts)


def _may_repeat(call: Call, error: BaseException) -> bool:
    if not isinstance(error, ChannelError) or isinstance(error, _NoPermit):
        return False
    if error.retry_after is not None and error.retry_after > LONGEST_WAIT:
        return False
    return isinstance(error, ChannelUnavailable) or (isinstance(error, OutcomeUnknown) and call.kind in READS)


def _pause(state: RetryCallState) -> float:
    """What the channel asked for, else 1, 2, 4 s; always with some jitter."""
    error = state.outcome.exception() if state.outcome is not None else None
    asked = error.retry_after if isinstance(error, ChannelError) else None
    base = asked.total_seconds() if asked is not None else float(2 ** (state.attempt_number - 1))
    return base + random.uniform(0, 0.3 * base + 0.1)
