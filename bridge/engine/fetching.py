"""From a link in a sheet to bytes. The only importer of httpx2 beside `connectors/http.py`.

A sheet is written by strangers: a link may lead anywhere. Every hop's host is resolved here, all its addresses must be public, and
the connection goes to the address that was checked, so a name that changes its mind meanwhile gains nothing. The one exception is
the exact origin of `JEMBATAN_PICTURE_BASE_URL`. It goes directly, never through a proxy, and keeps no cookies and no connection.
"""

import atexit
import random
import re
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from enum import StrEnum
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

import httpx2

from bridge.model import Problem

TRIES = 3
HOPS = 5
LARGEST = 15 * 1024 * 1024
CONNECT_S, READ_S, TOTAL_S = 5.0, 15.0, 60.0  # TOTAL_S: all tries of one picture together
SAMPLE_HOST = "contoh.example"
DRIVE_HOSTS = frozenset({"drive.google.com", "docs.google.com", "drive.usercontent.google.com"})
ALBUM_HOSTS = frozenset({"photos.app.goo.gl", "photos.google.com"})
TRANSIENT = frozenset({408, 425, 429})  # and every 5xx
HEADERS = {
    "Accept": "image/jpeg, image/png, image/webp, */*;q=0.1",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "jembatan",
}

Resolve = Callable[[str, int], Sequence[str]]
Origin = tuple[str, str, int | None]
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)  # two letters at least: C:\foto.jpg is a file name
_BY_PATH = re.compile(r"/d/([\w-]+)")
_FOLDER = re.compile(r"/folder(?:s/|view\b)")
_WORD = re.compile(r"[\w-]+\Z")
_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_NAT64 = IPv6Network("64:ff9b::/96")


class PictureCode(StrEnum):
    FOLDER_LINK = "P_FOLDER_LINK"
    FILE_NAME = "P_FILE_NAME"
    SCHEME = "P_SCHEME"
    LINK_BROKEN = "P_LINK_BROKEN"
    ADDRESS_PRIVATE = "P_ADDRESS_PRIVATE"
    UNREACHABLE = "P_UNREACHABLE"
    NOT_FOUND = "P_NOT_FOUND"
    NOT_PUBLIC = "P_NOT_PUBLIC"
    REDIRECTS = "P_REDIRECTS"
    TOO_LARGE = "P_TOO_LARGE"
    NOT_PICTURE = "P_NOT_PICTURE"
    TOO_MANY_PIXELS = "P_TOO_MANY_PIXELS"
    TOO_SMALL = "P_TOO_SMALL"
    TOO_NARROW = "P_TOO_NARROW"
    FILE_GONE = "P_FILE_GONE"


Code = PictureCode

# gettext msgids, filled by str.format. The link itself is the problem's `place`.
TEMPLATES: dict[PictureCode, tuple[str, str]] = {
    Code.FOLDER_LINK: (
        "The picture link leads to a folder or an album, not to one picture.",
        "Open the folder, copy the link of each picture and write those in the sheet.",
    ),
    Code.FILE_NAME: (
        "The picture is only a file name; the file itself did not come with the sheet.",
        "Upload the picture, for example to Google Drive, and write its link in the sheet.",
    ),
    Code.SCHEME: (
        "The picture link begins with {scheme}:, which cannot be opened from here.",
        "Write a link that begins with https://.",
    ),
    Code.LINK_BROKEN: ("The picture link is not complete.", "Copy the whole link again and write it in the sheet."),
    Code.ADDRESS_PRIVATE: (
        "The picture link leads into a private network ({host}).",
        "Put the picture where everyone can open it, for example on Google Drive, and write that link in the sheet.",
    ),
    Code.UNREACHABLE: (
        "The picture cannot be fetched now: {host} does not answer.",
        "Open the link in a browser. If that works, run again later; if not, write another link in the sheet.",
    ),
    Code.NOT_FOUND: (
        "There is no picture behind the link (answer {status}).",
        "Check that the picture still exists and write its new link in the sheet.",
    ),
    Code.NOT_PUBLIC: (
        "The link shows a web page instead of the picture, as links do that not everyone may open.",
        "Make the link public (Google Drive: Share, then “Anyone with the link”), or write the address of the picture itself.",
    ),
    Code.REDIRECTS: (
        "The link is passed on more than {limit} times.",
        "Open it in a browser and write the address where it ends in the sheet.",
    ),
    Code.TOO_LARGE: (
        "The file behind the link is larger than {limit} MB.",
        "Save the picture smaller and put it behind the link again.",
    ),
    Code.NOT_PICTURE: (
        "The file behind the link is damaged or not a JPEG, PNG or WebP picture.",
        "Save the picture as JPEG and put it behind the link again.",
    ),
    Code.TOO_MANY_PIXELS: (
        "The picture has more than {limit} million pixels.",
        "Save it smaller, for example 2000 pixels wide, and put it behind the link again.",
    ),
    Code.TOO_SMALL: (
        "The picture has {width} × {height} pixels; each side needs at least {limit}.",
        "Take a larger picture; enlarging this one does not help.",
    ),
    Code.TOO_NARROW: (
        "The picture is too long and narrow ({width} × {height} pixels).",
        "Cut it closer to a square.",
    ),
    Code.FILE_GONE: (
        "The fetched picture is no longer in the folder of pictures.",
        "Run again; the picture is fetched anew.",
    ),
}


def problem(code: PictureCode, place: str, **values: object) -> Problem:
    """The problem of that code with a link (or, once fetched, with a picture), its values as text."""
    message, fix = TEMPLATES[code]
    return Problem(code.value, place, message, fix, {key: str(value) for key, value in values.items()})


# --- which address a link stands for ----------------------------------------------------------------------------------


def picture_address(source: str, base_url: str | None) -> str | Problem:
    """The address to fetch for a link as the sheet has it. `base_url` stands in for Drive's files and the sample's host."""
    link = source.strip()
    scheme = _SCHEME.match(link)
    if scheme is None:
        return problem(Code.FILE_NAME, source)
    if scheme[1].lower() not in ("http", "https"):
        return problem(Code.SCHEME, source, scheme=scheme[1].lower())
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").removeprefix("www.").rstrip(".")
    except ValueError:
        host = ""
    if not host:
        return problem(Code.LINK_BROKEN, source)
    if host in ALBUM_HOSTS:
        return problem(Code.FOLDER_LINK, source)
    if host in DRIVE_HOSTS:
        return _drive_address(source, parts, base_url)
    if host == SAMPLE_HOST and base_url:
        return _sample_address(source, parts, base_url)
    return link


def _drive_address(source: str, parts: SplitResult, base_url: str | None) -> str | Problem:
    if _FOLDER.search(parts.path):
        return problem(Code.FOLDER_LINK, source)
    query = parse_qs(parts.query)
    by_path = _BY_PATH.search(parts.path)
    file_id = by_path[1] if by_path is not None else query.get("id", [""])[0]
    if not _WORD.match(file_id):
        return problem(Code.FOLDER_LINK if not file_id else Code.LINK_BROKEN, source)
    if base_url:
        return f"{base_url.rstrip('/')}/{file_id}"
    key = query.get("resourcekey", [""])[0]  # files shared before 2021 open with it only
    more = f"&resourcekey={key}" if _WORD.match(key) else ""
    return f"https://drive.google.com/uc?export=download&id={file_id}{more}"


def _sample_address(source: str, parts: SplitResult, base_url: str) -> str | Problem:
    name = unquote(parts.path.rpartition("/")[2])
    if name in ("", ".", ".."):
        return problem(Code.LINK_BROKEN, source)
    return f"{base_url.rstrip('/')}/{quote(name, safe='')}"


# --- who may be asked -------------------------------------------------------------------------------------------------


def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a host, IPv4 first: IPv6 is often announced where it does not work."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return sorted(dict.fromkeys(str(entry[4][0]) for entry in found), key=lambda address: ":" in address)


def is_public(address: str) -> bool:
    """False for private, loopback, link-local, multicast, reserved and unspecified addresses, also when wrapped in IPv6."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inner = _wrapped(ip)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def _wrapped(ip: IPv6Address) -> IPv4Address | None:
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip.teredo is not None:
        return ip.teredo[1]
    return ip.ipv4_mapped if ip.ipv4_mapped is not None else ip.sixtofour


# --- the fetch --------------------------------------------------------------------------------------------------------


class _Again(Exception):
    """Another try may help."""


def fetch_picture(
    address: str,
    base_url: str | None = None,
    *,
    resolve: Resolve = resolve,
    sleep: Callable[[float], None] = time.sleep,
) -> bytes | Problem:
    """The bytes behind an address, three tries at most. What they are is for `normalise` to say."""
    deadline = time.monotonic() + TOTAL_S
    try:
        url = httpx2.URL(address)
        trusted = _origin(httpx2.URL(base_url)) if base_url else None
        for turn in range(TRIES):
            if turn > 0:
                sleep(2 ** (turn - 1) + random.uniform(0, 0.5))
            try:
                return _follow(url, trusted, turn, resolve, deadline)
            except (_Again, httpx2.TransportError):
                if time.monotonic() > deadline:
                    break
    except (httpx2.InvalidURL, UnicodeError):
        return problem(Code.LINK_BROKEN, address)
    return problem(Code.UNREACHABLE, address, host=url.host)


def _follow(url: httpx2.URL, trusted: Origin | None, turn: int, resolve: Resolve, deadline: float) -> bytes | Problem:
    """One try: from hop to hop, each checked."""
    link = str(url)
    for _ in range(HOPS + 1):
        request = _request(url, trusted, turn, resolve)
        if isinstance(request, Problem):
            return request
        response = _transport().handle_request(request)
        with closing(response):
            onward = response.headers.get("location") if 300 <= response.status_code < 400 else None
            if onward is None:
                return _content(link, response, deadline)
        url = url.join(onward)
    return problem(Code.REDIRECTS, link, limit=HOPS)


def _request(url: httpx2.URL, trusted: Origin | None, turn: int, resolve: Resolve) -> httpx2.Request | Problem:
    """A request to an address that was checked; the certificate is still asked for the host's name."""
    link = str(url)
    if url.scheme not in ("http", "https"):
        return problem(Code.SCHEME, link, scheme=url.scheme)
    if not url.host or (url.port is not None and not 0 < url.port < 65536):
        return problem(Code.LINK_BROKEN, link)
    extensions: dict[str, object] = {"timeout": httpx2.Timeout(READ_S, connect=CONNECT_S).as_dict()}
    origin = _origin(url)
    if origin == trusted:
        return httpx2.Request("GET", url, headers=HEADERS, extensions=extensions)
    host = url.raw_host.decode("ascii")
    try:
        addresses = resolve(host, origin[2] if origin[2] is not None else 443)
    except OSError as error:
        if error.errno == socket.EAI_AGAIN:
            raise _Again from error
        return problem(Code.UNREACHABLE, link, host=host)
    if not addresses:
        return problem(Code.UNREACHABLE, link, host=host)
    if not all(map(is_public, addresses)):
        return problem(Code.ADDRESS_PRIVATE, link, host=host)
    return httpx2.Request(
        "GET",
        url.copy_with(host=addresses[turn % len(addresses)]),
        headers={"Host": url.netloc.decode("ascii"), **HEADERS},
        extensions={**extensions, "sni_hostname": host},
    )


def _content(link: str, response: httpx2.Response, deadline: float) -> bytes | Problem:
    """The body of a last hop, or what its status means."""
    status = response.status_code
    if status in TRANSIENT or status >= 500:
        raise _Again
    if status in (401, 403):
        return problem(Code.NOT_PUBLIC, link)
    if status != 200:
        return problem(Code.NOT_FOUND, link, status=status)
    if "html" in response.headers.get("content-type", "").lower():
        return problem(Code.NOT_PUBLIC, link)
    body = bytearray()
    for part in response.iter_raw():
        body += part
        if len(body) > LARGEST:
            return problem(Code.TOO_LARGE, link, limit=LARGEST // (1024 * 1024))
        if time.monotonic() > deadline:
            raise _Again
    return problem(Code.NOT_PUBLIC, link) if _HTML.match(body[:512]) else bytes(body)


def _origin(url: httpx2.URL) -> Origin:
    return url.scheme, url.host, url.port if url.port is not None else {"http": 80, "https": 443}.get(url.scheme)


@cache
def _transport() -> httpx2.HTTPTransport:
    """One per process, below httpx2's client: no redirects, no cookies. Connections are not kept, for they go by address and two
    hosts may share one."""
    transport = httpx2.HTTPTransport(limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0))
    atexit.register(transport.close)
    return transport
