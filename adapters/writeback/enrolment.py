"""How an agent enrols: it makes its keys, proves that it was given a code, and pins the key of a bot that knows the code as well."""

import json
import ssl
from dataclasses import replace
from pathlib import Path

import aiohttp

from adapters.writeback.key_file import KeyFile
from adapters.writeback.sealing import public
from bot.model.agents import fingerprint
from bot.platform.clock import World
from bot.platform.errors import OperatorError
from bot.platform.secret import Secret
from bot.writeback.enrolment_codes import AGENT, BOT, handle_of, proof, proved

ENROL = "/agent/enrol"
PATIENCE = aiohttp.ClientTimeout(total=15)  # seconds
LONGEST = 16 * 1024  # bytes of an answer
REFUSED = 403


async def enrol_agent(url: str, code: Secret, name: str, path: Path, tls: ssl.SSLContext | None, world: World) -> KeyFile:
    """Keys on disk, and a bot that has written them down. The code itself isn't sent. Raises OperatorError, and leaves no file then."""
    fresh = KeyFile.fresh(path, url, world)
    key = public(fresh.identity)
    body = json.dumps({"invitation": handle_of(code), "name": name, "key": key})
    answer, said = await _asked(f"{url}{ENROL}", {"body": body, "proof": proof(code, AGENT, body)}, tls)
    if not proved(code, BOT, answer, said):
        raise OperatorError(
            f"Whoever answers at {url} doesn't know the code: that isn't your bot. Look who is in between, and tell an admin."
        )
    given = json.loads(answer)
    if given["key"] != key:
        raise OperatorError(f"{url} answered another agent. Ask for a new code, and try again.")
    own = replace(fresh, agent=str(given["agent"]), directory=str(given["directory"]), bot_key=str(given["bot_key"]))
    own.save()
    return own


def fingerprint_of(own: KeyFile) -> str:
    """The fingerprint that an admin compares."""
    return fingerprint(public(own.identity))


async def _asked(url: str, what: dict[str, str], tls: ssl.SSLContext | None) -> tuple[str, str]:
    try:
        async with (
            aiohttp.ClientSession(timeout=PATIENCE, trust_env=True) as session,
            session.post(url, json=what, ssl=tls if tls is not None else True, allow_redirects=False) as answer,
        ):
            if answer.status == REFUSED:
                raise OperatorError(
                    "The code isn't good (any more): it serves once, for ten minutes. Ask an admin for a new one."
                )
            raw = await answer.content.read(LONGEST)
            given = json.loads(raw)
            return str(given["body"]), str(given["proof"])
    except aiohttp.ClientConnectorCertificateError:
        raise OperatorError(f"The certificate of {url} isn't valid. Name its CA with --ca, or have it renewed.") from None
    except (aiohttp.ClientError, OSError, TimeoutError):
        raise OperatorError(
            f"{url} can't be reached. Check the address, the way out (proxy, firewall), and that the bot runs."
        ) from None
    except (ValueError, KeyError, TypeError):
        raise OperatorError(
            f"{url} doesn't answer as Unlatch does. Check the address, and that agents are configured there."
        ) from None
