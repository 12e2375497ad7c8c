"""The town's directory with a second one behind it that takes over new passwords later, as it is told to."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.directory.interfaces import Unreachable
from bot.platform.ids import SubjectId
from tests.kit.callers import Caller
from tests.kit.kinds import TOTP
from tests.kit.moods import MoodyDirectory
from tests.kit.residents import GOOD


@dataclass
class Sky:
    """The second directory's mark, and whether it answers. None: nothing follows."""

    mark: str | None = "before"
    silent: bool = False


@dataclass(frozen=True)
class FollowedDirectory(MoodyDirectory):
    """Real in all else."""

    sky: Sky = field(default_factory=Sky)

    async def following(self, subject: SubjectId) -> str | None:
        if self.sky.silent:
            raise Unreachable
        return self.sky.mark


async def resets(call: Callable[[str], Caller]) -> Caller:
    """Ana gets a new password."""
    ana = call("ana")
    await ana.wants("reset")
    await ana.proves_by(TOTP)
    await ana.types(GOOD)
    return ana
