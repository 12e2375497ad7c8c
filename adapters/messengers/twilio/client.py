"""Twilio's own asynchronous client, held to one account, a time-out, and the hosts that we name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from bot.platform.egress import Egress
from bot.platform.secret import Secret

API = "https://api.twilio.com"
TIMEOUT = 10.0  # seconds; the job's lease is longer
NOWHERE = {"TWILIO_REGION": ""}  # for the library, that nothing of its own is in the environment


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """`sender` is a number in E.164 or a messaging service ("MG..."). `base_url` stands for all of Twilio's hosts, in tests."""

    sid: str
    key: str
    secret: Secret
    sender: str
    base_url: str = ""
    egress: Egress = field(default_factory=Egress)

    @property
    def service(self) -> bool:
        """Whether a messaging service chooses the number."""
        return self.sender.startswith("MG")


class TwilioClient(AsyncTwilioHttpClient):  # type: ignore[misc]  # published without types
    """Keeps what the library drops, which is a different part for each kind of call."""

    status = 0  # of the last answer
    retry_after = 0.0  # seconds

    async def request(self, *given: Any, **named: Any) -> Response:
        """Asks as the library wants to be asked, and answers in its type."""
        answer = await super().request(*given, **named)
        self.status = answer.status_code
        wait = str(answer.headers.get("Retry-After", ""))
        self.retry_after = float(wait) if wait.isascii() and wait.isdigit() else 0.0
        return answer


@asynccontextmanager
async def called(account: TwilioAccount) -> AsyncIterator[tuple[Client, TwilioClient]]:
    """Twilio's client, and the HTTP that it speaks. What the library raises may hold numbers: say none of it."""
    async with TwilioClient(pool_connections=False) as http:
        http.session = account.egress.session(TIMEOUT, proxy=account.egress.way(account.base_url or API))
        client = Client(account.key, account.secret.reveal(), account.sid, http_client=http, environment=NOWHERE)
        if account.base_url:
            for domain in (client.api, client.messaging, client.accounts):
                domain.base_url = account.base_url
        yield client, http
