"""People in chats: their words as Slack and Microsoft deliver them, signed, and the answer that has to come back to the chat."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from aiohttp import ClientSession

from tests.bench.outside import HOST
from tests.kit.microsoft import APP, CONNECTOR, TENANT, Microsoft
from tests.kit.slack import TEAM, Workspace, event, signature

USER, PERSON, TALK = "UANA", "00000001-0000-4000-8000-000000000000", "a:29:ana"
WORDS = ("unlock my account", "stay")
PATIENCE, SOON = 40.0, 0.0005  # seconds; what a replica held that was stopped is done by another after 30
numbers = count(1)


@dataclass
class Chatting:
    """Ana, at whichever vendor."""

    session: ClientSession
    address: str
    slack: Workspace
    teams: Microsoft

    async def says(self, vendor: str, times: int) -> Mapping[str, Any]:
        """Tells how often the vendor was called meanwhile, and with which token."""
        self.slack.person(USER)
        self.teams.person("29:ana", PERSON, name="ana")
        before = self._calls(vendor)
        for number in range(times):
            heard = self._said(vendor)
            body, headers = self._slack(WORDS[number % 2]) if vendor == "slack" else self._teams(WORDS[number % 2])
            headers |= {"Content-Type": "application/json", "Host": HOST}
            async with self.session.post(self.address, data=body, headers=headers) as answer:
                if answer.status >= 300:
                    raise SystemExit(f"{vendor}'s message was answered {answer.status}: {await answer.text()}")
            await self._answered(vendor, heard)
        return {"calls": self._calls(vendor) - before, "token": self.teams.issued.get(CONNECTOR, "")}

    async def _answered(self, vendor: str, heard: int) -> None:
        end = time.monotonic() + PATIENCE
        while self._said(vendor) == heard:
            if time.monotonic() > end:
                raise SystemExit(f"nothing was answered at {vendor}")
            await asyncio.sleep(SOON)

    async def bursts(self, people: Sequence[str]) -> Sequence[float]:
        """All of them at one moment: how many milliseconds each waited for its acknowledgement."""

        async def one(user: str) -> float:
            body, headers = self._slack("hello", user)
            headers |= {"Content-Type": "application/json", "Host": HOST}
            begun = time.monotonic()
            async with self.session.post(self.address, data=body, headers=headers) as answer:
                if answer.status >= 300:
                    raise SystemExit(f"an event of the burst was answered {answer.status}")
            return (time.monotonic() - begun) * 1000

        for user in people:
            self.slack.person(user)
        return await asyncio.gather(*(one(user) for user in people))

    def _calls(self, vendor: str) -> int:
        return len(self.slack.calls if vendor == "slack" else self.teams.calls)

    def _said(self, vendor: str) -> int:
        """So often something was put into the chat, or put anew."""
        calls = self.slack.calls if vendor == "slack" else self.teams.calls
        return sum(call in {"chat.postMessage", "chat.update", "say", "over"} for call in calls)

    def _slack(self, text: str, user: str = USER) -> tuple[bytes, dict[str, str]]:
        said = {"type": "message", "channel_type": "im", "channel": f"D{user}", "user": user, "text": text}
        body = json.dumps(event(said | {"ts": f"{time.time():.6f}"}, team_id=TEAM)).encode()
        return body, signature(body, time.time())

    def _teams(self, text: str) -> tuple[bytes, dict[str, str]]:
        activity = {
            "type": "message",
            "id": f"{1_700_000_000_000 + next(numbers)}",
            "channelId": "msteams",
            "serviceUrl": self.teams.service_url,
            "from": {"id": "29:ana", "name": "ana", "aadObjectId": PERSON},
            "recipient": {"id": f"28:{APP}", "name": "Password Help"},
            "conversation": {"id": TALK, "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "en-US",
            "text": text,
            "textFormat": "plain",
        }
        return json.dumps(activity).encode(), {"Authorization": f"Bearer {self.teams.token(time.time())}"}
