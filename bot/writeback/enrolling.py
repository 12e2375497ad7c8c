"""A new agent comes with a code: it is written down, and gets nothing until an admin has compared its fingerprint."""

import json
import re
from dataclasses import dataclass

from bot.model.agents import Agent, AgentId, Invitation, InvitationId, Stand, fingerprint
from bot.model.facts import Audited
from bot.platform.clock import World
from bot.platform.counters import Counters
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import args
from bot.writeback.agent_mac import sealed_agent, signer
from bot.writeback.enrolment_codes import AGENT, BOT, codes, proof, proved
from bot.writeback.interfaces import AgentStore, TurnedAway

LIFETIME = 600.0  # seconds that a code is good for
TRIES = 5  # of one code
KEY = re.compile(r"[0-9a-f]{64}")
NAME = re.compile(r"[\w.-]{1,64}", re.ASCII)


@dataclass(frozen=True)
class Enrolling:
    """Takes a new agent in, outside of any turn: it isn't a person, and no conversation is about it."""

    agents: AgentStore
    tries: Counters
    keys: Keys
    world: World

    async def enrol(self, body: str, said: str) -> tuple[str, str]:
        """The bot's answer, and its own proof of the code. Raises TurnedAway, and ValueError for what is no request."""
        handle, name, key = _read(body)
        invitation = await self.agents.invitation(handle)
        if invitation is None or invitation.expires <= self.world.now():
            raise TurnedAway
        if not (await self.tries.hit(f"enrol:{handle}", TRIES, LIFETIME)).allowed:  # before anything is compared
            raise TurnedAway
        right = [code for code in codes(self.keys, invitation) if proved(code, AGENT, body, said)]
        if not right:
            await self.agents.refused(self._audited("refused", handle, invitation, name))
            raise TurnedAway
        return await self._written(invitation, right[0], name, key)

    async def _written(self, invitation: Invitation, code: Secret, name: str, key: str) -> tuple[str, str]:
        agent = sealed_agent(
            self.keys,
            Agent(
                AgentId(self.world.id("agent")),
                invitation.directory,
                name,
                key,
                invitation.by,
                "",
                Stand.WAITING,
                self.keys.current,
                at=self.world.now(),
            ),
        )
        fact = self._audited("enrolled", agent.id, invitation, name, fingerprint=fingerprint(key))
        if not await self.agents.enrol(invitation.id, agent, fact):
            raise TurnedAway
        bot_key = signer(self.keys, agent).public_key().public_bytes_raw().hex()
        answer = json.dumps({"agent": agent.id, "directory": agent.directory, "bot_key": bot_key, "key": key})
        return answer, proof(code, BOT, answer)

    def _audited(self, what: str, subject: str, invitation: Invitation, name: str, **more: str) -> Audited:
        detail = args(directory=invitation.directory, name=name, invited_by=invitation.by, **more)
        return Audited(f"writeback:agent:{what}", subject, detail)


def _read(body: str) -> tuple[InvitationId, str, str]:
    given = json.loads(body)
    if not isinstance(given, dict):
        raise ValueError("no request")  # noqa: TRY004 - all that is wrong with a request is one thing
    handle, name, key = (str(given.get(part, "")) for part in ("invitation", "name", "key"))
    if not (NAME.fullmatch(name) and KEY.fullmatch(key) and handle.isascii() and handle.isalnum()):
        raise ValueError("no request")
    return InvitationId(handle), name, key
