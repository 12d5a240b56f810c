"""A push service with a browser behind it, for tests: real HTTP on the loopback, that takes only what the RFCs let pass.

Whatever is posted has its VAPID token verified (RFC 8292) and its body decrypted with the browser's own keys (RFC 8291), by
code of its own, written after the RFCs and not with the libraries under test.
"""

from __future__ import annotations

import json
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tertulia.kit.tests.loopback import Asked, Told


def base64(raw: bytes) -> str:
    """For addresses, without padding."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def raw(text: str) -> bytes:
    """Its other way."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    """HKDF with SHA-256."""
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


@dataclass
class PushService:
    """``says``: what it answers next, then 201 again. ``shown``: what the browser got to see; ``asked``: every request taken."""

    url: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"sixteen bytes..!"
    path: str = "/push/f00d"
    says: list[Told] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    server_key: str = ""

    @property
    def endpoint(self) -> str:
        """Where to push to."""
        return self.url + self.path

    @property
    def handed(self) -> dict[str, str]:
        """What the browser hands over."""
        return {"endpoint": self.endpoint, "p256dh": base64(point(self.key.public_key())), "auth": base64(self.secret)}

    def answer(self, asked: Asked) -> Told:
        """As a push service: 400 without what it needs, 403 for a key that the subscription was not made for."""
        headers = asked.headers
        if asked.path != self.path:
            return Told(404)
        if not headers.get("ttl", "").isdigit() or headers.get("content-encoding") != "aes128gcm" or len(asked.body) > 4096:
            return Told(400, b"bad headers")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", headers.get("topic", "")) or headers.get("urgency") not in ("normal", "high"):
            return Told(400, b"bad topic")
        if not self._signed(headers.get("authorization", "")):
            return Told(403, b"bad token")
        self.asked.append(asked)
        said = self.says.pop(0) if self.says else Told(201)
        if said.status == 201:
            self.shown.append(json.loads(self._opened(asked.body)))
        return said

    def _signed(self, header: str) -> bool:
        """RFC 8292: ``vapid t=<JWT>,k=<public key>``."""
        scheme, _space, rest = header.partition(" ")
        given = dict(one.strip().split("=", 1) for one in rest.split(","))
        head, claims, signature = given["t"].split(".")
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(given["k"]))
        both = raw(signature)
        der = encode_dss_signature(int.from_bytes(both[:32], "big"), int.from_bytes(both[32:], "big"))
        public.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))  # raises
        said, where = json.loads(raw(claims)), urlsplit(self.url)
        return (scheme == "vapid" and json.loads(raw(head)) == {"typ": "JWT", "alg": "ES256"} and given["k"] == self.server_key
                and said["aud"] == f"{where.scheme}://{where.netloc}" and 0 < said["exp"] - time.time() <= 24 * 3600
                and said["sub"].startswith(("mailto:", "https://")))

    def _opened(self, body: bytes) -> bytes:
        """RFC 8188 with the keys of RFC 8291: salt, record size, the sender's key, one record."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size and length == 65
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        mixed = derived(self.secret, shared, b"WebPush: info\x00" + point(self.key.public_key()) + sender, 32)
        content_key = derived(salt, mixed, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = derived(salt, mixed, b"Content-Encoding: nonce\x00", 12)
        text = AESGCM(content_key).decrypt(nonce, record, None).rstrip(b"\x00")
        assert text.endswith(b"\x02"), "the last record says that it is"
        return text[:-1]
