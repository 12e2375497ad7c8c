"""Somebody in Slack or Teams: says what they want, reads the newest message, presses and types there, and opens the page that it leads to."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any, Protocol
from urllib.parse import urlencode

from tests.faults.balancer import Balancer
from tests.faults.ledger import Ledger
from tests.faults.page_visitor import BEGUN_AGAIN, LABELS, UNFINISHED, PageVisitor
from tests.faults.plan import Talk
from tests.faults.shown import Shown, slack, teams
from tests.faults.site import Member
from tests.kit.kinds import EMAIL, TOTP
from tests.kit.microsoft import APP, TENANT, Microsoft
from tests.kit.slack import TEAM, Workspace, event, signature

ORIGIN = "http://localhost:8400"
WISHES = {"reset": "I forgot my password", "unlock": "my account is locked"}
TRIES, SILENCE, AGAIN = 4, 15, 2  # deliveries of one event; seconds until somebody says it again, and how often all of it
numbers = count(1)


@dataclass(frozen=True)
class Delivery:
    """One request of a vendor, the same however often it is sent."""

    path: str
    body: bytes
    kind: str


class Chat(Protocol):
    """One member's, at one vendor."""

    def newest(self) -> Shown:
        """The question that stands there."""

    def says(self, words: str) -> Delivery:
        """As the vendor delivers it."""

    def presses(self, shown: Shown, label: str) -> Delivery:
        """Likewise. Raises StopIteration where there is no such button."""

    def headers(self, delivery: Delivery) -> Mapping[str, str]:
        """Signed now."""


@dataclass(frozen=True)
class InSlack:
    """A direct message with the app."""

    member: Member
    workspace: Workspace

    def newest(self) -> Shown:
        here = [m for (where, _), m in self.workspace.messages.items() if where == f"D{self.member.slack}"]
        return next((found for m in reversed(here) if (found := slack(m))), Shown())

    def says(self, words: str) -> Delivery:
        user = self.member.slack
        said = {"type": "message", "channel_type": "im", "channel": f"D{user}", "user": user, "text": words}
        body = event(said | {"ts": f"{time.time():.6f}"}, team_id=TEAM)
        return Delivery("/hooks/slack", json.dumps(body).encode(), "application/json")

    def presses(self, shown: Shown, label: str) -> Delivery:
        block, action = next(press for name, press in shown.options.items() if name.startswith(label))
        newest = next(m for (where, _), m in reversed(self.workspace.messages.items()) if where == f"D{self.member.slack}")
        payload = {
            "type": "block_actions",
            "user": {"id": self.member.slack, "team_id": TEAM},
            "team": {"id": TEAM},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": f"{next(numbers)}.1",
            "container": {"type": "message", "message_ts": newest["ts"], "channel_id": newest["channel"]},
            "actions": [{**action, "block_id": block}],
        }
        form = urlencode({"payload": json.dumps(payload)}).encode()
        return Delivery("/hooks/slack", form, "application/x-www-form-urlencoded")

    def headers(self, delivery: Delivery) -> Mapping[str, str]:
        return {"Content-Type": delivery.kind, **signature(delivery.body, time.time())}


@dataclass(frozen=True)
class InTeams:
    """A personal chat with the app."""

    member: Member
    microsoft: Microsoft

    @property
    def conversation(self) -> str:
        return f"a:29:{self.member.login}"

    def newest(self) -> Shown:
        here = [m for (where, _), m in self.microsoft.messages.items() if where == self.conversation]
        return next((found for m in reversed(here) if (found := teams(m))), Shown())

    def says(self, words: str) -> Delivery:
        return self._activity(type="message", text=words, textFormat="plain")

    def presses(self, shown: Shown, label: str) -> Delivery:
        action = next(press for name, press in shown.options.items() if name.startswith(label))
        value = {"action": {"type": "Action.Execute", "verb": action["verb"], "data": action["data"]}, "trigger": "manual"}
        newest = self.microsoft.newest(self.conversation) or {}
        reply_to = newest.get("id", "")
        return self._activity(type="invoke", name="adaptiveCard/action", value=value, replyToId=reply_to)

    def headers(self, delivery: Delivery) -> Mapping[str, str]:
        return {"Content-Type": delivery.kind, "Authorization": f"Bearer {self.microsoft.token(time.time())}"}

    def _activity(self, **said: Any) -> Delivery:
        made = {
            "id": f"{1_700_000_000_000 + next(numbers)}",
            "channelId": "msteams",
            "serviceUrl": self.microsoft.service_url,
            "from": {"id": f"29:{self.member.login}", "name": self.member.login, "aadObjectId": self.member.teams},
            "recipient": {"id": f"28:{APP}", "name": "Password Help"},
            "conversation": {"id": self.conversation, "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "en-US",
            **said,
        }
        return Delivery("/hooks/teams", json.dumps(made).encode(), "application/json")


@dataclass
class ChatVisitor:
    """`page` is where they go on when they are sent there."""

    talk: Talk
    chat: Chat
    page: PageVisitor
    balancer: Balancer
    ledger: Ledger
    chance: Random
    _sent: list[Delivery] = field(default_factory=list)
    _said: float = 0.0
    _again: int = 0

    async def talks(self, until: float) -> str:
        """To the last word, there or on the page."""
        await self._wishes()
        while time.time() < until:
            shown = self.chat.newest()
            self.ledger.seen[self.talk.number] = f"chat: {shown.words}"
            if shown.closed:
                self.ledger.hears(self.talk, shown.words)
                if shown.words not in BEGUN_AGAIN or not await self._another(shown):
                    return shown.words
                continue
            if shown.link:
                await self._opens(shown.link)
                if self.page.at:
                    return await self.page.goes_on(until)
            elif not shown.words and time.time() > self._said + SILENCE:
                await self._wishes()
            else:
                await self._answers(shown)
            await asyncio.sleep(0.3)
        return UNFINISHED

    async def _another(self, over: Shown) -> bool:
        """Whether another conversation has begun, and stands where one that came to nothing stood."""
        self._again += 1
        if self._again > AGAIN:
            return False
        await self._wishes()
        for _ in range(SILENCE):
            await asyncio.sleep(1)
            if self.chat.newest() != over:
                return True
        return False

    async def _wishes(self) -> None:
        self._said = time.time()
        await self._delivered(self.chat.says(WISHES[self.talk.wish]))

    async def _opens(self, link: str) -> None:
        """A page that was given to nobody, since its answer got lost, is left, and asked for anew."""
        if not await self.page.lands(link.removeprefix(ORIGIN)):
            await self._delivered(self.chat.says("cancel"))
            await asyncio.sleep(3)

    async def _answers(self, shown: Shown) -> None:
        match shown.words:
            case "verify.how":
                await self._presses(shown, LABELS[self.talk.kind])
            case "method.email.ask" | "method.totp.ask" | "undelivered.late":
                kind = TOTP if shown.words == "method.totp.ask" else EMAIL
                if code := self.page.proofs.code(kind):
                    self.page.proofs.used(kind, code)
                    await self._delivered(self.chat.says(code))
                    await asyncio.sleep(2)
            case "opening.leave":
                await self._presses(shown, "Leave and start")
            case "unlock.unconfirmed":
                await self._presses(shown, "Try again")
            case "unlock.not_locked":
                await self._presses(shown, "Leave it")
            case _:
                pass

    async def _presses(self, shown: Shown, label: str) -> None:
        if any(name.startswith(label) for name in shown.options):
            await self._delivered(self.chat.presses(shown, label))
            await asyncio.sleep(1)

    async def _delivered(self, delivery: Delivery) -> None:
        """Until somebody says that it arrived; some twice at the same moment, and some once more much later."""
        self._sent.append(delivery)
        if self.talk.doubled:
            await asyncio.gather(self._until_taken(delivery), self._until_taken(delivery))
            if self.chance.random() < 0.4:
                await self._until_taken(self.chance.choice(self._sent))
        else:
            await self._until_taken(delivery)

    async def _until_taken(self, delivery: Delivery) -> None:
        for _ in range(TRIES):
            came = await self.balancer.send(self.chance, "POST", delivery.path, delivery.body, self.chat.headers(delivery))
            if came.status == 200:
                return
            await asyncio.sleep(1)
