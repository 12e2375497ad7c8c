"""What a doctor sees over the network: our own address as others see it, and the mail server."""

import asyncio
import smtplib
import ssl

from bot.doctor.finding import Finding, fail, ok, warn
from bot.platform.egress import Egress
from bot.settings.sections import SmtpSection

PATIENCE = 5.0  # seconds
WELL = 200
LOCAL = ("http://localhost", "http://127.0.0.1")
PROXY = "Check the name, the proxy and that `unlatch serve` runs."
COMPARE = "Compare [smtp] with what your mail server wants."


async def address(base_url: str) -> Finding:
    """Whether the address that links are made from leads here; the certificate is checked as a browser does."""
    if base_url.startswith(LOCAL):
        return warn(f"{base_url} is this machine only.", "Fine for a try; else set base_url to what people type.")
    if not base_url.startswith("https://"):
        return fail(f"{base_url} isn't encrypted.", "Set base_url to an https:// address.")
    import aiohttp  # noqa: PLC0415 - heavy, and needed here alone

    patience = aiohttp.ClientTimeout(total=PATIENCE)
    try:
        async with aiohttp.ClientSession(timeout=patience) as session, session.get(f"{base_url}/healthz") as answer:
            state = answer.status
    except aiohttp.ClientConnectorCertificateError:
        return fail(f"The certificate of {base_url} isn't valid for a browser.", "Renew it, or send its chain along.")
    except (aiohttp.ClientError, TimeoutError):
        return warn(f"{base_url} doesn't answer from here.", PROXY)
    return ok(f"{base_url} answers.") if state == WELL else warn(f"{base_url} answers with state {state}.", PROXY)


async def mail(smtp: SmtpSection, egress: Egress) -> Finding:
    """Says hello, starts TLS and signs in, as sending would; sends nothing."""
    if not smtp.host:
        return warn("There is no mail server, so no e-mail is sent.", "Set [smtp] host and from.")
    if not smtp.sender:
        return fail("[smtp] from is empty.", "Set it to the address that mail comes from.")
    return await asyncio.to_thread(_mail, smtp, egress, f"Mail server {smtp.host}:{smtp.port}")


def _mail(smtp: SmtpSection, egress: Egress, server: str) -> Finding:
    try:
        _sign_in(smtp, egress)
    except ssl.SSLError as error:
        return fail(f"{server}: no safe connection ({error.reason or 'TLS'}).", COMPARE)
    except smtplib.SMTPAuthenticationError:
        return fail(f"{server} doesn't accept {smtp.username} with this password.", COMPARE)
    except smtplib.SMTPNotSupportedError:
        return fail(f"{server} doesn't offer what [smtp] tls or username asks for.", COMPARE)
    except (smtplib.SMTPException, OSError) as error:
        return fail(f"{server} can't be used ({type(error).__name__}).", COMPARE)
    if smtp.tls == "none":
        return warn(f"{server} answers, but codes travel to it in clear.", "Set [smtp] tls, unless it is on this machine.")
    return ok(f"{server} answers.")


def _sign_in(smtp: SmtpSection, egress: Egress) -> None:
    with _connected(smtp, egress) as server:
        server.ehlo()
        if smtp.tls == "starttls":
            server.starttls(context=egress.trust())
            server.ehlo()
        if smtp.username and smtp.password:
            server.login(smtp.username, smtp.password.reveal())


def _connected(smtp: SmtpSection, egress: Egress) -> smtplib.SMTP:
    if smtp.tls == "tls":
        return smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=PATIENCE, context=egress.trust())
    return smtplib.SMTP(smtp.host, smtp.port, timeout=PATIENCE)
