"""A method that a browser has made, here or elsewhere: taken up only where its owner proved who they are, for it may be anybody's."""

from bot.identity.challenges import Challenges
from bot.identity.methods.tools import Made
from bot.identity.registered import NEVER, Registered
from bot.model.facts import Challenged
from bot.platform.ids import ChallengeId, GrantId
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep


async def made_here(challenges: Challenges, grant: GrantId, id: ChallengeId, given: Secret) -> Registered:
    """Not on file yet. Raises Misstep where a proof was given elsewhere, and for one that is somebody's already."""
    await _proved_here(challenges, grant)
    return await _nobodys(challenges, *await challenges.made(id, given))


async def made_elsewhere(challenges: Challenges, grant: GrantId, id: ChallengeId) -> Registered | None:
    """Likewise, on another device. None: nothing has come from it yet."""
    if (found := await challenges.came(id)) is None:
        return None
    await _proved_here(challenges, grant)
    return await _nobodys(challenges, *found)


async def _proved_here(challenges: Challenges, grant: GrantId) -> None:
    found = await challenges.records.grant(grant)
    if found is None or any(proof.window != challenges.turn.sealed for proof in found[1]):
        raise Misstep("register.proved_elsewhere")


async def _nobodys(challenges: Challenges, asked: Challenged, made: Made) -> Registered:
    if await challenges.records.owner(made.id):
        raise Misstep("register.already")
    return Registered(made.id, asked.subject, asked.kind, made.secret, challenges.world.now(), NEVER, made.step)
