"""A method that the browser has made: taken up only where its owner proved who they are, for the browser may be anybody's."""

from bot.identity.challenges import Challenges
from bot.identity.registered import NEVER, Registered
from bot.platform.ids import ChallengeId, GrantId
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep


async def made_here(challenges: Challenges, grant: GrantId, id: ChallengeId, given: Secret) -> Registered:
    """Not on file yet. Raises Misstep where a proof was given elsewhere, and for one that is somebody's already."""
    found = await challenges.records.grant(grant)
    if found is None or any(proof.window != challenges.turn.sealed for proof in found[1]):
        raise Misstep("register.proved_elsewhere")
    asked, made = await challenges.made(id, given)
    if await challenges.records.owner(made.id):
        raise Misstep("register.already")
    return Registered(made.id, asked.subject, asked.kind, made.secret, challenges.world.now(), NEVER, made.step)
