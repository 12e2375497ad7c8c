"""What is kept of a passkey, by what it knows its account, and what it has to sign: all derived, and nothing of it waits anywhere."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from bot.identity.methods.tools import Place
from bot.identity.registered import Registered
from bot.platform.ids import ChallengeId, Kind, MethodId, SubjectId
from bot.platform.keyring import Keys

KIND = Kind("passkey")


@dataclass(frozen=True, slots=True)
class Credential:
    """The secret of a registered one, as JSON. Bytes are in base64url, as browsers write them."""

    id: str
    key: str  # the public one, as COSE has it
    name: str  # its person's own for it
    syncs: bool  # its owner's devices may share it; fixed when it is made
    synced: bool  # and did, then
    transports: tuple[str, ...]


def credential(method: Registered) -> Credential:
    """What is kept of it."""
    return Credential(**json.loads(method.secret.reveal()))


def challenges(id: ChallengeId, place: Place) -> tuple[str, ...]:
    """What has to be signed, by each key of the ring: derived, for one question, one page and the one browser that has it."""
    made = place.keys.macs("passkey challenge", json.dumps([id, place.page, place.browser]))
    return tuple(base64url(mac) for mac in made)


def user_handle(keys: Keys, subject: SubjectId) -> str:
    """By what a passkey knows its account: nothing that tells whose, and never another one."""
    return base64url(keys.lasting_mac("passkey user", subject))


def host(origin: str) -> str:
    """The relying party's id: our public host itself, so that no other name under its domain has a part in it."""
    return urlsplit(origin).hostname or ""


def written(origin: str) -> str:
    """As browsers write it: without the port that its scheme has anyway."""
    return origin.removesuffix({"https": ":443", "http": ":80"}[urlsplit(origin).scheme])


def named(id: str) -> MethodId:
    """A credential is one method, whoever would register it."""
    return MethodId(f"{KIND}-{sha256(id.encode()).hexdigest()[:32]}")


def base64url(raw: bytes) -> str:
    """As browsers write bytes."""
    return urlsafe_b64encode(raw).decode().rstrip("=")
