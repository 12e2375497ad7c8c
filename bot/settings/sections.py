"""The sections of the settings: what each value means, what it is when nobody says, and which of them are secrets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.platform.egress import Egress
from bot.platform.secret import Secret
from bot.settings.secret_files import SecretFile

FILE = "_file"  # `<name>_file` names the file that a secret stands in
HIGHEST = 65535
Port = Annotated[int, Field(ge=0, le=HIGHEST)]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]  # ISO 3166-1 alpha-2


def listed(given: object) -> object:
    """From the environment a list comes as words with commas between."""
    return [word.strip() for word in given.split(",") if word.strip()] if isinstance(given, str) else given


def _hidden(given: object) -> object:
    return Secret(given) if isinstance(given, str) else given


Hidden = Annotated[Secret | None, BeforeValidator(_hidden)]


class Section(BaseModel):
    """Frozen, and strict about what it doesn't know. A secret comes from its file unless it is given."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, hide_input_in_errors=True, validate_by_name=True
    )

    @model_validator(mode="before")
    @classmethod
    def _from_files(cls, given: object) -> object:
        if not isinstance(given, Mapping):
            return given
        named = {name: given.get(name + FILE) for name in secrets_of(cls) if given.get(name) is None}
        return {**given, **{name: _read(Path(str(path))) for name, path in named.items() if path}}


def secrets_of(section: type[BaseModel]) -> list[str]:
    """The fields of a section that are secrets."""
    return [name for name, field in section.model_fields.items() if Secret in get_args(field.annotation)]


def _read(path: Path) -> Secret:
    file = SecretFile(path)
    try:
        file.read()
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"the secret can't be read from {path}") from None
    return Secret(file.read)


class KeysSection(Section):
    """Where the key ring is."""

    ring_file: Path = Field(default=Path("unlatch.keys"), description="The key ring; mode 0600, outside the data folder.")


class RolesSection(Section):
    """Which directory groups hold which role."""

    admin: str = Field(default="", description="Group of those who may change the rules. The first admin is whoever is in it.")
    helpdesk: str = Field(default="", description="Group of those who may open a case for a caller.")
    lead: str = Field(default="", description="Group of those who lead the helpdesk.")
    auditor: str = Field(default="", description="Group of those who may read the audit.")
    hr: str = Field(
        default="", description="Group of those who may invite joiners to their first method; a manager may invite their own."
    )


class SmtpSection(Section):
    """The mail server that codes and notices leave by."""

    host: str = Field(default="", description="Mail server. Without one no e-mail is sent, and codes by e-mail aren't offered.")
    port: Port = Field(default=587, description="Its port.")
    sender: str = Field(default="", validation_alias="from", description="Address that mail comes from.")
    username: str = Field(default="", description="Account there, if it asks for one.")
    password: Hidden = Field(default=None, description="Its password.")
    password_file: Path | None = Field(default=None, description="File that holds its password.")
    tls: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="`starttls`, `tls`, or `none` (on this machine only)."
    )


class TwilioSection(Section):
    """The account that text messages leave by. All of it is needed but the auth token and the price, or none of it."""

    account_sid: Annotated[str, Field(pattern=r"^(AC[0-9a-fA-F]{32})?$")] = Field(
        default="", description="Account at Twilio. Without one no text messages are sent, and codes by text aren't offered."
    )
    api_key_sid: Annotated[str, Field(pattern=r"^(SK[0-9a-fA-F]{32})?$")] = Field(
        default="", description="API key that sends; a restricted one for messages will do."
    )
    api_key_secret: Hidden = Field(default=None, description="The API key's secret.")
    api_key_secret_file: Path | None = Field(default=None, description="File that holds the API key's secret.")
    auth_token: Hidden = Field(
        default=None,
        description="The account's auth token, that Twilio signs with. Without it nobody hears whether texts arrive.",
    )
    auth_token_file: Path | None = Field(default=None, description="File that holds the account's auth token.")
    sender: Annotated[str, Field(pattern=r"^(\+[1-9][0-9]{6,14}|MG[0-9a-fA-F]{32})?$")] = Field(
        default="", validation_alias="from", description="Number that texts come from, as +15551234567, or a messaging service."
    )
    call_from: Annotated[str, Field(pattern=r"^(\+[1-9][0-9]{6,14})?$")] = Field(
        default="", description="Number that calls come from. Without one, or without the auth token, nobody is called."
    )
    call_price: Annotated[float, Field(gt=0, le=100)] = Field(
        default=0.15, description="What a call costs, estimated, for the same budget."
    )
    countries: Annotated[tuple[Country, ...], BeforeValidator(listed)] = Field(
        default=(), description='Countries that texts may go to, as `["DE", "AT"]`.'
    )
    daily_budget: Annotated[float, Field(ge=0, le=1_000_000)] = Field(
        default=0.0, description="Money a day, in the account's currency; strangers can spend 30 % of it."
    )
    price: Annotated[float, Field(gt=0, le=100)] = Field(
        default=0.08, description="What one part of a text costs, estimated, for the budget."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        needed = {
            "api_key_sid": self.api_key_sid,
            "api_key_secret_file": self.api_key_secret,
            "from": self.sender,
            "countries": self.countries,
            "daily_budget": self.daily_budget,
        }
        if self.account_sid and (missing := [name for name, value in needed.items() if not value]):
            raise ValueError(f"names an account, so it needs {', '.join(missing)} too")
        return self


def _range(given: str) -> str:
    url = urlsplit(given)
    local = url.scheme == "http" and url.hostname in {"localhost", "127.0.0.1"}
    if given and (not (url.scheme == "https" or local) or not url.hostname or url.query or url.fragment or url.username):
        raise ValueError("has to be an https:// address, to which five hex digits are added")
    return given


class PasswordsSection(Section):
    """What new passwords are held against beside the rules of the policy and of the directory."""

    breached_file: Path | None = Field(
        default=None, description="List of passwords that leaked, made by `unlatch breached build`; without one none is asked."
    )
    breached_range: Annotated[str, AfterValidator(_range)] = Field(
        default="",
        description="Range service that is asked besides, as `https://api.pwnedpasswords.com/range/`: five hex digits leave the house.",
    )


CALLBACK = "/sign-in/callback"  # where the provider sends browsers back to


def _issuer(given: str) -> str:
    url = urlsplit(given)
    local = url.scheme == "http" and url.hostname in {"localhost", "127.0.0.1"}
    if given and (not (url.scheme == "https" or local) or not url.hostname or url.query or url.fragment or url.username):
        raise ValueError("has to be an https:// address, exactly as the provider calls itself")
    return given


def _elsewhere(given: str) -> str:
    url = urlsplit(given)
    if given and (url.scheme != "https" or not url.hostname or url.username or url.fragment or not given.isprintable()):
        raise ValueError("has to be one https address, such as https://intranet.example.com/start")
    return given


class SignInSection(Section):
    """The company's identity provider, by OpenID Connect: how somebody without any method proves who they are."""

    issuer: Annotated[str, AfterValidator(_issuer)] = Field(
        default="",
        description="Provider, exactly as it calls itself. Without one nobody registers a first method by company sign-in.",
    )
    client_id: str = Field(default="", description="What Unlatch is called there.")
    client_secret: Hidden = Field(default=None, description="Its secret there; none for a public client.")
    client_secret_file: Path | None = Field(default=None, description="File that holds its secret there.")
    claim: str = Field(
        default="sub",
        min_length=1,
        description="Claim that says whose account it is: the directory's id, or a name as `upn`, `preferred_username`, `email`.",
    )
    directory: str = Field(
        default="", description="Directory whose accounts the provider knows; needn't be said of the only one."
    )
    admin_amr: Annotated[tuple[str, ...], BeforeValidator(listed)] = Field(
        default=("mfa",),
        description="What the claim `amr` says of a sign-in with a second factor: whoever changes the rules needs one of these.",
    )
    admin_acr: Annotated[tuple[str, ...], BeforeValidator(listed)] = Field(
        default=(), description="The same for the claim `acr`, which is asked for as well. Both lists empty: a sign-in is enough."
    )

    return_to: Annotated[str, AfterValidator(_elsewhere)] = Field(
        default="",
        description="Where people go on to who were sent to /register/check: one https address. Without it nobody is sent there.",
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.issuer and not self.client_id:
            raise ValueError("names an issuer, so it needs client_id too")
        return self


def _proxy(given: str) -> str:
    url = urlsplit(given)
    if given and (url.scheme != "http" or not url.hostname or url.path.strip("/") or url.query or url.username):
        raise ValueError("has to be an address such as http://proxy.corp.example:3128, without a name and a password in it")
    return given


class EgressSection(Section):
    """How vendors are reached: Slack, Microsoft, Twilio, the company's sign-in. Mail servers and directories are reached straight."""

    proxy: Annotated[str, AfterValidator(_proxy)] = Field(
        default="", description="Proxy that is asked by CONNECT for every vendor, as `http://proxy.corp.example:3128`."
    )
    ca_file: Path | None = Field(
        default=None,
        description="CA certificates that vendors and the mail server may show besides those that the machine trusts, "
        "for a proxy that looks inside. Directories name their own.",
    )

    def way(self) -> Egress:
        """For all clients."""
        return Egress(self.proxy, self.ca_file)


class MetricsSection(Section):
    """The listener for /metrics."""

    host: str = Field(default="127.0.0.1", description="Interface of /metrics. Its counters are nobody's business outside.")
    port: Port = Field(default=8401, description="Port of /metrics; 0: none.")


class AuditSection(Section):
    """What leaves the database about the audit."""

    checkpoints: Path | None = Field(
        default=None,
        description="File that a signed checkpoint is added to each minute; `audit.checkpoints` beside the key ring.",
    )
    archive: Path | None = Field(
        default=None,
        description="Folder that old rows move to, in signed files; `audit.archive` beside the key ring.",
    )


class PolicySection(Section):
    """The rules that are in force at the first start, before anybody has applied others, and how the operator applies those."""

    file: Path | None = Field(default=None, description="Policy document that is applied at the first start.")
    lockout_percent: int = Field(
        default=5,
        ge=0,
        le=100,
        description="`unlatch policy apply` refuses rules that would lock out more than this share of those who can help themselves today.",
    )
