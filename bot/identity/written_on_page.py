"""Questions that somebody has chosen and answered: read, judged by the rules for answers, and not yet on file."""

from bot.identity.challenges import Challenges
from bot.identity.methods.registry import METHODS
from bot.identity.methods.shapes import WrittenOnPage
from bot.identity.people import People
from bot.identity.registered import NEVER, Registered
from bot.platform.ids import ChallengeId, MethodId
from bot.platform.secret import Secret
from bot.platform.sentences import Refuse


async def written_here(challenges: Challenges, people: People, id: ChallengeId, given: Secret) -> Registered | None:
    """None: that isn't what was asked for. Raises Misstep for answers that won't do, and Refuse for an admin."""
    asked = await challenges.written(id)
    if asked is None:
        return None
    method, person = METHODS[asked.kind], await people.person(asked.subject)
    if not isinstance(method.registers, WrittenOnPage) or (method.never_admins and people.roles.admin(person)):
        raise Refuse("accounts.no_right")
    secret, now = await method.registers.kept(given, person, challenges.tools), challenges.world.now()
    return Registered(MethodId(challenges.world.id("method")), asked.subject, asked.kind, secret, now, NEVER)
