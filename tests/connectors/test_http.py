"""The one HTTP path: what is repeated, what is counted, whom the limiter hears, and that no secret ever leaves it."""

import gc
import io
import json
import logging
import socket
import threading
import traceback
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
import respx

from bridge.connectors import http as http_module
from bridge.connectors.base import CallCount, Ports
from bridge.connectors.http import Auth, Call, Http, Request, Response, redact, redact_event, retry_after
from bridge.connectors.limits import MemoryLimiter
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

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TOKEN, FRESH, REFRESH, KEY, SIGN = "tok-5ecret", "tok-fre5h", "refr-5ecret", "key-5ecret", "5ignature"
SECRETS = (TOKEN, FRESH, REFRESH, KEY, SIGN)
READ = Call(method="GET", path="/v1/things", params=(("status", "NEW"), ("status", "OLD")))
WRITE = Call(method="POST", path="/v1/things", kind="writes", body=b'{"a":1}')
Handler = Callable[[httpx2.Request], httpx2.Response]


class Vault:
    def __init__(self, until: datetime | None = None) -> None:
        self.token, self.until, self.renewals = TOKEN, until, 0
        self.refuses = False

    def current(self, shop: str) -> Grant:
        return Grant(self.token, REFRESH, self.until, None, None, (shop,))

    def renew(self, shop: str, stale_access_token: str) -> str:
        assert stale_access_token == self.token
        if self.refuses:
            raise AuthExpired(f"refused refresh_token={REFRESH}")
        self.renewals += 1
        self.token, self.until = FRESH, None
        return FRESH


class QueryAuth(Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        request.url = request.url.copy_merge_params({"access_token": self._token, "sign": SIGN})
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def classify(status: int, headers: Mapping[str, str], body: object) -> ChannelError | None:
    """A small channel of our own: the error's class is its code."""
    code = body.get("error", "") if isinstance(body, dict) else ""
    kinds = {
        "token": TokenExpired,
        "limit": RateLimited,
        "closed": ChannelUnavailable,
        "unknown": OutcomeUnknown,
        "wrong": Rejected,
    }
    if isinstance(body, dict) and code == "app":
        return RateLimited("too many", timedelta(seconds=3), scope="app")
    return kinds[code](str(body)) if code else None


@dataclass(repr=False)
class Bench:
    """An Http with everything around it replaceable."""

    handler: Handler
    vault: Vault = field(default_factory=Vault)
    slept: list[float] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    leases: list[timedelta] = field(default_factory=list)
    requests: list[httpx2.Request] = field(default_factory=list)
    count: CallCount = field(default_factory=CallCount)
    now: datetime = NOW
    patience: timedelta | None = None

    def __post_init__(self) -> None:
        self.limiter = MemoryLimiter(lambda: self.now)
        ports = Ports(
            limiter=self.limiter,
            vault=self.vault,
            before_call=self.leases.append,
            reach=self.points.append,
            clock=lambda: self.now,
            count=self.count,
            patience=self.patience,
        )
        self.http = Http(
            base_url="http://channel.test/",
            channel="test",
            app="app1",
            shop="shop1",
            ports=ports,
            rates=(Rate(1000, timedelta(seconds=1)), Rate(1000, timedelta(seconds=1), "app")),
            sign=lambda _call, grant: QueryAuth(grant.access_token if grant is not None else ""),
            classify=classify,
            secrets=(KEY,),
            client=httpx2.Client(transport=httpx2.MockTransport(self._handle)),
            sleep=self.sleep,
        )

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        return self.handler(request)


def answers(*rows: Any) -> Handler:
    """Answers in turn; the last one for ever. An exception is raised, a tuple is (status, body, headers)."""
    queue = list(rows)

    def handle(request: httpx2.Request) -> httpx2.Response:
        row = queue.pop(0) if len(queue) > 1 else queue[0]
        if isinstance(row, Exception):
            raise row
        status, body, headers = (*row, {})[:3] if isinstance(row, tuple) else (200, row, {})
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx2.Response(status, content=content, headers=headers)

    return handle


# --- the path itself --------------------------------------------------------------------------------------------------


def test_a_call_goes_lease_permit_probe_send_probe() -> None:
    bench = Bench(answers({"ok": 1}))
    assert bench.http.send(READ).body == {"ok": 1}
    assert bench.points == ["http:before-send", "http:after-receive"]
    assert bench.leases == [READ.timeout]
    assert bench.requests[0].url.params.get_list("status") == ["NEW", "OLD"]
    assert bench.requests[0].url.params["access_token"] == TOKEN


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (
            rb'{"n": "cut \ud83d", "\u0000k": ["a\u0000b", 7, null, "\udc00"]}',
            {"n": "cut \ufffd", "k": ["ab", 7, None, "\ufffd"]},
        ),
        (rb'{"n": "\ud83d\ude00 \n"}', {"n": "\U0001f600 \n"}),
        (b'{"n": "\xed\xa0\x80"}', {"n": "\ufffd"}),
    ],
)
def test_what_no_database_keeps_is_left_out(content: bytes, body: object) -> None:
    assert Bench(answers((200, content))).http.send(READ).body == body


def test_the_exact_bytes_are_sent() -> None:
    bench = Bench(answers({}))
    bench.http.send(Call(method="POST", path="/x", kind="writes", body='{"n":"é"}'.encode(), headers=(("X-A", "1"),)))
    request = bench.requests[0]
    assert request.content == '{"n":"é"}'.encode()
    assert request.headers["content-type"] == "application/json"
    assert request.headers["x-a"] == "1"


def test_files_travel_as_multipart() -> None:
    bench = Bench(answers({}))
    bench.http.send(Call(method="POST", path="/x", kind="writes", files=(("image", ("0.png", b"PNG", "image/png")),)))
    assert bench.requests[0].headers["content-type"].startswith("multipart/form-data")
    assert b"PNG" in bench.requests[0].content


def test_calls_are_counted_by_kind_at_each_try() -> None:
    bench = Bench(answers({"error": "closed"}, {}))
    bench.http.send(READ)
    bench.http.send(WRITE)
    bench.http.send(Call(method="GET", path="/tree", kind="schema"))
    bench.http.send(Call(method="POST", path="/token", kind="tokens", needs_token=False))
    assert bench.count == CallCount(reads=2, writes=1, schema=1, tokens=1)


def test_bytes_are_handed_over_when_no_json_is_expected() -> None:
    bench = Bench(answers((200, b"%PDF-1.7", {})))
    assert bench.http.send(Call(method="GET", path="/label", is_json=False)).content == b"%PDF-1.7"


# --- what is repeated -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", [READ, WRITE])
@pytest.mark.parametrize("first", [{"error": "closed"}, {"error": "limit"}, httpx2.ConnectError("x")])
def test_what_had_no_effect_is_sent_again(call: Call, first: Any) -> None:
    bench = Bench(answers(first, {"ok": 1}))
    assert bench.http.send(call).body == {"ok": 1}
    assert len(bench.requests) == 2
    assert bench.leases == [call.timeout] * 2


@pytest.mark.parametrize(
    "trouble",
    [
        {"error": "unknown"},
        (502, b"<html>bad gateway</html>"),
        (200, b'{"ok": tru'),
        httpx2.ReadTimeout("x"),
        httpx2.RemoteProtocolError("x"),
        httpx2.ReadError("x"),
        httpx2.WriteTimeout("x"),
    ],
)
def test_the_unknown_is_repeated_on_reads_only(trouble: Any) -> None:
    bench = Bench(answers(trouble, {"ok": 1}))
    assert bench.http.send(READ).body == {"ok": 1}
    bench = Bench(answers(trouble, {"ok": 1}))
    with pytest.raises(OutcomeUnknown) as caught:
        bench.http.send(WRITE)
    assert not caught.value.no_effect
    assert len(bench.requests) == 1


@pytest.mark.parametrize("trouble", [httpx2.ReadTimeout("x"), httpx2.ConnectTimeout("x")])
def test_where_others_wait_a_read_is_short_and_tried_once(trouble: Exception) -> None:
    bench = Bench(answers(trouble), patience=timedelta(seconds=9))
    with pytest.raises((OutcomeUnknown, ChannelUnavailable)):
        bench.http.send(READ)
    assert [request.extensions["timeout"]["read"] for request in bench.requests] == [3.0]
    assert bench.slept == []


def test_a_write_is_never_given_up_early() -> None:
    bench = Bench(answers(httpx2.ConnectTimeout("x"), {"ok": 1}), patience=timedelta(seconds=9))
    assert bench.http.send(WRITE).body == {"ok": 1}
    assert [request.extensions["timeout"]["read"] for request in bench.requests] == [20.0, 20.0]


@pytest.mark.parametrize("trouble", [httpx2.ConnectError("x"), httpx2.ConnectTimeout("x"), httpx2.PoolTimeout("x")])
def test_what_never_left_is_unavailable_after_four_tries(trouble: Exception) -> None:
    bench = Bench(answers(trouble))
    with pytest.raises(ChannelUnavailable) as caught:
        bench.http.send(WRITE)
    assert caught.value.no_effect
    assert len(bench.requests) == 4
    assert len(bench.slept) == 3
    assert bench.slept == sorted(bench.slept)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"error": "wrong"}, Rejected),
        ((404, b"not here"), Misconfigured),
        ((401, b""), Misconfigured),
        ((302, b""), Misconfigured),
        ((418, b"tea"), Rejected),
        (httpx2.UnsupportedProtocol("x"), Misconfigured),
    ],
)
def test_nothing_else_is_repeated(answer: Any, kind: type[ChannelError]) -> None:
    bench = Bench(answers(answer))
    with pytest.raises(kind):
        bench.http.send(READ)
    assert len(bench.requests) == 1


def test_a_short_retry_after_is_honoured_in_the_call() -> None:
    bench = Bench(answers((429, b"", {"Retry-After": "6"}), {"ok": 1}))
    assert bench.http.send(WRITE).body == {"ok": 1}
    assert sum(bench.slept) >= 6


def test_a_long_retry_after_goes_to_the_journal() -> None:
    bench = Bench(answers((429, b"", {"Retry-After": "60"})))
    with pytest.raises(RateLimited) as caught:
        bench.http.send(WRITE)
    assert caught.value.retry_after == timedelta(seconds=60)
    assert len(bench.requests) == 1


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("Mon, 23 Nov 2026 12:00:30 GMT", timedelta(seconds=30)),
        ("Mon, 23 Nov 2026 12:00:30 -0000", timedelta(seconds=30)),
        ("Mon, 23 Nov 2026 11:00:00 GMT", timedelta(0)),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str, wait: timedelta | None) -> None:
    assert retry_after({"Retry-After": value} if value else {}, NOW) == wait


# --- permits ----------------------------------------------------------------------------------------------------------


def test_a_short_wait_for_a_permit_is_waited_and_the_lease_checked_again() -> None:
    bench = Bench(answers({}))
    bench.limiter.report("test/shop/shop1/1s", timedelta(seconds=4))
    bench.http.send(READ)
    assert bench.slept == [4.0]
    assert bench.leases == [READ.timeout] * 2


def test_a_long_wait_for_a_permit_is_refused_at_once() -> None:
    bench = Bench(answers({}))
    bench.limiter.report("test/app/app1/1s", timedelta(seconds=11))
    with pytest.raises(RateLimited) as caught:
        bench.http.send(READ)
    assert caught.value.retry_after == timedelta(seconds=11)
    assert (bench.requests, bench.slept, bench.count.reads) == ([], [], 0)


def test_the_limiter_hears_the_scope_that_the_channel_named() -> None:
    bench = Bench(answers({"error": "app"}, {}))
    bench.http.send(READ)
    assert bench.limiter.state("test/app/app1/1s").factor < 1
    assert bench.limiter.state("test/shop/shop1/1s").factor == 1
    bench = Bench(answers({"error": "limit"}, {}))
    bench.http.send(READ)
    assert bench.limiter.state("test/shop/shop1/1s").factor < 1


def test_without_a_counter_of_that_scope_all_hear_it() -> None:
    bench = Bench(answers({"error": "app"}, {}))
    only = Bucket("b", Rate(1, timedelta(seconds=1)))
    bench.http._report([only], RateLimited("x", scope="app"))
    assert bench.limiter.state("b").factor < 1


# --- tokens -----------------------------------------------------------------------------------------------------------


def test_an_expired_token_is_renewed_once_and_the_call_repeated_once() -> None:
    bench = Bench(answers({"error": "token"}, {"ok": 1}))
    assert bench.http.send(WRITE).body == {"ok": 1}
    assert bench.vault.renewals == 1
    assert [request.url.params["access_token"] for request in bench.requests] == [TOKEN, FRESH]


def test_a_fresh_token_that_is_refused_needs_the_seller() -> None:
    bench = Bench(answers({"error": "token"}))
    with pytest.raises(AuthExpired):
        bench.http.send(WRITE)
    assert (bench.vault.renewals, len(bench.requests)) == (1, 2)


def test_a_token_about_to_end_is_renewed_before_the_call() -> None:
    bench = Bench(answers({}), vault=Vault(NOW + timedelta(seconds=20)))
    bench.http.send(READ)
    assert [request.url.params["access_token"] for request in bench.requests] == [FRESH]
    bench = Bench(answers({"error": "token"}), vault=Vault(NOW + timedelta(seconds=20)))
    with pytest.raises(AuthExpired):
        bench.http.send(READ)
    assert bench.vault.renewals == 1


def test_public_calls_need_no_token() -> None:
    bench = Bench(answers({}))
    bench.vault.current = None  # type: ignore[assignment,method-assign]
    bench.http.send(Call(method="GET", path="/public", needs_token=False))
    assert bench.requests[0].url.params["access_token"] == ""


# --- redaction --------------------------------------------------------------------------------------------------------


def whole_story(error: BaseException) -> str:
    """All that a careless handler could print: chain, context and the locals of every frame."""
    parts = [str(error), repr(error), repr(error.args)]
    seen: BaseException | None = error
    while seen is not None:
        parts += traceback.TracebackException.from_exception(seen, capture_locals=True).format()
        parts += [repr(seen.__cause__), repr(seen.__context__)]
        seen = seen.__cause__ or seen.__context__
    return "".join(parts)


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "wrong", "message": f"bad sign={SIGN} for {TOKEN} with {KEY}"},
        {"error": "unknown", "message": f'{{"refresh_token": "{REFRESH}"}}'},
        (500, f"<html>{TOKEN}</html>".encode()),
        httpx2.ReadTimeout(f"http://channel.test/?access_token={TOKEN}&sign={SIGN}"),
        httpx2.ConnectError(f"http://channel.test/?access_token={TOKEN}&sign={SIGN}"),
        httpx2.UnsupportedProtocol(f"sign={SIGN}"),
        {"error": "token", "message": f"access_token {TOKEN} is over"},
    ],
)
def test_no_secret_in_errors_tracebacks_or_chains(answer: Any) -> None:
    bench = Bench(answers(answer))
    body = json.dumps({"refresh_token": REFRESH}).encode()
    with pytest.raises(ChannelError) as caught:
        bench.http.send(Call(method="POST", path="/x", kind="writes", params=(("code", SIGN),), body=body))
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if "bridge" in frame.filename]
    assert own
    story = "".join(part for part in whole_story(error).split("  File ") if "tests/connectors" not in part)
    for secret in SECRETS:
        assert secret not in story


def test_no_secret_when_the_renewal_fails() -> None:
    bench = Bench(answers({"error": "token"}))
    bench.vault.refuses = True
    with pytest.raises(AuthExpired) as caught:
        bench.http.send(READ)
    assert TOKEN not in whole_story(caught.value).split("tests/connectors")[0]


def test_no_secret_in_logs_at_debug(caplog: pytest.LogCaptureFixture) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    names = ("httpx2", "httpcore2.http11", "httpcore2.connection", "bridge.http", "")
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    try:
        with loopback({"ok": 1}) as address, httpx2.Client() as client:
            bench = Bench(answers({}))
            bench.http._base_url, bench.http._client = address, client
            bench.http.send(WRITE)
    finally:
        logging.getLogger().removeHandler(handler)
        for name in names:
            logging.getLogger(name).setLevel(logging.WARNING if name == "" else logging.NOTSET)
    text = stream.getvalue() + caplog.text
    assert "POST /v1/things 200" in text
    for secret in SECRETS:
        assert secret not in text


def test_no_secret_in_reprs() -> None:
    call = Call(
        method="POST",
        path="/x",
        params=(("code", SIGN),),
        headers=(("Authorization", TOKEN),),
        body=REFRESH.encode(),
    )
    bench = Bench(answers({"access_token": TOKEN}))
    text = repr(call) + repr(bench.http.send(READ)) + repr(bench.http) + repr(QueryAuth(TOKEN))
    for secret in SECRETS:
        assert secret not in text


@pytest.mark.parametrize(
    "text",
    [
        "GET https://x/api?partner_id=1&sign=abc123&access_token=abc123&shop_id=2",
        '{"refresh_token": "abc123", "code": 3}',
        "Authorization: Bearer abc123",
        "https://x/callback?code=abc123&shop_id=1",
        "{'app_secret': 'abc123'}",
        "Api-Seller-Key: abc123",
        "client_secret=abc123",
    ],
)
def test_names_that_mean_secrets_hide_their_values(text: str) -> None:
    assert "abc123" not in redact(text)
    assert "abc123" not in redact_event(None, "info", {"event": text, "n": 1})["event"]


def test_what_is_no_secret_stays_readable() -> None:
    text = 'error_code=7 "code": 3, design: blue, shop_id=12345'
    assert redact(text) == text


# --- the network ------------------------------------------------------------------------------------------------------


class loopback:
    """A server of one answer on the loopback interface."""

    def __init__(self, body: object, cut: bool = False) -> None:
        content = json.dumps(body).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(content) + 5 * cut}\r\nConnection: close\r\n\r\n".encode()
        self._answer = head + content
        self._listener = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> str:
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(self._answer)

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._listener.close()


def test_an_answer_that_breaks_off_is_unknown() -> None:
    bench = Bench(answers({}))
    with loopback({"ok": 1}, cut=True) as address, httpx2.Client() as client:
        bench.http._base_url, bench.http._client = address, client
        with pytest.raises(OutcomeUnknown):
            bench.http.send(WRITE)


def test_a_refused_connection_had_no_effect() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    bench = Bench(answers({}))
    with httpx2.Client() as client:
        bench.http._base_url, bench.http._client = f"http://127.0.0.1:{port}", client
        with pytest.raises(ChannelUnavailable):
            bench.http.send(WRITE)


def test_an_answer_that_never_ends_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "LARGEST_REPLY", 10)
    bench = Bench(answers({"long": "x" * 100}))
    with pytest.raises(OutcomeUnknown):
        bench.http.send(WRITE)


def test_the_process_has_one_client() -> None:
    assert http_module.shared_client() is http_module.shared_client()


def test_an_unmocked_call_fails(httpx2_mock: respx.Router) -> None:
    """The router sees what httpx2 sends, also through the shared client; nothing slips past it to the network."""
    httpx2_mock.get("http://channel.test/v1/known").respond(json={"ok": 1})
    bench = Bench(answers({}))
    bench.http._client = None
    assert bench.http.send(Call(method="GET", path="/v1/known", needs_token=False)).body == {"ok": 1}
    with pytest.raises(AssertionError, match="not mocked"):
        bench.http.send(READ)
    gc.collect()


def test_waits_are_random_so_that_processes_do_not_march_in_step() -> None:
    benches: Sequence[Bench] = [Bench(answers({"error": "closed"}, {})) for _ in range(5)]
    for bench in benches:
        bench.http.send(READ)
    assert len({tuple(bench.slept) for bench in benches}) > 1
