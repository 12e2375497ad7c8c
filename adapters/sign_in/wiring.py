"""Puts the company's identity provider together from its settings; imported where one is configured, and not otherwise."""

from adapters.sign_in.provider import Client, OpenIdProvider
from bot.platform.clock import World
from bot.platform.egress import Egress
from bot.settings.sections import CALLBACK, SignInSection


def company(section: SignInSection, base_url: str, world: World, egress: Egress) -> OpenIdProvider:
    """The browser comes back to the configured address, whatever a request says of itself."""
    return OpenIdProvider(Client(section.issuer, section.client_id, section.client_secret, base_url + CALLBACK), world, egress)
