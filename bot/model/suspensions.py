"""What a turn may leave behind about methods that somebody else used, or has."""

from dataclasses import dataclass

from bot.platform.ids import GrantId, MethodId, SubjectId


@dataclass(frozen=True, slots=True)
class Suspended:
    """Methods that somebody else used, or that are reported lost: they prove nothing until each is Resumed, or taken off.

    `until`: it lapses by itself then, since whoever reported it proved too little. 0: it doesn't.
    """

    subject: SubjectId
    methods: tuple[MethodId, ...]
    at: float
    until: float = 0.0


@dataclass(frozen=True, slots=True)
class Resumed:
    """One of them counts again. The turn is lost without a REGISTER grant of this subject in force."""

    method: MethodId
    subject: SubjectId
    grant: GrantId
