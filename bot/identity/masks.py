"""How a destination is shown before anything is proved: enough for its owner, too little for anybody else."""

from bot.identity.records import Registered
from bot.ids import Kind


def masked(method: Registered) -> str:
    """As "a•••@h•••.example", "•••• 42", or nothing for an app. A TOTP key is never touched."""
    match method.kind:
        case Kind.EMAIL:
            local, _, domain = method.secret.reveal().partition("@")
            name, dot, top = domain.rpartition(".")
            return f"{local[:1]}•••@{name[:1]}•••{dot}{top}"
        case Kind.SMS:
            return f"•••• {method.secret.reveal()[-2:]}"
        case Kind.TOTP | Kind.PASSWORD:
            return ""
