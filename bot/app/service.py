"""What `unlatch serve`, `demo` and `chat` run: listeners, loops, and an orderly end."""

import asyncio
import errno
import json
import signal
from contextlib import suppress

import structlog
import typer

from adapters.web.listener import Listener
from bot.app import App, build, migrate, not_older, populate
from bot.app.demo_agent import demo_agent, furnish
from bot.demo import seed
from bot.identity.methods.registry import listable
from bot.model.turn import Party
from bot.platform.descriptors import raise_descriptor_limit, room_for_connections
from bot.platform.errors import OperatorError
from bot.platform.ids import Origin
from bot.platform.process import give_back_large_blocks
from bot.policy.policy import dump, read_policy
from bot.settings.demo import premises_of, with_premises
from bot.settings.directories import DIRECT
from bot.settings.settings import SQLITE, Settings
from store.migrate import migrate as migrate_tables

GRACE = 3.0  # seconds that a request may take to end
WATCHERS = 8  # connections to /metrics
log = structlog.get_logger()


async def serve(settings: Settings) -> None:
    """The production entry point: until SIGTERM or SIGINT."""
    give_back_large_blocks()
    app = await build(settings)
    try:
        await not_older(app.store, app.keys, settings.checkpoints)
        await _first_policy(app)
        await run(app)
    finally:
        await app.close()


def only_agents(settings: Settings) -> None:
    """Raises OperatorError when this process would hold rights on a directory: a stolen replica must not do more than agents let it."""
    if direct := [name for name, section in settings.directories.items() if section.kind in DIRECT]:
        raise OperatorError(
            f"--no-directory is given, but [directories.{direct[0]}] is of kind {settings.directories[direct[0]].kind}, which this machine"
            ' would reach itself. Say kind = "agent" there, and take its account and password out; or leave --no-directory out.'
        )


async def _first_policy(app: App) -> None:
    """The document that the settings name, at the first start alone; later changes are made by `unlatch policy apply`."""
    file = app.settings.policy.file
    if file and await app.store.policies.current() is None:
        await app.store.policies.save(json.dumps(dump(read_policy(file, listable()))), "operator:first-start", 0)
        app.policies.forget()
        await app.policies.current()


async def demo(settings: Settings) -> None:
    """Tables, the demo company when there is none, and the service."""
    give_back_large_blocks()
    is_new = settings.sqlite is not None and not settings.sqlite.exists()
    await migrate(settings)
    settings = await _with_premises(settings, is_new=is_new)
    app = await build(settings)
    if not app.is_demo:
        await app.store.flags.mark_demo()
        await app.close()
        app = await build(settings)
    if await app.store.policies.current() is None:  # the last thing that is written, so a demo that died half-way goes on
        await populate(app)
    app.demo_agent = await demo_agent(app)
    try:
        await run(app, seed.welcome(settings.base_url, settings.port))
    finally:
        await app.close()


async def _with_premises(settings: Settings, *, is_new: bool) -> Settings:
    """The agent's own database begins as a copy of the empty one; later on it's brought up to date as well."""
    if is_new:
        furnish(settings)
        return with_premises(settings)
    found = with_premises(settings)
    if found is not settings:
        await migrate_tables(f"{SQLITE}{premises_of(settings) / 'directory.sqlite3'}")
    return found


async def run(app: App, welcome: str = "") -> None:
    """Listen and work until told to stop. `welcome` is said when people can come, and not before."""
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    most = room_for_connections(raise_descriptor_limit())
    listeners = [await _listen(Listener(app.pages(), most, GRACE), app.settings.host, app.settings.port, "UNLATCH_PORT")]
    if app.settings.metrics.port:
        metrics = Listener(app.metrics_page(), WATCHERS, GRACE)
        listeners.append(await _listen(metrics, app.settings.metrics.host, app.settings.metrics.port, "UNLATCH_METRICS_PORT"))
    if welcome:
        typer.echo(welcome)
    loops = asyncio.create_task(app.running().forever())
    for chat in app.chats.values():
        await chat.open()
    log.info("service.ready", address=app.settings.base_url, demo=app.is_demo)
    await stop.wait()
    loops.cancel()
    with suppress(asyncio.CancelledError):
        await loops
    for listener in listeners:
        await listener.close()


async def _listen(listener: Listener, host: str, port: int, setting: str) -> Listener:
    try:
        await listener.open(host, port)
    except OSError as error:
        why = "another process holds it" if error.errno == errno.EADDRINUSE else error.strerror
        raise OperatorError(f"Port {port} on {host} can't be listened on: {why}. Choose another one with {setting}.") from None
    return listener


async def chat(settings: Settings, account: str | None, as_json: bool) -> None:  # noqa: FBT001 - as the command line has it
    """One chat in this terminal; with `account`, as somebody whose chat account is linked (demo stores only)."""
    app = await build(settings)
    try:
        party = await _party(app, account)
        terminal = app.terminal(party, typer.echo, as_json=as_json)
        loops = asyncio.create_task(app.running().forever())
        if not as_json:
            typer.echo(app.words.say("chat.hello", (), party.language))
        await terminal.run(app.typed())
        loops.cancel()
        with suppress(asyncio.CancelledError):
            await loops
        await app.running().once()  # what was acknowledged last is still done
    finally:
        await app.close()


async def _party(app: App, account: str | None) -> Party:
    if account is None:
        return Party(Origin.STRANGER, None, app.settings.languages[0])
    if not app.is_demo:
        raise OperatorError(
            "--as is for a demo store only. Elsewhere `unlatch chat` is a stranger at the portal; leave --as out."
        )
    for directory in app.directories.values():
        if person := await directory.find(account):
            return Party(Origin.LINKED, person.subject, person.language or app.settings.languages[0])
    raise OperatorError(f"There is no account {account} in the demo company. Try ana, ben or CloudUser.")
