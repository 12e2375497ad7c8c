"""The section of pushes to people's phones."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from bot.settings.sections import Section, listed


class WebPushSection(Section):
    """Pushes to our page on people's phones (docs/methods.md), by the push services of their browsers."""

    contact: Annotated[str, Field(pattern=r"^((mailto:|https://)[\x21-\x7e]+)?$")] = Field(
        default="", description="Whom a push service tells of trouble, as `mailto:it@corp.example`; else `base_url`."
    )
    hosts: Annotated[tuple[str, ...], BeforeValidator(listed)] = Field(
        default=(), description="Push services (`host` or `host:port`) that may be asked besides those of the known browsers."
    )
