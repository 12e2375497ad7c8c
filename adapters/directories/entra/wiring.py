"""Entra put together from its settings; the composition root imports this where one is configured, and else nothing here."""

from collections.abc import AsyncIterator
from dataclasses import replace

from adapters.directories.entra.checks import examined
from adapters.directories.entra.cloud import WORLDWIDE, CloudEndpoints
from adapters.directories.entra.directory import EntraDirectory
from adapters.directories.entra.graph_client import Graph
from adapters.directories.entra.people import ID
from adapters.directories.entra.tokens import Application, Tokens, fetcher
from bot.doctor.finding import Finding
from bot.platform.clock import World
from bot.platform.egress import Egress
from bot.platform.errors import OperatorError
from bot.settings.directories import DirectorySection

OWN = ("after_reset.sign_in_again", "after_reset.phone")


def directory(
    name: str,
    section: DirectorySection,
    world: World,
    advice: tuple[str, ...] = (),
    cloud: CloudEndpoints = WORLDWIDE,
    egress: Egress | None = None,
) -> EntraDirectory:
    """`cloud` stands for Microsoft's addresses, in tests. Raises OperatorError when it isn't said who we are there."""
    cloud = replace(cloud, egress=egress) if egress else cloud
    graph = Graph(cloud, Tokens(fetcher(_application(name, section), cloud), world))
    tenant = section.tenant_id.lower()
    tenant = tenant if ID.fullmatch(tenant) else ""
    return EntraDirectory(name, graph, section.writeback, advice or OWN, tenant, passes=section.passes)


def findings(
    name: str, section: DirectorySection, world: World, cloud: CloudEndpoints = WORLDWIDE, egress: Egress | None = None
) -> AsyncIterator[Finding]:
    """For the doctor. Raises OperatorError as `directory` does."""
    cloud = replace(cloud, egress=egress) if egress else cloud
    return examined(name, fetcher(_application(name, section), cloud), directory(name, section, world, cloud=cloud))


def _application(name: str, section: DirectorySection) -> Application:
    ways = (section.client_secret, section.certificate_file, section.managed_identity or None)
    if sum(way is not None for way in ways) != 1:
        wanted = "client_secret_file, certificate_file and managed_identity"
        raise OperatorError(f"[directories.{name}] needs one of {wanted}, and no two of them.")
    return Application(section.tenant_id, section.client_id, *ways[:2], managed=section.managed_identity)
