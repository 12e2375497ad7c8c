"""Our side of OpenID Connect, held against a provider that is wrong in one thing at a time."""

from collections.abc import AsyncIterator, Callable
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio

from adapters.sign_in.provider import Client, OpenIdProvider
from bot.identity.methods.identity_provider import NotSignedIn, SignInFailure
from bot.identity.methods.oidc_state import OidcRequest
from bot.platform.clock import World
from bot.platform.secret import Secret
from tests.kit.stores import Clock
from tests.sign_in.company import Claims, Company, Employee, ec_key, rsa_key
from tests.sign_in.conftest import there

ERRAND = OidcRequest("page-1~state", "a-nonce", Secret("v" * 43))
NOW = Clock().now


@pytest_asyncio.fixture
async def work(clock: Clock) -> AsyncIterator[Company]:
    made = Company(clock, employees={"nora": Employee("password", {"sub": "4711"})})
    async with made.open():
        yield made


@pytest.fixture
def provider(work: Company, world: World) -> OpenIdProvider:
    secret = Secret(work.secret) if work.secret else None
    return OpenIdProvider(Client(work.issuer, work.client_id, secret, work.redirect), world)


async def code(provider: OpenIdProvider) -> Secret:
    """Nora signs in there."""
    path = await there(await provider.way(ERRAND), "nora", "password")
    return Secret(parse_qs(urlsplit(path).query)["code"][0])


async def refused(provider: OpenIdProvider, request: OidcRequest = ERRAND) -> tuple[SignInFailure, str]:
    with pytest.raises(NotSignedIn) as no:
        await provider.attested(await code(provider), request)
    return no.value.why, dict(no.value.detail)["because"]


async def test_an_honest_token_is_believed(provider: OpenIdProvider) -> None:
    attested = await provider.attested(await code(provider), ERRAND)
    assert (attested.claims["sub"], attested.at) == ("4711", NOW)


@pytest.mark.parametrize(
    ("claims", "because"),
    [
        ({"iss": "https://elsewhere.example"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "somebody-else"}, "aud"),
        ({"aud": ["unlatch", "somebody-else"]}, "azp"),
        ({"aud": ["unlatch", "somebody-else"], "azp": "somebody-else"}, "azp"),
        ({"azp": "somebody-else"}, "azp"),
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"sub": None}, "sub"),
        ({"exp": NOW - 61}, "exp"),
        ({"exp": "tomorrow"}, "exp"),
        ({"exp": None}, "exp"),
        ({"iat": NOW + 61}, "iat"),
        ({"iat": NOW - 601}, "iat"),
        ({"nbf": NOW + 61}, "iat"),
        ({"auth_time": None}, "auth_time"),
        ({"auth_time": True}, "auth_time"),
        ({"auth_time": "1800000000"}, "auth_time"),
    ],
    ids=str,
)
async def test_a_claim_that_is_wrong(work: Company, provider: OpenIdProvider, claims: Claims, because: str) -> None:
    work.tampers = claims
    assert await refused(provider) == (SignInFailure.UNFIT, because)


@pytest.mark.parametrize(
    ("signs", "because"),
    [
        (lambda work, claims: work.unsigned(claims), "alg"),
        (lambda work, claims: work.hmac_by_public_key(claims), "alg"),
        (lambda work, claims: work.signed(claims, kid="key-1", key=rsa_key("a thief's")), "signature"),
        (lambda work, claims: work.signed(claims, kid="unheard-of", key=rsa_key("a thief's")), "kid"),
        (lambda work, claims: work.signed(claims)[:-8] + "AAAAAAAA", "signature"),
        (lambda _work, _claims: "no.token.at-all", "token"),
        (lambda _work, _claims: "", "token"),
    ],
    ids=["unsigned", "hmac by the public key", "another's key", "unknown key", "broken", "no token", "nothing"],
)
async def test_a_signature_that_is_none(
    work: Company, provider: OpenIdProvider, signs: Callable[[Company, Claims], str], because: str
) -> None:
    work.signs = lambda claims: signs(work, claims)
    assert await refused(provider) == (SignInFailure.UNFIT, because)


async def test_an_elliptic_curve_does_as_well(work: Company, provider: OpenIdProvider) -> None:
    work.keys = {"curve": ec_key()}
    assert (await provider.attested(await code(provider), ERRAND)).claims["sub"] == "4711"


async def test_several_audiences_do_when_we_are_the_party_that_asked(work: Company, provider: OpenIdProvider) -> None:
    work.tampers = {"aud": ["other", "unlatch"], "azp": "unlatch"}
    assert (await provider.attested(await code(provider), ERRAND)).claims["sub"] == "4711"


async def test_keys_that_were_rotated_are_fetched_and_the_old_ones_are_forgotten(
    work: Company, provider: OpenIdProvider, clock: Clock
) -> None:
    await provider.attested(await code(provider), ERRAND)
    work.rotates("key-2")
    clock.passes(61)
    await provider.attested(await code(provider), ERRAND)
    assert work.asked.count("/jwks") == 2
    work.signs = lambda claims: work.signed(claims, kid="key-1", key=rsa_key("1"))
    assert await refused(provider) == (SignInFailure.UNFIT, "kid")


async def test_unknown_keys_do_not_make_us_ask_again_and_again(work: Company, provider: OpenIdProvider) -> None:
    work.signs = lambda claims: work.signed(claims, kid="unheard-of", key=rsa_key("1"))
    for _ in range(4):
        await refused(provider)
    assert work.asked.count("/jwks") == 1


async def test_description_and_keys_are_looked_at_again_after_an_hour(
    work: Company, provider: OpenIdProvider, clock: Clock
) -> None:
    for seconds in (0, 3599, 1):
        clock.passes(seconds)
        await provider.attested(await code(provider), ERRAND)
    assert (work.asked.count("/.well-known/openid-configuration"), work.asked.count("/jwks")) == (2, 2)


async def test_a_code_is_good_once_and_for_its_own_verifier(provider: OpenIdProvider) -> None:
    assert await refused(provider, OidcRequest(ERRAND.state, ERRAND.nonce, Secret("w" * 43))) == (
        SignInFailure.UNFIT,
        "invalid_grant",
    )
    used = await code(provider)
    await provider.attested(used, ERRAND)
    with pytest.raises(NotSignedIn):
        await provider.attested(used, ERRAND)


async def test_a_wrong_client_secret_is_told_apart(work: Company, provider: OpenIdProvider) -> None:
    given = await code(provider)
    work.secret = "rolled-over"
    with pytest.raises(NotSignedIn) as no:
        await provider.attested(given, ERRAND)
    assert dict(no.value.detail)["because"] == "invalid_client"


@pytest.mark.parametrize(
    ("described", "because"),
    [
        ({"issuer": "https://elsewhere.example"}, "issuer"),
        ({"authorization_endpoint": "ftp://elsewhere.example/authorize"}, "authorization_endpoint"),
        ({"authorization_endpoint": 7}, "authorization_endpoint"),
        ({"authorization_endpoint": "https:///authorize"}, "authorization_endpoint"),
    ],
    ids=str,
)
async def test_a_description_that_is_wrong(work: Company, provider: OpenIdProvider, described: Claims, because: str) -> None:
    work.described = described
    with pytest.raises(NotSignedIn) as no:
        await provider.way(ERRAND)
    assert (no.value.why, dict(no.value.detail)["because"]) == (SignInFailure.UNFIT, because)


async def test_what_the_provider_has_in_its_own_address_stays_there(work: Company, provider: OpenIdProvider) -> None:
    work.described = {"authorization_endpoint": f"{work.issuer}/authorize?tenant=a%26b"}
    assert parse_qs(urlsplit(await provider.way(ERRAND)).query)["tenant"] == ["a&b"]


async def test_a_provider_without_keys(work: Company, provider: OpenIdProvider) -> None:
    work.keys = {}
    work.signs = lambda claims: work.signed(claims, kid="key-1", key=rsa_key("1"))
    assert await refused(provider) == (SignInFailure.UNFIT, "jwks_uri")


async def test_nobody_at_home(work: Company, world: World) -> None:
    away = OpenIdProvider(Client("http://127.0.0.1:9", "unlatch", None, work.redirect), world)
    with pytest.raises(NotSignedIn) as no:
        await away.way(ERRAND)
    assert no.value.why is SignInFailure.AWAY
