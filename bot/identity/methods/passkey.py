"""Passkeys and security keys: they sign for our own address alone, and only after they have checked who holds them (WebAuthn)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from bot.identity.methods.method import PASSKEY, Method
from bot.identity.methods.passkey_credentials import KIND, challenges, credential, host, named, user_handle
from bot.identity.methods.shapes import MadeByBrowser, SignedOnPage
from bot.identity.methods.tools import Copied, Made, Means, Place, Right
from bot.identity.registered import Registered
from bot.platform.ids import ChallengeId, Line, MethodId, SubjectId
from bot.platform.secret import Secret

MINUTES = 5
ALGORITHMS = (-8, -7, -257)  # EdDSA, ES256, RS256 (IANA COSE), best first


def asked_to_sign(id: ChallengeId, mine: Sequence[Registered], place: Place) -> str:
    """For `navigator.credentials.get`. Without a list the browser offers what it has: so it is for a stranger, whoever is meant."""
    return json.dumps(
        {
            "challenge": challenges(id, place)[0],
            "rpId": host(place.origin),
            "allowCredentials": _listed(mine),
            "userVerification": "required",
            "timeout": MINUTES * 60_000,
        }
    )


def asked_to_make(id: ChallengeId, subject: SubjectId, mine: Sequence[Registered], place: Place, login: str, company: str) -> str:
    """For `navigator.credentials.create`."""
    return json.dumps(
        {
            "challenge": challenges(id, place)[0],
            "rp": {"id": host(place.origin), "name": company},
            "user": {"id": user_handle(place.keys, subject), "name": login, "displayName": login},
            "pubKeyCredParams": [{"type": "public-key", "alg": number} for number in ALGORITHMS],
            "excludeCredentials": _listed(mine),
            "authenticatorSelection": {"residentKey": "preferred", "userVerification": "required"},
            "attestation": "none",
            "timeout": MINUTES * 60_000,
        }
    )


def signed(id: ChallengeId, subject: SubjectId, given: Secret, mine: Sequence[Registered], place: Place) -> Right | Copied | None:
    """None: by none of these, or not as it has to be."""
    from bot.identity.methods import passkey_responses  # noqa: PLC0415 - its library is heavy, and many who start never need it

    return passkey_responses.signed(id, subject, given, mine, place)


def made(id: ChallengeId, given: Secret, place: Place) -> Made:
    """Raises Misstep for what can't be kept."""
    from bot.identity.methods import passkey_responses  # noqa: PLC0415 - its library is heavy, and many who start never need it

    return passkey_responses.made(id, given, place)


def names(given: Secret) -> MethodId | None:
    """None: of none."""
    try:
        return named(str(json.loads(given.reveal())["id"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


@dataclass(frozen=True)
class Passkey(Method):
    """What a browser sends back is read in passkey_responses.py."""

    kind = KIND
    group = PASSKEY
    maybe_on_phone = True
    strength = 9
    lifetime = MINUTES * 60
    nist = "multi-factor cryptographic authenticator (3.1.7)"
    asks = SignedOnPage(signed, asked_to_sign, names)
    registers = MadeByBrowser(made, asked_to_make)
    counts_as_two = True
    resists_phishing = True
    any_answers = True
    most = 10  # Entra's registration capacity

    def carried(self, means: Means) -> bool:
        """Where browsers have them: at a name rather than a number, and encrypted or on this very machine."""
        return host(means.origin) == "localhost" or (means.origin.startswith("https:") and not _is_number(host(means.origin)))

    def hint(self, method: Registered) -> Line:
        """Its name."""
        return Line(credential(method).name)


def _listed(mine: Sequence[Registered]) -> list[dict[str, object]]:
    known = map(credential, mine)
    return [{"type": "public-key", "id": each.id, "transports": each.transports} for each in known]


def _is_number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
