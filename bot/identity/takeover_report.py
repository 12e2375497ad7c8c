"""What "this wasn't me" does after a change: a password that nobody knows, methods off, recovery frozen, the desk woken; once."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.accounts.accounts import Accounts
from bot.accounts.interfaces import Cause, Operation, Operations, Outcome
from bot.identity.chat_links import LinkStore
from bot.identity.grant_mac import sealed_grant
from bot.identity.identity import GRANT_LIFETIME, Identity
from bot.identity.known_browsers import KnownBrowsers
from bot.identity.methods.registry import METHODS
from bot.identity.not_me_links import DAY, GOOD_FOR, DisownableChange, NotMeLinks
from bot.identity.registered import Registered
from bot.messaging.ledger import ADMINS
from bot.model.facts import Audited, ChatUnlinked, Frozen, Granted, Once, Removed
from bot.model.suspensions import Suspended
from bot.model.turn import Turn
from bot.platform.ids import Action, GrantId, Line, SubjectId
from bot.platform.job_outbox import Sent
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep, Refuse, args

FROZEN = 86400.0  # seconds
RECENT = 900.0  # seconds; for as long a copy that is older than the change may be shown
LATE = 60.0  # seconds before a conversation is over; then no more is tried
UNKNOWN = 40  # characters of a password that nobody knows: 180 random bits
ALL_CLASSES = "aA1-"  # so that no rule about characters is in the way
ALPHABET = "23456789bcdfghjkmnpqrstvwxzBCDFG"  # without vowels: nobody's name is in it by chance
PASSWORDS = (Action.RESET, Action.CHANGE)


class Undone(StrEnum):
    """What became of the password; the rest (methods off, recovery frozen, desk woken) is done whatever this says."""

    UNDONE = "undone"  # nobody knows the one in force now
    MOVED_ON = "moved_on"  # somebody changed it after that, so it was left alone
    NEVER_MADE = "never_made"  # the change had not been confirmed, and was never made
    KEPT = "kept"  # it was not about the password
    REFUSED = "refused"  # the directory does not let us
    SILENT = "silent"  # not known, or something may still arrive; it is looked at again
    ARRIVED = "arrived"  # an earlier write came in over the password that nobody knows; it is done over again at once
    GAVE_UP = "gave_up"  # not known, and nobody tries any more; the link may be pressed again


@dataclass(frozen=True)
class TakeoverReports:
    """For one turn. The right to all of it is the signed link, checked in each turn, and a grant that it gave."""

    turn: Turn
    links: NotMeLinks
    operations: Operations
    accounts: Accounts
    identity: Identity
    chats: LinkStore
    browsers: KnownBrowsers

    async def right(self, cause: GrantId, mac: Line) -> GrantId | None:
        """A grant to undo. None: it was done before. Raises Refuse for a link that isn't good."""
        change = await self._change(cause, mac)
        if change.pressed:
            return None
        subject, now = change.cause.granted.subject, self.identity.world.now()
        expires = min(now + GRANT_LIFETIME, self.turn.claim.expires)
        id = GrantId(self.identity.world.id("grant"))
        grant = Granted(id, self.turn.conversation, subject, Action.DISOWN, None, (), expires)
        self.turn.note(
            sealed_grant(self.identity.keys, grant),
            Audited("identity:grant:disown", subject, args(grant=id, cause=cause, conversation=self.turn.conversation)),
        )
        return id

    async def undo(self, cause: GrantId, mac: Line, grant: GrantId, *, again: bool) -> Undone | None:
        """All of it. None: it was done before. Raises Refuse for a link or a grant that isn't good.

        From `SILENT` on, when recovery is frozen already, only the password is tried `again`.
        """
        change = await self._change(cause, mac)
        if change.pressed:
            return None
        subject = change.cause.granted.subject
        await self.identity.authorize(grant, Action.DISOWN, subject)
        password = await self._password(change.cause, grant)
        unsure = password in (Undone.SILENT, Undone.ARRIVED)
        if not unsure or not again:
            await self._rest(change.cause, grant, password)
        late = self.turn.claim.expires - self.identity.world.now() < LATE
        return Undone.GAVE_UP if unsure and late else password

    async def in_force(self, grant: GrantId) -> bool:
        """Whether what `right` gave may still be used."""
        found = await self.identity.records.grant(grant)
        return found is not None and found[0].expires > self.identity.world.now()

    async def _change(self, cause: GrantId, mac: Line) -> DisownableChange:
        if change := await self.links.change(cause, mac):
            return change
        raise Refuse("not_me.gone")

    async def _password(self, cause: Cause, grant: GrantId) -> Undone:
        """While the directory's last change is still the one that is disowned, it gets a password that nobody knows."""
        made, subject = cause.operation, cause.granted.subject
        if made is None or made.action not in PASSWORDS:
            return Undone.KEPT
        try:
            await self.accounts.became(grant)  # settles what somebody began who died
            now = await self.accounts.mark(subject)
            waits = await self.operations.open_until(subject) > self.identity.world.now()
            ours = await self.operations.last(subject, Action.DISOWN)
            if ours and ours.at >= made.at and stands(ours, now):
                return Undone.SILENT if waits else Undone.UNDONE
            if stands(made, now) and await self._newest(made):
                if ours and (ours.grant, ours.outcome) == (grant, Outcome.CHANGED):
                    return Undone.ARRIVED
                done = await self.accounts.disown(grant, subject, await self._unknown(subject))
                return Undone.UNDONE if done is Outcome.CHANGED and not waits else Undone.SILENT
        except Refuse:
            raise
        except Misstep:
            return await self._why(grant)
        if now != made.mark:
            return Undone.MOVED_ON
        return Undone.SILENT if waits or self._older(made) else Undone.NEVER_MADE

    def _older(self, made: Operation) -> bool:
        """Whether a mark from before a change is an older copy, and not the account as it is. In a while the newer one is shown."""
        recent = self.identity.world.now() - made.at < RECENT
        return made.outcome is Outcome.CHANGED or (recent and self.accounts.lags(made.subject))

    async def _newest(self, made: Operation) -> bool:
        """Where the directory's mark afterwards isn't known, a later change by us is one that it has moved for."""
        last = [await self.operations.last(made.subject, action) for action in PASSWORDS]
        return all(other is None or other.at <= made.at for other in last)

    async def _why(self, grant: GrantId) -> Undone:
        done = await self.operations.operation(grant)
        return Undone.REFUSED if done and done.outcome is Outcome.REJECTED else Undone.SILENT

    async def _unknown(self, subject: SubjectId) -> Secret:
        rules = await self.accounts.rules(subject)
        length = min(max(rules.min_length, UNKNOWN), rules.max_length)
        chance = "".join(ALPHABET[byte % len(ALPHABET)] for byte in self.identity.world.bytes(length))
        return Secret((ALL_CLASSES + chance)[:length])

    async def _rest(self, cause: Cause, grant: GrantId, password: Undone) -> None:
        subject, now = cause.granted.subject, self.identity.world.now()
        added = await self._added(cause)
        used = [m for m in await self._used(cause) if m not in added]
        detail = args(grant=grant, cause=cause.granted.id, change=cause.granted.action, password=password, methods=len(added))
        told = "undone" if password is Undone.UNDONE else "frozen"
        alarm = args(words=f"alarm.account.{password}", login=await self._login(subject))
        for chat, account in await self.chats.accounts_of(subject, cause.began):
            unlinked = Audited("identity:chat:unlinked", subject, args(grant=grant, chat=chat, account=account))
            self.turn.note(ChatUnlinked(chat, account), unlinked)
        for known in await self.browsers.all(subject):
            if known.at >= cause.began:
                self.browsers.forgotten(subject, known)
        self.turn.note(
            Frozen(subject, now + FROZEN),
            Suspended(subject, tuple(m.id for m in used), now),
            *(Removed(m.id, subject, grant) for m in added),
            *(Audited("identity:method:suspended", subject, args(grant=grant, method=m.id, kind=m.kind)) for m in used),
            *(Audited("identity:method:disowned", subject, args(grant=grant, method=m.id, kind=m.kind)) for m in added),
            Audited("identity:change:disowned", subject, (*detail, ("conversation", self.turn.conversation))),
            Sent("alarm", ADMINS, alarm),
            Sent("notice", subject, args(action=Action.DISOWN, outcome=told, grant=grant)),
        )
        if password not in (Undone.SILENT, Undone.ARRIVED):
            self.turn.note(self.links.pressed(cause.granted.id))

    async def _added(self, cause: Cause) -> Sequence[Registered]:
        """By that very conversation, or since it began; those that nobody has tried yet as well."""
        return [m for m in await self.identity.records.methods(cause.granted.subject) if m.registered_at >= cause.began]

    async def _used(self, cause: Cause) -> Sequence[Registered]:
        """What proved it: somebody else has it. Where that isn't known any more, everything is taken for used."""
        proofs = await self.identity.records.proofs_of(cause.granted.id)
        mine = [m for m in await self.identity.records.methods(cause.granted.subject) if m.confirmed]
        if len(proofs) < len(cause.granted.proofs):
            return mine
        ids, sheets = {p.method for p in proofs}, {p.kind for p in proofs if METHODS[p.kind].one_use}
        return [m for m in mine if m.id in ids or m.kind in sheets]

    async def changed_lately(self, subject: SubjectId) -> bool:
        """Whether anything was done for this account in the days in which the link of its notice is good."""
        since = self.identity.world.now() - GOOD_FOR
        made = [await self.operations.last(subject, action) for action in (*PASSWORDS, Action.UNLOCK)]
        added = [m for m in await self.identity.records.methods(subject) if m.confirmed and m.registered_at > since]
        return bool(added or await self.chats.accounts_of(subject, since) or [one for one in made if one and one.at > since])

    async def report_prompts(self, subject: SubjectId) -> None:
        """Somebody else tries, and has changed nothing yet: admins hear it, once a day."""
        key = f"prompts:{subject}"
        if await self.identity.records.counted(key):
            return
        told = args(words="alarm.prompts.unasked", login=await self._login(subject))
        conversation = args(conversation=self.turn.conversation)
        self.turn.note(Once(key, DAY), Audited("identity:prompts:reported", subject, conversation), Sent("alarm", ADMINS, told))

    async def _login(self, subject: SubjectId) -> str:
        try:
            return (await self.identity.people.person(subject)).login
        except Misstep:
            return subject


def stands(made: Operation, mark: str) -> bool:
    """Whether the directory's newest change is this one, as far as its mark can tell."""
    return mark == made.after if made.after else mark != made.mark
