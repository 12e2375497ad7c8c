"""Chat accounts that are linked to somebody's account: once, after enough proofs and by a code that is typed in that very chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Protocol

from bot.identity.codes import DIGITS
from bot.identity.interfaces import Records
from bot.model.facts import Audited, ChatLinked, ChatUnlinked
from bot.model.turn import ChatAccount, Turn
from bot.platform.clock import World
from bot.platform.ids import ChallengeId, GrantId, Line, SubjectId
from bot.platform.job_outbox import Sent
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep, Refuse, args

TRIES, DAY = 3, 86400.0  # for one code


class LinkStore(Protocol):
    """What is on record."""

    async def linked(self, kind: str, account: str) -> SubjectId | None:
        """Whose this chat account is. None also for a row that isn't as we wrote it."""

    async def accounts_of(self, subject: SubjectId, since: float = 0.0, before: float = inf) -> Sequence[tuple[str, str]]:
        """(kind, account) of each that is theirs, or became so since then, or before."""

    async def put(self, kind: str, account: str, subject: SubjectId, fact: Audited) -> None:
        """By an operator's hand, from immutable ids."""

    async def drop(self, kind: str, account: str, fact: Audited) -> bool:
        """Its person has left, or an operator says so. False: there was none."""


def link_code(keys: Keys, challenge: ChallengeId, subject: SubjectId, account: ChatAccount) -> Secret:
    """Shown on the sealed page, typed in the chat; kept nowhere."""
    mac = keys.mac("link code", repr((str(challenge), str(subject), account.kind, account.id)))
    return Secret(f"{int.from_bytes(mac[:16]) % 10**DIGITS:0{DIGITS}}")


@dataclass(frozen=True)
class ChatLinks:
    """For one turn."""

    turn: Turn
    store: LinkStore
    records: Records
    keys: Keys
    world: World

    @property
    def linkable(self) -> ChatAccount | None:
        """The chat account that this conversation began with, when it is nobody's yet."""
        party = self.turn.party
        return party.account if party.subject is None and party.asker is None else None

    def challenge(self) -> ChallengeId:
        """Names a new code."""
        return ChallengeId(self.world.id("link"))

    async def link(self, grant: GrantId, subject: SubjectId, challenge: ChallengeId, given: Secret) -> None:
        """Raises Misstep for a wrong code or one that was typed on the page, Refuse when there were too many."""
        account = self.linkable
        if account is None or await self.store.linked(account.kind, account.id) not in (None, subject):
            raise Refuse("link.over")  # somebody else's meanwhile, who takes it off first
        if self.turn.claim.window is None or not self.turn.claim.window.chat:
            raise Misstep("link.in_the_chat")
        if not (await self.records.hit(f"code:{challenge}", TRIES, DAY)).allowed:
            raise Refuse("link.too_many_tries")
        if not link_code(self.keys, challenge, subject, account).equals(given):
            raise Misstep("link.wrong_code")
        self.turn.note(
            ChatLinked(account.kind, account.id, subject, self.world.now(), grant),
            Audited("identity:chat:linked", subject, (*args(chat=account.kind, account=account.id, grant=grant),)),
            Sent("notice", subject, args(action="link", outcome="changed", grant=grant)),
        )

    async def linked(self) -> bool:
        """Whether this chat account is theirs by a link. It may be by their directory's own word alone, which nobody takes back here."""
        account = self.turn.party.account
        return account is not None and await self.store.linked(account.kind, account.id) == self.turn.party.subject

    def unlink(self) -> None:
        """This very chat account, by whoever talks from it: that only takes away."""
        account, subject = self.turn.party.account, self.turn.party.subject
        if account is None or subject is None:
            raise Refuse("link.over")
        self.turn.note(
            ChatUnlinked(account.kind, account.id),
            Audited("identity:chat:unlinked", subject, args(chat=account.kind, account=account.id)),
        )


def named(account: ChatAccount) -> Line:
    """As people know it, for a sentence."""
    return Line(account.name or account.id)
