"""What a doctor sees at Microsoft: whether our app is taken there, whether their keys can be had, and the address that Teams calls."""

from collections.abc import AsyncIterator

import jwt

from adapters.teams.credentials import GRAPH, Credentials, NotTaken, credentials_of
from adapters.teams.endpoints import Endpoints
from adapters.teams.graph_install import RIGHT
from adapters.teams.http_client import HttpClient, Unanswered
from adapters.teams.routes import ACTIVITIES
from adapters.teams.signing_keys import NoKeys, SigningKeys
from bot.doctor.finding import Finding, fail, ok, warn
from bot.platform.clock import World
from bot.platform.egress import Egress
from bot.platform.job_outbox import NotNow
from bot.platform.secret import Secret
from bot.settings.chats import TeamsSection

MENDS = {
    "invalid_client": "The secret is wrong or has expired, or the certificate isn't registered: make a new one in the app's "
    "registration in Entra, Certificates & secrets.",
    "unauthorized_client": "app_id isn't registered in tenant_id: compare both with the app's registration in Entra.",
    "certificate": "certificate_file has to hold the certificate and its RSA private key, both as PEM, the key without a passphrase.",
}


async def examined(
    section: TeamsSection, base_url: str, world: World, endpoints: Endpoints | None = None, egress: Egress | None = None
) -> AsyncIterator[Finding]:
    """Says nothing to anybody, and changes nothing."""
    http, at = HttpClient(egress or Egress()), endpoints or Endpoints()
    try:
        yield await _credentials(credentials_of(section, http, at, world))
        yield await _keys(SigningKeys(http, at, world))
        yield await _installing(section, credentials_of(section, http, at, world, GRAPH))
        yield await _address(http, base_url)
    finally:
        await http.close()


async def _credentials(credentials: Credentials) -> Finding:
    try:
        await credentials.token()
    except NotTaken as no:
        mend = MENDS.get(no.why, "Compare app_id and tenant_id with the app's registration in Entra.")
        return fail(f"Microsoft doesn't take what the app is known by ({no.why}).", mend)
    except NotNow:
        return fail(
            "Microsoft gives no token at the moment.", "Check that this machine may call https://login.microsoftonline.com."
        )
    return ok("Microsoft takes the app's credentials, in this tenant.")


async def _keys(signing_keys: SigningKeys) -> Finding:
    try:
        await signing_keys.key("")
    except NoKeys:
        mend = "Check that this machine may call https://login.botframework.com: without its keys no message can be believed."
        return fail("The Bot Framework's keys can't be had.", mend)
    return ok("The Bot Framework's keys can be had.")


async def _installing(section: TeamsSection, graph: Credentials) -> Finding:
    """Whether people who never wrote can be told something. By the token's own word; nothing is installed."""
    if not section.catalogue_id:
        return ok("Nobody has the app installed by Unlatch (no catalogue_id): it writes to those alone who have it already.")
    try:
        held = rights(await graph.token())
    except NotNow:
        return warn(
            "Microsoft gives no token for Graph at the moment, so whether the app may be installed isn't known.", "Try again."
        )
    if RIGHT not in held:
        return fail(
            f"The app is to be installed for people who never wrote, and lacks {RIGHT}: they aren't told anything in Teams.",
            "Add it to the API permissions of the app's registration (Microsoft Graph, application) and grant admin consent; "
            "or take catalogue_id out of [teams].",
        )
    if beyond := sorted(held - {RIGHT}):
        return warn(
            f"The app may do more at Graph than it has to: {', '.join(beyond)}.",
            "Take it away: whoever steals the app's secret could use it. A directory of kind entra has a registration of its own.",
        )
    return ok(f"The app may be installed for people who never wrote ({RIGHT}), and has no other right at Graph.")


def rights(token: Secret) -> frozenset[str]:
    """What Graph would let it do; to check the signature is Graph's."""
    try:
        roles = jwt.decode(token.reveal(), options={"verify_signature": False}).get("roles")
    except jwt.PyJWTError:
        return frozenset()
    return frozenset(map(str, roles)) if isinstance(roles, list) else frozenset()


async def _address(http: HttpClient, base_url: str) -> Finding:
    """Without a token we have to be refused there by ourselves: then Teams, which has one, gets through as well."""
    url = base_url + ACTIVITIES
    try:
        answer = await http.call("POST", url, said={})
    except Unanswered:
        return warn(f"{url} can't be reached from here.", "Start `unlatch serve`, and let Microsoft's requests through to it.")
    if answer.status != 401:  # noqa: PLR2004 - what we say to whoever has no token
        mend = "Lead this address to Unlatch unchanged, and start `unlatch serve` with [teams] in its settings."
        return fail(f"{url} answers {answer.status} instead of 401, so something else stands there.", mend)
    return ok(f"{url} is ours, and refuses whoever has no token.")
