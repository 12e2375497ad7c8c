"""What goes to the identity provider and comes back, and what is kept of it: derived with a key, good for one browser's page alone."""

import hmac
from dataclasses import dataclass

from bot.model.facts import Challenged
from bot.platform.ids import WindowId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret

SHOWN = 32  # hex characters: 128 bits


@dataclass(frozen=True, slots=True)
class OidcRequest:
    """One way to the provider: `state` comes back with the browser, `nonce` in the token, `verifier` (RFC 7636) stays here."""

    state: str
    nonce: str
    verifier: Secret
    acr: tuple[str, ...] = ()  # how the provider should have somebody signed in, if it can choose

    def began(self, state: str) -> bool:
        """Whether this `state` is of this errand; in constant time."""
        return hmac.compare_digest(self.state.encode(), state.encode(errors="replace"))


def oidc_requests(keys: Keys, waiting: Challenged, window: WindowId, browser: str) -> list[OidcRequest]:
    """By every key of the ring, current first, so that a rotation on the way does no harm."""
    return [derived(window, root) for root in keys.macs("sign-in", repr((waiting.id, waiting.conversation, window, browser)))]


def derived(begins: str, root: bytes, acr: tuple[str, ...] = ()) -> OidcRequest:
    """The whole errand, of one MAC; its state begins so."""
    state, nonce, verifier = (hmac.digest(root, part, "sha256").hex() for part in (b"state", b"nonce", b"verifier"))
    return OidcRequest(f"{begins}~{state[:SHOWN]}", nonce[:SHOWN], Secret(verifier), acr)


def confirmation(keys: Keys, waiting: Challenged, window: WindowId, browser: str, at: float) -> str:
    """What the challenge's row says from now on: signed in at `at`. Written by hand, or for another page, it says nothing."""
    return f"{at!r}~{keys.sign('signed-in', _text(waiting, window, browser, repr(at)))}"


def confirmed_at(keys: Keys, waiting: Challenged, window: WindowId, browser: str) -> float | None:
    """Inverse. None: not ours."""
    at, _, mac = waiting.signed_in.partition("~")
    return float(at) if keys.signed("signed-in", _text(waiting, window, browser, at), mac) else None


def _text(waiting: Challenged, window: WindowId, browser: str, at: str) -> str:
    w = waiting
    return repr((w.id, w.conversation, w.subject, str(w.action), str(w.kind), window, browser, at))
