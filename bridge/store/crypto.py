"""Sealing tokens and personal data at rest: AES-GCM with the key outside the database.

Each sealed value is bound to its row (a value moved to another row does not open) and carries the id of its key, so that keys can
be rotated: new values are sealed with the current key, old ones open with theirs.
"""

import base64
import json
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bridge.errors import UserError

NONCE_BYTES = 12


class Cipher:
    """Seals and opens text. `keys` maps a key id to 32 bytes; `current` names the one that seals."""

    def __init__(self, keys: dict[str, bytes], current: str) -> None:
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self._current = current
        if current not in self._keys:
            raise KeyError(current)

    def __repr__(self) -> str:
        return f"Cipher({self._current})"

    def seal(self, text: str, row: str) -> bytes:
        """Ciphertext that opens only for the same `row`, such as `grant/3f…/access`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        body = self._keys[self._current].encrypt(nonce, text.encode(), self._bound(self._current, row))
        return self._current.encode() + b":" + nonce + body

    def open(self, sealed: bytes, row: str) -> str:
        """The text again. A UserError when the key is missing or the value was moved or damaged."""
        name, _, rest = sealed.partition(b":")
        key_id = name.decode(errors="replace")
        key = self._keys.get(key_id)
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

    @staticmethod
    def _bound(key_id: str, row: str) -> bytes:
        return f"jembatan/1/{key_id}/{row}".encode()


def create_key_file(path: Path) -> None:
    """Makes a key file with one fresh key, readable by its owner only. An existing file is left alone."""
    key_id = secrets.token_hex(4)
    content = {"current": key_id, "keys": {key_id: base64.b64encode(secrets.token_bytes(32)).decode()}}
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file)
    except OSError:  # a full disk: half a key file would be kept for good
        path.unlink()
        raise


def load_cipher(path: Path) -> Cipher:
    """The cipher of a key file; a UserError says what to do when it is missing or broken."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Cipher({name: base64.b64decode(key) for name, key in content["keys"].items()}, content["current"])
    except FileNotFoundError:
        raise UserError(
            "The key file {path} is missing. Run: jembatan init (or put back your copy).", path=path
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UserError("The key file {path} is damaged. Put back your copy of it.", path=path) from None
