"""The settings of one directory: which fields its kind needs, and which mean nothing to it."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.settings.sections import Hidden, Section, listed

# What each kind must be told, and what it may be told beyond `kind` and `after_reset`.
NEEDS: dict[str, tuple[str, ...]] = {
    "embedded": (),
    "active-directory": ("hosts", "base", "ca_file", "account", "password"),
    "openldap": ("hosts", "base", "ca_file", "account", "password"),
    "entra": ("tenant_id", "client_id"),
    "hybrid": ("on_premises", "cloud"),
    "agent": (),
}
MAY: dict[str, tuple[str, ...]] = {
    "embedded": (),
    "active-directory": ("writeback", "unlock", "server_name", "contacts"),
    "openldap": ("writeback", "unlock", "server_name"),
    "entra": ("client_secret", "certificate_file", "managed_identity", "writeback", "passes"),
    "hybrid": (),
    "agent": ("writeback", "unlock"),
}
DIRECT = frozenset({"active-directory", "openldap", "entra"})  # reached from here, with rights of our own


def _kind(given: object) -> object:
    if given not in NEEDS:
        known = ", ".join(f'"{kind}"' for kind in NEEDS)
        raise ValueError(f'"{given}" is no kind of directory that this version knows; it knows {known}')
    return given


def _hosts(given: tuple[str, ...]) -> tuple[str, ...]:
    if plain := [host for host in given if "://" in host and not host.startswith("ldaps://")]:
        raise ValueError(f"{plain[0]} isn't LDAPS; passwords cross no other wire (LDAP and StartTLS are refused)")
    return given


class DirectorySection(Section):
    """One directory: what it is, where it is, and by which account it is reached."""

    kind: Annotated[Literal["embedded", "active-directory", "openldap", "entra", "hybrid", "agent"], BeforeValidator(_kind)] = (
        Field(description="What it is: `embedded`, `active-directory`, `openldap`, `entra`, `hybrid`, `agent`.")
    )
    hosts: Annotated[tuple[str, ...], BeforeValidator(listed), AfterValidator(_hosts)] = Field(
        default=(),
        description='LDAPS servers in the order in which they are asked, as `["dc1.corp.example", "dc2.corp.example"]`.',
    )
    server_name: str = Field(default="", description="Name in the servers' certificates, where it isn't the one in `hosts`.")
    base: str = Field(default="", description="Naming context, as `DC=corp,DC=example`.")
    ca_file: Path | None = Field(default=None, description="CA certificates that the servers' certificates are checked against.")
    account: str = Field(default="", description="Service account: its UPN or distinguished name.")
    password: Hidden = Field(default=None, description="The service account's password.")
    password_file: Path | None = Field(default=None, description="File that holds the service account's password.")
    writeback: bool = Field(default=True, description="Whether passwords are set and locks taken off there.")
    unlock: bool = Field(default=True, description="Whether locks are taken off there without a new password.")
    contacts: bool = Field(
        default=False, description="Whether a number or private address that somebody proved here is written there."
    )
    tenant_id: str = Field(default="", description="Entra tenant.")
    client_id: str = Field(default="", description="The application's id there.")
    client_secret: Hidden = Field(default=None, description="The application's secret.")
    client_secret_file: Path | None = Field(default=None, description="File that holds the application's secret.")
    certificate_file: Path | None = Field(
        default=None, description="PEM file with the application's certificate and private key, instead of a secret."
    )
    managed_identity: bool = Field(default=False, description="Whether the machine's managed identity is used instead of both.")
    passes: bool = Field(
        default=False, description="Whether a temporary access pass that the helpdesk has made is this directory's own."
    )
    on_premises: str = Field(
        default="", description="Directory that synced accounts live in: one of kind `active-directory` or `agent`."
    )
    cloud: str = Field(default="", description="Directory of kind `entra` that knows which accounts are synced.")
    after_reset: Annotated[tuple[str, ...], BeforeValidator(listed)] = Field(
        default=(),
        description="What people are told after a new password: `sign-in-again`, `vpn`, `phone`; its kind's own where unset.",
    )

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        secret = {"password": "password_file", "client_secret": "client_secret_file"}
        if missing := [secret.get(name, name) for name in NEEDS[self.kind] if not getattr(self, name)]:
            raise ValueError(f"is of kind {self.kind}, so it needs {', '.join(missing)} too")
        known = {*NEEDS[self.kind], *MAY[self.kind], "kind", "after_reset", "password_file", "client_secret_file"}
        if foreign := sorted(name for name in self.model_fields_set - known if self._said(name)):
            raise ValueError(f"is of kind {self.kind}, to which {', '.join(foreign)} mean nothing")
        return self

    def _said(self, name: str) -> bool:
        """Something else than what it is when nobody says anything. Secrets aren't compared."""
        value, default = getattr(self, name), type(self).model_fields[name].default
        return value is not None and (default is None or value != default)
