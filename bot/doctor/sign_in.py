"""What a doctor sees at the company's identity provider: its description, and what has to be registered there."""

from collections.abc import AsyncIterator, Mapping

from bot.doctor.finding import Finding, fail, ok, warn
from bot.platform.egress import Egress
from bot.settings.sections import CALLBACK, SignInSection

PATIENCE = 5.0  # seconds
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
ISSUER = "Set [sign_in] issuer to the very address that the provider calls itself, with or without a slash at its end."


async def sign_in(section: SignInSection, base_url: str, egress: Egress) -> AsyncIterator[Finding]:
    """Reads the discovery document; signs nobody in."""
    if not section.issuer:
        yield ok("Company sign-in isn't used, so nobody registers a first method by it.")
        return
    found = await _description(section.issuer, egress)
    if found is None:
        yield fail(f"{section.issuer} doesn't describe itself as an OpenID Connect provider.", ISSUER)
        return
    for finding in described(section, found):
        yield finding
    yield second_factor(section)
    yield ok(f"Company sign-in comes back to {base_url}{CALLBACK}; that address has to be registered at the provider.")


def second_factor(section: SignInSection) -> Finding:
    """Whether admins need one where they change the rules."""
    if section.admin_amr or section.admin_acr:
        return ok("Admins come to the rules page by a sign-in of which the provider says that it had a second factor.")
    return warn(
        "Any sign-in of an admin opens the rules page, with a second factor or without.",
        'Let the provider say how somebody signed in, and set [sign_in] admin_amr, mostly ["mfa"], or admin_acr.',
    )


def described(section: SignInSection, found: Mapping[str, object]) -> list[Finding]:
    """Whether what the provider says of itself is what we need. What it leaves unsaid is no finding: it needn't say all."""
    if found.get("issuer") != section.issuer:
        return [fail(f"The provider at {section.issuer} says that it is another issuer.", ISSUER)]
    if missing := [name for name in ENDPOINTS if not isinstance(found.get(name), str)]:
        return [fail(f"The provider's description has no {', '.join(missing)}.", "Choose another provider, or mend this one.")]
    wanted: dict[str, tuple[tuple[str, ...], str]] = {
        "code_challenge_methods_supported": (("S256",), "PKCE with S256"),
        "id_token_signing_alg_values_supported": (("RS256", "ES256"), "tokens signed by RS256 or ES256"),
        "claims_supported": ((section.claim,), f"the claim {section.claim}"),
        "token_endpoint_auth_methods_supported": (
            ("client_secret_basic",) if section.client_secret else ("none",),
            "clients with a secret in the header (client_secret_basic)" if section.client_secret else "clients without a secret",
        ),
    }
    lacking = [what for name, (value, what) in wanted.items() if not _says(found.get(name), value)]
    unsaid = [
        warn(f"The provider doesn't say that it knows {what}.", "Try it once; see the provider's settings.") for what in lacking
    ]
    return [*unsaid, ok(f"The provider {section.issuer} can be used.")]


def _says(listed: object, wanted: tuple[str, ...]) -> bool:
    return not isinstance(listed, list) or any(one in listed for one in wanted)


async def _description(issuer: str, egress: Egress) -> Mapping[str, object] | None:
    import aiohttp  # noqa: PLC0415 - heavy, and needed here alone

    url = f"{issuer.removesuffix('/')}/.well-known/openid-configuration"
    try:
        async with (
            egress.session(PATIENCE) as session,
            session.get(url, proxy=egress.way(url), allow_redirects=False) as answer,
        ):
            found = await answer.json(content_type=None)
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        return None
    return found if isinstance(found, dict) else None
