"""The whole examination, in the order in which one thing needs the other."""

from collections.abc import AsyncIterator, Awaitable, Callable

from bot.doctor.finding import Finding, fail
from bot.doctor.machine import archive, checkpoints, environment, ring, secret_files
from bot.doctor.network import address, mail
from bot.doctor.sign_in import sign_in
from bot.doctor.site import Site, inside
from bot.platform.clock import World
from bot.platform.database_faults import database_fault
from bot.platform.errors import OperatorError
from bot.settings.settings import Settings


async def examine(
    settings: Settings,
    open_site: Callable[[Settings], Awaitable[Site]],
    world: World,
    vendors: Callable[[Settings], AsyncIterator[Finding]] | None = None,
) -> AsyncIterator[Finding]:
    """Findings as they are made. What is broken is a finding, never an exception. `vendors` looks at those that are configured."""
    yield environment()
    yield await address(settings.base_url)
    yield ring(settings)
    yield checkpoints(settings)
    yield archive(settings)
    for finding in secret_files(settings):
        yield finding
    yield await mail(settings.smtp, settings.egress.way())
    async for finding in sign_in(settings.sign_in, settings.base_url, settings.egress.way()):
        yield finding
    if vendors:
        async for finding in vendors(settings):
            yield finding
    if settings.sqlite and not settings.sqlite.exists():  # opening it would make it, and a doctor changes nothing
        yield fail(f"There is no database at {settings.sqlite} yet.", "Run `unlatch migrate`.")
        return
    try:
        site = await open_site(settings)
        try:
            async for finding in inside(site, settings, world.now()):
                yield finding
        finally:
            await site.close()
    except OperatorError as mend:
        yield fail(str(mend), "The sentence says it.")
    except Exception as fault:  # noqa: BLE001 - whatever a database's driver raises
        if refused := database_fault(fault, reaching=True):
            yield fail(refused.sentence, refused.remedy)
            return
        why = f"The database can't be used ({type(fault).__name__})."
        yield fail(why, "Check `database`, its password and that it runs; then `unlatch migrate`.")
