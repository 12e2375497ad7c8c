"""What a right of the helpdesk's makes for somebody: a code of their own that ends by itself, one at a time."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.directory.interfaces import Passes
from bot.identity.company_passes import gives_passes, minted_there, sealed_name
from bot.identity.identity import Identity
from bot.identity.methods.registry import METHODS, minted
from bot.identity.methods.shapes import Minted
from bot.identity.registered import Registered
from bot.model.facts import Audited, Granted
from bot.model.passes import PassMinted
from bot.model.turn import Turn
from bot.platform.clock import World
from bot.platform.ids import Action, GrantId, Kind, Line, MethodId, SubjectId
from bot.platform.job_outbox import Sent
from bot.platform.keyring import Keys
from bot.platform.sentences import Misstep, Refuse, args
from bot.policy.by_group import policy_for

MINUTE = 60.0  # seconds


@dataclass(frozen=True)
class Minting:
    """For one turn."""

    turn: Turn
    identity: Identity
    keys: Keys
    world: World

    async def kind(self, subject: SubjectId) -> Kind | None:
        """What the rules let be made for this account. None: nothing."""
        policy = await self.identity.people.policies.current()
        available = policy_for(policy, await self.identity.people.person(subject)).methods.available
        return next((kind for kind in minted() if kind in available), None)

    async def mint(self, subject: SubjectId, grant: GrantId, kind: Kind) -> tuple[MethodId, Line]:
        """Its name, from which its code is shown, and until when it is good. Every address on file hears of it.

        Raises Refuse without a right that a case has given, and for what the rules don't let be made (any more).
        """
        right, shape = await self.identity.authorize(grant, Action.MINT, subject), METHODS[kind].registers
        if right.case is None or kind != await self.kind(subject):
            raise Refuse("accounts.no_right")
        if not isinstance(shape, Minted):
            raise Misstep("engine.pick_one")
        if giver := gives_passes(self.identity.people.directories, subject):
            return await self._there(giver, right, kind)
        rules, now, name = (await self.identity.people.policies.current()).access_pass, self.world.now(), self.world.id("pass")
        until = now + rules.minutes * MINUTE
        secret = shape.kept(self.keys, subject, shape.code(self.keys, MethodId(name)), until)
        uses = [Registered(MethodId(f"{name}.{use}"), subject, kind, secret, now, now) for use in range(rules.uses)]
        about = args(method=uses[0].id, kind=kind, grant=grant)
        self.turn.note(
            PassMinted(subject, kind, tuple((each.id, each.sealed(self.keys)) for each in uses), now, grant),
            Audited(
                "identity:method:minted",
                subject,
                (*about, *args(uses=rules.uses, minutes=rules.minutes), *self.turn.party.detail),
            ),
            Sent("notice", subject, (*args(action=Action.MINT, outcome="minted"), *about)),
        )
        return MethodId(name), _read(until)

    async def _there(self, giver: Passes, right: Granted, kind: Kind) -> tuple[MethodId, Line]:
        """By the directory, for its own sign-in: here it proves nothing, and what was made here before proves nothing any more."""
        made, subject = await minted_there(giver, right.subject), right.subject
        about = args(kind=kind, grant=right.id)
        self.turn.note(
            PassMinted(subject, kind, (), self.world.now(), right.id),
            Audited("identity:method:minted", subject, (*about, *args(by="directory"), *self.turn.party.detail)),
            Sent("notice", subject, (*args(action=Action.MINT, outcome="minted"), *about)),
        )
        return sealed_name(self.keys, subject, made.text), _read(made.until)


def _read(until: float) -> Line:
    return Line(datetime.fromtimestamp(until, UTC).strftime("%Y-%m-%d %H:%M UTC"))
