"""Digests as WARC files state them: an algorithm and a value, in base32, hex or base64 (RFC 4648)."""

import base64
import hashlib


def digest_payload(body: bytes) -> str:
    """Digests a payload as WARC-Payload-Digest does: `sha1:` and base32."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode("ascii")


def is_digest_of(digest: str, content: bytes) -> bool:
    """Tells whether a digest (`sha1:…`, `sha256:…`, `md5:…`) is that of a content; true where its kind is unknown."""
    algorithm, _, value = digest.partition(":")
    name = algorithm.lower().replace("-", "")
    if name not in hashlib.algorithms_guaranteed or name.startswith("shake"):
        return True
    found = hashlib.new(name, content, usedforsecurity=False).digest()
    stated = value.rstrip("=")
    in_base64 = [encode(found).decode("ascii").rstrip("=") for encode in (base64.b64encode, base64.urlsafe_b64encode)]
    in_base32 = base64.b32encode(found).decode("ascii").rstrip("=")
    return stated in in_base64 or stated.upper() in (in_base32, found.hex().upper())
