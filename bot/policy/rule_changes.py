"""How admins change the rules on our page: a preview with its forecast, a fresh sign-in, and a second admin for what loosens."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NoReturn

from bot.conversation.interfaces import Lost
from bot.messaging.ledger import ADMINS, AuditPort
from bot.model.facts import BY_STRANGERS, Audited
from bot.platform.clock import World
from bot.platform.ids import Kind, SubjectId
from bot.platform.job_outbox import Sent
from bot.platform.keyring import Keys
from bot.platform.sentences import args
from bot.policy.current import Policies
from bot.policy.forecast import Forecast
from bot.policy.history import PolicyVersion
from bot.policy.interfaces import PolicyError
from bot.policy.policy import Policy, dump, parse
from bot.policy.policy_change import OPEN, ChangeId, ChangeStage, PolicyChange, PolicyChangeStore, is_ours, sealed_change
from bot.policy.rule_weights import Direction, RuleChange, changes, direction

LAPSES = 7 * 86400.0  # seconds in which a change is put in force, or never


class WhyNot(StrEnum):
    """Why a change isn't made; each is a sentence, and a row of the audit."""

    STALE_SIGN_IN = "stale_sign_in"  # signed in too long ago
    OWN_APPROVAL = "own_approval"  # who proposes doesn't approve
    NOT_YOURS = "not_yours"  # somebody else is still looking at it
    MOVED_ON = "moved_on"  # other rules were put in force meanwhile
    OVER = "over"  # it was put in force or withdrawn, or it lapsed
    NOTHING = "nothing"  # all is as it was
    FORGED = "forged"  # the form isn't one of ours
    NOT_SIGNED_IN = "not_signed_in"  # or no admin any more


class NotChanged(Exception):  # noqa: N818 - an answer, not a fault
    """The rules are as they were."""

    def __init__(self, why: WhyNot) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Acting:
    """An admin who is at our page, and whether they signed in so lately that they may change something."""

    subject: SubjectId
    fresh: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do: `old` are the rules that it was made over, `newest` the version that is in force."""

    change: PolicyChange
    old: Policy
    new: Policy
    newest: int
    changes: tuple[RuleChange, ...]
    forecast: Forecast
    over: bool

    @property
    def moved_on(self) -> bool:
        """Other rules were put in force meanwhile."""
        return not self.over and self.newest != self.change.base

    @property
    def takes_two(self) -> bool:
        """What loosens, and what locks many out."""
        return direction(self.changes) is Direction.LOOSENS or self.forecast.locks_out_many


@dataclass(frozen=True)
class RuleChanges:
    """Everybody who comes here is an admin; who that is isn't decided here."""

    store: PolicyChangeStore
    policies: Policies
    forecast: Callable[[Policy, Policy], Awaitable[Forecast]]
    audit: AuditPort
    keys: Keys
    world: World
    listable: frozenset[Kind]
    address: str  # of a change's page, without its name

    async def in_force(self) -> tuple[int, Policy]:
        """The newest version, as it stands on disk."""
        found = await self.store.current()
        return (found[0], parse(json.loads(found[1]), self.listable)) if found else (0, Policy())

    async def history(self) -> Sequence[PolicyVersion]:
        """All versions, oldest first."""
        return await self.store.history()

    async def proposed(self) -> Sequence[PolicyChange]:
        """What waits for another admin."""
        return [change for change in await self.store.proposed() if is_ours(self.keys, change) and not self._lapsed(change)]

    async def draft(self, admin: Acting, base: int, new: Policy) -> ChangeId:
        """A change to look at; nothing is in force by it. `base`: the version that the admin saw. Raises NotChanged."""
        if not changes(await self.version(base), new):
            raise NotChanged(WhyNot.NOTHING)
        id = ChangeId(self.world.id("change"))
        made = PolicyChange(id, base, json.dumps(dump(new)), admin.subject, self.world.now())
        await self.store.add(sealed_change(self.keys, made), Audited("policy:change:previewed", admin.subject, args(change=id)))
        return id

    async def back_to(self, admin: Acting, version: int) -> ChangeId:
        """What an older version said, as a change of the rules in force. Raises NotChanged."""
        newest, _ = await self.in_force()
        return await self.draft(admin, newest, await self.version(version) if version else self._never())

    async def again(self, admin: Acting, id: ChangeId) -> ChangeId:
        """The same values changed, over the rules that are in force by now. Raises NotChanged."""
        change = await self._known(id)
        newest, policy = await self.in_force()
        new = parse(json.loads(change.document), self.listable)
        document, wanted = dump(policy), dump(new)
        for each in changes(await self.version(change.base), new):
            *sections, name = each.path.split(".")
            into, out_of = (document[sections[0]], wanted[sections[0]]) if sections else (document, wanted)
            into[name] = out_of[name]
        return await self.draft(admin, newest, parse(document, self.listable))

    async def preview(self, id: ChangeId) -> Preview:
        """Raises NotChanged when there is no such change."""
        change = await self._known(id)
        old, new = await self.version(change.base), parse(json.loads(change.document), self.listable)
        newest, _ = await self.in_force()
        over = change.stage not in OPEN or self._lapsed(change)
        return Preview(change, old, new, newest, changes(old, new), await self.forecast(old, new), over)

    async def confirm(self, admin: Acting, id: ChangeId) -> ChangeStage:
        """In force, or proposed to another admin. Raises NotChanged, which is audited."""
        seen = await self.preview(id)
        if why := self._why_not(admin, seen):
            await self.refused(admin.subject, why, id)
            raise NotChanged(why)
        change, was = seen.change, seen.change.stage
        try:
            if was is ChangeStage.DRAFT and seen.takes_two:
                await self._moved(replace(change, stage=ChangeStage.PROPOSED), was, admin.subject)
                return ChangeStage.PROPOSED
            await self._put_in_force(seen, admin.subject)
        except Lost:
            await self.refused(admin.subject, WhyNot.MOVED_ON, id)
            raise NotChanged(WhyNot.MOVED_ON) from None
        return ChangeStage.APPLIED

    async def withdraw(self, admin: Acting, id: ChangeId) -> None:
        """By its author, or by another admin who doesn't approve of it. Raises NotChanged, which is audited."""
        change = await self._known(id)
        why = WhyNot.OVER if change.stage not in OPEN else self._foreign(admin, change)
        if why is None:
            try:
                return await self._moved(
                    replace(change, stage=ChangeStage.WITHDRAWN, ended_by=admin.subject), change.stage, admin.subject
                )
            except Lost:
                why = WhyNot.OVER
        await self.refused(admin.subject, why, id)
        raise NotChanged(why)

    async def refused(self, admin: SubjectId | None, why: WhyNot, id: ChangeId | None = None) -> None:
        """On record. `admin` None: anybody could be it, so they are summed."""
        detail = args(change=id) if id else ()
        fact = Audited(f"policy:change:refused:{why}", admin or "nobody", detail if admin else (*detail, BY_STRANGERS))
        await self.audit.audited(fact)

    def _why_not(self, admin: Acting, seen: Preview) -> WhyNot | None:
        if seen.over:
            return WhyNot.OVER
        if not admin.fresh:
            return WhyNot.STALE_SIGN_IN
        if seen.moved_on:
            return WhyNot.MOVED_ON
        if seen.change.stage is ChangeStage.PROPOSED:
            return WhyNot.OWN_APPROVAL if seen.change.by == admin.subject else None
        return self._foreign(admin, seen.change)

    def _foreign(self, admin: Acting, change: PolicyChange) -> WhyNot | None:
        return WhyNot.NOT_YOURS if change.stage is ChangeStage.DRAFT and change.by != admin.subject else None

    def _lapsed(self, change: PolicyChange) -> bool:
        return self.world.now() - change.at > LAPSES

    async def _moved(self, change: PolicyChange, was: ChangeStage, admin: SubjectId) -> None:
        fact = Audited(f"policy:change:{change.stage}", admin, args(change=change.id, base=change.base))
        await self.store.move(sealed_change(self.keys, change), was, fact, *self._told(change))

    async def _put_in_force(self, seen: Preview, admin: SubjectId) -> None:
        change, was = seen.change, seen.change.stage
        version = change.base + 1
        made = sealed_change(self.keys, replace(change, stage=ChangeStage.APPLIED, ended_by=admin, version=version))
        what = ",".join(each.path for each in seen.changes)
        detail = args(
            change=change.id, version=version, by=change.by, rules=what, gain=seen.forecast.gain, lose=seen.forecast.lose
        )
        await self.store.put_in_force(made, was, Audited("policy:change:applied", admin, detail), *self._told(made))
        self.policies.forget()

    def _told(self, change: PolicyChange) -> tuple[Sent, ...]:
        """All admins hear by mail of what waits for one of them, and of what is in force."""
        if change.stage not in (ChangeStage.PROPOSED, ChangeStage.APPLIED):
            return ()
        return (Sent("alarm", ADMINS, args(words=f"alarm.rules.{change.stage}", address=f"{self.address}{change.id}")),)

    async def _known(self, id: ChangeId) -> PolicyChange:
        change = await self.store.change(id)
        if change is None or not is_ours(self.keys, change):
            raise NotChanged(WhyNot.OVER)
        return change

    async def version(self, number: int) -> Policy:
        """Version 0 are the defaults. Raises NotChanged for one that never was, or can't be read any more."""
        if number == 0:
            return Policy()
        found = next((v for v in await self.store.history() if v.version == number), None)
        try:
            return found.policy(self.listable) if found else self._never()
        except PolicyError:
            return self._never()

    def _never(self) -> NoReturn:
        raise NotChanged(WhyNot.OVER)
