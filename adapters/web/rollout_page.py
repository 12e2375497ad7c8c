"""The roll-out as a checklist that is alive: where it stands, who is missing and why, what the next step would do; for admins alone."""

from collections.abc import Sequence

from aiohttp import web

from adapters.web.admin_door import HOME, ROLL_OUT, AdminDoor, AtPage, Shut
from adapters.web.forms import query
from adapters.web.pages import Pages
from adapters.web.rules_page import PICKER
from adapters.web.rules_port import RulesDesk
from bot.coverage.reports import Unable
from bot.coverage.rollout import Tried, with_scope
from bot.model.facts import Audited
from bot.platform.sentences import Misstep
from bot.policy.interfaces import PolicyError
from bot.policy.policy import Policy, ScopeState, dump, parse
from bot.policy.rule_changes import NotChanged

MISSING = 50  # names that the page lists
LONGEST = 120  # characters of a name
TARGET = ROLL_OUT[1:]


class RolloutPage:
    """Each step ends at the preview of a change of the rules, which is confirmed as any other."""

    def __init__(self, desk: RulesDesk, pages: Pages, door: AdminDoor) -> None:
        self._desk, self._pages, self._door = desk, pages, door

    async def show(self, request: web.Request) -> web.Response:
        """As of now."""
        try:
            at = await self._door.admin(request, TARGET)
        except Shut as shut:
            return await self._door.shut(request, shut.target)
        tries = query(request, "as")[:LONGEST].strip() if "as" in request.query else ""
        if ("who" in request.query or tries) and not at.acting.fresh:
            return await self._page(request, at, notice="rollout.sign_in", status=403)
        return await self._page(request, at, tries, names="who" in request.query)

    async def step(self, request: web.Request) -> web.Response:
        """To the preview of a step. Raises HTTPBadRequest for what is none."""
        try:
            at, form = await self._door.posted(request, TARGET)
        except Shut as shut:
            return await self._door.shut(request, shut.target)
        version, policy = await self._desk.changes.in_force()
        if (state := form.get("state", "")) not in set(ScopeState):
            raise web.HTTPBadRequest
        try:
            wanted = with_scope(policy, ScopeState(state), form.get("group", "").strip())
            new = parse(dump(wanted), frozenset(self._desk.kinds))
            id = await self._desk.changes.draft(at.acting, version, new)
        except PolicyError:
            return await self._page(request, at, notice="rules.no_group", status=422)
        except NotChanged as no:
            return await self._page(request, at, notice=f"rules.why.{no.why}")
        return web.Response(status=303, headers={"Location": f"{HOME}/changes/{id}"})

    async def _page(
        self,
        request: web.Request,
        at: AtPage,
        tries: str = "",
        notice: str = "",
        *,
        names: bool = False,
        status: int = 200,
    ) -> web.Response:
        desk, language = self._desk, self._pages.language(request)
        version, policy = await desk.changes.in_force()
        scope = policy.scope
        sizes = {group.name.casefold(): group.accounts for group in await desk.groups.sizes(scope.groups)}
        everybody = with_scope(policy, ScopeState.ALL)
        context: dict[str, object] = {
            "me": at,
            "notice": notice,
            "version": version,
            "state": scope.state.value,
            "groups": [(name, sizes.get(name.casefold(), 0)) for name in scope.groups],
            "choices": [(group.name, group.accounts) for group in await desk.groups.groups(PICKER)],
            "progress": await desk.rollout.progress(),
            "missing": await self._missing(at) if names else None,
            "sent": await desk.rollout.sent(),
            "asked": policy.registration.required,
            "forecast": await desk.changes.forecast(policy, everybody) if scope.state is not ScopeState.ALL else None,
            "premises": await desk.premises(),
            "tries": tries,
            "tried": await self._tried(at, tries, policy) if tries else None,
        }
        return self._pages.page("rollout.html", language, context, status=status)

    async def _missing(self, at: AtPage) -> Sequence[Unable]:
        """Names are for whoever has just signed in, and who saw them is on record."""
        await self._desk.changes.audit.audited(Audited("rollout:missing:shown", at.session.subject))
        return await self._desk.rollout.missing(MISSING)

    async def _tried(self, at: AtPage, name: str, policy: Policy) -> Tried | None:
        """Likewise. A directory that is silent knows nobody."""
        await self._desk.changes.audit.audited(Audited("rollout:person:tried", at.session.subject))
        try:
            return await self._desk.rollout.tried(name, policy)
        except Misstep:
            return None
