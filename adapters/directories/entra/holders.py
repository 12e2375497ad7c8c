"""Who holds which administrative role: active, or only waiting to be activated, which takes a person a minute."""

from collections.abc import AsyncIterator
from enum import StrEnum

from adapters.directories.entra.errors import code_of
from adapters.directories.entra.graph_client import PATIENCE, Graph

ACTIVE = "/roleManagement/directory/roleAssignments"
ELIGIBLE = "/roleManagement/directory/roleEligibilityScheduleInstances"
SELECTED = {"$select": "principalId,roleDefinitionId"}
UNLICENSED = frozenset({"AadPremiumLicenseRequired"})  # a tenant without Privileged Identity Management has nobody eligible


class Eligible(StrEnum):
    """Whether Graph tells who may activate a role."""

    TOLD = "told"
    NOBODY = "nobody"
    REFUSED = "refused"


async def eligible(graph: Graph) -> Eligible:
    """Asks for one of them. Raises Unreachable."""
    answer = await graph.get(ELIGIBLE, {**SELECTED, "$top": "1"})
    if code_of(answer.body) in UNLICENSED:
        return Eligible.NOBODY
    return Eligible.TOLD if answer.well else Eligible.REFUSED


async def holders(graph: Graph, principal: str = "", *, patience: float = PATIENCE) -> AsyncIterator[tuple[str, str]]:
    """(account or group, role definition) of all, or of one `principal`; at any scope. Raises Unreachable."""
    wanted = {**SELECTED, "$filter": f"principalId eq '{principal}'"} if principal else SELECTED
    for path, nothing in ((ACTIVE, frozenset[str]()), (ELIGIBLE, UNLICENSED)):
        async for page in graph.pages(path, wanted, patience=patience, nothing=nothing):
            for each in page["value"]:
                yield each["principalId"], each["roleDefinitionId"]
