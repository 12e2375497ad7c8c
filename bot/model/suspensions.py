"""What a turn may leave behind about methods that somebody else used."""

from dataclasses import dataclass

from bot.platform.ids import GrantId, MethodId, SubjectId


@dataclass(frozen=True, slots=True)
class Suspended:
    """Methods that somebody else used: they prove nothing until each is Resumed, or taken off."""

    subject: SubjectId
    methods: tuple[MethodId, ...]
    at: float


@dataclass(frozen=True, slots=True)
class Resumed:
    """One of them counts again. The turn is lost without a REGISTER grant of this subject in force."""

    method: MethodId
    subject: SubjectId
    grant: GrantId
