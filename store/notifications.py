"""What moved, told to every replica by PostgreSQL itself (LISTEN, NOTIFY)."""

import asyncio
from collections.abc import Callable

import asyncpg
import structlog
from sqlalchemy.engine import URL

AGAIN = 1.0  # seconds until a lost listener tries again
log = structlog.get_logger()


async def listen(url: URL, channel: str, callback: Callable[[str], None]) -> None:
    """Until cancelled. What is told while the connection is lost isn't heard: whoever listens looks by itself now and then."""
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            await _hear(address, channel, callback)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as lost:
            log.warning("store.listener_lost", fault=type(lost).__name__)
            await asyncio.sleep(AGAIN)


async def _hear(address: str, channel: str, callback: Callable[[str], None]) -> None:
    """Raises OSError, or one of the driver's, when the connection is lost. One of its own, since it stays for good."""
    lost = asyncio.Event()
    connection = await asyncpg.connect(address)
    try:
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(channel, lambda _connection, _process, _channel, told: callback(told))
        await lost.wait()
        raise ConnectionResetError
    finally:
        connection.terminate()
