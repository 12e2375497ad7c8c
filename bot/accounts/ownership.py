"""Whose the newest change of an account is, as far as its directory and our own rows can tell."""

from bot.accounts.interfaces import Operation, Outcome
from bot.directory.asking import asked
from bot.directory.interfaces import Directory, Owns
from bot.platform.ids import Action


async def became_of(made: Operation, mark: str, directory: Directory) -> Outcome:
    """Of a write that nobody heard the end of, by the mark as it is now. Raises Misstep when the directory is silent.

    A mark that stands still says nothing: what was sent may arrive later. One that moved says that somebody wrote, and not who;
    the few directories that know are asked. A lock that is off may have been taken off by a new password, by an admin, or by time.
    """
    if mark == made.mark:
        return Outcome.UNCONFIRMED
    if made.action is not Action.UNLOCK and isinstance(directory, Owns):
        return Outcome.CHANGED if await asked(directory.owner(made.subject)) == made.grant else Outcome.MOVED
    return Outcome.MOVED
