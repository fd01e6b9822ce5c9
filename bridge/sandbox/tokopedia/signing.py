"""The platform's signatures: one for calls to it, one for its webhooks."""

import hashlib
import hmac
from collections.abc import Sequence

UNSIGNED = ("sign", "access_token")
Pairs = Sequence[tuple[str, str]]


def digest(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def sign(secret: str, path: str, pairs: Pairs, body: bytes = b"") -> str:
    """Over path, decoded query sorted by key, and the bytes of the body; for multipart the body is left out by the caller."""
    signed = sorted((pair for pair in pairs if pair[0] not in UNSIGNED), key=lambda pair: pair[0].encode())
    text = secret + path + "".join(key + value for key, value in signed)
    return digest(secret, text.encode() + body + secret.encode())


def accepts(secret: str, path: str, pairs: Pairs, body: bytes, given: str) -> bool:
    """Signers disagree in two cases, and both ways are taken: a repeated key (all its values, or the first), and an
    empty object as body (its two bytes, or nothing)."""
    firsts: dict[str, str] = {}
    for key, value in pairs:
        firsts.setdefault(key, value)
    bodies = (body, b"") if body == b"{}" else (body,)
    signs = [sign(secret, path, form, raw) for form in (pairs, list(firsts.items())) for raw in bodies]
    return any(matches(given, wanted) for wanted in signs)


def sign_webhook(secret: str, app_key: str, body: bytes) -> str:
    """The Authorization header of a webhook, without a scheme."""
    return digest(secret, app_key.encode() + body)


def matches(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
