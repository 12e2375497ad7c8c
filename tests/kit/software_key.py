"""A passkey in software: what a browser and a key send together, and what it would be if one of them lied."""

import json
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import encode_cbor

from bot.identity.methods.passkey import asked_to_make, made
from bot.identity.methods.tools import Place
from bot.identity.registered import Registered
from bot.platform.ids import ChallengeId, WindowId
from bot.platform.secret import Secret
from tests.kit.kinds import PASSKEY
from tests.kit.people import ORIGIN
from tests.kit.residents import DAY
from tests.kit.town import Town

PRESENT, VERIFIED, SYNCS, SYNCED, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40  # flags (WebAuthn section 6.1)
GOOD = PRESENT | VERIFIED


def asked_on(page: str) -> str:
    """What a page asks its browser for."""
    found = re.search(r'data-asked="(\{.*\})"', page)
    assert found is not None, page
    return found[1]


@dataclass
class SoftwareKey:
    """`count` is raised by each signature; 0: it has no counter."""

    origin: str
    count: int = 1
    flags: int = GOOD
    id: bytes = b"a credential of sixteen bytes or more"
    private: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    handle: str = ""
    name: str = "Blue key"

    def makes(self, asked: str, **lies: object) -> str:
        """As `navigator.credentials.create` has it."""
        wanted = json.loads(asked)
        self.handle = wanted["user"]["id"]
        at = self.private.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: at.x.to_bytes(32), -3: at.y.to_bytes(32)}
        credential = bytes(16) + len(self.id).to_bytes(2) + self.id + encode_cbor(cose)
        data = self._data(str(lies.get("rp", wanted["rp"]["id"])), ATTESTED) + credential
        response: dict[str, object] = {
            "clientDataJSON": _b64(self._said("webauthn.create", wanted["challenge"], lies)),
            "attestationObject": _b64(encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})),
            "transports": ["usb"],
        }
        return json.dumps(self._sent(response) | {"name": self.name})

    def signs(self, asked: str, **lies: object) -> str:
        """As `navigator.credentials.get` has it."""
        wanted = json.loads(asked)
        self.count += bool(self.count)
        data = self._data(str(lies.get("rp", wanted["rpId"])), 0)
        said = self._said("webauthn.get", wanted["challenge"], lies)
        signature = self.private.sign(data + sha256(said).digest(), ECDSA(SHA256()))
        handle = {"userHandle": lies.get("handle", self.handle)}
        response = {"clientDataJSON": _b64(said), "authenticatorData": _b64(data), "signature": _b64(signature)}
        return json.dumps(self._sent(response | handle))

    def _sent(self, response: dict[str, object]) -> dict[str, object]:
        id = _b64(self.id)
        return {"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {}}

    def _said(self, type: str, challenge: str, lies: dict[str, object]) -> bytes:
        said = {"type": type, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said | {name: value for name, value in lies.items() if name in said}).encode()

    def _data(self, rp: str, more: int) -> bytes:
        return sha256(rp.encode()).digest() + bytes([self.flags | more]) + self.count.to_bytes(4)


def _b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


async def holds_key(town: Town, login: str) -> SoftwareKey:
    """Set up long ago."""
    key, subject, then = (
        SoftwareKey(ORIGIN, id=f"the credential of {login}".encode()),
        await town.subject(login),
        town.clock.now - DAY,
    )
    id, place = ChallengeId("long-ago"), Place(WindowId("page"), "browser", "", ORIGIN, town.keys)
    kept = made(id, Secret(key.makes(asked_to_make(id, subject, (), place, login, "Contoso"))), place)
    await town.app.store.records.register(Registered(kept.id, subject, PASSKEY, kept.secret, then, then, kept.step))
    return key
