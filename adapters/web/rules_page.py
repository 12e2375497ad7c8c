"""The rules where an Entra admin looks for them, and each change of them as a preview that is confirmed; for admins alone."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from aiohttp import web

from adapters.web.admin_door import HOME, AdminDoor, AtPage, Shut
from adapters.web.group_fields import group_fields
from adapters.web.pages import Pages
from adapters.web.rules_fields import GROUPS, Reader, RuleField, by_heading, sizes_of
from adapters.web.rules_form import asked_for
from adapters.web.rules_port import RulesDesk
from bot.policy.history import PolicyVersion, set_by
from bot.policy.interfaces import PolicyError
from bot.policy.policy import Policy, ScopeState, ThreatLevel, dump, parse
from bot.policy.policy_change import ChangeId, ChangeStage
from bot.policy.rule_changes import NotChanged, Preview, WhyNot
from bot.policy.rule_weights import changes

PICKER, LATEST, DIGITS = 300, 12, 9  # groups to choose from; versions in the list; of a version's number
NOT_COUNTED = ("registration.contact_data", "registration.country")  # what these do to methods is known after the next sync
STATUS = {WhyNot.NOT_YOURS: 403, WhyNot.OWN_APPROVAL: 403, WhyNot.STALE_SIGN_IN: 403, WhyNot.OVER: 410, WhyNot.NOTHING: 200}
Act = Callable[[AtPage, ChangeId], Awaitable[ChangeId]]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version, as the list shows it."""

    number: int
    at: float
    by: str
    what: str
    in_force: bool


class RulesPage:
    """`/rules` and `/rules/changes/<change>`. A GET changes nothing."""

    def __init__(self, desk: RulesDesk, pages: Pages, door: AdminDoor) -> None:
        self._desk, self._pages, self._door = desk, pages, door

    async def show(self, request: web.Request) -> web.Response:
        """The rules in force."""
        try:
            at = await self._door.admin(request)
        except Shut:
            return await self._door.shut(request, "")
        version, policy = await self._desk.changes.in_force()
        return await self._rules(request, at, version, dump(policy))

    async def save(self, request: web.Request) -> web.Response:
        """To the preview of what was asked for; nothing is in force by it."""
        try:
            at, form = await self._door.posted(request)
        except Shut as shut:
            return await self._door.shut(request, shut.target)
        base, document = _number(form.get("version", "")), {}
        try:
            document = asked_for(await self._desk.changes.version(base), form)
            id = await self._desk.changes.draft(at.acting, base, parse(document, frozenset(self._desk.kinds)))
        except PolicyError as wrong:
            return await self._rules(request, at, base, document, _unfit(document), str(wrong), status=422)
        except NotChanged as no:
            version, policy = await self._desk.changes.in_force()
            return await self._rules(request, at, version, dump(policy), f"rules.why.{no.why}", status=STATUS.get(no.why, 409))
        return _to(id)

    async def back_to(self, request: web.Request) -> web.Response:
        """An older version, as a change like any other."""
        try:
            at, form = await self._door.posted(request)
        except Shut as shut:
            return await self._door.shut(request, shut.target)
        try:
            return _to(await self._desk.changes.back_to(at.acting, _number(form.get("version", ""))))
        except NotChanged as no:
            version, policy = await self._desk.changes.in_force()
            return await self._rules(request, at, version, dump(policy), f"rules.why.{no.why}", status=STATUS.get(no.why, 409))

    async def preview(self, request: web.Request) -> web.Response:
        """What a change would do, or has done."""
        id = ChangeId(request.match_info["change"])
        try:
            at = await self._door.admin(request, id)
        except Shut as shut:
            return await self._door.shut(request, shut.target)
        return await self._change(request, at, id)

    async def act(self, request: web.Request) -> web.Response:
        """Confirmed, withdrawn, or begun again over the rules in force. Raises HTTPBadRequest for anything else."""
        id = ChangeId(request.match_info["change"])
        try:
            at, form = await self._door.posted(request, id)
        except Shut as shut:
            return await self._door.shut(request, shut.target)
        acts: Mapping[str, Act] = {"confirm": self._confirm, "withdraw": self._withdraw, "again": self._again}
        if (act := acts.get(form.get("act", ""))) is None:
            raise web.HTTPBadRequest
        try:
            return _to(await act(at, id))
        except NotChanged as no:
            return await self._change(request, at, id, no.why)

    async def _confirm(self, at: AtPage, id: ChangeId) -> ChangeId:
        await self._desk.changes.confirm(at.acting, id)
        return id

    async def _withdraw(self, at: AtPage, id: ChangeId) -> ChangeId:
        await self._desk.changes.withdraw(at.acting, id)
        return id

    async def _again(self, at: AtPage, id: ChangeId) -> ChangeId:
        return await self._desk.changes.again(at.acting, id)

    async def _rules(
        self,
        request: web.Request,
        at: AtPage,
        version: int,
        document: Mapping[str, Any],
        notice: str = "",
        because: str = "",
        *,
        status: int = 200,
    ) -> web.Response:
        reader, history = self._reader(request), await self._desk.changes.history()
        largest = await self._desk.groups.groups(PICKER)
        names = [name for path in GROUPS for name in _leaf(document, path)] + [each["group"] for each in document["groups"]]
        sizes = {**sizes_of(largest), **sizes_of(await self._desk.groups.sizes(names))}
        writers = {who: await self._writer(reader, who) for who in {v.by for v in history} | {v.approved_by for v in history}}
        fields = {path: reader.field(path, _leaf(document, path), sizes) for paths in by_heading().values() for path in paths}
        fields |= {p: _dated(fields[p], v, writers) for p, v in set_by(history, self._desk.kinds).items()}
        context: dict[str, object] = {
            "me": at,
            "version": version,
            "raised": document["threat"] == ThreatLevel.RAISED,
            "notice": notice,
            "because": because,
            "headings": [(heading.value, [fields[path] for path in paths]) for heading, paths in by_heading().items()],
            "by_group": group_fields(reader, document["groups"], sizes),
            "groups": [(group.name, reader.people(group.accounts)) for group in largest],
            "premises": await self._desk.premises(),
            "proposed": [(change, await self._writer(reader, change.by)) for change in await self._desk.changes.proposed()],
            "versions": self._versions(reader, history, writers),
        }
        return self._pages.page("rules.html", reader.language, context, status=status)

    async def _change(self, request: web.Request, at: AtPage, id: ChangeId, why: WhyNot | None = None) -> web.Response:
        reader = self._reader(request)
        try:
            seen = await self._desk.changes.preview(id)
        except NotChanged as no:
            gone = {"me": at, "seen": None, "why": no.why.value}
            return self._pages.page("rule_change.html", reader.language, gone, status=410)
        own = (rules.group for rules in seen.new.groups)
        named = list(dict.fromkeys((*seen.new.scope.groups, *seen.new.scope.except_, *own)))
        sizes = sizes_of(await self._desk.groups.sizes(named))
        _, in_force = await self._desk.changes.in_force()
        context: dict[str, object] = {
            "me": at,
            "seen": seen,
            "why": why.value if why else "",
            "by": await self._writer(reader, seen.change.by),
            "ended_by": await self._writer(reader, seen.change.ended_by),
            "mine": seen.change.by == at.acting.subject,
            "proposed": seen.change.stage is ChangeStage.PROPOSED,
            "rows": _rows(reader, seen, in_force),
            "groups": [(name, reader.people(sizes.get(name.casefold(), 0)), name.casefold() in sizes) for name in named],
            "not_counted": any(each.path in NOT_COUNTED for each in seen.changes),
        }
        return self._pages.page("rule_change.html", reader.language, context, status=STATUS.get(why, 409) if why else 200)

    def _versions(self, reader: Reader, history: Sequence[PolicyVersion], writers: Mapping[str, str]) -> list[VersionLine]:
        """Newest first; one that can't be read any more isn't offered."""
        read: list[tuple[PolicyVersion, Policy]] = []
        for version in history[-LATEST - 1 :]:
            try:
                read.append((version, version.policy(frozenset(self._desk.kinds))))
            except PolicyError:
                continue
        what = ["", *(", ".join(reader.label(c.path) for c in changes(old, new)) for (_, old), (_, new) in pairwise(read))]
        lines = [
            VersionLine(version.version, version.at, _both(version, writers, reader), changed, version is history[-1])
            for (version, _), changed in zip(read, what, strict=False)
        ]
        return lines[::-1][:LATEST]

    def _reader(self, request: web.Request) -> Reader:
        return Reader(self._pages.words, self._pages.language(request), self._desk.kinds, self._desk.carried)

    async def _writer(self, reader: Reader, who: str) -> str:
        return (await self._desk.name_of(who) or reader.say("rules.operator")) if who else ""


def _rows(reader: Reader, seen: Preview, in_force: Policy) -> list[tuple[str, str, str, str, str]]:
    """Rule, as it was, as it would be, as it is meanwhile, and what that does."""
    return [
        (
            reader.label(each.path),
            reader.told(each.path, seen.old),
            reader.told(each.path, seen.new),
            reader.told(each.path, in_force),
            each.direction.value,
        )
        for each in seen.changes
    ]


def _dated(field: RuleField, version: PolicyVersion, writers: Mapping[str, str]) -> RuleField:
    return replace(field, by=writers[version.by], at=version.at, version=version.version)


def _both(version: PolicyVersion, writers: Mapping[str, str], reader: Reader) -> str:
    if not version.approved_by:
        return writers[version.by]
    return reader.say("rules.by_two", first=writers[version.by], second=writers[version.approved_by])


def _leaf(document: Mapping[str, Any], path: str) -> Any:
    part: Any = document
    for name in path.split("."):
        part = part[name]
    return part


def _unfit(document: Mapping[str, Any]) -> str:
    scope = document["scope"]
    return "rules.no_group" if scope["state"] == ScopeState.SELECTED and not scope["groups"] else "rules.unfit"


def _number(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= DIGITS):
        raise web.HTTPBadRequest
    return int(typed)


def _to(id: ChangeId) -> web.Response:
    return web.Response(status=303, headers={"Location": f"{HOME}/changes/{id}"})
