"""The settings of the chats: each is used as soon as its secrets are there."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.settings.sections import Hidden, Section, listed

Place = Annotated[str, Field(pattern="^[TE][A-Z0-9]{2,20}$")]  # a Slack workspace, or an Enterprise Grid organisation
_ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ACCOUNTS = {  # as each chat names somebody: PLACE/PERSON, and nothing that changes hands
    "slack": re.compile("[TE][A-Z0-9]{1,20}/[UW][A-Z0-9]{1,20}"),
    "teams": re.compile(f"{_ID}/{_ID}"),
}
Guid = Annotated[str, Field(pattern="^([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})?$"), AfterValidator(str.lower)]


class SlackSection(Section):
    """One workspace by its bot token, or several by OAuth (`client_id`)."""

    mode: Literal["http", "socket"] = Field(
        default="http", description="`http`: Slack calls our address. `socket`: we call Slack, and nothing comes in."
    )
    client_id: str = Field(
        default="", description="The app's client id, to install it into several workspaces; not with bot_token."
    )
    team_ids: Annotated[tuple[Place, ...], BeforeValidator(listed)] = Field(
        default=(), description='Workspaces and organisations that may install it by OAuth, as `["T024BE7LD"]`.'
    )
    bot_token: Hidden = Field(default=None, description="Token of the app in the one workspace (xoxb-).")
    bot_token_file: Path | None = Field(default=None, description="File that holds the bot token.")
    app_token: Hidden = Field(default=None, description="App-level token for Socket Mode (xapp-).")
    app_token_file: Path | None = Field(default=None, description="File that holds the app-level token.")
    signing_secret: Hidden = Field(default=None, description="What Slack signs its requests with.")
    signing_secret_file: Path | None = Field(default=None, description="File that holds the signing secret.")
    client_secret: Hidden = Field(default=None, description="The app's client secret, for OAuth.")
    client_secret_file: Path | None = Field(default=None, description="File that holds the client secret.")

    @property
    def on(self) -> bool:
        """Whether there is a Slack at all."""
        return self.bot_token is not None or bool(self.client_id)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.bot_token is not None and self.client_id:
            raise ValueError("names both bot_token and client_id; one workspace takes the first, several the second")
        needed: dict[str, object] = {"signing_secret_file": self.signing_secret} if self.mode == "http" else {}
        if self.mode == "socket":
            needed["app_token_file"] = self.app_token
        if self.client_id:
            needed |= {"client_secret_file": self.client_secret, "team_ids": self.team_ids}
        if self.on and (missing := [name for name, value in needed.items() if not value]):
            raise ValueError(f"is used in mode {self.mode}, so it needs {', '.join(missing)} too")
        return self


class TeamsSection(Section):
    """One Microsoft 365 tenant. The app proves itself by a client secret, a certificate with its key, or its machine's identity."""

    app_id: Guid = Field(
        default="", description="Application (client) id of the bot's registration. Without one there is no Teams."
    )
    tenant_id: Guid = Field(default="", description="The only tenant whose people are served.")
    catalogue_id: Guid = Field(
        default="",
        description="The app's id in the organisation's catalogue: then it is installed for people who have to be told something "
        "and never had it, which needs a permission.",
    )
    managed_identity: bool = Field(
        default=False,
        description="Whether app_id is a managed identity of the Azure machine that this runs on; then without secrets.",
    )
    client_secret: Hidden = Field(default=None, description="Client secret of the app; not with a certificate.")
    client_secret_file: Path | None = Field(default=None, description="File that holds the client secret.")
    certificate: Hidden = Field(default=None, description="Certificate and private key of the app, as PEM.")
    certificate_file: Path | None = Field(default=None, description="PEM file that holds certificate and private key.")

    @property
    def on(self) -> bool:
        """Whether there is a Teams at all."""
        return bool(self.app_id)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        ways = [way for way in (self.client_secret, self.certificate, self.managed_identity or None) if way is not None]
        if not self.on and (self.tenant_id or self.catalogue_id or ways):
            raise ValueError("needs app_id: without it nobody can be told from anybody")
        if self.on and not self.tenant_id:
            raise ValueError("needs tenant_id: people of other tenants aren't served")
        if self.on and len(ways) != 1:
            raise ValueError("needs one of client_secret_file, certificate_file and managed_identity")
        return self
