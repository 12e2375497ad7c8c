"""A phone in software: what our page on a phone makes, asks and answers, over real HTTP, and what it would be if it lied."""

import html
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.messaging.phone_push import Subscription
from tests.kit.people import ORIGIN, SAFARI, Answer, Browser
from tests.kit.town import Town


def shown_on(page: str) -> tuple[str, str]:
    """The code and the two digits that lead a phone to its registration."""
    code, number = re.search(r'class="key">([A-Z2-7-]+)<', page), re.search(r'class="number">(\d\d)<', page)
    assert code and number, page
    return code[1], number[1]


def number_on(page: str) -> str:
    """The two digits that a page shows to be typed on a phone."""
    found = re.search(r'class="number">(\d\d)<', page)
    assert found, page
    return found[1]


@dataclass
class SoftwarePhone:
    """`origin`: which address its page believes to be at."""

    town: Town
    origin: str = ORIGIN
    private: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    device: str = ""

    async def pairs(self, page: str, number: str = "") -> Answer:
        """By what a sealed page shows."""
        code, shown = shown_on(page)
        self.town.secrets |= {code, code.replace("-", "")}
        given = number or shown
        signature = self.signs("unlatch pair", self.origin, code, given)
        answer = await self._sent("pair", code=code, number=given, key=self.key, signature=signature)
        self.device = (re.findall(r'"device": "([^"]+)"', answer.text) or [""])[0]
        return answer

    async def looks(self) -> Answer:
        """What waits for it."""
        nonce = (await self._browser().get("/approve/nonce")).text.split('"')[3]
        signature = self.signs("unlatch asked", self.origin, self.device, nonce)
        return await self._sent("asked", device=self.device, nonce=nonce, signature=signature)

    async def subscribes(self, to: Subscription) -> Answer:
        """Where its browser takes pushes."""
        nonce = (await self._browser().get("/approve/nonce")).text.split('"')[3]
        about = {"endpoint": to.endpoint, "p256dh": to.p256dh, "auth": to.auth}
        signature = self.signs("unlatch subscribe", self.origin, self.device, nonce, *about.values())
        return await self._sent("subscribe", device=self.device, nonce=nonce, **about, signature=signature)

    async def answers(self, number: str, word: str = "yes", *, by: "SoftwarePhone | None" = None, to: str = "") -> Answer:
        """The question that it is asked, or the one that was kept (`to`)."""
        asked = to or (await self.looks()).text
        return await self.sends((by or self).answer_to(asked, number, word, self.device))

    async def sends(self, answer: dict[str, str]) -> Answer:
        """What its page, or whoever has it, sends."""
        return await self._sent("answer", **answer)

    def answer_to(self, asked: str, number: str, word: str = "yes", device: str = "") -> dict[str, str]:
        """As its page sends it."""
        found = re.search(r'data-challenge="([^"]+)" data-signs="([^"]+)"', asked)
        assert found, asked
        signature = self.signs(html.unescape(found[2]), number, word)
        about = {"device": device or self.device, "challenge": found[1], "number": number}
        return {**about, "word": word, "signature": signature}

    @property
    def key(self) -> str:
        """The public one, as `crypto.subtle.exportKey` has it."""
        return _b64(self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def signs(self, *lines: str) -> str:
        """As `crypto.subtle.sign` does."""
        r, s = decode_dss_signature(self.private.sign("\n".join(lines).encode(), ECDSA(SHA256())))
        return _b64(r.to_bytes(32) + s.to_bytes(32))

    async def _sent(self, what: str, **form: str) -> Answer:
        return await self._browser().post(f"/approve/{what}", **form)

    def _browser(self) -> Browser:
        return Browser(self.town, agent=SAFARI)


def _b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
