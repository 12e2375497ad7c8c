"""The Bot Connector as we call it: what is said, said over, and asked about people; its refusals as ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import structlog

from adapters.http.refusals import ApiRefused
from adapters.teams.credentials import Credentials
from adapters.teams.endpoints import Endpoints
from adapters.teams.http_client import HttpAnswer, Unanswered
from bot.engine.interfaces import AskedToWait
from bot.platform.job_outbox import NotNow

SLOW_DOWN = frozenset({412, 429})  # 412: "precondition failed", which Teams answers while a conversation is written to
AGAIN = 2.0  # seconds, after a fault of theirs where to say it again does no harm
log = structlog.get_logger()


class Unknown(Exception):  # noqa: N818 - an answer: it may have been said, so it isn't said again
    """The connector broke off after it had heard a new message."""


@dataclass(frozen=True)
class Connector:
    """Each method raises NotNow when Teams asks to wait or isn't there, and ApiRefused when it refuses."""

    app_id: str
    tenant: str
    credentials: Credentials
    endpoints: Endpoints

    async def post_message(self, service_url: str, conversation: str, activity: Mapping[str, Any]) -> str:
        """Its id. Raises Unknown as well: to post isn't idempotent."""
        try:
            answer = await self._called("POST", service_url, f"v3/conversations/{_part(conversation)}/activities", activity)
        except Unanswered as away:
            raise (Unknown() if away.heard else AskedToWait(AGAIN)) from None
        if answer.theirs:
            raise Unknown
        return str(answer_body(answer).get("id") or "")

    async def edit_message(self, service_url: str, conversation: str, id: str, activity: Mapping[str, Any]) -> None:
        """Writes over a message that stands there."""
        path = f"v3/conversations/{_part(conversation)}/activities/{_part(id)}"
        await self._repeatable("PUT", service_url, path, {**activity, "id": id})

    async def member(self, service_url: str, place: str, user: str) -> Mapping[str, Any]:
        """Somebody, as the tenant tells them; `place` is a conversation or a team that they are in."""
        return await self._repeatable("GET", service_url, f"v3/conversations/{_part(place)}/members/{_part(user)}")

    async def open_conversation(self, service_url: str, user: str) -> str:
        """The personal conversation with them; the same one, however often it is opened."""
        wanted = {
            "bot": {"id": f"28:{self.app_id}"},
            "members": [{"id": user}],
            "tenantId": self.tenant,
            "channelData": {"tenant": {"id": self.tenant}},
            "isGroup": False,
        }
        return str((await self._repeatable("POST", service_url, "v3/conversations", wanted)).get("id") or "")

    async def _repeatable(
        self, method: str, service_url: str, path: str, said: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any]:
        try:
            answer = await self._called(method, service_url, path, said)
        except Unanswered:
            raise NotNow(AGAIN) from None
        if answer.theirs:
            raise NotNow(AGAIN)
        return answer_body(answer)

    async def _called(self, method: str, service_url: str, path: str, said: Mapping[str, Any] | None = None) -> HttpAnswer:
        if not self.endpoints.allowed(service_url):
            raise ApiRefused("address")
        return await self.credentials.call(method, f"{service_url.rstrip('/')}/{path}", said)


def answer_body(answer: HttpAnswer) -> Mapping[str, Any]:
    """What was answered. Raises AskedToWait, ApiRefused."""
    if answer.status in SLOW_DOWN:
        raise AskedToWait(answer.retry_after)
    if not answer.well:
        error = answer.body.get("error")
        raise ApiRefused(str(error.get("code") if isinstance(error, dict) else answer.status)[:60], answer.status)
    return answer.body


def _part(id: str) -> str:
    """Of a path: ids hold colons, and whatever else somebody sends."""
    if id in ("", ".", ".."):
        raise ApiRefused("id")
    return quote(id, safe="")
