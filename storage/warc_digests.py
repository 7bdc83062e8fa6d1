"""Digests as WARC files state them: an algorithm and a value, in base32 or in hex."""

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
    stated = value.rstrip("=").upper()
    return stated in (base64.b32encode(found).decode("ascii").rstrip("="), found.hex().upper())
