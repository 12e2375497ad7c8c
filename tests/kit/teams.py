"""Somebody at Teams, who talks to the app and presses what its cards offer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.model.facts import Audited
from bot.platform.ids import WindowId
from tests.kit.cards import checked, executes, parts, read, submits
from tests.kit.microsoft import APP, TENANT, Microsoft, ids

if TYPE_CHECKING:
    from tests.kit.town import Town

ORIGIN = "http://localhost:8400"
PATH = "/hooks/teams"


@dataclass
class TeamsChat:
    """In a personal chat with the app. `linked` False: nobody knows whose chat account it is."""

    town: "Town"
    login: str
    linked: bool = True
    locale: str = "en-US"
    object_id: str = ""  # the person's in the directory; empty: one that is in none
    status: int = 0  # of the newest answer
    answered: Any = None  # its card
    dialog: bool = False  # it is shown in a dialog
    _window: WindowId | None = None

    def __post_init__(self) -> None:
        self.person = self.object_id or f"{sum(self.login.encode()):08x}-0000-4000-8000-000000000000"
        self.user = f"29:{self.login}"
        self.conversation = f"a:{self.user}"
        self.microsoft.person(self.user, self.person, name=self.login)

    @property
    def microsoft(self) -> Microsoft:
        return self.town.teams

    @property
    def address(self) -> str:
        return f"{TENANT}/{self.person}"

    @property
    def newest(self) -> dict[str, Any] | None:
        return self.microsoft.newest(self.conversation)

    def activity(self, **said: Any) -> dict[str, Any]:
        """As the connector sends it."""
        return {
            "type": "message",
            "id": f"{1_700_000_000_000 + next(ids)}",
            "channelId": "msteams",
            "serviceUrl": self.microsoft.service_url,
            "from": {"id": self.user, "name": self.login, "aadObjectId": self.person},
            "recipient": {"id": f"28:{APP}", "name": "Password Help"},
            "conversation": {"id": self.conversation, "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "locale": self.locale,
            **said,
        }

    def press(self, action: Mapping[str, Any]) -> dict[str, Any]:
        value = {"action": {"type": "Action.Execute", "verb": action["verb"], "data": action["data"]}, "trigger": "manual"}
        return self.invoke("adaptiveCard/action", value)

    def opening(self, action: Mapping[str, Any]) -> dict[str, Any]:
        """A button that opens a dialog."""
        return self.invoke("task/fetch", {"data": action["data"], "context": {"theme": "default"}})

    def filling(self, action: Mapping[str, Any], typed: object) -> dict[str, Any]:
        """A dialog's own button."""
        data = {**action["data"], "said": typed}
        return self.invoke("task/submit", {"data": data, "context": {"theme": "default"}})

    def invoke(self, name: str, value: object) -> dict[str, Any]:
        reply_to = (self.newest or {}).get("id", "")
        return self.activity(type="invoke", name=name, id=f"f:{next(ids)}", value=value, replyToId=reply_to)

    async def says(self, words: str) -> None:
        """What stands on a button, a code into a dialog where one is offered, or words."""
        await self.known()
        for action in self.buttons():
            if action["title"] == words:
                await self.sends(self.press(action))
                return
        if words.isdecimal() and self.opens():
            await self.fills_in(words)
        else:
            await self.types(words)

    async def types(self, words: str, **more: Any) -> int:
        return await self.sends(self.activity(text=words, textFormat="plain", **more))

    async def fills_in(self, words: str) -> None:
        """Opens the dialog, types, and sends it."""
        await self.shown()
        (action,) = self.opens()
        await self.sends(self.opening(action))
        (action,) = submits(self.answered)
        await self.sends(self.filling(action, words))

    async def sends(self, activity: Mapping[str, Any], **token: Any) -> int:
        """Signed; then everything that follows is done, as far as the process lives."""
        signed = f"Bearer {self.microsoft.token(self.town.clock.now, **token)}"
        await self.posts(json.dumps(activity).encode(), {"Authorization": signed})
        return self.status

    async def posts(self, body: bytes, headers: Mapping[str, str]) -> None:
        from tests.kit.town import Killed

        given = {"Content-Type": "application/json", "Host": "localhost:8400", **headers}
        try:
            async with self.town.web.post(PATH, data=body, headers=given) as answer:
                self.status, said = answer.status, await answer.text()
        except aiohttp.ClientError:
            if self.town.life.dead:
                raise Killed(PATH) from None
            raise
        self._takes(said)
        await self.town.app.chats["teams"].tasks.done()  # type: ignore[attr-defined]  # of this adapter
        await self.shown()

    async def at(self) -> str:
        await self.shown()
        return (await self.town.app.engine.view(self._window)).prompt.id if self._window else ""

    async def hears(self) -> str:
        await self.shown()
        return read(self.newest["card"]) if self.newest else ""

    async def remarks(self) -> str:
        await self.shown()
        ours = [m for (where, _), m in self.microsoft.messages.items() if where == self.conversation]
        return " ".join(read(message["card"]) for message in ours if "card" in message)

    async def offered(self) -> list[str]:
        await self.shown()
        return [action["title"] for action in self.buttons()]

    async def link(self) -> str:
        await self.shown()
        card = self.newest["card"] if self.newest else {}
        urls = [part["url"] for part in parts(card) if part["type"] == "Action.OpenUrl"]
        return str(urls[0]).removeprefix(ORIGIN) if urls else ""

    def buttons(self) -> list[dict[str, Any]]:
        return executes(self.newest["card"]) if self.newest else []

    def opens(self) -> list[dict[str, Any]]:
        """What opens a dialog."""
        return submits(self.newest["card"]) if self.newest else []

    async def shown(self) -> None:
        self._window = await self.town.newest("teams", self.address)
        while await self.town.app.chat_outbox_worker.run_due():
            pass
        self.town.told += [json.dumps(m) for m in self.microsoft.messages.values()]

    async def known(self) -> None:
        if self.linked and not await self.town.app.store.chat_links.linked("teams", self.address):
            subject = await self.town.subject(self.login)
            await self.town.app.store.chat_links.put("teams", self.address, subject, Audited("operator:chat:linked", subject))

    def _takes(self, said: str) -> None:
        """The answer to a press is shown in its place at once, or as a dialog."""
        self.answered, self.dialog = None, False
        if said:
            self.town.told.append(said)
            answer = json.loads(said)
            self.dialog = "task" in answer
            if self.dialog:
                answer = _dialog(answer)
            assert answer["type"] == "application/vnd.microsoft.card.adaptive"
            self.answered = checked(answer["value"])


def _dialog(answer: dict[str, Any]) -> dict[str, Any]:
    """Its card, in what is around it (Microsoft, "TaskInfo object")."""
    assert set(answer) == {"task"}
    task = answer["task"]
    assert (set(task), task["type"]) == ({"type", "value"}, "continue")
    info = task["value"]
    assert set(info) == {"title", "height", "width", "card"}
    assert {info["height"], info["width"]} <= {"small", "medium", "large"}
    assert info["title"].strip()
    assert set(info["card"]) == {"contentType", "content"}
    return {"type": info["card"]["contentType"], "value": info["card"]["content"]}
