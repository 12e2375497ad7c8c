"""Secrets that a sealed page shows: an authenticator's key as a QR code, and the codes of a recovery sheet."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import assert_never

import segno
from markupsafe import Markup

from bot.engine.exhibits import (
    AgentCode,
    AppKey,
    ChatCode,
    Exhibited,
    MintedCode,
    Pairing,
    Sheet,
    ToAnswer,
    ToChoose,
    ToSign,
    WayIn,
)
from bot.platform.ids import WindowId

GROUP = 4  # characters that are read and typed at a time
Show = Callable[[WindowId], Awaitable[Exhibited | None]]


@dataclass(frozen=True, slots=True)
class ExhibitBox:
    """For the template. `codes` are grouped; `qr` and `uri` belong to an authenticator's key. `alone`: one that isn't kept."""

    codes: tuple[str, ...]
    qr: Markup | None = None
    uri: str = ""
    typed: str = ""  # elsewhere
    alone: bool = False
    entry: str = ""  # to one's own page
    signs: ToSign | None = None
    questions: ToAnswer | ToChoose | None = None
    login: str = ""
    address: str = ""
    number: int | None = None


class ExhibitPages:
    """Called for each page of a bound browser; what there is to see is the core's to decide."""

    def __init__(self, show: Show) -> None:
        self._show = show

    async def __call__(self, window: WindowId) -> ExhibitBox | None:
        exhibit = await self._show(window)
        match exhibit:
            case None:
                return None
            case AppKey(uri=uri, key=key):
                return ExhibitBox((_grouped(key.reveal()),), _qr(uri.reveal()), uri.reveal())
            case Sheet(codes=codes):
                return ExhibitBox(tuple(_grouped(code.reveal()) for code in codes), login=exhibit.login, address=exhibit.address)
            case ChatCode(code=code):
                return ExhibitBox((), typed=code.reveal())
            case MintedCode(code=code, ours=ours):
                return ExhibitBox((), typed=_grouped(code.reveal()) if ours else code.reveal())
            case AgentCode(code=code):
                return ExhibitBox((_grouped(code.reveal()),), alone=True)
            case WayIn(entry=entry):
                return ExhibitBox((), entry=entry.reveal())
            case Pairing(address=address, code=code, number=number):
                way = f"{address}#{code.reveal()}"
                return ExhibitBox((_grouped(code.reveal()),), _qr(way), way, address=address, number=number)
            case ToSign():
                return ExhibitBox((), signs=exhibit)
            case ToAnswer() | ToChoose():
                return ExhibitBox((), questions=exhibit)
            case _:
                assert_never(exhibit)


def _grouped(text: str) -> str:
    return "-".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def _qr(payload: str) -> Markup:
    """As SVG, drawn dark on light whatever the colours of the page are: cameras want it so."""
    svg = segno.make(payload, error="m").svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr")
    return Markup(svg)  # noqa: S704 - the library's own drawing; the payload is in it as squares only
