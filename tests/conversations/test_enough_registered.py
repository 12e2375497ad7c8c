"""Whoever sets up methods hears whether these are enough to help themselves, while they are at it and at the end."""

from tests.conversations.conftest import Call
from tests.kit.kinds import EMAIL, PASSWORD, SMS
from tests.kit.registering import MAILBOX, NUMBER, WRITTEN, adds, house, sits_down
from tests.kit.town import Town


async def test_whoever_stops_short_hears_so(town: Town, call: Call) -> None:
    """A text message alone resets nothing."""
    await town.use_policy(house(with_password=True))
    nora = call("nora")
    await sits_down(nora, PASSWORD)
    await adds(nora, SMS, WRITTEN, NUMBER)
    assert await nora.at() == "register.menu.short"
    assert "Two more minutes" in await nora.page.reads()
    await nora.picks("That's all")
    assert await nora.at() == "register.done.short"


async def test_whoever_has_enough_hears_that_too_and_from_when_on(town: Town, call: Call) -> None:
    await town.use_policy(house(with_password=True, quarantine_hours=24))
    nora = call("nora")
    await sits_down(nora, PASSWORD)
    await adds(nora, SMS, WRITTEN, NUMBER)
    await adds(nora, EMAIL, MAILBOX, MAILBOX)
    assert await nora.at() == "register.menu"
    await nora.picks("That's all")
    assert await nora.at() == "register.done.quarantine"
    assert "you can help yourself" in await nora.page.reads()
