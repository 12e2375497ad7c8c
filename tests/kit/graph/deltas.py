"""The stand-in's deltas: tokens are numbers of changes, live as long as the tenant remembers, and come in pages."""

from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.kit.graph.accounts import RIGHTS, denied, error, shown
from tests.kit.graph.tenant import GROUPS, READ, GroupThere

if TYPE_CHECKING:
    from tests.kit.graph.server import Graph

Record = dict[str, Any]


class Deltas:
    """Of one tenant."""

    def __init__(self, graph: "Graph") -> None:
        self.graph, self.tenant = graph, graph.tenant

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/v1.0/users/delta", self._users), web.get("/v1.0/groups/delta", self._groups)]

    async def _users(self, request: web.Request) -> web.Response:
        since, skip, selected = self._asked(request)
        if READ not in request[RIGHTS]:
            return denied()
        if since is not None and since < self.tenant.forgotten:
            return self._gone(request)
        changed = [u for id, u in self.tenant.users.items() if self.tenant.changed[id] > (since or 0)]
        query = request.clone(rel_url=request.rel_url.update_query({"$select": selected}))
        found: list[Record] = [shown(user, query) for user in changed]
        if since is not None:
            gone = [id for id, number in self.tenant.deleted.items() if number > since]
            found += [{"id": id, "@removed": {"reason": "changed"}} for id in gone]
        return self._paged(request, found, since, skip, selected)

    async def _groups(self, request: web.Request) -> web.Response:
        since, skip, selected = self._asked(request)
        if GROUPS not in request[RIGHTS]:
            return denied()
        if since is not None and since < self.tenant.forgotten:
            return self._gone(request)
        found = [
            record
            for id, group in self.tenant.groups.items()
            if self.tenant.changed[id] > (since or 0)
            for record in self._records(group, since)
        ]
        if since is not None:
            gone = [id for id, number in self.tenant.ungrouped.items() if number > since]
            found += [{"id": id, "@removed": {"reason": "deleted"}} for id in gone]
        return self._paged(request, found, since, skip, selected)

    def _records(self, group: GroupThere, since: int | None) -> list[Record]:
        """A group with many members comes in several records."""
        about: Record = {"id": group.id, "displayName": group.name, "isAssignableToRole": group.assignable or None}
        members: dict[str, Record] = {id: {"id": id} for id in group.members}
        if since is not None:
            late = [(member, came) for number, member, came in group.log if number > since]
            members = {id: {"id": id} if came else {"id": id, "@removed": {"reason": "deleted"}} for id, came in late}
        told = list(members.values())
        size = max(self.graph.page, 1)
        parts = [told[at : at + size] for at in range(0, len(told), size)] or [[]]
        return [{**about, "members@delta": part} if part else about for part in parts]

    def _asked(self, request: web.Request) -> tuple[int | None, int, str]:
        """Everything that was asked for at first is inside the token, as Graph has it."""
        token = request.query.get("$deltatoken") or request.query.get("$skiptoken")
        if token is None:
            return None, 0, request.query["$select"]
        if token == "latest":
            return self.tenant.number, 0, request.query["$select"]
        since, skip, selected = token.split("~")
        return (int(since) if since else None), int(skip), selected

    def _paged(self, request: web.Request, found: list[Record], since: int | None, skip: int, selected: str) -> web.Response:
        end = skip + self.graph.page
        body: Record = {"@odata.context": "…", "value": found[skip:end]}
        here = f"{self.graph.origin}{request.path}"
        if end < len(found):
            before = "" if since is None else since
            body["@odata.nextLink"] = f"{here}?$skiptoken={before}~{end}~{selected}"
        else:
            body["@odata.deltaLink"] = f"{here}?$deltatoken={self.tenant.number}~0~{selected}"
        return web.json_response(body)

    def _gone(self, request: web.Request) -> web.Response:
        answer = error(410, "syncStateNotFound", "The sync state generation is not found.")
        answer.headers["Location"] = f"{self.graph.origin}{request.path}?$deltatoken="
        return answer
