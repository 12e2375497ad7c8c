"""A long answer about changes, handed out piece by piece, so that neither end is held up while it is written or read."""

from dataclasses import dataclass, field

from bot.directory.interfaces import Changes, Directory, Unreachable
from bot.platform.clock import World

MORE = "more:"  # how a mark begins that asks for the next piece of the same answer


@dataclass
class PagedAnswers:
    """Of the newest long answer alone: whoever asks for a piece of another one gets none, and begins anew."""

    world: World
    _rest: dict[str, Changes] = field(default_factory=dict)

    async def changes(self, directory: Directory, since: str | None, most: int) -> Changes:
        """At most so many accounts. Raises Unreachable."""
        if since is None or not since.startswith(MORE):
            return self._cut(await directory.changes(since, most), most)
        if (rest := self._rest.pop(since, None)) is None:
            raise Unreachable
        return self._cut(rest, most)

    def _cut(self, told: Changes, most: int) -> Changes:
        self._rest.clear()
        persons, gone = told.persons[:most], told.gone[: max(0, most - len(told.persons))]
        rest = Changes(told.persons[len(persons) :], told.gone[len(gone) :], told.next, told.whole)
        if not rest.persons and not rest.gone:
            return told
        mark = f"{MORE}{self.world.id('piece')}"
        self._rest[mark] = rest
        return Changes(persons, gone, mark, told.whole)
