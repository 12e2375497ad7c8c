"""Who holds which administrative role: active, or only waiting to be activated, which takes a person a minute."""

from collections.abc import AsyncIterator

from adapters.directories.entra.wire import PATIENCE, Graph

ACTIVE = "/roleManagement/directory/roleAssignments"
ELIGIBLE = "/roleManagement/directory/roleEligibilityScheduleInstances"
SELECTED = {"$select": "principalId,roleDefinitionId"}
UNLICENSED = frozenset({"AadPremiumLicenseRequired"})  # a tenant without Privileged Identity Management has nobody eligible


async def holders(graph: Graph, principal: str = "", *, patience: float = PATIENCE) -> AsyncIterator[tuple[str, str]]:
    """(account or group, role definition) of all, or of one `principal`; at any scope. Raises Unreachable."""
    wanted = {**SELECTED, "$filter": f"principalId eq '{principal}'"} if principal else SELECTED
    for path, nothing in ((ACTIVE, frozenset[str]()), (ELIGIBLE, UNLICENSED)):
        async for page in graph.pages(path, wanted, patience=patience, nothing=nothing):
            for each in page["value"]:
                yield each["principalId"], each["roleDefinitionId"]
