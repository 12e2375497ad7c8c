"""A method that is on file, tried once more: since nobody has seen it working for long, or since it was suspended."""

from dataclasses import dataclass

from bot.identity.challenges import Asked, Challenges
from bot.identity.masks import known_by
from bot.identity.offers import may_be_tried
from bot.identity.registered import Registered
from bot.identity.registration import DAY, Registration
from bot.model.facts import Audited, Worked
from bot.model.suspensions import Resumed
from bot.platform.ids import Action, ChallengeId, GrantId, MethodId, SubjectId
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep, Refuse, args


@dataclass(frozen=True)
class Reconfirmation:
    """For one turn."""

    registration: Registration

    async def due(self, subject: SubjectId) -> Registered | None:
        """The method that nobody has seen working for longest, if that is longer than the policy likes."""
        identity = self.registration.identity
        days = (await identity.people.policies.current()).registration.reconfirm_days
        on_file = await self.registration.on_file(subject)
        tried = [m for m in on_file if m.kind in identity.deliverable and may_be_tried(m) and not m.suspended]
        oldest = min(tried, key=_last_seen, default=None)
        return oldest if oldest and days and identity.world.now() - _last_seen(oldest) > days * DAY else None

    async def try_again(self, subject: SubjectId, method: MethodId) -> Asked:
        """The question of a method that is on file."""
        found = await self._on_file(subject, method)
        return await self._challenges.ask(subject, Action.REGISTER, found.kind, found, granted=True)

    async def reconfirm(self, challenge: ChallengeId, given: Secret) -> None:
        """It works. Raises Misstep for a wrong answer, and for one by another of theirs."""
        asked, right = await self._challenges.checked(challenge, given)
        found = await self._on_file(asked.subject, asked.method or MethodId(""))
        if right.method != found.id:
            words, hint = known_by(found)
            raise Misstep("hello.another", hint=hint, method_id=words)
        await self._challenges.limits.succeeded(asked)
        self.registration.turn.note(
            Worked(found.id, self.registration.world.now(), right.step),
            Audited("identity:method:reconfirmed", asked.subject, args(method=found.id, kind=found.kind)),
        )

    async def resume(self, grant: GrantId, method: MethodId, challenge: ChallengeId, given: Secret) -> None:
        """A suspended method counts again: its owner has proved who they are by another one, and tried it. Raises Misstep for a wrong answer."""
        asked, right = await self._challenges.checked(challenge, given)
        found = await self._on_file(asked.subject, method)
        if not found.suspended or right.method != method:
            raise Refuse("verify.over")
        await self.registration.entitled(grant, asked.subject)
        await self._challenges.limits.succeeded(asked)
        self.registration.turn.note(
            Worked(method, self.registration.world.now(), right.step), Resumed(method, asked.subject, grant)
        )
        self.registration.told(grant, "resumed", found)

    @property
    def _challenges(self) -> Challenges:
        return self.registration.challenges

    async def _on_file(self, subject: SubjectId, method: MethodId) -> Registered:
        found = next((m for m in await self.registration.on_file(subject) if m.id == method), None)
        if found is None:
            raise Refuse("verify.over")
        return found


def _last_seen(method: Registered) -> float:
    return max(method.proved_at, method.registered_at)
