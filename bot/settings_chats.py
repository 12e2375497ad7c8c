"""The settings of the chats: each is used as soon as its secrets are there."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from bot.settings_sections import Hidden, Section, listed

Place = Annotated[str, Field(pattern="^[TE][A-Z0-9]{2,20}$")]  # a Slack workspace, or an Enterprise Grid organisation


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
