"""E-mail over SMTP with TLS and sign-in, by aiosmtplib."""

from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate

import aiosmtplib

from bot.messaging.messenger import Message, Undeliverable
from bot.platform.egress import Egress
from bot.platform.harmless import harmless
from bot.platform.secret import Secret

TIMEOUT = 20.0  # seconds
PERMANENT = 500  # RFC 5321 section 4.2.1: 5yz is a permanent refusal


@dataclass(frozen=True)
class Smtp:
    """One server. `tls`: "starttls", "tls" (implicit), or "none" for a server on this machine."""

    host: str
    port: int
    sender: str
    tls: str = "starttls"
    username: str = ""
    password: Secret | None = None
    egress: Egress = field(default_factory=Egress)

    async def send(self, message: Message) -> None:
        """Raises Undeliverable where this address or this mail is refused for good; what refuses us as such will be mended."""
        try:
            await aiosmtplib.send(
                self._mail(message),
                hostname=self.host,
                port=self.port,
                use_tls=self.tls == "tls",
                start_tls=self.tls == "starttls",
                username=self.username or None,
                password=self.password.reveal() if self.password else None,
                tls_context=None if self.tls == "none" else self.egress.trust(),
                timeout=TIMEOUT,
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            if all(r.code >= PERMANENT for r in refused.recipients):
                raise Undeliverable from None
            raise
        except aiosmtplib.SMTPDataError as refused:
            if refused.code >= PERMANENT:
                raise Undeliverable from None
            raise

    def _mail(self, message: Message) -> EmailMessage:
        """A name in the directory can't add a header (ST22), nor turn what is said round."""
        mail = EmailMessage()
        mail["From"] = self.sender
        mail["To"] = message.to.reveal()
        mail["Subject"] = " ".join(harmless(message.subject).split())
        mail["Date"] = formatdate(usegmt=True)
        mail["Message-ID"] = f"<{message.id}@{self.sender.rpartition('@')[2].rstrip('>')}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies
        mail.set_content(harmless(message.text.reveal()))
        return mail
