"""Signatures and seals of the wire: Ed25519 over every message, HPKE (RFC 9180) around what a request is about."""

import base64
import hashlib
import json

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

WIRE = "unlatch-writeback/1"  # part of everything that is signed, sealed or proved, so that nothing serves elsewhere
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Forged(Exception):  # noqa: N818 - says what was found
    """Not signed, or not sealed, by whom it should be."""


def sign(key: Ed25519PrivateKey, kind: str, body: str) -> str:
    """Over the kind of message and its very text, in hex."""
    return key.sign(_signed(kind, body)).hex()


def check(key: str, kind: str, body: str, signature: str) -> None:
    """Raises Forged. `key`: 32 bytes in hex."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), _signed(kind, body))
    except (InvalidSignature, ValueError):
        raise Forged(kind) from None


def seal(key: str, about: tuple[object, ...], plain: str) -> str:
    """So that it opens only for the holder of `key` (32 bytes in hex), and only with the same `about`. Raises Forged for no key."""
    try:
        to = X25519PublicKey.from_public_bytes(bytes.fromhex(key))
        return base64.b64encode(SUITE.encrypt(plain.encode(), to, _bound(about))).decode()
    except ValueError:
        raise Forged("seal") from None


def unseal(key: X25519PrivateKey, about: tuple[object, ...], sealed: str) -> str:
    """What `seal` made, opened. Raises Forged where key or `about` is another."""
    try:
        return SUITE.decrypt(base64.b64decode(sealed, validate=True), key, _bound(about)).decode()
    except (InvalidTag, ValueError):
        raise Forged("seal") from None


def public(key: Ed25519PrivateKey | X25519PrivateKey) -> str:
    """The public half of a key, in hex."""
    return key.public_key().public_bytes_raw().hex()


def key_id(key: str) -> str:
    """Short name of a sealing key, so that an agent with two knows which one was meant."""
    return hashlib.sha256(bytes.fromhex(key)).hexdigest()[:16]


def _signed(kind: str, body: str) -> bytes:
    return f"{WIRE}/{kind}\n{body}".encode()


def _bound(about: tuple[object, ...]) -> bytes:
    return json.dumps([WIRE, *about]).encode()
