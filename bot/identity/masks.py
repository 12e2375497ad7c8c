"""How a destination is shown before anything is proved: enough for its owner, too little for anybody else."""

from datetime import UTC, datetime

from bot.identity.registered import Registered
from bot.platform.ids import Kind, Line, WordsId


def masked(method: Registered) -> str:
    """As "a•••@h•••.example", "•••• 42", or nothing for an app. A TOTP key is never touched."""
    match method.kind:
        case Kind.EMAIL:
            local, _, domain = method.secret.reveal().partition("@")
            name, dot, top = domain.rpartition(".")
            return f"{local[:1]}•••@{name[:1]}•••{dot}{top}"
        case Kind.SMS:
            return f"•••• {method.secret.reveal()[-2:]}"
        case Kind.TOTP | Kind.RECOVERY | Kind.SIGN_IN | Kind.PASSWORD:
            return ""


def known_by(method: Registered) -> tuple[WordsId, Line]:
    """The sentence and its hint by which an owner tells this method from their others: an app by the day it was set up."""
    hint = masked(method)
    if method.kind is Kind.TOTP:
        hint = datetime.fromtimestamp(method.registered_at, UTC).strftime("%Y-%m-%d")
    if method.from_directory:
        return WordsId(f"method.{method.kind}.directory"), Line(hint)
    return WordsId(f"method.{method.kind}.known" if hint else f"method.{method.kind}"), Line(hint)
