"""The rules, asked for in a chat: the plain address of our page, and nothing that could be done from here."""

import re

from bot.conversation.closed import Closed
from bot.engine.desk import Desk
from bot.model.codec import kept
from bot.model.facts import Audited
from bot.model.prompt import PromptState
from bot.platform.ids import Line, WordsId
from bot.platform.sentences import Refuse, args
from bot.policy.roles import Role

# What admins say; from anybody else these are words like others.
RULES = re.compile(
    r"\s*(?:(?:show|open|change|edit|zeig(?:e)?|öffne|ändere)(?: me| us| mir| uns)? )?(?:the |our |die |unsere )?(?:rules|policy|regeln|richtlinie)\s*[.!?]?\s*"
    r"|\s*(?:please |bitte )?(?:turn|switch) (?:on|off) self[- ]service(?: password reset)?(?: for .{1,80})?\s*[.!?]?\s*"
    r"|\s*(?:bitte )?(?:schalte|stell(?:e)?) (?:den )?self[- ]service (?:.{1,80} )?(?:ein|an|aus|ab)\s*[.!?]?\s*",
    re.IGNORECASE,
)


@kept("rules")
class Rules:
    """The wish to see or change the rules; whatever group was named in it is kept nowhere."""

    address: Line
    about = WordsId("about.rules")

    async def begin(self, desk: Desk) -> Closed:
        """For an admin whose chat account is linked. A chat opens nothing: the page asks for their own sign-in."""
        subject = desk.turn.party.subject
        person = await desk.people.person(subject) if subject else None
        if person is None or not person.enabled or Role.ADMIN not in desk.people.roles.of(person):
            raise Refuse("rules.not_yours")
        desk.turn.note(Audited("policy:rules:pointed_to", person.subject, args(conversation=desk.turn.conversation)))
        return Closed(WordsId("rules.here"), self.address, state=PromptState.DONE)
