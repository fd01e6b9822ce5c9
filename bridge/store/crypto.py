"""Sealing tokens and personal data at rest: AES-GCM with the key outside the database.

Each sealed value is bound to its row (a value moved to another row does not open) and carries the id of its key, so that keys can
be rotated: new values are sealed with the current key, old ones open with theirs. A cipher of a key file notices when another
process puts a new key into it: nothing is sealed with a key that is about to go.
"""

import base64
import json
import os
import secrets
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bridge.errors import UserError

NONCE_BYTES = 12
GUARDED = os.name == "posix"  # whether who may read a file can be told from its mode
DAMAGED = (ValueError, KeyError, TypeError, AttributeError)  # what reading a damaged key file raises
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Cipher:
    """Seals and opens text. `keys` maps a key id to 32 bytes, `current` names the one that seals, `file` is where they are kept."""

    def __init__(self, keys: dict[str, bytes], current: str, file: Path | None = None) -> None:
        self._file = file
        self._seen: tuple[int, ...] = ()  # of the file, taken before it was read
        self._ring = ring_of(keys, current)

    def __repr__(self) -> str:
        return f"Cipher({self.current})"

    @property
    def current(self) -> str:
        """The id of the key that seals."""
        return self._ring[0]

    def seal(self, text: str, row: str) -> bytes:
        """Ciphertext that opens only for the same `row`, such as `grant/3f…/access`."""
        self._look()
        current, keys = self._ring
        nonce = secrets.token_bytes(NONCE_BYTES)
        body = keys[current].encrypt(nonce, text.encode(), self._bound(current, row))
        return current.encode() + b":" + nonce + body

    def open(self, sealed: bytes, row: str) -> str:
        """The text again. A UserError when the key is missing or the value was moved or damaged."""
        key_id, rest = key_of(sealed), sealed.partition(b":")[2]
        if key_id not in self._ring[1]:
            self._look()
        key = self._ring[1].get(key_id)
        if key is None:
            raise UserError(
                "The key {key_id} is not in key.json. Put back the key file that belongs to this database.",
                key_id=key_id,
            )
        try:
            return key.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], self._bound(key_id, row)).decode()
        except (InvalidTag, ValueError):  # ValueError: cut short
            raise UserError(
                "A sealed value cannot be opened: key.json belongs to another database, or the row was changed."
            ) from None

    def _look(self) -> None:
        """Reads the key file again where it has changed; one that is away or damaged by now leaves the keys in hand."""
        if self._file is None:
            return
        try:
            seen = look_of(self._file)
            if seen != self._seen:
                self._ring, self._seen = ring_of(*read_keys(self._file)), seen
        except (OSError, *DAMAGED):
            return

    @staticmethod
    def _bound(key_id: str, row: str) -> bytes:
        return f"jembatan/1/{key_id}/{row}".encode()


def refuse_shared(file: Path) -> None:
    """Raises UserError when others may read or change a file with a secret in it; on Windows that is not looked at."""
    if GUARDED and file.stat().st_mode & OTHERS:
        raise UserError("Others can read the file {file}. Close it to them first with: chmod 600 {file}", file=file)


def key_of(sealed: bytes) -> str:
    """The id of the key that a value was sealed with."""
    return sealed.partition(b":")[0].decode(errors="replace")


def ring_of(keys: dict[str, bytes], current: str) -> tuple[str, dict[str, AESGCM]]:
    """Keys ready for use. Raises KeyError where the current one is not among them."""
    ring = {name: AESGCM(key) for name, key in keys.items()}
    if current not in ring:
        raise KeyError(current)
    return current, ring


def look_of(file: Path) -> tuple[int, ...]:
    """What changes when a file is put in the place of another."""
    found = file.stat()
    return found.st_mtime_ns, found.st_ino, found.st_size


# --- the key file -------------------------------------------------------------------------------------------------------------


def create_key_file(path: Path) -> None:
    """Makes a key file with one fresh key, readable by its owner only. An existing file is left alone."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    key_id, key = fresh_key()
    write_keys(handle, path, {key_id: key}, key_id)


def add_key(path: Path) -> bool:
    """Makes a fresh key the current one and keeps the others. False: several are there already, since a change was interrupted."""
    keys, _ = read_keys(path)
    if len(keys) > 1:
        return False
    key_id, key = fresh_key()
    replace_keys(path, {**keys, key_id: key}, key_id)
    return True


def keep_current_key(path: Path) -> None:
    """Forgets all keys but the current one."""
    keys, current = read_keys(path)
    replace_keys(path, {current: keys[current]}, current)


def fresh_key() -> tuple[str, bytes]:
    """A new key with a new id."""
    return secrets.token_hex(4), secrets.token_bytes(32)


def replace_keys(path: Path, keys: dict[str, bytes], current: str) -> None:
    """Puts a new key file in the place of the old one, in one step and for good: values sealed with its keys come afterwards."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)  # of a change that was interrupted
    write_keys(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), fresh, keys, current)
    fresh.replace(path)
    if os.name == "posix":  # elsewhere a folder cannot be opened
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def write_keys(handle: int, path: Path, keys: dict[str, bytes], current: str) -> None:
    """Writes an open file to the disk, or leaves none."""
    coded = {name: base64.b64encode(key).decode() for name, key in keys.items()}
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"current": current, "keys": coded}, file)
            file.flush()
            os.fsync(file.fileno())
    except OSError:  # a full disk: half a key file would be kept for good
        path.unlink()
        raise


def read_keys(path: Path) -> tuple[dict[str, bytes], str]:
    """Keys and the current one. Raises one of DAMAGED for a damaged file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return {name: base64.b64decode(key) for name, key in content["keys"].items()}, content["current"]


def load_cipher(path: Path) -> Cipher:
    """The cipher of a key file; a UserError says what to do when it is missing or broken."""
    try:
        return Cipher(*read_keys(path), path)
    except FileNotFoundError:
        raise UserError(
            "The key file {path} is missing. Run: jembatan init (or put back your copy).", path=path
        ) from None
    except DAMAGED:
        raise UserError("The key file {path} is damaged. Put back your copy of it.", path=path) from None
