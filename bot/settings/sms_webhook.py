"""The section of a provider for text messages that takes signed webhooks."""

from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.settings.sections import Country, Hidden, Section, listed


def _address(given: str) -> str:
    url = urlsplit(given)
    local = url.scheme == "http" and url.hostname in {"localhost", "127.0.0.1"}
    if given and (not (url.scheme == "https" or local) or not url.hostname or url.username or url.fragment):
        raise ValueError("has to be an https:// address without a name and a password in it")
    return given


class SmsWebhookSection(Section):
    """A provider that takes texts as signed webhooks (docs/methods.md), alone or where Twilio won't carry one."""

    url: Annotated[str, AfterValidator(_address)] = Field(
        default="",
        description="Address that takes a signed POST of `{to, text, id}`: docs/methods.md. Without one nothing is sent there.",
    )
    secret: Hidden = Field(default=None, description='What both sides sign with (Standard Webhooks): "whsec_" and base64.')
    secret_file: Path | None = Field(default=None, description="File that holds what both sides sign with.")
    countries: Annotated[tuple[Country, ...], BeforeValidator(listed)] = Field(
        default=(), description="Countries that texts may go to; with [twilio] its own, so none here."
    )
    daily_budget: Annotated[float, Field(ge=0, le=1_000_000)] = Field(
        default=0.0, description="Money a day; with [twilio] its own counts for both, so none here."
    )
    price: Annotated[float, Field(gt=0, le=100)] = Field(
        default=0.08, description="What one part of a text costs there, estimated, for the budget."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.url and self.secret is None:
            raise ValueError("names an address, so it needs secret_file too")
        return self
