"""The stand-in's accounts: found by filters, shown by selected properties, and given passwords that keep Entra's rules."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.kit.graph.tenant import GROUPS, PASSES, READ, REVOKE, ROLES, SET, User

if TYPE_CHECKING:
    from tests.kit.graph.server import Graph

RIGHTS = web.RequestKey("rights", frozenset[str])  # what the token of a request allows
DEFAULT = ("id", "userPrincipalName", "displayName", "givenName", "surname", "mail", "preferredLanguage")
STRING = r"'((?:[^']|'')*)'"
NAMED = re.compile(f"userPrincipalName eq {STRING} or mail eq {STRING}")
ANCHORED = re.compile(f"onPremisesImmutableId eq {STRING}")
LISTED = re.compile(r"id in \(([^)]*)\)")
HOLDER = re.compile(f"principalId eq {STRING}")
BANNED = ("password", "qwertz", "letmein")
SIMPLE = "The specified password does not comply with password complexity requirements. Please provide a different password."
UNPASSED = "Converged UserCredentialPolicy does not allow creating or updating TemporaryAccessPass."
MASTERED = "Unable to update the specified properties for on-premises mastered Directory Sync objects."


class Accounts:
    """Of one tenant."""

    def __init__(self, graph: "Graph") -> None:
        self.graph, self.tenant = graph, graph.tenant

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1.0/users", self._users),
            web.get("/v1.0/users/{id:[0-9a-f-]{36}}", self._user),
            web.patch("/v1.0/users/{id}", self._set),
            web.post("/v1.0/users/{id}/revokeSignInSessions", self._revoke),
            web.post("/v1.0/users/{id}/authentication/temporaryAccessPassMethods", self._pass),
            web.get("/v1.0/users/{id}/transitiveMemberOf", self._groups),
            web.get("/v1.0/roleManagement/directory/roleAssignments", self._roles),
            web.get("/v1.0/roleManagement/directory/roleEligibilityScheduleInstances", self._eligible),
            web.get("/v1.0/directory/deletedItems/microsoft.graph.user", self._deleted),
        ]

    async def _users(self, request: web.Request) -> web.Response:
        if READ not in request[RIGHTS]:
            return denied()
        found = self._matching(request.query.get("$filter", ""))
        return self.paged(request, found, lambda user: shown(user, request))

    async def _user(self, request: web.Request) -> web.Response:
        if READ not in request[RIGHTS]:
            return denied()
        user = self.tenant.users.get(request.match_info["id"])
        return web.json_response(shown(user, request)) if user else missing(request.match_info["id"])

    async def _set(self, request: web.Request) -> web.Response:
        id = request.match_info["id"]
        user = self.tenant.users.get(id)
        if user is None:
            return missing(id)
        if SET not in request[RIGHTS] or self.tenant.privileged(id):
            return denied()
        profile = (await request.json())["passwordProfile"]
        if user.get("onPremisesSyncEnabled"):
            return error(400, "Request_BadRequest", MASTERED)
        if no := against(profile["password"]):
            return no
        mark = self.tenant.set(id, profile["password"], must_change=profile["forceChangePasswordNextSignIn"])
        if self.graph.delay == 0:
            self.tenant.shows(id, mark)
        elif self.graph.delay > 0:
            asyncio.get_running_loop().call_later(self.graph.delay, self.tenant.shows, id, mark)
        return web.Response(status=204)

    async def _revoke(self, request: web.Request) -> web.Response:
        if REVOKE not in request[RIGHTS]:
            return denied()
        self.tenant.ended.append(request.match_info["id"])
        return web.json_response({"@odata.context": "…#Edm.Boolean", "value": True})

    async def _pass(self, request: web.Request) -> web.Response:
        id, wanted = request.match_info["id"], await request.json()
        if PASSES not in request[RIGHTS] or self.tenant.privileged(id):
            return denied()
        if not self.tenant.gives_passes:
            return error(400, "badRequest", UNPASSED)
        assert wanted["isUsableOnce"] is True
        text = self.tenant.pass_for(id, wanted["lifetimeInMinutes"])
        begins = datetime.fromtimestamp(self.tenant.now(), UTC).isoformat()
        return web.json_response({**wanted, "id": "p1", "temporaryAccessPass": text, "startDateTime": begins}, status=201)

    async def _groups(self, request: web.Request) -> web.Response:
        """Without the right to read groups, of each nothing but its id is told, and no fault."""
        named = GROUPS in request[RIGHTS]
        found: list[dict[str, Any]] = [
            {
                "@odata.type": "#microsoft.graph.group",
                "id": group.id,
                "displayName": group.name if named else None,
                "isAssignableToRole": (group.assignable or None) if named else None,
            }
            for group in self.tenant.above(request.match_info["id"])
        ]
        unit = {"@odata.type": "#microsoft.graph.administrativeUnit", "id": "unit", "displayName": "No group at all"}
        return self.paged(request, [*found, unit])

    async def _roles(self, request: web.Request) -> web.Response:
        return self._held(request, self.tenant.roles)

    async def _eligible(self, request: web.Request) -> web.Response:
        if self.tenant.eligible is None:
            return error(400, "AadPremiumLicenseRequired", "The tenant needs to have Microsoft Entra ID P2 license.")
        return self._held(request, self.tenant.eligible)

    def _held(self, request: web.Request, roles: list[tuple[str, str]]) -> web.Response:
        if ROLES not in request[RIGHTS]:
            return denied()
        matched = HOLDER.fullmatch(request.query.get("$filter", ""))
        found = [{"principalId": who, "roleDefinitionId": role} for who, role in roles]
        return self.paged(request, [each for each in found if not matched or each["principalId"] == matched[1]])

    async def _deleted(self, request: web.Request) -> web.Response:
        return self.paged(request, [{"id": id} for id in self.tenant.deleted])

    def _matching(self, wanted: str) -> list[User]:
        users = list(self.tenant.users.values())
        if not wanted:
            return users
        if named := NAMED.fullmatch(wanted):
            keys = [key.replace("''", "'").casefold() for key in named.groups()]
            fields = ("userPrincipalName", "mail")
            return [u for u in users if any((u.get(f) or "").casefold() == k for f, k in zip(fields, keys, strict=True))]
        if anchored := ANCHORED.fullmatch(wanted):
            return [u for u in users if u.get("onPremisesImmutableId") == anchored[1].replace("''", "'")]
        listed = LISTED.fullmatch(wanted)
        assert listed, f"no filter that the stand-in knows: {wanted}"
        ids = re.findall(STRING, listed[1])
        assert len(ids) <= 15
        return [user for user in users if user["id"] in ids]

    def paged(self, request: web.Request, found: list[User], show: Callable[[User], User] = dict) -> web.Response:
        start = int(request.query.get("$skiptoken", "0"))
        page = list(map(show, found[start : start + self.graph.page]))
        body: dict[str, Any] = {"@odata.context": "…", "value": page}
        if start + self.graph.page < len(found):
            here = request.rel_url.update_query({"$skiptoken": str(start + self.graph.page)})
            body["@odata.nextLink"] = f"{self.graph.origin}{here}"
        return web.json_response(body)


def shown(user: User, request: web.Request) -> User:
    """Only what is selected; a property that was never set is null."""
    names = request.query.get("$select", ",".join(DEFAULT)).split(",")
    found = {name: user.get(name) for name in names if name not in {"manager", "members"}}
    if "$expand" in request.query and user.get("manager"):
        found["manager"] = {"@odata.type": "#microsoft.graph.user", "id": user["manager"]}
    return found


def against(password: str) -> web.Response | None:
    """Entra's refusals, with bodies as long and nested as they come."""
    kinds = [str.isupper, str.islower, str.isdigit, lambda c: not c.isalnum()]
    shape = 8 <= len(password) <= 256 and password.isascii() and sum(any(map(kind, password)) for kind in kinds) >= 3
    if not shape:
        return error(400, "Request_BadRequest", SIMPLE)
    if any(word in password.lower() for word in BANNED):
        inner = {"code": "FuzzyPolicyViolationInvalidPassword", "innererror": {"code": "PasswordBannedPassword"}}
        return error(400, "Request_BadRequest", "The password is not allowed.", **inner)
    return None


def error(status: int, code: str, said: str, /, **inner: object) -> web.Response:
    """As Graph answers; it repeats what was sent, and a lot besides."""
    about = {"date": "2026-11-25T12:00:00", "request-id": "0f0f", "client-request-id": "1e1e", **inner}
    details = [{"code": "InvalidValue", "target": "passwordProfile", "message": "x" * 2000}]
    return web.json_response({"error": {"code": code, "message": said, "details": details, "innerError": about}}, status=status)


def denied() -> web.Response:
    return error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def missing(id: str) -> web.Response:
    return error(
        404, "Request_ResourceNotFound", f"Resource '{id}' does not exist or one of its queried references is not present."
    )
