"""What a doctor sees at Entra: whether a token is given, and which rights it carries: those that are missing, and those to take away."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import assert_never

import jwt
import requests

from adapters.directories.entra.directory import EntraDirectory
from adapters.directories.entra.holders import Eligible, eligible
from adapters.directories.entra.tokens import PATIENCE, Fetch, refusal
from bot.directory.interfaces import Unreachable
from bot.doctor.finding import Finding, fail, ok, warn

# The least that each question needs (Graph's permission table, 2026-08): and what for, as an admin asks.
NEEDED = {
    "User.Read.All": "to find accounts and to take over their changes",
    "GroupMember.Read.All": "to know the groups that the policy and the roles are about",
    "RoleManagement.Read.Directory": "to tell administrators, and whoever may become one, from everybody else",
}
WRITING = {
    "User-PasswordProfile.ReadWrite.All": "to set passwords",
    "User.RevokeSessions.All": "to end sessions after a new password",
}
PASSES = {"UserAuthMethod-TAP.ReadWrite.All": "to make temporary access passes, since passes is true"}
CONSENT = "Add it to the application's API permissions (application, not delegated), and grant admin consent."
MEANS = "Until it does, nobody of this directory is helped: they might be an administrator in a minute."
REMEDY_ELIGIBLE = f"RoleManagement.Read.Directory allows it, or RoleEligibilitySchedule.Read.Directory beside it. {CONSENT}"
TOO_MUCH = "Take it away: whoever steals this application's secret could use it, and Unlatch never does."


async def examined(name: str, fetch: Fetch, directory: EntraDirectory) -> AsyncIterator[Finding]:
    """Reads one token and one account; changes nothing."""
    found = await _token(fetch)
    if isinstance(found, str):
        yield fail(f"Directory {name}: Entra gives no token ({found}).", _remedy(found))
        return
    yield ok(f"Directory {name}: Entra gives this application a token.")
    for finding in rights(name, found, writes=directory.writes, passes=directory.gives_passes()):
        yield finding
    try:
        health = await directory.health()
        if not health.ok:
            yield fail(f"Directory {name}: {health.detail}", "Check that this machine may call https://graph.microsoft.com.")
            return
        yield await _activating(name, directory)
    finally:
        await directory.close()


async def _activating(name: str, directory: EntraDirectory) -> Finding:
    """Whoever waits to activate a role is an administrator, and is resettable for nobody who doesn't know that."""
    try:
        told = await eligible(directory.graph)
    except Unreachable:
        told = Eligible.REFUSED
    match told:
        case Eligible.TOLD:
            return ok(
                f"Directory {name}: whoever may activate a role (Privileged Identity Management) counts as an administrator."
            )
        case Eligible.NOBODY:
            return ok(f"Directory {name}: the tenant has no Privileged Identity Management, so nobody waits to activate a role.")
        case Eligible.REFUSED:
            return fail(f"Directory {name}: Graph doesn't tell who may activate a role. {MEANS}", REMEDY_ELIGIBLE)
        case _:
            assert_never(told)


def rights(name: str, held: Iterable[str], *, writes: bool, passes: bool = False) -> list[Finding]:
    """What the application may do, by its token's own word."""
    needed, found = {**NEEDED, **(WRITING if writes else {}), **(PASSES if passes else {})}, frozenset(held)
    missing = [
        fail(f"Directory {name}: the application lacks {right} ({why}).", CONSENT)
        for right, why in needed.items()
        if right not in found
    ]
    beyond = [
        warn(f"Directory {name}: the application may do more than it has to: {right}.", TOO_MUCH)
        for right in sorted(found - needed.keys())
    ]
    return [*missing, *beyond] or [ok(f"Directory {name}: the application has the rights it needs, and no other.")]


async def _token(fetch: Fetch) -> list[str] | str:
    """The rights in a fresh token, or what was said instead."""
    try:
        async with asyncio.timeout(2 * PATIENCE):
            found = await asyncio.to_thread(fetch)
    except (requests.RequestException, OSError, TimeoutError, ValueError, RuntimeError, KeyError) as silent:
        return type(silent).__name__
    if "access_token" not in found:
        return refusal(found)
    try:
        claims = jwt.decode(found["access_token"], options={"verify_signature": False})  # Graph's to check; we only read
    except jwt.PyJWTError:
        return "a token that can't be read"
    roles = claims.get("roles")
    return [str(role) for role in roles] if isinstance(roles, list) else []


REMEDIES = {
    "AADSTS7000215": "The secret isn't right: set client_secret_file to the secret's value, not to its id.",
    "AADSTS7000222": "The secret has expired: make a new one, and set client_secret_file.",
    "AADSTS700027": "The certificate isn't known to the application: upload it there, or set certificate_file to the right one.",
    "AADSTS700016": "There is no such application in the tenant: compare client_id and tenant_id with its overview.",
    "AADSTS90002": "There is no such tenant: compare tenant_id with the application's overview.",
}


def _remedy(said: str) -> str:
    otherwise = "Compare tenant_id, client_id and the secret or certificate; this machine must reach login.microsoftonline.com."
    return next((remedy for number, remedy in REMEDIES.items() if number in said.split()), otherwise)
