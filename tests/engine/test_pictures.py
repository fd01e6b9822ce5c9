"""Pictures: which address a link means, who may be asked, one shape, kept once, uploaded once."""

import hashlib
import shutil
import socket
import ssl
import struct
import threading
import time
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image, ImageFile

from bridge.connectors.base import PictureSink
from bridge.engine import fetching, pictures
from bridge.engine.fetching import TEMPLATES, PictureCode, is_public, resolve
from bridge.engine.pictures import (
    fetch_picture,
    normalise,
    picture_address,
    picture_path,
    stage_pictures,
    upload_pictures,
)
from bridge.errors import ChannelUnavailable, TryLater
from bridge.model import Problem
from bridge.store.engine import Store, open_store
from bridge.store.kept import load_pictures, load_references, save_picture
from bridge.store.migrate import migrate

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
BASE = "http://127.0.0.1:8101/_sandbox/pictures"
ID = "1A2b-C3_d"


def encoded(image: Image.Image, form: str = "JPEG", **more: object) -> bytes:
    target = BytesIO()
    image.save(target, form, **more)
    return target.getvalue()


def photo(width: int = 640, height: int = 480, colour: str = "red") -> bytes:
    return encoded(Image.new("RGB", (width, height), colour))


def code_of(result: object) -> str:
    assert isinstance(result, Problem), result
    assert result.text()  # its template is filled by its values
    return result.code


def opened(result: bytes | Problem) -> Image.Image:
    assert isinstance(result, bytes), result
    image = Image.open(BytesIO(result))
    image.load()
    return image


# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link",
    [
        f"https://drive.google.com/file/d/{ID}/view?usp=sharing",
        f"https://drive.google.com/file/d/{ID}",
        f"https://drive.google.com/file/u/1/d/{ID}/edit",
        f"https://drive.google.com/open?id={ID}",
        f"  https://www.drive.google.com/open?usp=drive_copy&id={ID} ",
        f"http://drive.google.com/uc?export=view&id={ID}",
        f"https://docs.google.com/uc?id={ID}",
        f"https://drive.usercontent.google.com/download?id={ID}&export=download",
    ],
)
def test_drive_file_link(link: str) -> None:
    assert picture_address(link, BASE) == f"{BASE}/{ID}"
    assert picture_address(link, BASE + "/") == f"{BASE}/{ID}"
    assert picture_address(link, None) == f"https://drive.google.com/uc?export=download&id={ID}"


def test_drive_resource_key_goes_along() -> None:
    link = f"https://drive.google.com/file/d/{ID}/view?resourcekey=0-x_Y"
    assert picture_address(link, None) == f"https://drive.google.com/uc?export=download&id={ID}&resourcekey=0-x_Y"
    assert picture_address(link, BASE) == f"{BASE}/{ID}"


def test_sample_host_and_direct_links() -> None:
    sample = "https://contoh.example/foto/1124.jpg"
    assert picture_address(sample, BASE) == f"{BASE}/1124.jpg"
    assert picture_address("https://contoh.example/a%2Fb%20c.jpg?x=1", BASE) == f"{BASE}/a%2Fb%20c.jpg"
    assert picture_address(sample, None) == sample
    assert picture_address("https://toko.id/a.jpg", BASE) == "https://toko.id/a.jpg"


@pytest.mark.parametrize(
    ("link", "code"),
    [
        (f"https://drive.google.com/drive/folders/{ID}", "P_FOLDER_LINK"),
        (f"https://drive.google.com/drive/u/0/folders/{ID}?usp=sharing", "P_FOLDER_LINK"),
        (f"https://drive.google.com/folderview?id={ID}", "P_FOLDER_LINK"),
        ("https://drive.google.com/drive/my-drive", "P_FOLDER_LINK"),
        ("https://photos.app.goo.gl/abc", "P_FOLDER_LINK"),
        ("https://drive.google.com/open?id=..%2F..%2Fx", "P_LINK_BROKEN"),
        ("https://contoh.example/", "P_LINK_BROKEN"),
        ("https://contoh.example/foto/%2e%2e", "P_LINK_BROKEN"),
        ("https://", "P_LINK_BROKEN"),
        ("https://[::1/x.jpg", "P_LINK_BROKEN"),
        ("foto keripik.jpg", "P_FILE_NAME"),
        (r"C:\foto\keripik.jpg", "P_FILE_NAME"),
        ("", "P_FILE_NAME"),
        ("file:///etc/passwd", "P_SCHEME"),
        ("FTP://toko.id/a.jpg", "P_SCHEME"),
        ("data:image/png;base64,AAAA", "P_SCHEME"),
    ],
)
def test_link_that_cannot_be_fetched(link: str, code: str) -> None:
    result = picture_address(link, BASE)
    assert code_of(result) == code
    assert isinstance(result, Problem)
    assert result.place == link
    assert result.fix


def test_every_code_has_templates() -> None:
    assert set(TEMPLATES) == set(PictureCode)


# --- who may be asked -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104
        "239.1.1.1", "255.255.255.255", "240.0.0.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
        "ff0e::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:c0a8:101::", "64:ff9b::7f00:1", "64:ff9b::a00:1",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe", "2001:db8::1", "not an address",
    ],
)  # fmt: skip
def test_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "142.250.1.1", "2404:6800:4003::1", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_public(address: str) -> None:
    assert is_public(address)


def test_resolve_gives_every_address() -> None:
    assert resolve("127.0.0.1", 80) == ["127.0.0.1"]
    assert resolve("::1", 80) == ["::1"]


# --- fetching ---------------------------------------------------------------------------------------------------------

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Web:
    """A web server on loopback that answers by path; a list is used up, its last answer stays."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)  # (path, Host)
    url: str = ""
    port: int = 0

    def put(self, path: str, status: int = 200, body: bytes = b"", **headers: str) -> None:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.setdefault(path, []).append((status, names, body))


@pytest.fixture
def serve() -> Iterator[Callable[..., Web]]:
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(tls: ssl.SSLContext | None = None) -> Web:
        web = Web()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append((self.path, self.headers["Host"]))
                waiting = web.answers.get(self.path, [(404, {}, b"")])
                status, headers, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(OSError):  # the client has seen enough
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                pass

        server = Quiet(("127.0.0.1", 0), Handler)
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        servers.append((server, thread))
        web.port = server.server_port
        web.url = f"http://127.0.0.1:{web.port}"
        return web

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def web(serve: Callable[..., Web]) -> Web:
    return serve()


def no_sleep(_seconds: float) -> None:
    return None


def fetched(web: Web, path: str = "/a") -> bytes | Problem:
    return fetch_picture(web.url + path, web.url + "/pictures", sleep=no_sleep)


def test_fetches_from_the_base_origin(web: Web) -> None:
    web.put("/a", body=photo(), Content_Type="image/jpeg")
    assert fetched(web) == photo()
    assert web.asked == [("/a", f"127.0.0.1:{web.port}")]


def test_loopback_is_refused_unless_it_is_the_base_origin(serve: Callable[..., Web]) -> None:
    base, other = serve(), serve()
    other.put("/a", body=photo())
    for base_url in (None, base.url, f"http://localhost:{other.port}", f"https://127.0.0.1:{other.port}"):
        assert code_of(fetch_picture(other.url + "/a", base_url)) == "P_ADDRESS_PRIVATE"
    assert other.asked == []


@pytest.mark.parametrize(
    "address", ["http://[::1]/a", "http://2130706433/a", "http://0x7f.1/a", "http://169.254.169.254/latest"]
)
def test_other_spellings_of_private_addresses(address: str) -> None:
    assert code_of(fetch_picture(address, BASE)) == "P_ADDRESS_PRIVATE"


def test_redirects_are_followed_and_each_is_checked(serve: Callable[..., Web]) -> None:
    web, other = serve(), serve()
    web.put("/a", 302, Location="/b")
    web.put("/b", 307, Location=f"{web.url}/c")
    web.put("/c", body=photo())
    assert fetched(web) == photo()
    web.put("/private", 302, Location=f"{other.url}/secret")
    assert code_of(fetched(web, "/private")) == "P_ADDRESS_PRIVATE"
    assert other.asked == []
    web.put("/file", 302, Location="file:///etc/passwd")
    assert code_of(fetched(web, "/file")) == "P_SCHEME"
    web.put("/odd", 302, Location="http://toko.id:99999/")
    assert code_of(fetched(web, "/odd")) == "P_LINK_BROKEN"
    web.put("/silent", 302)
    assert code_of(fetched(web, "/silent")) == "P_NOT_FOUND"


def test_at_most_five_redirects(web: Web) -> None:
    for hop in range(7):
        web.put(f"/{hop}", 301, Location=f"/{hop + 1}")
    web.put("/7", body=photo())
    assert code_of(fetched(web, "/0")) == "P_REDIRECTS"
    assert len(web.asked) == 6
    assert fetched(web, "/2") == photo()


def test_one_private_address_among_public_ones_is_enough() -> None:
    result = fetch_picture("http://toko.example/a", resolve=lambda _host, _port: ["8.8.8.8", "10.0.0.1"])
    assert code_of(result) == "P_ADDRESS_PRIVATE"


def test_the_checked_address_is_the_one_that_is_asked(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that answers otherwise the second time (rebinding) is not asked a second time."""
    monkeypatch.setattr(fetching, "is_public", lambda _address: True)
    web.put("/a", body=photo())
    lookups: list[tuple[str, int]] = []

    def once(host: str, port: int) -> Sequence[str]:
        lookups.append((host, port))
        return ["127.0.0.1"]

    assert fetch_picture(f"http://toko.example:{web.port}/a", resolve=once) == photo()
    assert lookups == [("toko.example", web.port)]
    assert web.asked == [("/a", f"toko.example:{web.port}")]


def test_the_next_try_takes_the_next_address(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "is_public", lambda _address: True)
    web.put("/a", body=photo())
    two = ["::1", "127.0.0.1"]  # nobody listens on the first
    result = fetch_picture(f"http://toko.example:{web.port}/a", resolve=lambda *_: two, sleep=no_sleep)
    assert result == photo()


def certificate(name: str, folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(built.public_bytes(serialization.Encoding.PEM) + secret)
    return path


def test_the_certificate_must_be_the_names(
    serve: Callable[..., Web], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate("toko.example", tmp_path)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(pem)
    web = serve(server_side)
    web.put("/a", body=photo())
    trusting = httpx2.HTTPTransport(verify=ssl.create_default_context(cafile=str(pem)))
    monkeypatch.setattr(fetching, "_transport", lambda: trusting)
    monkeypatch.setattr(fetching, "is_public", lambda _address: True)

    def asked(host: str) -> bytes | Problem:
        return fetch_picture(f"https://{host}:{web.port}/a", resolve=lambda *_: ["127.0.0.1"], sleep=no_sleep)

    assert asked("toko.example") == photo()
    assert code_of(asked("lain.example")) == "P_UNREACHABLE"
    trusting.close()


@pytest.mark.parametrize(
    ("number", "code", "lookups"),
    [(socket.EAI_NONAME, "P_UNREACHABLE", 1), (socket.EAI_AGAIN, "P_UNREACHABLE", 3), (None, "P_UNREACHABLE", 1)],
)
def test_names_that_do_not_resolve(number: int | None, code: str, lookups: int) -> None:
    asked: list[str] = []

    def broken(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        if number is None:
            return []
        raise socket.gaierror(number, "no")

    result = fetch_picture("https://contoh.example/a.jpg", resolve=broken, sleep=no_sleep)
    assert code_of(result) == code
    assert len(asked) == lookups


def test_a_name_that_cannot_be_one() -> None:
    assert code_of(fetch_picture("http:///a")) == "P_LINK_BROKEN"
    assert code_of(fetch_picture("http://toko.id:port/a")) == "P_LINK_BROKEN"
    assert code_of(fetch_picture("http://8.8.8.8:0/a")) == "P_LINK_BROKEN"

    def refuse(_host: str, _port: int) -> Sequence[str]:
        raise UnicodeError("label too long")

    assert code_of(fetch_picture("http://toko.example/a", resolve=refuse)) == "P_LINK_BROKEN"


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_transient_failures_are_tried_three_times(web: Web, status: int) -> None:
    slept: list[float] = []
    for _ in range(2):
        web.put("/a", status)
    web.put("/a", body=photo())
    assert fetch_picture(web.url + "/a", web.url, sleep=slept.append) == photo()
    assert [int(second) for second in slept] == [1, 2]
    web.put("/b", status)
    assert code_of(fetched(web, "/b")) == "P_UNREACHABLE"
    assert [path for path, _ in web.asked].count("/b") == 3


def test_a_dead_server_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert code_of(fetch_picture(url + "/a", url, sleep=no_sleep)) == "P_UNREACHABLE"


def test_slowness_ends(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TOTAL_S", 0.0)
    web.put("/a", body=photo())
    assert code_of(fetched(web)) == "P_UNREACHABLE"
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "P_NOT_PUBLIC"), (403, "P_NOT_PUBLIC"), (404, "P_NOT_FOUND"), (410, "P_NOT_FOUND"), (204, "P_NOT_FOUND")],
)
def test_what_a_status_means(web: Web, status: int, code: str) -> None:
    web.put("/a", status)
    assert code_of(fetched(web)) == code
    assert len(web.asked) == 1


def test_a_web_page_means_that_the_link_is_not_public(web: Web) -> None:
    web.put("/a", body=b"<p>Sign in</p>", Content_Type="text/html; charset=utf-8")
    web.put("/b", body=b"\n<!DOCTYPE html><html>Sign in", Content_Type="application/octet-stream")
    for path in ("/a", "/b"):
        result = fetched(web, path)
        assert code_of(result) == "P_NOT_PUBLIC"
        assert isinstance(result, Problem)
        assert "Make the link public" in result.fix


def test_size_is_bounded_also_without_a_length(web: Web) -> None:
    web.put("/full", body=b"x" * fetching.LARGEST)
    web.put("/over", body=b"x" * (fetching.LARGEST + 1))
    full = fetched(web, "/full")
    assert isinstance(full, bytes)
    assert len(full) == fetching.LARGEST
    assert code_of(fetched(web, "/over")) == "P_TOO_LARGE"


# --- one shape --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_formats_that_are_read(form: str) -> None:
    image = opened(normalise(encoded(Image.new("RGB", (640, 480), "blue"), form)))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (640, 480))


@pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF", "PDF"])
def test_formats_that_are_not(form: str) -> None:
    assert code_of(normalise(encoded(Image.new("RGB", (640, 480)), form))) == "P_NOT_PICTURE"


@pytest.mark.parametrize("data", [b"", b"x" * 100, photo()[:-600], b"\x89PNG\r\n\x1a\n" + bytes(64)])
def test_damaged_pictures(data: bytes) -> None:
    assert code_of(normalise(data)) == "P_NOT_PICTURE"


def test_the_same_bytes_give_the_same_bytes() -> None:
    data = encoded(Image.effect_noise((2600, 1900), 50).convert("RGB"), quality=85)
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(normalise, [data] * 4))) == 1


def test_large_pictures_are_made_smaller_and_small_ones_stay() -> None:
    assert opened(normalise(photo(6000, 4000))).size == (2000, 1333)
    assert opened(normalise(encoded(Image.new("RGB", (2400, 2500)), "PNG"))).size == (1920, 2000)
    assert opened(normalise(photo(300, 300))).size == (300, 300)
    assert opened(normalise(encoded(Image.new("1", (5200, 5000)), "PNG"))).size == (
        2000,
        1923,
    )  # a large one waits its turn


def test_too_small_and_too_narrow() -> None:
    small = normalise(photo(299, 900))
    assert code_of(small) == "P_TOO_SMALL"
    assert isinstance(small, Problem)
    assert small.values == {"width": "299", "height": "900", "limit": "300"}
    assert code_of(normalise(photo(6000, 600))) == "P_TOO_NARROW"
    assert opened(normalise(photo(2000, 300))).size == (2000, 300)


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, "nw"), (2, "ne"), (3, "se"), (4, "sw"), (5, "nw"), (6, "ne"), (7, "se"), (8, "sw"), (9, "nw")],
)
def test_turned_upright(orientation: int, corner: str) -> None:
    image = Image.new("RGB", (640, 480), "white")
    image.paste("black", (0, 0, 100, 100))
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = opened(normalise(encoded(image, exif=exif)))
    assert upright.size == ((480, 640) if 5 <= orientation <= 8 else (640, 480))
    width, height = upright.size
    at = {"nw": (50, 50), "ne": (width - 50, 50), "sw": (50, height - 50), "se": (width - 50, height - 50)}
    dark = [name for name, place in at.items() if sum(upright.getpixel(place)) < 100]  # type: ignore[arg-type]
    assert dark == [corner]


def test_a_png_is_turned_too_and_not_decoded_before_it_was_judged() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(Image.new("RGB", (640, 480)), "PNG", exif=exif)
    assert opened(normalise(data)).size == (480, 640)
    for kept in (data, encoded(Image.new("RGB", (640, 480)), "PNG")):
        image, _ = pictures._open(kept)
        assert isinstance(image, ImageFile.ImageFile)
        assert image.tile
        image.close()


BROKEN_EXIF = b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\x02\0\xff\xff\xff\x7f\xff\xff\xff\x7f" * 3
NONSENSE_EXIF = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + b"\x12\x01\x02\0\x03\0\0\0up\0\0" + bytes(4)  # text for a number


def test_a_broken_exif_is_no_obstacle() -> None:
    for exif in (BROKEN_EXIF, NONSENSE_EXIF):
        assert opened(normalise(encoded(Image.new("RGB", (640, 480)), exif=exif))).size == (640, 480)


def test_metadata_is_stripped() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Rumah Ibu Sari"
    data = encoded(
        Image.new("RGB", (640, 480)), exif=exif, comment=b"telepon 0812", icc_profile=b"profile" * 20, dpi=(300, 300)
    )
    result = normalise(data)
    assert isinstance(result, bytes)
    for word in (b"Rumah", b"telepon", b"profile", b"Exif"):
        assert word in data
        assert word not in result


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_transparency_becomes_white(form: str) -> None:
    image = opened(normalise(encoded(Image.new("RGBA", (400, 400), (200, 0, 0, 0)), form, lossless=True, exact=True)))
    assert image.getpixel((200, 200)) == (255, 255, 255)


def test_transparent_palette_and_grey() -> None:
    palette = Image.new("P", (400, 400), 0)
    palette.putpalette([10, 20, 30] * 256)
    shown = opened(normalise(encoded(palette, "PNG", transparency=0)))
    assert shown.getpixel((5, 5)) == (255, 255, 255)
    grey = opened(normalise(encoded(Image.new("I;16", (400, 400), 32768), "PNG")))
    assert grey.getpixel((5, 5)) == (128, 128, 128)
    assert opened(normalise(encoded(Image.new("CMYK", (400, 400))))).mode == "RGB"


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    rows = zlib.compress(bytes(1 << 20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int, height: int) -> bytes:
    data = photo()
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def test_pixel_bombs_are_refused_at_once() -> None:
    started = time.monotonic()
    for data in (png(50_000, 50_000), jpeg(50_000, 50_000), png(10_000, 10_000), jpeg(10_000, 10_000)):
        assert code_of(normalise(data)) == "P_TOO_MANY_PIXELS"
    assert time.monotonic() - started < 2


def test_no_warning_gets_out_and_no_filter_stays() -> None:
    before = list(warnings.filters)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert code_of(normalise(png(10_000, 10_000))) == "P_TOO_MANY_PIXELS"
        assert isinstance(normalise(encoded(Image.new("RGB", (640, 480)), exif=BROKEN_EXIF)), bytes)
    assert told == []
    assert list(warnings.filters) == before


# --- staging ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "test.sqlite3"
    store = open_store(f"sqlite:///{path}")
    migrate(store)
    store.close()
    return path


@pytest.fixture
def store(tmp_path: Path, migrated: Path) -> Iterator[Store]:
    copy = shutil.copy(migrated, tmp_path / "test.sqlite3")
    store = open_store(f"sqlite:///{copy}")
    yield store
    store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pictures"


@dataclass
class Fetched:
    """A fetch without a network; remembers what it was asked."""

    answers: dict[str, bytes | Problem | Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, address: str, _base_url: str | None) -> bytes | Problem:
        self.asked.append(address)
        answer = self.answers.get(address, photo())
        if isinstance(answer, Exception):
            raise answer
        return answer


def trouble(code: PictureCode, **values: object) -> Problem:
    return fetching.problem(code, "elsewhere", **values)


def test_stages_a_picture_once(store: Store, folder: Path) -> None:
    fetch = Fetched({"https://toko.id/b": photo(colour="blue")})
    sources = ["https://toko.id/a", "https://toko.id/b", "foto.jpg", "https://toko.id/a"]
    result = stage_pictures(store, folder, None, sources, NOW, fetch)
    assert list(result) == ["https://toko.id/a", "https://toko.id/b", "foto.jpg"]
    assert code_of(result["foto.jpg"]) == "P_FILE_NAME"
    assert sorted(fetch.asked) == ["https://toko.id/a", "https://toko.id/b"]
    for source in sources[:2]:
        sha = result[source]
        assert isinstance(sha, str)
        path = folder / sha[:2] / f"{sha}.jpg"
        assert path == picture_path(folder, sha)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sha
    assert stage_pictures(store, folder, None, sources, NOW + timedelta(days=99), fetch) == result
    assert len(fetch.asked) == 2
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} == {".jpg"}


def test_many_links_one_picture(store: Store, folder: Path) -> None:
    fetch = Fetched()
    links = [
        f"https://drive.google.com/open?id={ID}",
        f"https://drive.google.com/file/d/{ID}/view",
        "https://toko.id/a",
    ]
    result = stage_pictures(store, folder, BASE, links, NOW, fetch)
    assert sorted(fetch.asked) == sorted([f"{BASE}/{ID}", "https://toko.id/a"])
    assert len(set(result.values())) == 1
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


def test_nothing_to_stage(store: Store, folder: Path) -> None:
    assert stage_pictures(store, folder, None, [], NOW, Fetched()) == {}


def test_a_lost_file_is_fetched_again(store: Store, folder: Path) -> None:
    fetch = Fetched()
    link = "https://toko.id/a"
    sha = stage_pictures(store, folder, None, [link], NOW, fetch)[link]
    assert isinstance(sha, str)
    picture_path(folder, sha).unlink()
    assert stage_pictures(store, folder, None, [link], NOW, fetch) == {link: sha}
    assert picture_path(folder, sha).is_file()
    assert len(fetch.asked) == 2


def test_a_problem_is_remembered_for_a_day(store: Store, folder: Path) -> None:
    link = "https://toko.id/a"
    fetch = Fetched({link: photo(100, 100)})
    first = stage_pictures(store, folder, None, [link], NOW, fetch)
    assert code_of(first[link]) == "P_TOO_SMALL"
    assert [found.place for found in first.values() if isinstance(found, Problem)] == [link]
    assert stage_pictures(store, folder, None, [link], NOW + timedelta(hours=23), fetch) == first
    assert len(fetch.asked) == 1
    fetch.answers[link] = photo()
    assert isinstance(stage_pictures(store, folder, None, [link], NOW + timedelta(days=1), fetch)[link], str)
    with store.read() as session:
        row = load_pictures(session, [link])[link]
    assert (row.problem, row.fetched_at) == (None, NOW + timedelta(days=1))


def test_a_person_can_have_it_asked_again_at_once(store: Store, folder: Path) -> None:
    link = "https://toko.id/a"
    fetch = Fetched({link: trouble(PictureCode.NOT_PUBLIC)})
    stage_pictures(store, folder, None, [link], NOW, fetch)
    fetch.answers.clear()
    result = stage_pictures(store, folder, None, [link], NOW, fetch, retry_after=timedelta(0))
    assert isinstance(result[link], str)


def test_an_unreachable_host_is_asked_again_after_an_hour(store: Store, folder: Path) -> None:
    link = "https://toko.id/a"
    fetch = Fetched({link: trouble(PictureCode.UNREACHABLE, host="toko.id")})
    for minutes, times in ((0, 1), (59, 1), (60, 2)):
        result = stage_pictures(store, folder, None, [link], NOW + timedelta(minutes=minutes), fetch)
        assert code_of(result[link]) == "P_UNREACHABLE"
        assert len(fetch.asked) == times


def test_another_base_address_is_another_question(store: Store, folder: Path) -> None:
    link = "https://contoh.example/foto/1.jpg"
    fetch = Fetched({link: trouble(PictureCode.NOT_FOUND, status=404)})
    assert code_of(stage_pictures(store, folder, None, [link], NOW, fetch)[link]) == "P_NOT_FOUND"
    assert isinstance(stage_pictures(store, folder, BASE, [link], NOW, fetch)[link], str)


@pytest.mark.parametrize("kept", [None, "text", "[]", '{"code": "P_FUTURE", "values": {}}', '{"code": "P_NOT_FOUND"}'])
def test_a_row_of_another_version_is_fetched_again(store: Store, folder: Path, kept: str | None) -> None:
    link = "https://toko.id/a"
    with store.write() as session:
        save_picture(session, link, None, kept, NOW)
    assert isinstance(stage_pictures(store, folder, None, [link], NOW, Fetched())[link], str)


def test_many_at_a_time_and_no_transaction_meanwhile(store: Store, folder: Path) -> None:
    """Four fetches meet, and each can write to the database by itself."""
    together = threading.Barrier(4, timeout=10)

    def fetch(address: str, _base_url: str | None) -> bytes:
        together.wait()
        with store.write() as session:
            save_picture(session, f"other {address}", None, None, NOW)
        return photo()

    links = [f"https://toko.id/{number}" for number in range(8)]
    result = stage_pictures(store, folder, None, links, NOW, fetch, workers=4)
    assert list(result) == links
    assert all(isinstance(sha, str) for sha in result.values())


def test_an_error_leaves_what_was_done(store: Store, folder: Path) -> None:
    links = [f"https://toko.id/{number}" for number in range(5)]
    fetch = Fetched({links[2]: RuntimeError("a bug")})
    with pytest.raises(RuntimeError, match="a bug"):
        stage_pictures(store, folder, None, links, NOW, fetch, workers=1)
    with store.read() as session:
        assert set(load_pictures(session, links)) <= set(links[:2])
    fetch.answers.clear()
    assert len(stage_pictures(store, folder, None, links, NOW, fetch)) == 5


def test_a_disk_that_refuses_says_so(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(TryLater, match="No space left"):
        stage_pictures(store, folder, None, ["https://toko.id/a"], NOW, Fetched())
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_end_to_end_from_a_server(store: Store, folder: Path, web: Web) -> None:
    web.put("/pictures/" + ID, body=photo(), Content_Type="image/jpeg")
    web.put("/pictures/7.jpg", body=b"<html>no</html>", Content_Type="text/html")
    links = [f"https://drive.google.com/open?id={ID}", "https://contoh.example/foto/7.jpg"]
    result = stage_pictures(store, folder, web.url + "/pictures", links, NOW)
    assert isinstance(result[links[0]], str)
    assert code_of(result[links[1]]) == "P_NOT_PUBLIC"


# --- uploading --------------------------------------------------------------------------------------------------------


@dataclass
class Sink:
    """A channel that takes pictures; `answers` replaces its answers call by call."""

    calls: list[int] = field(default_factory=list)
    answers: dict[int, Exception | list[str | Problem]] = field(default_factory=dict)
    before: Callable[[], None] = lambda: None

    def upload(self, pictures: Sequence[bytes]) -> Sequence[str | Problem]:
        self.before()
        self.calls.append(len(pictures))
        answer = self.answers.get(len(self.calls))
        if isinstance(answer, Exception):
            raise answer
        return answer if answer is not None else ["ref-" + hashlib.sha256(data).hexdigest() for data in pictures]


def staged(store: Store, folder: Path, count: int) -> list[str]:
    fetch = Fetched({f"https://toko.id/{n}": photo(400 + n, 400) for n in range(count)})
    found = stage_pictures(store, folder, None, list(fetch.answers), NOW, fetch)
    return [sha for sha in found.values() if isinstance(sha, str)]


def test_uploads_in_as_few_calls_as_possible(store: Store, folder: Path) -> None:
    hashes = staged(store, folder, 7)
    sink = Sink()
    assert isinstance(sink, PictureSink)
    steps: list[tuple[int, int]] = []
    result = upload_pictures(
        store, sink, "shop:1", 3, [*hashes, *hashes], folder, NOW, lambda done, of: steps.append((done, of))
    )
    assert result == {sha: f"ref-{sha}" for sha in hashes}
    assert sink.calls == [3, 3, 1]
    assert steps == [(3, 7), (6, 7), (7, 7)]


def test_what_is_there_is_not_uploaded_again(store: Store, folder: Path) -> None:
    hashes = staged(store, folder, 3)
    sink = Sink()
    upload_pictures(store, sink, "shop:1", 8, hashes[:2], folder, NOW)
    assert upload_pictures(store, sink, "shop:1", 8, hashes, folder, NOW) == {sha: f"ref-{sha}" for sha in hashes}
    assert sink.calls == [2, 1]
    upload_pictures(store, sink, "shop:2", 8, hashes, folder, NOW)
    assert sink.calls == [2, 1, 3]
    for sha in hashes:
        picture_path(folder, sha).unlink()
    assert upload_pictures(store, sink, "shop:2", 8, hashes, folder, NOW) == {sha: f"ref-{sha}" for sha in hashes}
    assert upload_pictures(store, sink, "shop:2", 8, [], folder, NOW) == {}
    assert len(sink.calls) == 3


def test_references_are_committed_call_by_call(store: Store, folder: Path) -> None:
    hashes = staged(store, folder, 4)
    seen: list[int] = []

    def look() -> None:
        with store.read() as session:
            seen.append(len(load_references(session, "shop:1", hashes)))
        with store.write():
            pass  # no transaction is open during the call

    upload_pictures(store, Sink(before=look), "shop:1", 2, hashes, folder, NOW)
    assert seen == [0, 2]


def test_a_channel_error_passes_after_what_succeeded_was_saved(store: Store, folder: Path) -> None:
    hashes = staged(store, folder, 5)
    sink = Sink(answers={2: ChannelUnavailable("maintenance")})
    with pytest.raises(ChannelUnavailable):
        upload_pictures(store, sink, "shop:1", 2, hashes, folder, NOW)
    with store.read() as session:
        assert set(load_references(session, "shop:1", hashes)) == set(hashes[:2])
    assert len(upload_pictures(store, sink, "shop:1", 2, hashes, folder, NOW)) == 5
    assert sink.calls == [2, 2, 2, 1]


def test_one_refused_picture_fails_alone(store: Store, folder: Path) -> None:
    hashes = staged(store, folder, 2)
    refused = Problem("C_PICTURE", "pictures", "The channel refuses the picture.", "Take another one.")
    sink = Sink(answers={1: ["ref", refused]})
    assert upload_pictures(store, sink, "shop:1", 8, hashes, folder, NOW) == {hashes[0]: "ref", hashes[1]: refused}
    with store.read() as session:
        assert load_references(session, "shop:1", hashes) == {hashes[0]: "ref"}


def test_a_lost_file_is_a_problem_and_costs_no_call(store: Store, folder: Path) -> None:
    hashes = staged(store, folder, 3)
    picture_path(folder, hashes[0]).unlink()
    sink = Sink()
    result = upload_pictures(store, sink, "shop:1", 2, hashes, folder, NOW)
    assert list(result) == hashes
    assert code_of(result[hashes[0]]) == "P_FILE_GONE"
    assert sink.calls == [2]


def test_a_sink_that_answers_short_is_a_bug(store: Store, folder: Path) -> None:
    hashes = staged(store, folder, 2)
    with pytest.raises(ValueError, match="shorter"):
        upload_pictures(store, Sink(answers={1: ["ref"]}), "shop:1", 8, hashes, folder, NOW)
