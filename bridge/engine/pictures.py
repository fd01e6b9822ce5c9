"""Pictures on their way from a link to a channel: fetched once, brought into one shape, kept by content, uploaded once per scope.

Nothing here is enlarged, and no file is named by a sheet: names are the SHA-256 of what is in them. No transaction is open while
the network is asked.
"""

import hashlib
import json
import os
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from itertools import islice
from pathlib import Path

from PIL import Image

from bridge.connectors.base import PictureSink
from bridge.engine.fetching import PictureCode, fetch_picture, picture_address, problem
from bridge.errors import TryLater
from bridge.model import Problem
from bridge.store.engine import Store
from bridge.store.kept import load_pictures, load_references, save_picture, save_references
from bridge.store.tables import Picture

__all__ = ["fetch_picture", "normalise", "picture_address", "picture_path", "stage_pictures", "upload_pictures"]

FORMATS = ("JPEG", "PNG", "WEBP")
LONGEST_SIDE = 2000
SHORTEST_SIDE = 300
QUALITY = 90
LARGE = 25_000_000  # pixels
RETRY_PROBLEM = timedelta(days=1)
RETRY_UNREACHABLE = timedelta(hours=1)  # most often the office was offline, not the host
PER_QUERY = 500

Fetch = Callable[[str, str | None], bytes | Problem]
Progress = Callable[[int, int], None]  # done, of how many

_decoding = threading.BoundedSemaphore(2)
_opening = threading.Lock()
_large = threading.Lock()  # one just below Pillow's limit takes up to 1.4 GB while it is decoded
_TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


# --- one shape --------------------------------------------------------------------------------------------------------


def normalise(data: bytes) -> bytes | Problem:
    """An upright RGB JPEG without metadata, 300 to 2000 pixels a side. The same bytes give the same bytes."""
    try:
        image, orientation = _open(data)
        with image:
            picture = _upright(image, orientation)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return problem(PictureCode.TOO_MANY_PIXELS, "", limit=(Image.MAX_IMAGE_PIXELS or 0) // 1_000_000)
    except Exception:  # noqa: BLE001  a decoder that is fed hostile bytes can raise anything
        return problem(PictureCode.NOT_PICTURE, "")
    return picture if isinstance(picture, Problem) else _jpeg(picture)


def _open(data: bytes) -> tuple[Image.Image, int]:
    """The picture, not yet decoded, and how the camera was held; a broken EXIF counts as upright.

    Pillow only warns between once and twice its pixel limit: here the limit is the limit. Filters are the whole process's, hence
    the lock and the haste.
    """
    with _opening, warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module="PIL")  # damaged EXIF and the like
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = Image.open(BytesIO(data), formats=FORMATS)
        try:
            return image, int(Image.Image.getexif(image).get(0x0112, 1))  # PNG's own would decode the picture
        except Exception:  # noqa: BLE001  as above
            return image, 1


def _upright(image: Image.Image, orientation: int) -> Image.Image | Problem:
    width, height = image.size
    if min(width, height) < SHORTEST_SIDE:
        return problem(PictureCode.TOO_SMALL, "", width=width, height=height, limit=SHORTEST_SIDE)
    if min(width, height) * LONGEST_SIDE < max(width, height) * SHORTEST_SIDE:
        return problem(PictureCode.TOO_NARROW, "", width=width, height=height)
    turned = _TURNED.get(orientation)
    share = min(1.0, LONGEST_SIDE / max(width, height))
    image.draft("RGB", (round(width * share), round(height * share)))  # a JPEG is decoded at a smaller scale
    with _large if image.width * image.height > LARGE else nullcontext():
        image.load()
        flat = _flat(image)
        flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return flat if turned is None else flat.transpose(turned)


def _flat(image: Image.Image) -> Image.Image:
    """RGB; what was transparent is white."""
    if image.has_transparency_data:
        layered = image if image.mode == "RGBA" else image.convert("RGBA")
        flat = Image.new("RGB", layered.size, "white")
        flat.paste(layered, mask=layered)
        return flat
    if image.mode.startswith("I"):  # 16 bits of grey: keep the upper eight
        return image.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def _jpeg(image: Image.Image) -> bytes:
    image.info = {}  # EXIF with its place of taking, comments, profiles
    target = BytesIO()
    image.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()


# --- on the disk ------------------------------------------------------------------------------------------------------


def picture_path(folder: Path, sha256: str) -> Path:
    """Where a picture is kept."""
    return folder / sha256[:2] / f"{sha256}.jpg"


def _keep(folder: Path, data: bytes) -> str:
    """Writes a picture whole or not at all; gives its SHA-256."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = picture_path(folder, sha256)
    if path.is_file():
        return sha256
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise TryLater(
            "Pictures cannot be written to {folder}: {why}. Free some space or correct its permissions, then run again.",
            folder=folder,
            why=error.strerror,
        ) from error
    return sha256


# --- staging ----------------------------------------------------------------------------------------------------------


def stage_pictures(
    store: Store,
    folder: Path,
    base_url: str | None,
    sources: Sequence[str],
    now: datetime,
    fetch: Fetch = fetch_picture,
    workers: int = 8,
    retry_after: timedelta = RETRY_PROBLEM,
) -> dict[str, str | Problem]:
    """Each link's picture by its SHA-256, in the order given. `retry_after` zero asks for all that failed again."""
    found: dict[str, str | Problem] = {}
    addresses: dict[str, str] = {}
    for source in dict.fromkeys(sources):
        address = picture_address(source, base_url)
        if isinstance(address, Problem):
            found[source] = address
        else:
            addresses[source] = address
    for source, row in _load_known(store, list(addresses)).items():
        known = _recall(row, addresses[source], folder, now, retry_after)
        if known is not None:
            found[source] = known
    wanted: dict[str, list[str]] = {}  # several links may stand for one address
    for source, address in addresses.items():
        if source not in found:
            wanted.setdefault(address, []).append(source)
    for results in _obtain_all(list(wanted), base_url, folder, fetch, workers):
        fresh = {source: _placed(result, source) for address, result in results.items() for source in wanted[address]}
        _save(store, fresh, addresses, now)
        found |= fresh
    return {source: found[source] for source in dict.fromkeys(sources)}


def _load_known(store: Store, sources: Sequence[str]) -> dict[str, Picture]:
    known: dict[str, Picture] = {}
    with store.read() as session:
        for part in _parts(iter(sources), PER_QUERY):
            known |= load_pictures(session, part)
    return known


def _recall(row: Picture, address: str, folder: Path, now: datetime, retry_after: timedelta) -> str | Problem | None:
    """What a kept row still says; None to fetch again."""
    if row.sha256 is not None:
        return row.sha256 if picture_path(folder, row.sha256).is_file() else None
    try:
        kept = json.loads(row.problem or "")
        code, values = PictureCode(kept["code"]), dict(kept["values"])
        if kept["address"] != address:  # the base address was changed meanwhile
            return None
    except (ValueError, KeyError, TypeError):
        return None  # written by another version
    rest = min(retry_after, RETRY_UNREACHABLE) if code is PictureCode.UNREACHABLE else retry_after
    return None if row.fetched_at <= now - rest else problem(code, row.source, **values)


def _obtain_all(
    addresses: Sequence[str], base_url: str | None, folder: Path, fetch: Fetch, workers: int
) -> Iterator[dict[str, str | Problem]]:
    """Results as they come, several at a time."""
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="pictures") as pool:
        pending = {pool.submit(_obtain, address, base_url, folder, fetch): address for address in addresses}
        try:
            while pending:
                done, _ = wait(pending, return_when=FIRST_COMPLETED)
                yield {pending.pop(future): future.result() for future in done}
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _obtain(address: str, base_url: str | None, folder: Path, fetch: Fetch) -> str | Problem:
    data = fetch(address, base_url)
    if isinstance(data, Problem):
        return data
    with _decoding:
        picture = normalise(data)
    return picture if isinstance(picture, Problem) else _keep(folder, picture)


def _placed(result: str | Problem, source: str) -> str | Problem:
    """A problem speaks of the link as the sheet has it, not of where it led."""
    return replace(result, place=source) if isinstance(result, Problem) else result


def _save(store: Store, results: Mapping[str, str | Problem], addresses: Mapping[str, str], now: datetime) -> None:
    with store.write() as session:
        for source, result in results.items():
            if isinstance(result, Problem):
                kept = {"address": addresses[source], "code": result.code, "values": dict(result.values)}
                save_picture(session, source, None, json.dumps(kept, ensure_ascii=False), now)
            else:
                save_picture(session, source, result, None, now)


# --- uploading --------------------------------------------------------------------------------------------------------


def upload_pictures(
    store: Store,
    sink: PictureSink,
    scope: str,
    per_call: int,
    hashes: Sequence[str],
    folder: Path,
    now: datetime,
    progress: Progress | None = None,
) -> dict[str, str | Problem]:
    """Each picture's reference on the channel. Every call's references are committed before the next call, and before any use."""
    wanted = list(dict.fromkeys(hashes))
    found: dict[str, str | Problem] = dict(_load_uploaded(store, scope, wanted))
    missing = [sha256 for sha256 in wanted if sha256 not in found]
    for sha256 in missing:
        if not picture_path(folder, sha256).is_file():
            found[sha256] = problem(PictureCode.FILE_GONE, sha256)
    ready = [sha256 for sha256 in missing if sha256 not in found]
    done = 0
    for part in _parts(iter(ready), per_call):
        answers = sink.upload([picture_path(folder, sha256).read_bytes() for sha256 in part])
        fresh = dict(zip(part, answers, strict=True))
        with store.write() as session:
            references = {sha256: answer for sha256, answer in fresh.items() if isinstance(answer, str)}
            save_references(session, scope, references, now)
        found |= fresh
        done += len(part)
        if progress is not None:
            progress(done, len(ready))
    return {sha256: found[sha256] for sha256 in wanted}


def _load_uploaded(store: Store, scope: str, hashes: Sequence[str]) -> dict[str, str]:
    known: dict[str, str] = {}
    with store.read() as session:
        for part in _parts(iter(hashes), PER_QUERY):
            known |= load_references(session, scope, part)
    return known


def _parts(items: Iterator[str], size: int) -> Iterator[list[str]]:
    while part := list(islice(items, size)):
        yield part
