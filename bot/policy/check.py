"""A new password against our rules and the directory's, before the directory is asked; the page shows the same list live."""

import asyncio
from dataclasses import dataclass, field

from bot.directory.interfaces import DirectoryRules, Person
from bot.platform.clock import World
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep
from bot.policy.breached import LeakLookup, outside_ruling
from bot.policy.current import Policies
from bot.policy.passwords import Lists, Ruling, first_unmet, rulings
from bot.policy.pasted_passwords import PastedPasswords


@dataclass(frozen=True)
class PasswordCheck:
    """`lists`: the operator's own file of breached passwords, if there is one. `lookup`: who is asked besides, once, at the end."""

    policies: Policies
    company: str
    world: World
    pasted: PastedPasswords
    lists: Lists = field(default_factory=Lists)
    lookup: LeakLookup | None = None

    async def least(self) -> int:
        """The policy's own minimum length."""
        return (await self.policies.current()).passwords.min_length

    async def rulings(self, password: Secret, person: Person, rules: DirectoryRules) -> tuple[Ruling, ...]:
        """Every rule, in a fixed order, met or not. Off the loop, since scoring takes a moment."""
        policy = (await self.policies.current()).passwords
        return await asyncio.to_thread(rulings, password, person, rules, policy, self.company, self.lists)

    async def demand(self, password: Secret, person: Person, rules: DirectoryRules) -> None:
        """Raises Misstep with the first rule that isn't met, or with the moment from which a change is allowed."""
        if self.world.now() < rules.may_change_at:
            minutes = int((rules.may_change_at - self.world.now()) // 60) + 1
            raise Misstep("password.too_young", minutes=minutes)
        if unmet := first_unmet(await self.rulings(password, person, rules)):
            raise Misstep(unmet.id, **dict(unmet.args))
        if await self.pasted.refuses(password):
            raise Misstep("password.spent")
        must = (await self.policies.current()).passwords.breached_must_answer
        if broken := await outside_ruling(self.lookup, password, must_answer=must):
            raise Misstep(broken)
