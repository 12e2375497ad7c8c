"""Whom to tell of a weakness: `/.well-known/security.txt` (RFC 9116), for whoever finds one."""

from collections.abc import Sequence
from datetime import UTC, datetime

from aiohttp import web

from bot.platform.clock import World

SECURITY = "/.well-known/security.txt"
GOOD_FOR = 180 * 86400.0  # seconds; less than a year is recommended (section 2.5.5), and the settings say it anew each day


def security_txt(contact: str, origin: str, languages: Sequence[str], world: World) -> list[web.RouteDef]:
    """`contact` as an address: mailto:, https: or tel:. Where there is none, neither is the page."""

    async def told(_request: web.Request) -> web.Response:
        until = datetime.fromtimestamp(world.now() + GOOD_FOR, UTC).strftime("%Y-%m-%dT00:00:00Z")
        fields = {
            "Contact": contact,
            "Expires": until,
            "Preferred-Languages": ", ".join(languages),
            "Canonical": f"{origin}{SECURITY}",
        }
        return web.Response(text="".join(f"{name}: {value}\n" for name, value in fields.items()))

    return [web.get(SECURITY, told)] if contact else []
