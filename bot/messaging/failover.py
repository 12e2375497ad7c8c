"""Several providers of one channel: what one of them won't carry goes to the next, and nothing goes twice to one that may have it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messaging.messenger import MaybeSent, Message, Messenger, ProviderFault
from bot.platform.counters import Counters
from bot.platform.job_outbox import NotNow

LATE = 10.0  # seconds in which a code arrives that arrives at all in time; then the same provider may be asked again


@dataclass(frozen=True)
class Failover:
    """The messenger of a channel. `providers` are asked in this order; what is wrong with the number itself is wrong at each."""

    providers: Sequence[Messenger]
    counters: Counters

    async def send(self, message: Message) -> None:
        """Raises Undeliverable where one says so of the number, or each of them won't; NotNow while it isn't known."""
        faults = list[NotNow | ProviderFault]()
        for place, provider in enumerate(self.providers):
            mark = f"maybe:{place}:{message.id}"
            if await self.counters.counted(mark):
                faults.append(MaybeSent(LATE))
                continue
            try:
                return await provider.send(message)
            except MaybeSent as fault:
                await self.counters.charge(mark, 1, 1, LATE)
                faults.append(fault)
            except (NotNow, ProviderFault) as fault:
                faults.append(fault)
        raise min(faults, key=_hope)


def _hope(fault: NotNow | ProviderFault) -> tuple[bool, bool]:
    """What may still arrive is waited for first, then whoever is busy."""
    return not isinstance(fault, MaybeSent), not isinstance(fault, NotNow)
