"""Who is this, as far as we know: which methods help, what was proved, and the one place where proofs become a grant."""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.directory.interfaces import Person
from bot.identity.assurance import Need, enough, enough_of_a_stranger, proved, stage, useful
from bot.identity.attempt_limits import AttemptLimits
from bot.identity.challenges import Asked, Challenges
from bot.identity.grant_mac import genuine_grant, genuine_proof, sealed_grant
from bot.identity.interfaces import Records
from bot.identity.methods.registry import METHODS
from bot.identity.methods.shapes import MetElsewhere, TypedAndTried
from bot.identity.offers import as_registered, offer_of
from bot.identity.people import People
from bot.identity.registered import Registered
from bot.identity.strangers_door import anybodys_need, strangers_offers
from bot.model.facts import Audited, Exchanged, Granted, Proved
from bot.model.prompt import Option, Stage
from bot.model.turn import Turn
from bot.platform.clock import World
from bot.platform.ids import (
    Action,
    CaseId,
    ChallengeId,
    GrantId,
    Kind,
    OptionId,
    ProofId,
    SubjectId,
    WordsId,
    is_decoy,
)
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep, Refuse, args
from bot.policy.by_group import policy_for, policy_for_anybody
from bot.policy.policy import CodesInChat, ContactRule, Policy

GRANT_LIFETIME = 600.0  # seconds
Standing = GrantId | tuple[Option, ...]
Taken = tuple[Kind, ...]


@dataclass(frozen=True)
class Identity:
    """For one turn."""

    turn: Turn
    records: Records
    people: People
    limits: AttemptLimits
    challenges: Challenges
    deliverable: frozenset[Kind]  # kinds that this house can carry: without a messenger, a method isn't offered
    keys: Keys
    world: World

    async def standing(self, subject: SubjectId, action: Action, case: CaseId | None, taken: Sequence[Kind] = ()) -> Standing:
        """A grant when the proofs on record are enough for this; otherwise the methods that could still help.

        A stranger gives what anybody has to give, and it is judged all together. Raises Misstep when it doesn't do.
        """
        if not await self.limits.known(subject):
            return await self._judged(subject, action, case, taken)
        person = await self.people.able(subject)
        proofs = await self._counting(subject, action)
        if await self._enough(person, action, proofs):
            return self._grant(subject, action, case, tuple(p.id for p in proofs))
        return await self._offers(person, action, [p.kind for p in proofs])

    async def _judged(self, subject: SubjectId, action: Action, case: CaseId | None, taken: Sequence[Kind]) -> Standing:
        """Until all is there that the rules ask of anybody, the account isn't looked at."""
        if not enough_of_a_stranger(await self._anybodys(), anybodys_need(action, taken), taken):
            return strangers_offers(await self._anybodys(), self.deliverable, action, taken)
        proofs = () if is_decoy(subject) else await self._counting(subject, action)
        with suppress(Refuse):  # why this account can't help itself is no stranger's business
            if proofs and await self._enough(await self.people.able(subject), action, proofs):
                self.limits.let_in(subject)
                return self._grant(subject, action, case, tuple(p.id for p in proofs))
        if any(isinstance(METHODS[p.kind].asks, MetElsewhere) for p in proofs):  # whom the company has signed in isn't anybody
            return strangers_offers(await self._anybodys(), self.deliverable, action, taken)
        await self.limits.missed(subject, *taken)
        raise Misstep("verify.not_taken")

    async def answer(
        self, subject: SubjectId, challenge: ChallengeId, given: Secret, taken: tuple[Kind, ...]
    ) -> tuple[Kind, ...]:
        """Notes a proof if this is right. Raises Misstep for a wrong one, Refuse when there were too many.

        From a stranger it is taken either way, and returned with what was taken before. While the directory is silent a right one
        would be dropped, and its try stay counted.
        """
        known = await self.limits.known(subject)
        await self.people.reached(subject, stranger=not known)
        if known:
            await self.challenges.verify(challenge, given)
            return ()
        return (*taken, await self.challenges.take(challenge, given))

    async def _enough(self, person: Person, action: Action, proofs: Sequence[Proved], since: float = math.inf) -> bool:
        """By what proves something now: what was suspended since it proved it doesn't."""
        rule = enough if await self.limits.known(person.subject) else enough_of_a_stranger
        off = {m.id for m in await self.methods(person.subject) if m.suspended}
        standing = [p for p in proofs if p.method not in off]
        return rule(await self._theirs(person), await self._need(person, action, since), proved(standing))

    async def stage(
        self, subject: SubjectId, action: Action, kinds: Collection[Kind], taken: Sequence[Kind] = ()
    ) -> Stage | None:
        """Which proof of how many is asked for next, if it is of one of these kinds. None: the only one, or it can't be said.

        To a stranger it follows from the rules and from what has been taken alone, as if the account were anybody's.
        """
        if not await self.limits.known(subject):
            return stage(await self._anybodys(), anybodys_need(action, (*taken, *kinds)), taken, kinds, enough_of_a_stranger)
        if self.turn.party.subject is None:
            policy, need = await self._anybodys(), Need(action, admin=False)
        else:
            person = await self.people.able(subject)
            policy, need = await self._theirs(person), await self._need(person, action)
        return stage(policy, need, [p.kind for p in await self._counting(subject, action)], kinds)

    async def offers(self, subject: SubjectId, action: Action) -> tuple[Option, ...]:
        """What could be begun with. Raises Refuse when the account can't help itself at all."""
        if not await self.limits.known(subject):
            return strangers_offers(await self._anybodys(), self.deliverable, action, ())
        if found := await self._offers(await self.people.able(subject), action, ()):
            return found
        raise Refuse("verify.no_method_left")

    async def methods(self, subject: SubjectId) -> Sequence[Registered]:
        """All that are on file, those in quarantine and suspended ones included; the directory's contact data only where the rules say so. A decoy has none."""
        if is_decoy(subject):
            return ()
        rule = (await self.people.policies.current()).registration.contact_data
        found = [m for m in await self.records.methods(subject) if METHODS[m.kind].lasts(m.secret, self.world.now())]
        return [m for m in found if rule is ContactRule.COUNT or not m.from_directory]

    async def _anybodys(self) -> Policy:
        """What is asked of whoever it may be."""
        return policy_for_anybody(await self.people.policies.current())

    async def _theirs(self, person: Person) -> Policy:
        """What is asked of this very person."""
        stranger = not await self.limits.known(person.subject)
        return policy_for(await self.people.policies.current(), person, stranger=stranger)

    async def unlocks_alone(self) -> bool:
        """Whether the policy lets a lock be taken off without a new password."""
        return (await self.people.policies.current()).unlock.without_reset

    async def _offers(self, person: Person, action: Action, given: Sequence[Kind]) -> tuple[Option, ...]:
        have = await self._usable(person)
        kinds = useful(await self._theirs(person), await self._need(person, action), given, [m.kind for m in have])
        if self.turn.party.subject is None:
            return strangers_offers(await self._anybodys(), self.deliverable, action, given, kinds)
        many = Counter(m.kind for m in have)
        found = [offer_of(m, several=many[k] > 1) for k in kinds for m in have if m.kind == k]
        return tuple(dict.fromkeys(found))  # a sheet has many codes, and is one method

    async def could(self, subject: SubjectId, action: Action, without: Collection[str] = (), *, soon: bool = False) -> bool:
        """Whether they could be granted this, even if these kinds and methods were lost. `soon`: once every quarantine is over."""
        person = await self.people.able(subject)
        have = [m.kind for m in await self._usable(person, soon=soon) if m.kind not in without and m.id not in without]
        return bool(useful(await self._theirs(person), await self._need(person, action), (), have))

    async def _need(self, person: Person, action: Action, since: float = math.inf) -> Need:
        """What was registered `since` doesn't count: whoever came without a method may add all of them in one sitting."""
        mine = await self.methods(person.subject) if action is Action.REGISTER else ()
        bare = action is Action.REGISTER and not any(m.confirmed and m.registered_at < since for m in mine)
        return Need(action, self.people.roles.admin(person), bare)

    async def ask_for(self, subject: SubjectId, action: Action, option: OptionId) -> Asked:
        """A challenge by one of the offered methods. Raises Misstep when too many were asked for."""
        kind, _, method = option.partition(":")
        usable = [m for m in await self._usable_now(subject) if m.kind == kind and method in ("", m.id)]
        return await self.challenges.ask(subject, action, Kind(kind), usable[0] if usable and not is_decoy(subject) else None)

    async def ask_again(self, subject: SubjectId, action: Action, option: OptionId) -> Asked:
        """Another code to where the last one went: nowhere, if that was nobody's."""
        kind, _, method = option.partition(":")
        same = [m for m in await self._usable_now(subject) if (m.id, m.kind) == (method, kind)]
        return await self.challenges.ask(subject, action, Kind(kind), same[0] if same else None)

    async def ask_at(self, subject: SubjectId, action: Action, kind: Kind, typed: str) -> Asked:
        """A challenge for a visitor, who typed the whole number or address. Raises Misstep for what can be neither."""
        country = (await self.people.policies.current()).registration.country
        registers = METHODS[kind].registers
        if not isinstance(registers, TypedAndTried):
            raise Misstep("engine.pick_one")
        typed_in_full = registers.read(typed, country)
        usable = [m for m in await self._usable_now(subject) if m.kind == kind]
        match = [m for m in usable if m.secret.equals(typed_in_full)]
        return await self.challenges.ask(subject, action, kind, match[0] if match else None)

    async def _usable_now(self, subject: SubjectId) -> list[Registered]:
        return [m for m in await self.methods(subject) if m.usable_from <= self.world.now() and not m.suspended]

    async def lesser(self, grant: GrantId) -> GrantId:
        """The right to unlock, instead of the right to reset: whoever proved enough for the one has for the other."""
        found = await self.records.grant(grant)
        if found is None or found[0].action is not Action.RESET:
            raise Refuse("accounts.no_right")
        less = replace(found[0], id=GrantId(self.world.id("grant")), action=Action.UNLOCK)
        self.turn.note(
            Exchanged(grant, sealed_grant(self.keys, less)),
            Audited("identity:grant:unlock", less.subject, args(grant=less.id, instead_of=grant, conversation=less.conversation)),
        )
        return less.id

    async def undelivered(self, challenge: ChallengeId) -> WordsId | None:
        """Why its message doesn't arrive, as far as is known. A stranger isn't told that there was one."""
        return await self.challenges.undelivered(challenge, told=self.turn.party.subject is not None)

    async def met(self, challenge: ChallengeId) -> bool:
        """Whether what is met elsewhere has come back, and is a proof now."""
        return await self.challenges.met(challenge)

    async def in_chat(self, action: Action) -> bool:
        """Whether this action's code may be typed in a chat; otherwise on the bound page alone."""
        if self.turn.party.asker or action is Action.AGENTS:
            return False  # a case has no chat, and an admin's right is proved on our page whatever the policy says of codes
        codes = (await self._anybodys()).codes_in_chat
        return codes is CodesInChat.ALWAYS or (codes is CodesInChat.UNLOCK and action is Action.UNLOCK)

    async def close_this_door(self) -> None:
        """What "that wasn't me" means before a change: this origin's allowance is used up, others' are not."""
        if subject := self.turn.party.subject:
            await self.limits.close_door(subject)

    async def authorize(self, grant: GrantId, action: Action, subject: SubjectId) -> Granted:
        """The grant, checked anew by whoever is about to use it: genuine, in time, and still enough under today's policy.

        Raises Refuse, which also goes into the audit: a row written by hand opens nothing.
        """
        found = await self.records.grant(grant)
        if found is None:
            raise Refuse("accounts.no_right")
        granted, proofs = found
        sufficient, asker = await self._sufficient(subject, action, proofs), self.turn.party.asker
        right = (
            genuine_grant(self.keys, granted)
            and all([self._genuine(p) and await self._here(p) for p in proofs])
            and (granted.subject, granted.action, granted.conversation) == (subject, action, self.turn.conversation)
            and granted.expires > self.world.now()
            and (granted.case, granted.agent) == ((asker.case, asker.agent) if asker else (None, None))
            and tuple(p.id for p in proofs) == granted.proofs
            and all((p.subject, p.conversation) == (subject, granted.conversation) for p in proofs)
            and all(p.action is action or (action is Action.UNLOCK and p.action is Action.RESET) for p in proofs)
            and sufficient
        )
        if not right:
            raise Refuse("accounts.no_right")
        return granted

    async def _sufficient(self, subject: SubjectId, action: Action, proofs: Sequence[Proved]) -> bool:
        """What was enough before still is. To disown takes no proof, and whoever may not help themselves may do it as well."""
        if action is Action.DISOWN:
            return not proofs
        return await self._enough(await self.people.able(subject), action, proofs, min((p.at for p in proofs), default=0.0))

    async def _usable(self, person: Person, *, soon: bool = False) -> list[Registered]:
        now = self.world.now()
        registered = [m for m in await self.methods(person.subject) if not m.suspended]
        usable = [m for m in registered if (m.usable_from <= now or (soon and m.confirmed)) and m.kind in self.deliverable]
        own = [kind for kind, method in METHODS.items() if method.unregistered and kind in self.deliverable]
        able = [kind for kind in own if METHODS[kind].open_to(person.subject, self.challenges.tools)]
        return [*(as_registered(kind, person.subject) for kind in able), *usable]

    async def _counting(self, subject: SubjectId, action: Action) -> list[Proved]:
        return [p for p in await self._proofs() if (p.subject, p.action) == (subject, action) and await self._counts(p)]

    async def _counts(self, proof: Proved) -> bool:
        """A proof counts only for the window that will use it: the bound page, or, for an unlock, the chat."""
        return 0 <= self.world.now() - proof.at <= GRANT_LIFETIME and await self._here(proof)

    async def _here(self, proof: Proved) -> bool:
        return proof.window == self.turn.sealed or await self.in_chat(proof.action)

    def _genuine(self, proof: Proved) -> bool:
        return genuine_proof(self.keys, proof, self.turn.browser_of(proof.window))

    async def _proofs(self) -> list[Proved]:
        """Raises Refuse when one of them isn't ours: somebody is at the database, and nothing goes on here."""
        proofs = [*await self.records.proofs(self.turn.conversation), *self.turn.noted(Proved)]
        if not all(self._genuine(p) for p in proofs):
            raise Refuse("accounts.no_right")
        return proofs

    def _grant(self, subject: SubjectId, action: Action, case: CaseId | None, proofs: tuple[ProofId, ...]) -> GrantId:
        expires = min(self.world.now() + GRANT_LIFETIME, self.turn.claim.expires)
        id, here, asker = GrantId(self.world.id("grant")), self.turn.conversation, self.turn.party.asker
        grant = Granted(id, here, subject, action, case, proofs, expires, agent=asker.agent if asker else None)
        detail = (*args(grant=grant.id, conversation=self.turn.conversation), *self.turn.party.detail)
        self.turn.note(sealed_grant(self.keys, grant), Audited(f"identity:grant:{action}", subject, detail))
        return grant.id
