"""Microsoft on loopback: an authority that signs and rotates keys, a login, and a Bot Connector that records and refuses as it is told."""

import functools
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa

from adapters.teams.endpoints import METADATA
from tests.kit.cards import checked

APP, TENANT, SECRET = "11111111-aaaa-4bbb-8ccc-000000000001", "22222222-aaaa-4bbb-8ccc-000000000002", "app-secret-of-contoso"
CATALOGUE, INSTALL = "33333333-aaaa-4bbb-8ccc-000000000003", "TeamsAppInstallation.ReadWriteSelfForUser.All"
CONNECTOR, GRAPH = "https://api.botframework.com", "https://graph.microsoft.com"
ISSUER, KEYS = "https://api.botframework.com", "/v1/.well-known/keys"
Answered = tuple[int, dict[str, str], dict[str, Any]]
ids = itertools.count(1)


@functools.cache
def signing_key(number: int) -> rsa.RSAPrivateKey:
    """The same in every test: to make one takes a while."""
    return rsa.generate_private_key(65537, 2048)


class NotInstalledError(Exception):
    """They haven't got the app."""


@dataclass
class Microsoft:
    """What was said, in order; who there is; and what it is made to refuse."""

    members: dict[str, dict[str, Any]] = field(default_factory=dict)  # by their id at the bot
    messages: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)  # by conversation and id, in order
    typing: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    logins: list[dict[str, str]] = field(default_factory=list)
    issued: dict[str, str] = field(default_factory=dict)  # the newest token for each resource
    granted: tuple[str, ...] = (INSTALL,)  # at Graph, to the app
    installed: dict[str, str] = field(default_factory=dict)  # object id -> id at the bot, for whoever has the app
    refuses: dict[str, list[Answered]] = field(default_factory=dict)  # what is called: once each
    drops: set[str] = field(default_factory=set)  # heard, and the answer lost
    published: list[int] = field(default_factory=lambda: [0])  # numbers of keys
    endorsements: list[str] = field(default_factory=lambda: ["msteams", "webchat"])
    base: str = ""
    server: TestServer | None = None

    async def start(self) -> str:
        app = web.Application()
        app.router.add_get(METADATA, self._metadata)
        app.router.add_get(KEYS, self._keys)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._login)
        app.router.add_get("/metadata/identity/oauth2/token", self._machine)
        app.router.add_post("/v3/conversations", self._open)
        app.router.add_post("/v3/conversations/{conversation}/activities", self._say)
        app.router.add_put("/v3/conversations/{conversation}/activities/{id}", self._over)
        app.router.add_get("/v3/conversations/{conversation}/members/{user}", self._member)
        app.router.add_post("/v1.0/users/{user}/teamwork/installedApps", self._install)
        self.server = TestServer(app)
        await self.server.start_server()
        self.base = str(self.server.make_url("")).rstrip("/")
        return self.base

    async def close(self) -> None:
        if self.server:
            await self.server.close()

    @property
    def service_url(self) -> str:
        return f"{self.base}/"

    def person(self, user: str, object_id: str, **said: Any) -> dict[str, Any]:
        """Somebody of the house, unless it is said otherwise."""
        known = {"id": user, "name": user, "aadObjectId": object_id, "tenantId": TENANT, "userRole": "user"}
        self.members[user] = {**known, "userPrincipalName": "somebody@contoso.example", **said}
        return self.members[user]

    def token(self, now: float, *, key: int = 0, alg: str = "RS256", kid: str | None = None, **claims: Any) -> str:
        """As the Bot Framework signs; a claim that is None is left out."""
        said = {"iss": ISSUER, "aud": APP, "exp": now + 3600, "nbf": now - 10, "serviceurl": self.service_url, **claims}
        made = {name: value for name, value in said.items() if value is not None}
        by: Any = {"RS256": signing_key(key), "RS384": signing_key(key), "HS256": "x" * 64, "none": None}[alg]
        return jwt.encode(made, by, alg, headers={"kid": f"key-{key}" if kid is None else kid})

    def newest(self, conversation: str) -> dict[str, Any] | None:
        found = [m for (where, _), m in self.messages.items() if where == conversation]
        return found[-1] if found else None

    async def _metadata(self, _request: web.Request) -> web.Response:
        self.calls.append("metadata")
        return self._refusal("metadata") or web.json_response({"issuer": ISSUER, "jwks_uri": self.base + KEYS})

    async def _keys(self, _request: web.Request) -> web.Response:
        self.calls.append("keys")
        made = []
        for number in self.published:
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(signing_key(number).public_key()))
            made.append({**public, "use": "sig", "kid": f"key-{number}", "endorsements": self.endorsements})
        return self._refusal("keys") or web.json_response({"keys": made})

    async def _login(self, request: web.Request) -> web.Response:
        self.calls.append("login")
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.logins.append(form)
        if refused := self._refusal("login"):
            return refused
        assert form["scope"] in (f"{CONNECTOR}/.default", f"{GRAPH}/.default")
        assert (request.match_info["tenant"], form["client_id"]) == (TENANT, APP)
        if form.get("client_secret") != SECRET and "client_assertion" not in form:
            return web.json_response({"error": "invalid_client", "error_description": "secret"}, status=401)
        token = self._issue(form["scope"].removesuffix("/.default"))
        return web.json_response({"token_type": "Bearer", "expires_in": 3599, "access_token": token})

    async def _machine(self, request: web.Request) -> web.Response:
        """As Azure answers one of its machines."""
        assert (request.headers["Metadata"], request.query["client_id"]) == ("true", APP)
        assert request.query["resource"] in (CONNECTOR, GRAPH)
        self.logins.append(dict(request.query))
        token = self._issue(request.query["resource"])
        return web.json_response({"token_type": "Bearer", "expires_in": "86399", "access_token": token})

    def _issue(self, resource: str) -> str:
        claims = {"aud": resource, "jti": str(len(self.logins)), **({"roles": list(self.granted)} if resource == GRAPH else {})}
        self.issued[resource] = jwt.encode(claims, "of-microsoft-for-itself-alone-0123456789", "HS256")
        return self.issued[resource]

    async def _open(self, request: web.Request) -> web.Response:
        def done(said: Mapping[str, Any]) -> dict[str, Any]:
            assert said["bot"]["id"] == f"28:{APP}"
            assert said["tenantId"] == TENANT
            return {"id": f"a:{self._at_the_bot(said['members'][0]['id'])}"}

        return await self._answered("open", request, done)

    def _at_the_bot(self, member: str) -> str:
        """An object's id is as good as a person's own for whoever has the app, and for nobody else."""
        if member.startswith("29:"):
            return member
        if member not in self.installed:
            raise NotInstalledError
        return self.installed[member]

    async def _install(self, request: web.Request) -> web.Response:
        """Microsoft Graph, "Install app for user"."""
        self.calls.append("install")
        if request.headers.get("Authorization", "") != f"Bearer {self.issued.get(GRAPH)}":
            return web.json_response({"error": {"code": "InvalidAuthenticationToken"}}, status=401)
        if refused := self._refusal("install"):
            return refused
        if INSTALL not in self.granted:
            return web.json_response({"error": {"code": "Forbidden"}}, status=403)
        said, who = await request.json(), request.match_info["user"]
        assert said == {"teamsApp@odata.bind": f"{GRAPH}/v1.0/appCatalogs/teamsApps/{CATALOGUE}"}
        user = next((user for user, known in self.members.items() if known["aadObjectId"] == who), "")
        if not user:
            return web.json_response({"error": {"code": "NotFound"}}, status=404)
        if who in self.installed:
            return web.json_response({"error": {"code": "Conflict"}}, status=409)
        self.installed[who] = user
        return web.Response(status=201)

    async def _say(self, request: web.Request) -> web.Response:
        where = request.match_info["conversation"]

        def done(said: Mapping[str, Any]) -> dict[str, Any]:
            if said["type"] == "typing":
                self.typing.append(where)
                return {"id": "t"}
            return self._put(where, f"1:{next(ids)}", said)

        return await self._answered("say", request, done)

    async def _over(self, request: web.Request) -> web.Response:
        where, id = request.match_info["conversation"], request.match_info["id"]
        if (where, id) not in self.messages:
            return web.json_response({"error": {"code": "ActivityNotFoundInConversation"}}, status=404)
        return await self._answered("over", request, lambda said: self._put(where, id, said))

    async def _member(self, request: web.Request) -> web.Response:
        user = request.match_info["user"]
        if user not in self.members:
            return web.json_response({"error": {"code": "MemberNotFoundInConversation"}}, status=404)
        return await self._answered("member", request, lambda _: self.members[user])

    async def _answered(self, what: str, request: web.Request, done: Any) -> web.Response:
        self.calls.append(what)
        if request.headers.get("Authorization", "") != f"Bearer {self.issued.get(CONNECTOR)}":
            return web.json_response({"error": {"code": "Unauthorized"}}, status=401)
        if refused := self._refusal(what):
            return refused
        try:
            answer = done(await request.json() if request.can_read_body else {})
        except NotInstalledError:
            return web.json_response({"error": {"code": "ForbiddenOperationException"}}, status=403)
        if what in self.drops:
            self.drops.discard(what)
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(answer)

    def _refusal(self, what: str) -> web.Response | None:
        if queued := self.refuses.get(what):
            status, headers, body = queued.pop(0)
            return web.json_response(body, status=status, headers=headers)
        return None

    def _put(self, where: str, id: str, said: Mapping[str, Any]) -> dict[str, Any]:
        assert said["type"] == "message"
        assert "text" not in said  # it would stand beside the card, and be read as Markdown
        (attached,) = said["attachments"]
        assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
        self.messages[where, id] = {"id": id, "card": checked(attached["content"]), "summary": said["summary"]}
        return {"id": id}
