"""Addresses that a change takes off the file: they travel, sealed, with the notice of that very change, and are told as well."""

import json
from collections.abc import Sequence

from bot.identity.methods.registry import METHODS
from bot.identity.registered import Registered
from bot.messaging.messenger import Channel
from bot.platform.ids import Kind, SubjectId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import Args, args


def taken(keys: Keys, subject: SubjectId, methods: Sequence[Registered], *, lost: bool = False) -> Args:
    """For the notice. Nothing, where none of them is an address. `lost`: somebody else may read there."""
    found = [(m.kind, m.secret.reveal(), lost or m.suspended) for m in methods if METHODS[m.kind].channel]
    return args(taken=keys.seal(f"taken {subject}", json.dumps(found).encode()).hex()) if found else ()


def were_taken(keys: Keys, subject: SubjectId, sealed: str) -> list[tuple[Channel, Secret, bool]]:
    """Inverse: what reached them, where, and whether somebody else may read there."""
    found = json.loads(keys.open(f"taken {subject}", bytes.fromhex(sealed)))
    return [(channel, Secret(to), any(off)) for kind, to, *off in found if (channel := METHODS[Kind(kind)].channel)]
