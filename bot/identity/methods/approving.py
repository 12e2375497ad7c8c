"""What a phone is asked and answers, outside of any turn: everything that it says is signed by its key, and lasts for one question."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import structlog

from bot.conversation.interfaces import Conversations, Standing
from bot.conversation.view import Purpose
from bot.conversation.windows import purpose_of
from bot.identity.attempt_limits import DAY, PER_CODE, denial, wrong_in_a_row
from bot.identity.disowned_prompts import disown
from bot.identity.interfaces import Records
from bot.identity.methods.approval import PAGE, codes, confirmation, numbers
from bot.identity.methods.approval_devices import KIND, Device, device, waiting
from bot.identity.methods.passkey_credentials import written
from bot.identity.registered import Registered
from bot.messaging.ledger import Ledger
from bot.messaging.phone_push import FOLDER, PhonePush, Subscription
from bot.model.codec import UnknownPart
from bot.model.facts import Audited, Challenged
from bot.model.prompt import AskSecret, Signature, Wait
from bot.platform.clock import World
from bot.platform.ids import ChallengeId, ConversationId, MethodId, SubjectId, WindowId
from bot.platform.keyring import Keys
from bot.platform.sentences import args
from bot.platform.vault import Vault

log = structlog.get_logger()
NONCE = 600.0  # seconds for which a phone may ask by what it has signed once
LOOKALIKES = str.maketrans("018", "OIB", " -")  # base32 has none of these digits
YES = "yes"  # any other word is no
PATH = PAGE  # of our page on phones


class PhoneOutcome(StrEnum):
    """What became of what a phone has said; its page has a sentence for each."""

    DONE = "done"
    DENIED = "denied"  # "that wasn't me" was heard
    WRONG = "wrong"  # another number
    OVER = "over"  # nothing like that is asked (any more), or it was tried too often
    UNSIGNED = "unsigned"  # not by a key that is on file


@dataclass(frozen=True, slots=True)
class PhoneQuestion:
    """Who asks for what, from where. `signs`: what its phone puts before the number and the word, and signs."""

    id: ChallengeId
    purpose: Purpose | None
    browser: str  # what the one with the number says it is
    signs: str


@dataclass(frozen=True, slots=True)
class Phone:
    """As it stands, and what it is asked. `from_`: when its quarantine is over."""

    login: str
    from_: float
    suspended: bool
    questions: Sequence[PhoneQuestion] = ()


@dataclass(frozen=True)
class Approving:
    """For our page on phones. `ring` wakes whoever waits for a conversation."""

    conversations: Conversations
    records: Records
    ledger: Ledger
    vault: Vault
    push: PhonePush | None
    keys: Keys
    world: World
    origin: str
    ring: Callable[[ConversationId], None]

    def nonce(self) -> str:
        """What a phone signs to ask what there is."""
        at = str(int(self.world.now()))
        return f"{at}~{self.keys.sign('approval nonce', at)}"

    async def pair(self, code: str, number: str, key: str, name: str, signature: str) -> tuple[PhoneOutcome, MethodId]:
        """A phone comes to a registration, by its code and with its number; the conversation takes it up."""
        found = await self._registering(code.upper().translate(LOOKALIKES))
        made = Device(key, name, found[1] if found else "")
        return await self._paired(made, code, number, signature, found[0] if found else None), made.id

    async def _paired(self, made: Device, code: str, number: str, signature: str, asked: Challenged | None) -> PhoneOutcome:
        if asked is None:
            return PhoneOutcome.OVER
        if not made.usable or not made.signed(signature, *self._lines("pair", code, number)):
            return PhoneOutcome.UNSIGNED
        if not await self._number(asked, number):
            return await self._wrong(asked)
        about = args(challenge=asked.id, conversation=asked.conversation, method=made.id)
        fact = Audited("identity:approval:paired", asked.subject, about)
        return await self._said(asked, waiting(self.keys, asked, made), fact)

    async def asked(self, id: MethodId, nonce: str, signature: str) -> Phone | None:
        """None: not by a phone that is on file, or signed too long ago."""
        found = await self._on_file(id)
        if found is None and self._fresh(nonce):
            await self.vault.drop(FOLDER, id)  # taken off the file
        if found is None or not self._fresh(nonce) or not device(found).signed(signature, *self._lines("asked", id, nonce)):
            return None
        off = found.suspended or found.usable_from > self.world.now()
        questions = () if off else [self._question(id, a, s) for a, s in await self._open(found.subject)]
        return Phone(device(found).login, found.usable_from, found.suspended, questions)

    async def subscribe(self, id: MethodId, nonce: str, to: Subscription, signature: str) -> PhoneOutcome:
        """Where this phone's browser takes pushes, in the place of what was said before."""
        found, about = await self._on_file(id), (to.endpoint, to.p256dh, to.auth)
        if found is None or not self._fresh(nonce):
            return PhoneOutcome.UNSIGNED
        if not device(found).signed(signature, *self._lines("subscribe", id, nonce, *about)):
            return PhoneOutcome.UNSIGNED
        if self.push is None or not self.push.serves(to):
            log.warning("push.unknown_service", method=id)
            return PhoneOutcome.WRONG
        await self.vault.put(FOLDER, id, to.kept)
        return PhoneOutcome.DONE

    async def answer(self, id: MethodId, challenge: ChallengeId, number: str, word: str, signature: str) -> PhoneOutcome:
        """Yes, with the number that stands on the page; or no: that wasn't me."""
        found = await self._on_file(id)
        if found is None or found.suspended or found.usable_from > self.world.now():
            return PhoneOutcome.UNSIGNED
        open_ = [(a, s) for a, s in await self._open(found.subject) if a.id == challenge]
        if not open_:
            return PhoneOutcome.OVER
        asked, standing = open_[0]
        if not device(found).signed(signature, self._question(id, asked, standing).signs, number, word):
            log.info("approval.unsigned", method=id)
            return PhoneOutcome.UNSIGNED
        if word != YES:
            return await self._denied(asked, standing)
        if not await self._number(asked, number):
            await self.records.hit(*wrong_in_a_row(id))
            return await self._wrong(asked)
        about = args(challenge=asked.id, conversation=asked.conversation, method=id)
        confirmed = confirmation(self.keys, asked, id, self.world.now())
        return await self._said(asked, confirmed, Audited("identity:approval:given", asked.subject, about))

    async def _said(self, asked: Challenged, record: str, fact: Audited) -> PhoneOutcome:
        if not await self.records.signed_in(asked, record, fact):
            return PhoneOutcome.OVER
        self.ring(asked.conversation)
        return PhoneOutcome.DONE

    async def _number(self, asked: Challenged, number: str) -> bool:
        """Counted before it is compared."""
        if not (await self.records.hit(f"code:{asked.id}", PER_CODE, DAY)).allowed:
            return False
        return number in map(str, numbers(self.keys, asked.id))

    async def _wrong(self, asked: Challenged) -> PhoneOutcome:
        """With the last try the question is over, and whoever waits is told."""
        about = args(method=asked.kind, challenge=asked.id, conversation=asked.conversation)
        await self.records.audited(Audited("identity:approval:wrong", asked.subject, about))
        if await self.records.counted(f"code:{asked.id}") < PER_CODE:
            return PhoneOutcome.WRONG
        await self.records.undelivered(asked.id, f"method.{KIND}.wrong_number")
        self.ring(asked.conversation)
        return PhoneOutcome.OVER

    async def _denied(self, asked: Challenged, standing: Standing) -> PhoneOutcome:
        """That attempt is over, and nothing more is asked of these phones from there for a day."""
        await self.records.exhaust(denial(asked.subject, standing.party.origin), 1, DAY)
        await disown(self.records, self.ledger, asked, f"method.{KIND}.denied")
        self.ring(asked.conversation)
        return PhoneOutcome.DENIED

    async def _on_file(self, id: MethodId) -> Registered | None:
        """A phone that is confirmed, if not more."""
        if (subject := await self.records.owner(id)) is None:
            return None
        mine = await self.records.methods(subject)
        return next((m for m in mine if (m.id, m.kind) == (id, KIND) and m.confirmed), None)

    async def _open(self, subject: SubjectId) -> list[tuple[Challenged, Standing]]:
        """What waits for an answer of this account's phones, its number being on a page right now."""
        found = await self.records.open_questions(KIND, subject)
        looked = [(asked, await self._standing(page)) for asked, page in found if asked.method]
        return [(asked, s) for asked, s in looked if s and isinstance(p := s.step.ask(), Wait) and p.number is not None]

    async def _registering(self, code: str) -> tuple[Challenged, str] | None:
        """The registration that shows this code right now, and the sign-in name."""
        for asked, page in await self.records.open_questions(KIND):
            if code not in [each.reveal() for each in codes(self.keys, asked.id)]:
                continue
            standing = await self._standing(page)
            prompt = standing.step.ask() if standing else None
            if isinstance(prompt, AskSecret) and prompt.field == Signature(asked.id, new=True):
                return asked, dict(prompt.args)["login"]
        return None

    async def _standing(self, page: WindowId) -> Standing | None:
        """None: over, or a newer replica's."""
        try:
            standing = await self.conversations.standing(page)
        except UnknownPart:
            return None
        return standing if standing and not standing.closed and standing.window.sealed else None

    def _question(self, id: MethodId, asked: Challenged, standing: Standing) -> PhoneQuestion:
        about = (id, asked.id, asked.conversation, str(asked.action), f"{asked.expires:.3f}")
        return PhoneQuestion(asked.id, purpose_of(standing), standing.window.label, "\n".join(self._lines("answer", *about)))

    def _lines(self, what: str, *about: str) -> tuple[str, ...]:
        """What is signed begins so: for one thing, and for our address alone."""
        return (f"unlatch {what}", written(self.origin), *about)

    def _fresh(self, nonce: str) -> bool:
        at, _, mac = nonce.partition("~")
        return self.keys.signed("approval nonce", at, mac) and 0 <= self.world.now() - int(at) <= NONCE
