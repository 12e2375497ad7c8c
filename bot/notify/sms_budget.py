"""What text messages may cost: the countries they go to, how many go to one range of numbers, and the day's money."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.identity.phone_numbers import Number, described
from bot.messaging.ledger import DAY
from bot.messaging.messenger import Undeliverable
from bot.notify.admin_alerts import AdminAlerts
from bot.platform.counters import Counters
from bot.platform.keyring import Keys
from bot.platform.secret import Secret

HOUR = 3600.0  # seconds
RANGE = 100  # messages an hour to one range of numbers (R8)
STRANGERS_RANGE = 20  # the same, where strangers asked: a range that they close stays open to everybody else
STRANGERS_SHARE = 0.3  # of the day's money
MILLS = 1000  # of the account's currency: counters count whole things


@dataclass(frozen=True, slots=True)
class Charge:
    """One thing to count, and what is wrong when there is no more of it."""

    key: str
    amount: int
    limit: int
    seconds: float
    tag: str


@dataclass(frozen=True)
class SmsBudget:
    """`countries`: ISO codes; `daily`, and `price` of a part, in the currency of the account. A stranger can't spend it all."""

    counters: Counters
    alerts: AdminAlerts
    keys: Keys
    countries: frozenset[str]
    daily: float
    price: float

    async def spend(self, to: Secret, parts: int, *, stranger: bool, calls: bool = False) -> tuple[Charge, ...]:
        """Before anything leaves; a landline can be called, and not texted. Raises Undeliverable; admins are told of what they can mend."""
        number = described(to)
        if number is None or not (number.mobile or (calls and number.fixed)):
            raise Undeliverable("undelivered.number")
        if number.country not in self.countries:
            await self.alerts.raise_alert("messages:sms:country", country=number.country or "?")
            raise Undeliverable("undelivered.closed")
        charges = self._charges(number, parts, stranger=stranger)
        for place, charge in enumerate(charges):
            if not await self.counters.charge(charge.key, charge.amount, charge.limit, charge.seconds):
                await self.give_back(charges[:place])
                await self.alerts.raise_alert(charge.tag)
                raise Undeliverable("undelivered.closed")
        return charges

    async def give_back(self, charges: Sequence[Charge]) -> None:
        """Uncount a message that didn't leave after all."""
        for charge in charges:
            await self.counters.charge(charge.key, -charge.amount, charge.limit, charge.seconds)

    def _charges(self, number: Number, parts: int, *, stranger: bool) -> tuple[Charge, ...]:
        where = self.keys.mac("range", number.range.reveal()).hex()[:32]
        cost, daily = round(parts * self.price * MILLS), int(self.daily * MILLS)
        everybody = Charge("money:sms", cost, daily, DAY, "messages:budget:exhausted")
        if not stranger:
            return (Charge(f"range:{where}", 1, RANGE, HOUR, "messages:sms:range"), everybody)
        return (
            Charge(f"range:{where}:strangers", 1, STRANGERS_RANGE, HOUR, "messages:sms:range"),
            Charge("money:sms:strangers", cost, int(daily * STRANGERS_SHARE), DAY, "messages:budget:strangers"),
            everybody,
        )
