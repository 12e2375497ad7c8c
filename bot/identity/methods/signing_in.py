"""Company sign-in: what the company's identity provider says of a person becomes a proof, for the window that asked for it alone."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from bot.conversation.interfaces import Conversations, Gone, Standing, Upgrading
from bot.identity.interfaces import Records
from bot.identity.methods.identity_provider import Came, Claimed, NotSignedIn, Provider, SignInFailure, attested_now
from bot.identity.methods.oidc_state import confirmation, oidc_requests
from bot.model.codec import UnknownPart
from bot.model.facts import BY_STRANGERS, Audited, Challenged
from bot.model.prompt import Wait
from bot.platform.clock import World
from bot.platform.ids import ConversationId, Origin, WindowId
from bot.platform.keyring import Keys
from bot.platform.sentences import Args, Misstep, args

log = structlog.get_logger()
TRIES = 20, 86400.0  # ways to the provider and back, for one page and day


@dataclass(frozen=True)
class SigningIn:
    """The way to the provider and back. Nothing is kept on the way: all of it is derived from page, question and browser."""

    provider: Provider
    claimed: Claimed
    conversations: Conversations
    records: Records
    keys: Keys
    world: World
    ring: Callable[[ConversationId], None]

    async def begin(self, window: WindowId, browser: str) -> str:
        """Where to go. Raises NotSignedIn; Gone to any browser but the one that the page is bound to."""
        async with self._watched(window, browser) as standing:
            waiting = await self._waiting(standing)
            return await self.provider.way(oidc_requests(self.keys, waiting, window, browser)[0])

    async def finish(self, came: Came, browser: str) -> WindowId:
        """Back, and on record; the page that it is for. Raises NotSignedIn, Gone."""
        window = WindowId(came.state.rpartition("~")[0])
        async with self._watched(window, browser) as standing:
            waiting = await self._waiting(standing)
            at = await self._checked(waiting, window, browser, came)
            sealed = confirmation(self.keys, waiting, window, browser, at)
            detail = args(challenge=waiting.id, conversation=waiting.conversation, window=window)
            if not await self.records.signed_in(waiting, sealed, Audited("identity:sign_in:confirmed", waiting.subject, detail)):
                raise NotSignedIn(SignInFailure.OVER)
        self.ring(waiting.conversation)
        return window

    async def _checked(self, waiting: Challenged, window: WindowId, browser: str, came: Came) -> float:
        """When they signed in."""
        requests = oidc_requests(self.keys, waiting, window, browser)
        attested = await attested_now(self.provider, requests, came, self.world.now())
        try:
            subject = await self.claimed.subject(attested.claims)
        except Misstep as silent:
            raise NotSignedIn(SignInFailure.AWAY, because="directory") from silent
        if subject != waiting.subject:
            raise NotSignedIn(SignInFailure.WRONG_ACCOUNT, signed_in_as=subject or "nobody")
        return min(attested.at, self.world.now())

    async def _waiting(self, standing: Standing) -> Challenged:
        """The question that waits for a sign-in."""
        if not (await self.records.hit(f"sign-in:{standing.window.id}", *TRIES)).allowed:
            raise NotSignedIn(SignInFailure.TOO_MANY)
        prompt = standing.step.ask()
        id = prompt.sign_in if isinstance(prompt, Wait) and not standing.closed else None
        waiting = await self.records.challenge(id) if id else None
        if waiting is None or waiting.signed_in or waiting.expires <= self.world.now():
            raise NotSignedIn(SignInFailure.OVER)
        return waiting

    @asynccontextmanager
    async def _watched(self, window: WindowId, browser: str) -> AsyncIterator[Standing]:
        """The page, for the one browser that has it. Every refusal goes into the audit."""
        try:
            standing = await self.conversations.standing(window)
        except UnknownPart as newer:
            raise Upgrading from newer
        if standing is None or not standing.window.sealed:
            raise Gone
        if standing.window.browser != browser:
            await self.records.audited(_refusal(standing, "other_browser", (BY_STRANGERS,)))
            raise Gone
        try:
            yield standing
        except NotSignedIn as no:
            log.info("sign_in.refused", why=no.why, **dict(no.detail))
            await self.records.audited(_refusal(standing, no.why, (*no.detail, *_summed(standing, no.why))))
            raise


def _refusal(standing: Standing, why: str, detail: Args) -> Audited:
    about = standing.window
    subject = standing.party.subject or about.conversation
    return Audited(f"identity:sign_in:refused:{why}", subject, (*args(conversation=about.conversation, window=about.id), *detail))


def _summed(standing: Standing, why: SignInFailure) -> Args:
    """Whoever can cause any number of these fills no chain with them; who signed in as somebody else has a row of his own."""
    stranger = standing.party.origin is Origin.STRANGER and why is not SignInFailure.WRONG_ACCOUNT
    return (BY_STRANGERS,) if stranger or why is SignInFailure.TOO_MANY else ()
