"""What a browser sends back for a passkey, read and verified: address, challenge, who it checked, signature and counter."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, TypedDict

import structlog
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.structs import CredentialDeviceType

from bot.identity.methods.passkey_credentials import (
    Credential,
    base64url,
    challenges,
    credential,
    host,
    named,
    user_handle,
    written,
)
from bot.identity.methods.tools import Copied, Made, Place, Right
from bot.identity.registered import Registered
from bot.platform.ids import ChallengeId, SubjectId
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep

log = structlog.get_logger()
LONGEST_NAME = 60
HIGHEST = 2**31 - 1  # what our column holds; a counter beyond it is compared, and not kept
SHARED = CredentialDeviceType.MULTI_DEVICE
TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal"})


class Unfit(Exception):  # noqa: N818 - says what was found
    """It proves nothing."""


class Expected(TypedDict):
    """What the library compares with."""

    expected_challenge: bytes
    expected_rp_id: str
    expected_origin: str
    require_user_verification: bool


def signed(id: ChallengeId, subject: SubjectId, given: Secret, mine: Sequence[Registered], place: Place) -> Right | Copied | None:
    """None: by none of these, or not as it has to be; the log says which."""
    try:
        with _read():
            return _signed(id, subject, json.loads(given.reveal()), {credential(m).id: m for m in mine}, place)
    except Unfit:
        return None


def made(id: ChallengeId, given: Secret, place: Place) -> Made:
    """Raises Misstep."""
    try:
        with _read():
            return _made(id, json.loads(given.reveal()), place)
    except Unfit as no:
        raise Misstep("method.passkey.unfit") from no


def _signed(
    id: ChallengeId, subject: SubjectId, sent: dict[str, Any], mine: dict[str, Registered], place: Place
) -> Right | Copied:
    if sent["id"] not in mine:
        raise Unfit("none of this account's")
    method = mine[sent["id"]]
    known = credential(method)
    if sent["response"].get("userHandle") not in (None, user_handle(place.keys, subject)):
        raise Unfit("made for another account")
    found = verify_authentication_response(
        credential=sent,
        credential_public_key=base64url_to_bytes(known.key),
        credential_current_sign_count=0,  # compared below: one that went back is no wrong answer, but a copy
        **_expected(id, sent, place),
    )
    if (found.credential_device_type is SHARED) is not known.syncs:
        raise Unfit("another key under the same name")
    count = found.new_sign_count
    if (count or method.last_step) and count <= method.last_step:
        return Copied(method.id)
    return Right(method.id, _kept(count))


def _made(id: ChallengeId, sent: dict[str, Any], place: Place) -> Made:
    found = verify_registration_response(credential=sent, **_expected(id, sent, place))
    kept = Credential(
        base64url(found.credential_id),
        base64url(found.credential_public_key),
        " ".join(str(sent["name"]).split())[:LONGEST_NAME] or place.label,
        found.credential_device_type is SHARED,
        found.credential_backed_up,
        tuple(sorted(TRANSPORTS.intersection(sent["response"].get("transports") or ()))),
    )
    return Made(named(kept.id), Secret(json.dumps(asdict(kept))), _kept(found.sign_count))


def _expected(id: ChallengeId, sent: dict[str, Any], place: Place) -> Expected:
    """Raises Unfit for a challenge of another question, page or browser, and for a page that another site has framed."""
    said = json.loads(base64url_to_bytes(sent["response"]["clientDataJSON"]))
    if said["challenge"] not in challenges(id, place):
        raise Unfit("another challenge")
    if said.get("crossOrigin"):
        raise Unfit("framed by another site")
    return {
        "expected_challenge": base64url_to_bytes(said["challenge"]),
        "expected_rp_id": host(place.origin),
        "expected_origin": written(place.origin),
        "require_user_verification": True,
    }


def _kept(count: int) -> int:
    return count if count <= HIGHEST else 0


@contextmanager
def _read() -> Iterator[None]:
    """Raises Unfit for whatever isn't as it has to be: anything at all may be sent."""
    try:
        yield
    except Exception as no:
        log.info("passkey.refused", why=type(no).__name__, said=str(no)[:200])
        raise Unfit from no
