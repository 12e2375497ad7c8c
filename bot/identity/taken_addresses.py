"""What a change takes off the file: its addresses travel, sealed, with the notice of that change, and no other sitting takes what is left."""

import json
from collections.abc import Sequence
from hashlib import sha256

from bot.identity.methods.registry import METHODS
from bot.identity.registered import Registered
from bot.messaging.ledger import DAY
from bot.messaging.messenger import Channel
from bot.model.facts import Once
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


def looked_at(subject: SubjectId, mine: Sequence[Registered]) -> Once:
    """Of two sittings that looked at the same methods one removes: the other, that took the last one, looks again."""
    seen = "|".join(sorted(m.id for m in mine))
    return Once(f"methods:{subject}:{sha256(seen.encode()).hexdigest()}", DAY)
