"""First days: who may bring whom to a first method, what is sent, and the number by which two people find each other."""

from dataclasses import dataclass

from bot.accounts.interfaces import Operations, Outcome
from bot.directory.asking import asked
from bot.directory.interfaces import Person
from bot.identity.challenges import Challenges
from bot.identity.identity import Identity
from bot.identity.joiner_links import DAY, JoinerLink, JoinerLinks
from bot.identity.methods.registry import by_colleague
from bot.identity.people import People
from bot.model.facts import Audited, Once
from bot.model.turn import Turn
from bot.platform.ids import Action, ChallengeId, GrantId, Line, Origin, SubjectId, WordsId, directory_of
from bot.platform.job_outbox import Sent
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep, Refuse, args
from bot.policy.roles import Role

HOUR = 3600.0
TRIES, A_DAY = 10, 50  # numbers typed in an hour, invitations sent in a day, by one person
AHEAD = 60 * DAY  # seconds until the latest start
LOWEST, NUMBERS = 100_000, 900_000  # six digits, the first none that people leave out


@dataclass(frozen=True)
class Joiners:
    """Whom nobody needs an invitation for, or must not have one for."""

    people: People
    operations: Operations

    async def why_not(self, person: Person, registered: int) -> str:
        """The end of a message id; empty: they may be invited.

        Of sign-ins it knows what the directory tells; of one that doesn't tell, that no password was ever set by us.
        """
        if self.people.roles.admin(person):
            return "admin"
        if await self.people.barred(person):
            return "barred"
        if registered:
            return "registered"
        for action in (Action.RESET, Action.CHANGE):
            done = await self.operations.last(person.subject, action)
            if done and done.outcome is not Outcome.REJECTED:
                return "signed_in"
        state = await asked(self.people.directories[directory_of(person.subject)].state(person.subject))
        return "signed_in" if state.signed_in else ""


@dataclass(frozen=True)
class FirstDays:
    """For one turn."""

    turn: Turn
    identity: Identity
    challenges: Challenges
    joiners: Joiners
    links: JoinerLinks

    # Whoever invites

    async def may(self, subject: SubjectId) -> bool:
        """Whether whoever talks may bring this person: from a linked chat, as their manager or by role."""
        party = self.turn.party
        if party.origin is not Origin.LINKED or party.subject is None:
            return False
        people = self.identity.people
        me, joiner = await people.person(party.subject), await people.person(subject)
        return me.enabled and (joiner.manager == me.subject or Role.HR in people.roles.of(me))

    async def refusal(self, subject: SubjectId) -> WordsId | None:
        """Why they can't be invited; it goes into the audit."""
        why = "" if await self.may(subject) else "not_yours"
        if why := why or ("yourself" if subject == self.turn.party.subject else await self._why_not(subject)):
            self._audited(f"refused:{why}", subject)
            return WordsId(f"first_day.refused.{why}")
        return None

    async def send(self, subject: SubjectId, grant: GrantId, start: float) -> Line:
        """One invitation, and whoever sends it hears of it at all their addresses. Raises Misstep for a date, Refuse."""
        by, now = await self._bringer(subject), self.links.world.now()
        if not now - DAY < start <= now + AHEAD:
            raise Misstep("first_day.bad_date")
        await self.identity.authorize(grant, Action.INVITE, by)
        if not (await self.identity.records.hit(f"first-day:{by}", A_DAY, DAY)).allowed:
            raise Refuse("first_day.too_many")
        link = JoinerLink(subject, by, int(start))
        self.turn.note(
            Once(f"first-day:{grant}", HOUR),  # one for each right
            self.links.sent(link),
            Sent("notice", by, args(action=Action.INVITE, outcome="sent", grant=grant)),
        )
        self._audited("sent", subject, grant=grant, start=link.start)
        return self.links.token(link)

    async def bring(self, subject: SubjectId, given: Secret) -> None:
        """By the number that the joiner's page shows. Raises Misstep when no page of theirs does, Refuse."""
        by = await self._bringer(subject)
        if not (await self.identity.records.hit(f"bring:{by}:{subject}", TRIES, HOUR)).allowed:
            raise Refuse("first_day.too_many_numbers")
        if not await self.links.is_shown(subject, by, number := given.reveal()):
            raise Misstep("first_day.other_number")
        self.turn.note(self.links.compared(subject, by, number))
        self._audited("brought", subject)

    async def _bringer(self, subject: SubjectId) -> SubjectId:
        """All is asked again, each time. Raises Refuse."""
        if (no := await self.refusal(subject)) or self.turn.party.subject is None:
            raise Refuse(no or "first_day.refused.not_yours")
        return self.turn.party.subject

    # The joiner

    async def opened(self, token: Line) -> JoinerLink:
        """For the one browser that has it. Raises Refuse."""
        link, page = await self.links.read(token), self.turn.claim.sealed
        if page is None:  # the conversation is to go on elsewhere, and the invitation doesn't
            raise Refuse("first_day.taken")
        if link is None or link.subject != self.turn.party.subject:
            raise Refuse("first_day.gone")
        if link.start > self.links.world.now():
            raise Refuse("first_day.too_early")
        if await self._why_not(link.subject):
            raise Refuse("first_day.not_needed")
        if (facts := await self.links.opened(link, page.browser or "")) is None:
            raise Refuse("first_day.taken")
        self.turn.note(*facts)
        self._audited("opened", link.subject, browser=page.label)
        return link

    async def show(self, link: JoinerLink) -> tuple[ChallengeId, int]:
        """A number for this page."""
        asked_for = await self.challenges.ask(link.subject, Action.REGISTER, by_colleague(), None, granted=True)
        number = LOWEST + int.from_bytes(self.links.world.bytes(8)) % NUMBERS
        self.turn.note(self.links.shown(link, str(number)))
        return asked_for.id, number

    async def introduced(self, token: Line, challenge: ChallengeId, number: int) -> bool:
        """Notes a proof once the number was typed. Raises Refuse when the invitation is over."""
        link = await self.links.read(token)
        if link is None or link.subject != self.turn.party.subject:
            raise Refuse("first_day.gone")
        if not await self.links.is_compared(link, str(number)):
            return False
        if await self._why_not(link.subject):
            raise Refuse("first_day.not_needed")
        await self.challenges.introduced(challenge)
        return True

    async def _why_not(self, subject: SubjectId) -> str:
        mine = [m for m in await self.identity.methods(subject) if m.confirmed]
        return await self.joiners.why_not(await self.identity.people.person(subject), len(mine))

    def _audited(self, what: str, subject: SubjectId, **detail: object) -> None:
        by = args(by=self.turn.party.subject, conversation=self.turn.conversation)
        self.turn.note(Audited(f"helpdesk:invitation:{what}", subject, (*by, *args(**detail))))
