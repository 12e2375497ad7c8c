"""The Bot Connector asks to wait, breaks off, forgets messages and tokens: nothing is lost, and nothing is said twice."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bot.platform.secret import Secret
from bot.settings.chats import TeamsSection
from tests.kit.microsoft import APP, SECRET, TENANT, signing_key
from tests.kit.teams import TeamsChat
from tests.kit.town import Town


async def test_teams_asks_to_wait_and_is_waited_for(town: Town, ana: TeamsChat) -> None:
    town.teams.refuses["say"] = [(429, {"Retry-After": "7"}, {})]
    await ana.says("hello")
    assert town.teams.messages == {}
    await town.passes(6)
    assert town.teams.messages == {}
    await town.passes(2)
    assert len(town.teams.messages) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_fault_of_theirs_leaves_unknown_whether_it_was_said_so_it_isnt_said_again(
    town: Town, ana: TeamsChat, status: int
) -> None:
    town.teams.refuses["say"] = [(status, {}, {})]
    await ana.says("hello")
    for _ in range(5):
        await town.passes(30)
    assert town.teams.calls.count("say") == 1
    await ana.says("I forgot my password")  # and the conversation goes on
    assert len(town.teams.messages) == 1
    assert await ana.link()


async def test_whoever_says_the_same_again_sees_it_then(town: Town, ana: TeamsChat) -> None:
    town.teams.refuses["say"] = [(502, {}, {})]
    await ana.says("I forgot my password")
    await ana.types("I forgot my password")
    assert await ana.link()


async def test_a_broken_line_is_no_reason_to_say_it_twice(town: Town, ana: TeamsChat) -> None:
    town.teams.drops = {"say"}
    await ana.says("hello")
    await town.passes(60)
    assert len(town.teams.messages) == 1


async def test_to_write_over_is_tried_again(town: Town, ana: TeamsChat) -> None:
    await ana.says("hello")
    town.teams.refuses["over"] = [(502, {}, {}), (412, {"Retry-After": "3"}, {})]
    choice = next(label for label in await ana.offered() if "password" in label)
    await ana.says(choice)
    for _ in range(3):
        await town.passes(5)
    assert len(town.teams.messages) == 1
    assert await ana.link()


async def test_a_message_that_was_deleted_is_written_anew(town: Town, ana: TeamsChat) -> None:
    await ana.says("hello")
    press = ana.press(ana.buttons()[0])
    town.teams.messages.clear()
    await ana.sends(press)
    assert len(town.teams.messages) == 1


async def test_whoever_blocked_the_app_stops_nothing_else(town: Town, ana: TeamsChat) -> None:
    town.teams.refuses["say"] = [(403, {}, {"error": {"code": "MessageWritesBlocked"}})]
    await ana.says("hello")
    ben = TeamsChat(town, "ben")
    await ben.says("hello")
    assert ben.buttons()


async def test_one_token_serves_until_it_runs_out(town: Town, ana: TeamsChat) -> None:
    for _ in range(5):
        await ana.types("hello")
    assert len(town.teams.logins) == 1
    town.clock.passes(3600)
    await ana.types("hello")
    assert len(town.teams.logins) == 2


async def test_a_token_that_isnt_taken_any_more_is_renewed_once(town: Town, ana: TeamsChat) -> None:
    await ana.types("hello")
    town.teams.refuses["say"] = [(401, {}, {})]
    await ana.types("I forgot my password")
    assert len(town.teams.logins) == 2
    assert await ana.link()


async def test_a_wrong_secret_is_found_in_the_log_and_loses_nothing(town: Town, ana: TeamsChat) -> None:
    await ana.types("hello")
    town.clock.passes(3600)
    town.teams.refuses["login"] = [(401, {}, {"error": "invalid_client", "error_description": "AADSTS7000215"})] * 2
    assert await ana.types("I forgot my password") == 200
    await town.passes(31)
    await ana.types("I forgot my password")
    await town.passes(31)
    assert await ana.link()


def certificate() -> bytes:
    key, now = signing_key(3), datetime.fromtimestamp(1_800_000_000, UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "unlatch")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    signed = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=365)).sign(key, hashes.SHA256())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + signed.public_bytes(Encoding.PEM)


async def test_a_certificate_will_do_as_well(town: Town, ana: TeamsChat) -> None:
    pem = Secret(certificate().decode())
    section = TeamsSection(app_id=APP, tenant_id=TENANT, certificate=pem)
    town.settings = town.settings.model_copy(update={"teams": section})
    await town.replica()
    await ana.types("I forgot my password")
    assert await ana.link()
    (login,) = town.teams.logins
    assert SECRET not in str(login)
    where = f"{town.teams.base}/{TENANT}/oauth2/v2.0/token"
    options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    claims = jwt.decode(
        login["client_assertion"],
        signing_key(3).public_key(),
        ["PS256"],
        options,  # type: ignore[arg-type]  # a TypedDict there
        audience=where,
    )
    assert (claims["iss"], claims["sub"]) == (APP, APP)


async def test_an_azure_machine_needs_no_secret(town: Town, ana: TeamsChat) -> None:
    section = TeamsSection(app_id=APP, tenant_id=TENANT, managed_identity=True)
    town.settings = town.settings.model_copy(update={"teams": section})
    await town.replica()
    for words in ("hello", "I forgot my password"):
        await ana.types(words)
        town.clock.passes(3600)
    assert await ana.link()
    assert len(town.teams.logins) == 1


async def test_a_certificate_that_is_none_stops_nothing_else(town: Town, ana: TeamsChat) -> None:
    section = TeamsSection(app_id=APP, tenant_id=TENANT, certificate=Secret("-----BEGIN"))
    town.settings = town.settings.model_copy(update={"teams": section})
    await town.replica()
    assert await ana.types("I forgot my password") == 200
    assert town.teams.messages == {}
