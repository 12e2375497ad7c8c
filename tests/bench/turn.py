"""One dialog turn (understood, claimed, answered, settled, rendered) beside as many bare commits as it makes."""

from bot.model.turn import Party
from bot.platform.ids import Origin
from tests.bench.bare import rows_of
from tests.bench.house import House
from tests.bench.measuring import Figure, Meter
from tests.kit.kinds import TOTP

ROUNDS, TURNS = 8, 60
KEY = "JBSWY3DPEHPK3PXP"


async def turn(made: House, where: str, servers: tuple[int, ...] = ()) -> list[Figure]:
    """At a terminal, where nothing is between the words and the engine."""
    ana, meter = await made.resident("ana", TOTP, KEY), Meter(servers)
    chat = made.app.terminal(Party(Origin.LINKED, ana.subject, "en"), made.unheard, as_json=True, address="tty-ana")
    await chat.hear("I forgot my password")

    async def turns() -> None:
        for number in range(TURNS):
            await chat.hear("unlock my account" if number % 2 == 0 else "stay")

    await turns()
    made.commits.clear()
    await turns()
    commits = round(made.durable() / TURNS)
    figure = Figure(f"a dialog turn, {where}", f"{commits} bare commits")
    async with rows_of(made.app.settings.database) as rows:

        async def bare() -> None:
            await rows.commit(commits * TURNS)

        await bare()
        for _ in range(ROUNDS):
            await figure.round(lambda: meter.each(TURNS, turns), lambda: meter.each(TURNS, bare))
    return [figure]
