"""Secrets to be shown: an authenticator's key, the codes of a sheet. Resolved for the sealed page alone, and gone when the step moves on."""

from dataclasses import dataclass
from typing import assert_never

from bot.conversation.interfaces import Conversations, Standing
from bot.identity.chat_links import link_code
from bot.identity.company_passes import opened_name
from bot.identity.copied_methods import answering
from bot.identity.grant_mac import genuine_grant, genuine_proof
from bot.identity.interfaces import Records
from bot.identity.methods.registry import METHODS
from bot.identity.methods.shapes import (
    AnsweredOnPage,
    MadeByBrowser,
    MadeElsewhere,
    Minted,
    NotByPerson,
    Printed,
    Question,
    ShownAndTried,
    SignedOnPage,
    TypedAndTried,
    WrittenOnPage,
)
from bot.identity.methods.tools import Place
from bot.identity.own_session import ENTRY, OwnSession, sealed_session
from bot.model.agents import InvitationId
from bot.model.prompt import Ask, AskSecret, Choose, SeveralAnswers, Signature
from bot.model.step import AboutSomebody
from bot.model.turn import ChatAccount, Window
from bot.platform.clock import World
from bot.platform.ids import Action, ChallengeId, ExhibitId, GrantId, Kind, MethodId, Origin, SubjectId, WindowId, WordsId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.policy.current import Policies
from bot.writeback.enrolment_codes import code as enrolment_code
from bot.writeback.interfaces import AgentStore


@dataclass(frozen=True, slots=True)
class AppKey:
    """For an authenticator app: as a link and QR code (`otpauth:`), and to be typed."""

    uri: Secret
    key: Secret


@dataclass(frozen=True, slots=True)
class Sheet:
    """The codes of a recovery sheet, whose it is, and where it is used."""

    codes: tuple[Secret, ...]
    login: str
    address: str


@dataclass(frozen=True, slots=True)
class ChatCode:
    """To be typed in the chat in which it began."""

    code: Secret


@dataclass(frozen=True, slots=True)
class AgentCode:
    """The code with which a writeback agent enrols."""

    code: Secret


@dataclass(frozen=True, slots=True)
class MintedCode:
    """A code that a right of the helpdesk's has made, for its owner. `ours`: it may be typed in groups."""

    code: Secret
    ours: bool = True


@dataclass(frozen=True, slots=True)
class WayIn:
    """What lets this browser into its person's own page, for as long as the right lasts."""

    entry: Secret


@dataclass(frozen=True, slots=True)
class ToSign:
    """What the page asks its browser for, as JSON; `new`: a key, and not a signature by one. `browser`: what that says it is."""

    options: str
    browser: str
    new: bool = False


@dataclass(frozen=True, slots=True)
class Pairing:
    """What leads another device to the page on which it makes a method, and the two digits that are typed there."""

    address: str
    code: Secret
    number: int


@dataclass(frozen=True, slots=True)
class ToAnswer:
    """Questions, each with a field for its answer."""

    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class ToChoose:
    """So many questions to be chosen from these, or written, and answered."""

    many: int
    listed: tuple[WordsId, ...]


Exhibited = Pairing | AppKey | Sheet | MintedCode | ChatCode | AgentCode | WayIn | ToSign | ToAnswer | ToChoose
ENTERING = "entering:"
INVITED = "invitation:"  # such an exhibit's name goes on with the invitation's


def being_registered(kind: Kind, name: MethodId) -> ExhibitId:
    """The exhibit's name: a key or a sheet, while it is being registered."""
    return ExhibitId(f"{kind}:{name}")


def invited(invitation: InvitationId) -> ExhibitId:
    """The name of the exhibit that shows this invitation's code."""
    return ExhibitId(f"{INVITED}{invitation}")


def entering(grant: GrantId) -> ExhibitId:
    """The name of the exhibit that lets into one's own page by this right."""
    return ExhibitId(f"{ENTERING}{grant}")


@dataclass(frozen=True)
class Exhibits:
    """`company` and sign-in name are what the entry in the person's app is called."""

    conversations: Conversations
    records: Records
    keys: Keys
    company: str
    agents: AgentStore
    origin: str
    world: World
    policies: Policies

    async def show(self, window: WindowId) -> Exhibited | None:
        """What this window may see now. None: nothing, or it isn't the sealed page."""
        standing = await self.conversations.standing(window)
        if standing is None or standing.closed or not standing.window.sealed:
            return None
        prompt = standing.step.ask()
        if isinstance(prompt, AskSecret) and isinstance(prompt.field, Signature):
            return await self._to_sign(prompt.field, standing, dict(prompt.args).get("login", ""))
        if isinstance(prompt, AskSecret) and isinstance(prompt.field, SeveralAnswers):
            return await self._to_answer(prompt.field, standing)
        if not isinstance(prompt, Choose | Ask | AskSecret) or not isinstance(standing.step, AboutSomebody):
            return None
        subject = standing.step.subject
        if prompt.exhibit and prompt.exhibit.startswith(ENTERING):
            return await self._way_in(GrantId(prompt.exhibit.removeprefix(ENTERING)), subject, standing.window)
        return await self._exhibited(prompt, subject, standing.party.account)

    async def _way_in(self, id: GrantId, subject: SubjectId, window: Window) -> WayIn | None:
        """A step or a grant that was written by hand lets nobody in."""
        found, browser, now = await self.records.grant(id), window.browser or "", self.world.now()
        if found is None:
            return None
        granted, proofs = found
        genuine = all((genuine_grant(self.keys, granted), *(genuine_proof(self.keys, proof, browser) for proof in proofs)))
        right = (
            genuine
            and (granted.subject, granted.action, granted.conversation) == (subject, Action.OVERVIEW, window.conversation)
            and granted.expires > now
            and tuple(proof.id for proof in proofs) == granted.proofs != ()
            and all(proof.subject == subject for proof in proofs)
        )
        session = OwnSession(subject, max((proof.at for proof in proofs), default=0.0), browser, company=False)
        return WayIn(Secret(sealed_session(self.keys, session, ENTRY))) if right else None

    async def _exhibited(
        self, prompt: Choose | Ask | AskSecret, subject: SubjectId, account: ChatAccount | None
    ) -> Exhibited | None:
        if prompt.exhibit is None:
            return None
        if prompt.exhibit.startswith(INVITED):
            return await self._agent_code(InvitationId(prompt.exhibit.removeprefix(INVITED)), subject)
        kind, of_a_method, name = prompt.exhibit.partition(":")
        if not of_a_method:
            return self._code(subject, prompt.exhibit, account)
        return await self._registering(subject, Kind(kind), MethodId(name), dict(prompt.args).get("login", ""))

    async def _to_sign(self, field: Signature, standing: Standing, login: str) -> ToSign | Pairing | None:
        """A visitor may be anybody, so what they are asked for names none that is on file."""
        asked, window = await self.records.challenge(field.challenge), standing.window
        if asked is None or asked.conversation != window.conversation:
            return None
        place, method = Place(window.id, window.browser or "", window.label, self.origin, self.keys), METHODS[asked.kind]
        known = field.new or standing.party.subject is not None
        found = await self.records.methods(asked.subject) if known else ()
        there = [m for m in found if m.kind == asked.kind and m.confirmed]
        mine = there if field.new else answering(there, asked.kind, asked.method, self.world.now())
        match method.registers if field.new else method.asks:
            case SignedOnPage(asked=options):
                return ToSign(options(asked.id, mine, place), window.label)
            case MadeByBrowser(asked=options_of_new):
                return ToSign(options_of_new(asked.id, asked.subject, mine, place, login, self.company), window.label, new=True)
            case MadeElsewhere(path=path, code=code, number=number):
                return Pairing(f"{self.origin}{path}", code(self.keys, asked.id), number(self.keys, asked.id))
            case _:
                return None

    async def _to_answer(self, field: SeveralAnswers, standing: Standing) -> ToAnswer | ToChoose | None:
        """What somebody asks themselves is shown to nobody who may be anybody."""
        asked, policy = await self.records.challenge(field.challenge), await self.policies.current()
        if asked is None or asked.conversation != standing.window.conversation:
            return None
        method = METHODS[asked.kind]
        if field.new:
            new = method.registers
            return ToChoose(new.many(policy), tuple(new.listed)) if isinstance(new, WrittenOnPage) else None
        mine = next((m for m in await self.records.methods(asked.subject) if m.id == asked.method), None)
        if mine is None or not isinstance(method.asks, AnsweredOnPage) or not await self._known(standing, asked.subject):
            return None
        return ToAnswer(tuple(method.asks.asked(asked.id, mine, policy)))

    async def _known(self, standing: Standing, subject: SubjectId) -> bool:
        browsers = [each.browser for each in await self.records.browsers(subject)]
        return standing.party.origin is not Origin.STRANGER or standing.window.browser in browsers

    def _code(self, subject: SubjectId, exhibit: ExhibitId, account: ChatAccount | None) -> ChatCode | None:
        return ChatCode(link_code(self.keys, ChallengeId(exhibit), subject, account)) if account else None

    async def _registering(
        self, subject: SubjectId, kind: Kind, name: MethodId, login: str
    ) -> AppKey | Sheet | MintedCode | None:
        """Only while it is being registered: the key of a method in use is never shown again."""
        shape = METHODS[kind].registers
        match shape:
            case Printed(codes=codes):
                return Sheet(tuple(codes(self.keys, name)), login, self.origin)
            case Minted(code=code):
                theirs = opened_name(self.keys, subject, name)
                return MintedCode(theirs, ours=False) if theirs else MintedCode(code(self.keys, name))
            case ShownAndTried(typed=typed, link=link):
                mine = await self.records.methods(subject)
                key = next((m.secret for m in mine if (m.id, m.kind) == (name, kind) and not m.confirmed), None)
                return AppKey(link(key, login or self.company, self.company), typed(key)) if key else None
            case TypedAndTried() | MadeByBrowser() | MadeElsewhere() | WrittenOnPage() | NotByPerson():
                return None
            case _:
                assert_never(shape)

    async def _agent_code(self, id: InvitationId, subject: SubjectId) -> AgentCode | None:
        """For whoever asked for it, until it is used or over."""
        invitation = await self.agents.invitation(id)
        return AgentCode(enrolment_code(self.keys, invitation)) if invitation and invitation.by == subject else None
