"""What is said in a call: nothing of a code before a key is pressed, so that no voicemail records one; 9 is "that wasn't me"."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from aiohttp import web
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import Gather, VoiceResponse

from adapters.http.bodies import form_fields, request_body
from adapters.http.refusals import RequestRefused
from adapters.messengers.twilio.calls import ANSWERED, ENDED, PRESSED
from adapters.messengers.twilio.webhook import FIELDS, LARGEST
from bot.identity.attempt_limits import DAY
from bot.identity.codes import sent_code
from bot.identity.disowned_prompts import disown
from bot.identity.interfaces import Records
from bot.language.translations import Words
from bot.messaging.ledger import Ledger
from bot.model.facts import Challenged
from bot.platform.clock import World
from bot.platform.ids import ChallengeId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import args

VOICES = {"en": "en-US", "de": "de-DE"}
READ_OUT, NOT_ME = "1", "9"
WAITS = 8  # seconds for a key
NOBODY = "undelivered.call"
UNREACHED = {
    "busy": NOBODY,
    "no-answer": NOBODY,
    "canceled": NOBODY,
    "failed": "undelivered.call_number",
    "completed": "undelivered.no_key",
}
log = structlog.get_logger()
Handler = Callable[[web.Request], Awaitable[web.Response]]


@dataclass(frozen=True)
class Voice:
    """The three things that Twilio asks or tells in a call. `origin` is ours: what a request says of its own address counts for nothing."""

    origin: str
    auth_token: Secret
    records: Records
    ledger: Ledger
    keys: Keys
    words: Words
    world: World

    def routes(self) -> Sequence[web.RouteDef]:
        """For POST."""
        asked = {ANSWERED: self.answered, PRESSED: self.pressed, ENDED: self.ended}
        return [web.post(path, handler) for path, handler in asked.items()]

    async def answered(self, request: web.Request) -> web.Response:
        """Somebody, or a machine, has answered: what this is about, and which keys there are."""
        told, asked = await self._heard(request)
        response = VoiceResponse()
        if told is None:
            return web.Response(status=403)
        if asked:
            gather = Gather(num_digits=1, timeout=WAITS, action=f"{self.origin}{PRESSED}?{request.rel_url.raw_query_string}")
            self._say(gather, request, "call.greeting")
            response.append(gather)  # without a key the call ends here
        response.hangup()
        return _twiml(response)

    async def pressed(self, request: web.Request) -> web.Response:
        """The code, twice and slowly, and once for each challenge: what was asked again by somebody else holds none."""
        told, asked = await self._heard(request)
        if told is None:
            return web.Response(status=403)
        response = VoiceResponse()
        if asked and told.get("Digits") == NOT_ME:
            await disown(self.records, self.ledger, asked, "undelivered.not_me")
            self._say(response, request, "call.not_me")
        elif asked and told.get("Digits") == READ_OUT and await self.records.charge(f"read out:{asked.id}", 1, 1, DAY):
            slowly = ", ".join(sent_code(self.keys, asked).reveal())
            for _ in range(2):
                self._say(response, request, f"method.{asked.kind}.code.{asked.action}", code=slowly)
                response.pause(length=1)
        response.hangup()
        return _twiml(response)

    async def ended(self, request: web.Request) -> web.Response:
        """Nobody answered, or whoever did (a voicemail, somebody else) pressed no key: whoever waits is told so."""
        told, asked = await self._heard(request)
        if told is None:
            return web.Response(status=403)
        why = UNREACHED.get(told.get("CallStatus", ""))
        if asked and why and not await self.records.counted(f"read out:{asked.id}"):
            await self.records.undelivered(asked.id, why)
        return web.Response(status=204)

    async def _heard(self, request: web.Request) -> tuple[dict[str, str] | None, Challenged | None]:
        """What was told, None where nobody we know signed it; and the challenge that it is about, while it lasts."""
        try:
            told = form_fields(await request_body(request, LARGEST), FIELDS)
        except RequestRefused:
            return None, None
        signature = request.headers.get("X-Twilio-Signature", "")
        if told is None or not RequestValidator(self.auth_token.reveal()).validate(
            f"{self.origin}{request.raw_path}", told, signature
        ):
            log.warning("twilio.unsigned")
            return None, None
        asked = await self.records.challenge(ChallengeId(request.query.get("of", "")))
        return told, asked if asked and asked.expires > self.world.now() else None

    def _say(self, to: VoiceResponse | Gather, request: web.Request, sentence: str, **values: object) -> None:
        language = self.words.best([request.query.get("in", "")])
        to.say(self.words.say(sentence, args(**values), language), language=VOICES.get(language, VOICES["en"]))


def _twiml(response: VoiceResponse) -> web.Response:
    return web.Response(text=str(response), content_type="text/xml")
