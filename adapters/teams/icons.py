"""The app's two icons, drawn: an open padlock, white on blue and white on nothing, as PNG."""

import struct
import zlib
from collections.abc import Callable

COLOUR, OUTLINE = 192, 32  # pixels (Microsoft, "App icons for Teams")
BLUE, WHITE = (0x1F, 0x3A, 0x5F), (0xFF, 0xFF, 0xFF)
FINE = 4  # looks a pixel is made of, each way
Ink = Callable[[float, float], bool]


def colour() -> bytes:
    """The padlock on blue, without round corners: Teams makes those."""
    rows = [_mixed(alpha) for alpha in _coverage(COLOUR, _padlock(0.58))]
    return _png(COLOUR, 2, rows)


def outline() -> bytes:
    """White, and see-through around it."""
    rows = [b"".join(bytes((*WHITE, alpha)) for alpha in row) for row in _coverage(OUTLINE, _padlock(0.9))]
    return _png(OUTLINE, 6, rows)


def _padlock(size: float) -> Ink:
    """In a square from 0 to 1, as much of it as `size` says. Its shackle is lifted out on one side."""

    def ink(x: float, y: float) -> bool:
        u, v = (x - 0.5) / size, (y - 0.5) / size
        if abs(u) <= 0.34 and 0.0 <= v <= 0.5:  # noqa: PLR2004 - the body
            return u * u + (v - 0.22) ** 2 > 0.06**2  # but for the keyhole
        if v <= -0.22:  # noqa: PLR2004 - the bow
            return 0.15**2 <= u * u + (v + 0.22) ** 2 <= 0.25**2
        return -0.25 <= u <= -0.15 and v < 0.0 or 0.15 <= u <= 0.25 and v < -0.12  # noqa: PLR2004, RUF021 - its two legs

    return ink


def _coverage(pixels: int, ink: Ink) -> list[list[int]]:
    """How much of each pixel is inked, 0 to 255."""
    steps, most = [(n + 0.5) / FINE for n in range(FINE)], FINE * FINE
    return [
        [
            255 * sum(ink((column + dx) / pixels, (row + dy) / pixels) for dx in steps for dy in steps) // most
            for column in range(pixels)
        ]
        for row in range(pixels)
    ]


def _mixed(row: list[int]) -> bytes:
    return b"".join(bytes(b + (w - b) * alpha // 255 for b, w in zip(BLUE, WHITE, strict=True)) for alpha in row)


def _png(pixels: int, kind: int, rows: list[bytes]) -> bytes:
    """8 bits a channel; `kind` 2: colours, 6: with transparency (PNG specification, third edition, section 11.2.1)."""
    head = struct.pack(">IIBBBBB", pixels, pixels, 8, kind, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
