"""One replica as a process: `unlatch serve` but for the addresses at which Slack and Microsoft are reached, which are this machine's."""

import asyncio
import sys
from pathlib import Path

from bot.app import build, service
from bot.platform.errors import OperatorError, Unavailable
from bot.platform.process import give_back_large_blocks, log_to_stderr
from bot.settings.source import load


async def main(config: str, slack: str, teams: str) -> None:
    give_back_large_blocks()
    app = await build(load(Path(config)), addresses={"slack": slack, "teams": teams})
    try:
        await service.run(app)
    finally:
        await app.close()


if __name__ == "__main__":
    log_to_stderr()
    try:
        asyncio.run(main(*sys.argv[1:4]))
    except (OperatorError, Unavailable) as mend:
        sys.exit(f"{type(mend).__name__}: {mend}")
