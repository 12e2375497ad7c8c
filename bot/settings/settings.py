"""How this machine is wired. What people may do stands in the policy, not here; where values come from: bot/settings/source.py."""

import re
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.language.translations import LANGUAGES
from bot.platform.ids import DECOY
from bot.platform.secret import Secret
from bot.settings.chats import SlackSection, TeamsSection
from bot.settings.directories import DirectorySection
from bot.settings.retention import DEFAULTS, RetentionSection
from bot.settings.sections import (
    HIGHEST,
    AuditSection,
    EgressSection,
    Hidden,
    KeysSection,
    MetricsSection,
    PasswordsSection,
    PolicySection,
    Port,
    RolesSection,
    Section,
    SignInSection,
    SmtpSection,
    TwilioSection,
    listed,
)
from bot.settings.sms_webhook import SmsWebhookSection
from bot.settings.web_push import WebPushSection

SQLITE = "sqlite:///"


HOST = re.compile(r"[A-Za-z0-9.-]+|[0-9A-Fa-f:.]+")  # a name, or an address of IPv6


def origin(given: str) -> str:
    """An address without a path, in small letters. Raises ValueError."""
    url = urlsplit(given)
    if (
        url.scheme not in {"https", "http"}
        or not url.hostname
        or url.path.strip("/")
        or url.query
        or url.fragment
        or url.username
    ):
        raise ValueError("has to be an address such as https://unlatch.example.com, without a path")
    if not HOST.fullmatch(url.hostname):
        raise ValueError("has to name its host in plain letters; one with others is written as xn--…")
    if url.netloc.endswith(":") or url.port == 0:  # a port that is none raises by itself
        raise ValueError("has to name a port from 1 to 65535, or none")
    return f"{url.scheme}://{url.netloc.lower()}"


def _database(given: str) -> str:
    url = urlsplit(given)
    if url.password or "password=" in url.query:
        raise ValueError("holds a password; take it out and give it as database_password_file or UNLATCH_DATABASE_PASSWORD")
    if url.scheme not in {"sqlite", "postgresql"}:
        raise ValueError("has to begin with sqlite:/// or postgresql://")
    return given


def _spoken(given: tuple[str, ...]) -> tuple[str, ...]:
    if missing := [language for language in given if language not in LANGUAGES]:
        raise ValueError(f'"{missing[0]}" isn\'t spoken here; there is {", ".join(LANGUAGES)}')
    return given


def _networks(given: tuple[str, ...]) -> tuple[str, ...]:
    for each in given:
        try:
            ip_network(each)
        except ValueError:
            raise ValueError(f"has to hold addresses, or networks such as 10.1.0.0/16; {each} is neither") from None
    return given


def _by_name(given: object) -> object:
    """From the environment a directory's values come as name_field."""
    if not isinstance(given, Mapping):
        return given
    flat = {key: value for key, value in given.items() if isinstance(value, str) and "_" in key}
    named = {name: dict(fields) if isinstance(fields, Mapping) else fields for name, fields in given.items() if name not in flat}
    for key, value in flat.items():
        name, _, field = key.partition("_")
        named.setdefault(name, {})[field] = value
    return named


def _names(given: dict[str, DirectorySection]) -> dict[str, DirectorySection]:
    for name in given:
        if name == DECOY or not re.fullmatch("[a-z][a-z0-9-]*", name):
            raise ValueError(f'"{name}" can\'t be a directory\'s name; take small letters, digits and dashes, and not "{DECOY}"')
    if not given:
        raise ValueError('needs at least one, such as [directories.main] with kind = "embedded"')
    return given


class Settings(Section):
    """All of it. Made by `bot.settings_source.load`, by `demo`, or by a test."""

    base_url: Annotated[str, AfterValidator(origin)] = Field(
        description="Address that people reach Unlatch at. Links are made from it; another Host is refused."
    )
    company: str = Field(default="Your company", description="Its name, on every page and in every mail.")
    logo: Path | None = Field(default=None, description="Its logo: an SVG or PNG file.")
    languages: Annotated[tuple[str, ...], BeforeValidator(listed), AfterValidator(_spoken), Field(min_length=1)] = Field(
        default=("en",), description="Languages that are offered, the first where nothing else is known."
    )
    database: Annotated[str, AfterValidator(_database)] = Field(
        default="sqlite:///data/unlatch.sqlite3", description="`sqlite:///path` or `postgresql://user@host/name`."
    )
    database_password: Hidden = Field(default=None, description="Password of the database.")
    database_password_file: Path | None = Field(default=None, description="File that holds the password of the database.")
    answers: Path | None = Field(
        default=None, description="File with answers of your own to what isn't for Unlatch: docs/intents.md."
    )
    host: str = Field(default="127.0.0.1", description="Interface that is listened on.")
    port: Port = Field(default=8400, description="Its port.")
    security_contact: Annotated[str, Field(pattern=r"^((mailto:|https://|tel:)[\x21-\x7e]+)?$")] = Field(
        default="",
        description="Where strangers report a weakness, as `mailto:security@corp.example`; told in security.txt (RFC 9116).",
    )
    proxies: Annotated[tuple[str, ...], BeforeValidator(listed), AfterValidator(_networks)] = Field(
        default=(),
        description='Reverse proxies in front of it, as `["10.0.0.7", "10.1.0.0/16"]`. They alone are believed about whom they speak for, '
        "which slows down who takes more than their share.",
    )
    keys: KeysSection = KeysSection()
    roles: RolesSection = RolesSection()
    directories: Annotated[dict[str, DirectorySection], BeforeValidator(_by_name), AfterValidator(_names)]
    slack: SlackSection = SlackSection()
    teams: TeamsSection = TeamsSection()
    smtp: SmtpSection = SmtpSection()
    passwords: PasswordsSection = PasswordsSection()
    twilio: TwilioSection = TwilioSection()
    sms_webhook: SmsWebhookSection = SmsWebhookSection()
    web_push: WebPushSection = WebPushSection()
    sign_in: SignInSection = SignInSection()
    egress: EgressSection = EgressSection()
    metrics: MetricsSection = MetricsSection()
    audit: AuditSection = AuditSection()
    policy: PolicySection = PolicySection()
    retention: RetentionSection = DEFAULTS

    @model_validator(mode="after")
    def _signed_in_to_one(self) -> Self:
        if self.sign_in.issuer and self.sign_in.directory not in {*self.directories, *[""] * (len(self.directories) == 1)}:
            raise ValueError(f"[sign_in] directory has to be one of {', '.join(self.directories)}")
        return self

    @model_validator(mode="after")
    def _one_budget(self) -> Self:
        """Texts go by either, so what they may cost is said once."""
        said = {"countries": self.sms_webhook.countries, "daily_budget": self.sms_webhook.daily_budget}
        if not self.sms_webhook.url:
            return self
        if self.twilio.account_sid and any(said.values()):
            raise ValueError(
                "[sms_webhook] has countries and daily_budget of its own; where there is [twilio], its own count for both"
            )
        if not self.twilio.account_sid and (missing := [name for name, value in said.items() if not value]):
            raise ValueError(f"[sms_webhook] names an address, so it needs {', '.join(missing)} too")
        return self

    @classmethod
    def demo(cls, data: Path, port: int = 8400) -> "Settings":
        """The demo company in `data`, its key ring in a folder beside it. Reads neither file nor environment."""
        return cls(
            base_url=f"http://localhost:{port}",
            company="Contoso Demo",
            languages=("en", "de"),
            database=f"{SQLITE}{data.absolute() / 'unlatch.sqlite3'}",
            port=port,
            keys=KeysSection(ring_file=data.absolute().parent / ".unlatch" / "ring.json"),
            roles=RolesSection(admin="Unlatch-Admins", helpdesk="Helpdesk", lead="Helpdesk-Leads", auditor="Auditors"),
            directories={"contoso": DirectorySection(kind="embedded")},
            metrics=MetricsSection(port=port + 1 if port < HIGHEST else 0),
        )

    @property
    def sqlite(self) -> Path | None:
        """The database's file; None where the database is a server."""
        return Path(self.database.removeprefix(SQLITE)) if self.database.startswith(SQLITE) else None

    @property
    def checkpoints(self) -> Path:
        """The file that the audit's checkpoints are added to."""
        return self.audit.checkpoints or self.keys.ring_file.with_name("audit.checkpoints")

    @property
    def archive(self) -> Path:
        """The folder that old rows of the audit move to."""
        return self.audit.archive or self.keys.ring_file.with_name("audit.archive")

    def connection(self) -> Secret:
        """The database's address, with its password in it."""
        if self.database_password is None:
            return Secret(self.database)
        scheme, _, rest = self.database.partition("://")
        user, _, place = rest.rpartition("@")
        return Secret(f"{scheme}://{user}:{quote(self.database_password.reveal(), safe='')}@{place}")
