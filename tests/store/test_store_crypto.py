"""Tokens and personal data at rest: bound to their row and key, opened by nobody without the key file."""

import base64
import errno
import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import UserError
from bridge.store import crypto
from bridge.store.crypto import Cipher, create_key_file, load_cipher

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
ROW = "grant/3f/access"


def test_a_value_opens_for_its_own_row_only(cipher: Cipher) -> None:
    sealed = cipher.seal("token", ROW)
    assert cipher.open(sealed, ROW) == "token"
    for other in ("grant/3f/refresh", "grant/40/access", "", "buyer/3f/access"):
        with pytest.raises(UserError, match="the row was changed"):
            cipher.open(sealed, other)


@given(st.text("aé–😀\x00 ", max_size=30), st.text("ab/é", max_size=10))
def test_any_text_comes_back(text: str, row: str) -> None:
    cipher = Cipher({"a": OLD}, "a")
    assert cipher.open(cipher.seal(text, row), row) == text


def test_a_value_does_not_show_what_it_holds(cipher: Cipher) -> None:
    one, two = cipher.seal("refresh-token", ROW), cipher.seal("refresh-token", ROW)
    assert one != two  # nobody sees that two values are the same
    assert b"refresh" not in one


def test_a_value_carries_the_id_of_its_key(cipher: Cipher) -> None:
    assert cipher.seal("token", ROW).startswith(b"test:")
    assert str(base64.b64encode(bytes(range(32)))) not in repr(cipher)
    assert repr(cipher) == "Cipher(test)"


def test_old_values_open_after_a_new_key_became_current() -> None:
    before, after = Cipher({"old": OLD}, "old"), Cipher({"old": OLD, "new": NEW}, "new")
    sealed = before.seal("token", ROW)
    assert after.open(sealed, ROW) == "token"
    again = after.seal("token", ROW)
    assert again.startswith(b"new:")
    with pytest.raises(UserError, match="The key new is not in"):
        before.open(again, ROW)


def test_a_key_of_the_same_name_is_not_the_same_key() -> None:
    sealed = Cipher({"a": OLD}, "a").seal("token", ROW)
    with pytest.raises(UserError, match=r"key\.json belongs to another database") as caught:
        Cipher({"a": NEW}, "a").open(sealed, ROW)
    assert caught.value.exit_code == 2


def test_a_value_cannot_be_passed_off_as_one_of_another_key() -> None:
    both = Cipher({"a": OLD, "b": OLD}, "a")
    moved = both.seal("token", ROW).replace(b"a:", b"b:", 1)
    with pytest.raises(UserError):
        both.open(moved, ROW)


@pytest.mark.parametrize("place", range(0, 40, 3))
def test_a_single_changed_byte_is_noticed(place: int, cipher: Cipher) -> None:
    sealed = bytearray(cipher.seal("a token of some length", ROW))
    sealed[place % len(sealed)] ^= 1
    with pytest.raises(UserError):
        cipher.open(bytes(sealed), ROW)


@pytest.mark.parametrize(
    "sealed", [b"", b"test:", b"test:short", b"test", b"\xff\xfe:x", b"test:" + bytes(12), b"test:" + bytes(20)]
)
def test_a_value_that_was_cut_short_is_noticed(sealed: bytes, cipher: Cipher) -> None:
    with pytest.raises(UserError):
        cipher.open(sealed, ROW)


# --- the key file -----------------------------------------------------------------------------------------------------


def test_a_key_file_is_made_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    create_key_file(path)
    sealed = load_cipher(path).seal("token", ROW)
    content = path.read_bytes()
    create_key_file(path)
    assert path.read_bytes() == content
    assert load_cipher(path).open(sealed, ROW) == "token"


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such permissions")
def test_a_key_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        create_key_file(tmp_path / "key.json")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "key.json").stat().st_mode) == 0o600


def test_two_key_files_hold_different_keys(tmp_path: Path) -> None:
    for name in "ab":
        create_key_file(tmp_path / name)
    with pytest.raises(UserError):
        load_cipher(tmp_path / "b").open(load_cipher(tmp_path / "a").seal("token", ROW), ROW)


def test_a_full_disk_leaves_no_half_key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "key.json"
    monkeypatch.setattr(crypto.json, "dump", full)
    with pytest.raises(OSError, match="No space left"):
        create_key_file(path)
    monkeypatch.undo()
    assert not path.exists()
    create_key_file(path)
    load_cipher(path)


def test_a_key_can_be_added_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    create_key_file(path)
    sealed = load_cipher(path).seal("token", ROW)
    content = json.loads(path.read_text())
    content["keys"]["2027"], content["current"] = base64.b64encode(NEW).decode(), "2027"
    path.write_text(json.dumps(content))
    after = load_cipher(path)
    assert after.open(sealed, ROW) == "token"
    assert after.seal("token", ROW).startswith(b"2027:")


def test_a_missing_key_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Run: jembatan init") as caught:
        load_cipher(tmp_path / "key.json")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", "null", '"x"', "{}", '{"current": "a"}', '{"current": "a", "keys": {}}', '{"current": "a", "keys": []}',
        '{"current": "a", "keys": {"a": "c2hvcnQ="}}', '{"current": "a", "keys": {"a": "no base64!"}}',
        '{"current": "a", "keys": {"a": 5}}', '{"current": "b", "keys": {"a": "KEY"}}', '{"keys": {"a": "KEY"}}', "\udcff",
    ],
)  # fmt: skip
def test_a_damaged_key_file_says_so(content: str, tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_bytes(content.replace("KEY", base64.b64encode(OLD).decode()).encode(errors="surrogateescape"))
    with pytest.raises(UserError, match="damaged"):
        load_cipher(path)
