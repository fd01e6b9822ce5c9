"""The platform's signatures: one for calls to it, one for its pushes."""

import hashlib
import hmac


def digest(key: str, message: bytes) -> str:
    """Lower-case hex. The key is taken as text, although it looks like hex."""
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def sign(key: str, partner_id: str, path: str, timestamp: str, access_token: str = "", owner_id: str = "") -> str:
    """Public calls leave token and owner out; shop calls give the shop as owner, merchant calls the merchant."""
    return digest(key, f"{partner_id}{path}{timestamp}{access_token}{owner_id}".encode())


def sign_push(key: str, url: str, body: bytes) -> str:
    """Over the address exactly as configured and the body exactly as sent."""
    return digest(key, url.encode() + b"|" + body)


def matches(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
