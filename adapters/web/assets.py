"""The few files that pages bring along, read once and named by their content, so that a browser may keep them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

OURS = Path(__file__).parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}
LOGO = "logo"


@dataclass(frozen=True, slots=True)
class Asset:
    """Bytes, what they are, and eight digits of their hash."""

    body: bytes
    type: str
    version: str


def _read(path: Path) -> Asset:
    if path.suffix not in TYPES:
        raise ValueError(f"a logo is an .svg or a .png file, not {path.name}")
    body = path.read_bytes()
    return Asset(body, TYPES[path.suffix], hashlib.sha256(body).hexdigest()[:8])


class Assets:
    """`logo`: the company's own, an SVG or a PNG. Raises OSError and ValueError when it can't be had."""

    def __init__(self, logo: Path | None = None) -> None:
        self._by = {path.name: _read(path) for path in OURS.iterdir()}
        self._by[LOGO] = _read(logo or OURS / "logo.svg")

    def url(self, name: str) -> str:
        """The address by which a page brings a file along."""
        return f"/static/{name}?v={self._by[name].version}"

    async def serve(self, request: web.Request) -> web.Response:
        """Found by name in a closed list; no path is ever made from what a request says."""
        if (asset := self._by.get(request.match_info["name"])) is None:
            raise web.HTTPNotFound
        kept = "public, max-age=31536000, immutable" if request.query.get("v") == asset.version else "no-store"
        return web.Response(body=asset.body, headers={"Content-Type": asset.type, "Cache-Control": kept})
