"""What costs money: counted before it leaves, given back if it didn't, and told to be unknown where nobody can say."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import ClientConnectorError, ClientError

from bot.messaging.messenger import MaybeSent, Message, Undeliverable
from bot.notify.sms_budget import SmsBudget
from bot.platform.counters import Counters
from bot.platform.job_outbox import NotNow
from bot.platform.secret import Secret

FORGOTTEN = 3600.0  # seconds after which a message is tried no more for sure
UNKNOWN = "undelivered.unknown"


class NotAccepted(Exception):  # noqa: N818 - an answer
    """The provider took nothing. `why`: what follows, which is Undeliverable or NotNow."""

    def __init__(self, why: Undeliverable | NotNow) -> None:
        super().__init__()
        self.why = why


@dataclass(frozen=True)
class PaidSending:
    """`provider` tells the tries at one from those at another."""

    provider: str
    budget: SmsBudget
    tries: Counters
    again: bool = True  # where nobody knows whether it was taken
    calls: bool = False

    async def send(
        self, message: Message, parts: int, post: Callable[[], Awaitable[None]], seconds: float, to: Secret | None = None
    ) -> None:
        """`post` raises NotAccepted, or what HTTP raises. Raises Undeliverable, NotNow.

        When it isn't known whether it was taken, one more try is made: a second text holds the same code and does no harm. Then
        whoever waits is told that it may come or not.
        """
        spent = await self.budget.spend(to or message.to, parts, stranger=message.stranger, calls=self.calls)
        try:
            async with asyncio.timeout(seconds):
                await post()
        except NotAccepted as no:
            await self.budget.give_back(spent)
            raise no.why from None
        except ClientConnectorError:
            await self.budget.give_back(spent)
            raise NotNow from None
        except (TimeoutError, ClientError, ValueError):
            if self.again and await self.tries.charge(f"unknown:{self.provider}:{message.id}", 1, 1, FORGOTTEN):
                raise MaybeSent from None
            raise Undeliverable(UNKNOWN) from None
