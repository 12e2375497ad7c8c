"""A method that somebody registered, and what its seal covers."""

import json
import math
from dataclasses import dataclass

from bot.platform.ids import Kind, MethodId, SubjectId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret

FROM_DIRECTORY = "directory-"  # how the ids of those begin that are the directory's own contact data
NEVER = math.inf  # `usable_from` of a method that is being registered and hasn't been tried yet


@dataclass(frozen=True, slots=True)
class Registered:
    """`secret` is sealed at rest: a key, an address, a number, or the MAC of a code, as the file of its kind says."""

    id: MethodId
    subject: SubjectId
    kind: Kind
    secret: Secret
    registered_at: float
    usable_from: float  # quarantine of a new method ends; NEVER: not confirmed yet
    last_step: int = 0  # of its answers, where they have an order: the last one that was right
    proved_at: float = 0.0  # when it last worked
    drift: int = 0  # time-steps that its clock is ahead of ours, as far as was learnt
    suspended: bool = (
        False  # somebody else used or has it: it proves nothing until its owner has proved who they are by another one
    )
    suspended_until: float = 0.0  # it lapses by itself; 0: it doesn't

    @property
    def confirmed(self) -> bool:
        """Tried once, so it is on file."""
        return self.usable_from != NEVER

    @property
    def from_directory(self) -> bool:
        """Nobody registered it: it is the directory's, and comes and goes with it."""
        return self.id.startswith(FROM_DIRECTORY)

    def sealed(self, keys: Keys) -> bytes:
        """Its secret, as it is kept."""
        return keys.seal(sealed_as(self.id, self.subject, self.kind, self.usable_from), self.secret.reveal().encode())


def sealed_as(id: MethodId, subject: SubjectId, kind: Kind, usable_from: float) -> str:
    """What the seal is bound to: a row moved to another person by hand, or out of its quarantine, doesn't open."""
    until = "never" if usable_from == NEVER else usable_from
    return json.dumps(["method", id, subject, str(kind), until])
