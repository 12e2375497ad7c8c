"""A phone that approves: the key that it signs by, what it signs, and how it waits to be taken up by the conversation that asked for it."""

import json
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from bot.identity.methods.tools import Made
from bot.identity.registered import Registered
from bot.model.facts import Challenged
from bot.platform.ids import Kind, MethodId
from bot.platform.keyring import Keys, Tampered, UnknownKey
from bot.platform.secret import Secret
from bot.platform.sentences import Refuse

KIND = Kind("approval")
HALF = 32  # bytes of each number of a signature
LONGEST = 200  # characters of a key or a signature in base64url; both are shorter


@dataclass(frozen=True, slots=True)
class Device:
    """The secret of a registered one, as JSON."""

    key: str  # the public one: a point of P-256, uncompressed, in base64url
    name: str  # what its browser calls itself
    login: str  # whose it is, as its person knows the account

    @property
    def id(self) -> MethodId:
        """One key is one method, whoever would register it."""
        return MethodId(f"{KIND}-{sha256(self.key.encode()).hexdigest()[:32]}")

    def signed(self, signature: str, *lines: str) -> bool:
        """Whether this key has signed these lines (ECDSA with SHA-256, as Web Cryptography writes it)."""
        try:
            raw = _bytes(signature)
            found = encode_dss_signature(int.from_bytes(raw[:HALF]), int.from_bytes(raw[HALF : 2 * HALF]))
            _point(self.key).verify(found, "\n".join(lines).encode(), ECDSA(SHA256()))
        except (ValueError, InvalidSignature):
            return False
        return len(raw) == 2 * HALF

    @property
    def usable(self) -> bool:
        """Whether it is a key at all, and written in the one way in which it is known."""
        try:
            _point(self.key)
        except ValueError:
            return False
        return urlsafe_b64encode(_bytes(self.key)).decode().rstrip("=") == self.key


def device(method: Registered) -> Device:
    """What is kept of it."""
    return Device(**json.loads(method.secret.reveal()))


def waiting(keys: Keys, asked: Challenged, made: Device) -> str:
    """What the question's row holds until the conversation takes the phone up: sealed, for this question alone."""
    return b64encode(keys.seal(_row(asked), json.dumps(asdict(made)).encode())).decode()


def paired(asked: Challenged, keys: Keys) -> Made | None:
    """Inverse. None: no phone has come yet. Raises Refuse for what isn't ours."""
    if not asked.signed_in:
        return None
    try:
        kept = keys.open(_row(asked), b64decode(asked.signed_in))
    except (ValueError, Tampered, UnknownKey) as no:
        raise Refuse("accounts.no_right") from no
    return Made(Device(**json.loads(kept)).id, Secret(kept.decode()), 0)


def _row(asked: Challenged) -> str:
    return json.dumps(["paired", asked.id, asked.conversation, asked.subject])


def _point(key: str) -> EllipticCurvePublicKey:
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _bytes(key))


def _bytes(text: str) -> bytes:
    """Raises ValueError for what no browser writes."""
    if len(text) > LONGEST or not text.isascii():
        raise ValueError
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
