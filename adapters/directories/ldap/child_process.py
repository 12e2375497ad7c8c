"""Work on a connection in a process of its own: whoever reads a whole directory would otherwise hold up every conversation.

What to do goes there as JSON on its standard input, the service account's password among it, and never on the command line.
"""

import asyncio
import json
import os
import ssl
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from adapters.directories.ldap.connection import SUCCESS, LdapConnection
from adapters.directories.ldap.errors import LdapRefused, SilenceReason, Silent
from adapters.directories.ldap.pool import LdapServers
from bot.directory.interfaces import Contacts, Person
from bot.platform.secret import Secret

WHOLE = 600.0  # seconds for a whole directory
LONGEST = 16 * 1024 * 1024  # octets of a line: somebody may be in thousands of groups
BREATH = 100  # lines, about a millisecond's work


async def lines(module: str, servers: LdapServers, host: str, told: Mapping[str, object]) -> AsyncIterator[str]:
    """What the child says, which ends with whoever waits for it. Conversations go on meanwhile. Raises Silent when it takes too long."""
    path = os.pathsep.join(sys.path)
    env = {name: value for name, value in os.environ.items() if not name.startswith("UNLATCH_")} | {"PYTHONPATH": path}
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", module, stdin=PIPE, stdout=PIPE, env=env, limit=LONGEST)
    assert child.stdin is not None  # noqa: S101 - pipes, as asked for
    assert child.stdout is not None  # noqa: S101 - likewise
    try:
        async with asyncio.timeout(WHOLE):
            child.stdin.write(_told(servers, host, told))
            child.stdin.close()
            number = 0
            async for line in child.stdout:
                yield line.decode().rstrip("\n")
                number += 1
                if number % BREATH == 0:
                    await asyncio.sleep(0)
            await child.wait()
    except TimeoutError as late:
        raise Silent(text="the directory wasn't read in time") from late
    finally:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def parsed(line: str) -> dict[str, Any]:
    """A line of the child's; empty for half of one, where it broke off."""
    try:
        told: dict[str, Any] = json.loads(line)
    except ValueError:
        return {}
    return told


def ended(said: Mapping[str, Any], with_: str) -> Mapping[str, Any]:
    """What the child said at its end, this among it. Raises Silent when it broke off."""
    if with_ not in said:
        raise Silent(SilenceReason(said.get("silent", SilenceReason.NETWORK)), str(said.get("text", "the reader broke off")))
    return said


def as_line(person: Person) -> str:
    """A person as one line of JSON: the same person is always the same line."""
    return json.dumps(asdict(person) | {"groups": sorted(person.groups)}, separators=(",", ":"))


def as_person(told: Mapping[str, Any]) -> Person:
    """A person out of such a line, once it was parsed."""
    contacts = Contacts(**{**told["contacts"], "mails": tuple(told["contacts"]["mails"])})
    return Person(**{**told, "groups": frozenset(told["groups"]), "words": tuple(told["words"]), "contacts": contacts})


def serve(answers: Callable[..., Iterator[str]]) -> None:
    """The child's side: line by line what `answers` makes of a connection and of what it was told; a last one says why it broke off."""
    given = json.load(sys.stdin)
    try:
        connection = LdapConnection(
            given["host"], ssl.create_default_context(cafile=Path(given["ca_file"])), given["server_name"]
        ).open()
        try:
            welcome = connection.bind(given["account"], Secret(given["password"]))
            if welcome.code != SUCCESS:
                raise Silent(SilenceReason.ACCOUNT, welcome.text)
            for each in answers(connection, **given["told"]):
                sys.stdout.write(each + "\n")
        finally:
            connection.close()
    except Silent as silent:
        sys.stdout.write(json.dumps({"silent": silent.why, "text": silent.text}) + "\n")
    except LdapRefused as no:
        sys.stdout.write(json.dumps({"silent": SilenceReason.ACCOUNT, "text": no.text}) + "\n")


def _told(servers: LdapServers, host: str, told: Mapping[str, object]) -> bytes:
    there = {
        "host": host,
        "ca_file": str(servers.ca_file),
        "server_name": servers.server_name,
        "account": servers.account,
        "password": servers.password.reveal(),
        "told": told,
    }
    return json.dumps(there).encode()
