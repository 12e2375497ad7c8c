"""The doctor says hello to a real mail server, on this machine, and tells what it didn't like."""

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.doctor.finding import Level
from bot.doctor.network import mail
from bot.platform.egress import Egress
from bot.platform.secret import Secret
from bot.settings.sections import SmtpSection


class Silent:
    """Takes no mail, since a doctor sends none."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        raise AssertionError("the doctor sent a mail")


def opens(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    return AuthResult(success=isinstance(data, LoginPassword) and data.password == b"right", handled=False)


@asynccontextmanager
async def server(context: ssl.SSLContext | None = None, *, auth: bool = False) -> AsyncIterator[int]:
    """Its port."""

    def protocol() -> SMTP:
        return SMTP(Silent(), tls_context=context, authenticator=opens if auth else None, auth_require_tls=False)

    async with await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0) as listeners:
        yield int(listeners.sockets[0].getsockname()[1])


def smtp(port: int, tls: Literal["starttls", "tls", "none"], password: str = "") -> SmtpSection:
    secret = Secret(password) if password else None
    return SmtpSection(
        host="127.0.0.1", port=port, sender="it@example.com", tls=tls, username="unlatch" if password else "", password=secret
    )


@pytest.fixture
def own_certificate(tmp_path: Path) -> ssl.SSLContext:
    """Signed by nobody else."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start.replace(year=2100)).sign(key, hashes.SHA256())
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file = tmp_path / "both.pem"
    file.write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()) + made.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


async def test_a_server_without_encryption_answers_with_a_warning() -> None:
    async with server() as port:
        finding = await mail(smtp(port, "none"), Egress())
    assert (finding.level, "in clear" in finding.sentence) == (Level.WARN, True)


async def test_a_password_is_tried_and_never_shown() -> None:
    async with server(auth=True) as port:
        right, wrong = await mail(smtp(port, "none", "right"), Egress()), await mail(smtp(port, "none", "sesame-open"), Egress())
    assert (right.level, wrong.level) == (Level.WARN, Level.FAIL)
    assert "doesn't accept unlatch" in wrong.sentence
    assert "sesame-open" not in repr(wrong)


async def test_a_server_that_offers_no_encryption_fails_when_it_is_asked_for() -> None:
    async with server() as port:
        assert "doesn't offer" in (await mail(smtp(port, "starttls"), Egress())).sentence


async def test_a_certificate_that_nobody_vouches_for_fails(own_certificate: ssl.SSLContext) -> None:
    async with server(own_certificate) as port:
        finding = await mail(smtp(port, "starttls"), Egress())
    assert (finding.level, "no safe connection" in finding.sentence) == (Level.FAIL, True)


async def test_a_server_that_is_not_there_fails_and_one_that_is_not_named_is_a_warning() -> None:
    assert "can't be used (ConnectionRefusedError)" in (await mail(smtp(1, "tls"), Egress())).sentence
    assert (await mail(SmtpSection(), Egress())).level is Level.WARN
    assert "[smtp] from is empty" in (await mail(SmtpSection(host="mail"), Egress())).sentence
