"""All signed sets, page by page: looked at, signed for the first time after an upgrade, and signed again after a rotation."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import String, bindparam, delete, func, literal, select, union

from bot.model.facts import Audited
from bot.platform.keyring import Keys
from bot.platform.sentences import args
from bot.platform.set_seals import SEALED as NEW_VERSION
from bot.platform.set_seals import UNSEALED, SetKind, SetName, SetSeals, Surveyed
from store.agent_rows import AGENT
from store.signed_sets import LOCK, SEALED, Changing, SignedSets, columns, covered
from store.tables import AUDIT, CHAT_LINK, FREEZE, KNOWN_BROWSER, METHOD, POLICY, SET_SEAL, SUSPENSION

ACCOUNTS = (METHOD, SUSPENSION, FREEZE, CHAT_LINK, KNOWN_BROWSER)  # the tables of what decides about one
PAGE = 200  # sets in one statement
_kind = bindparam("kind_", type_=String)
_owned = union(
    select(SET_SEAL.c.owner.label("owner")).where(SET_SEAL.c.kind == _kind),
    *(select(table.c.subject).where(_kind == SetKind.ACCOUNT.value) for table in ACCOUNTS),
    select(literal("")).where(_kind == SetKind.POLICY.value, select(POLICY).exists()),
    select(literal("")).where(_kind == SetKind.AGENTS.value, select(AGENT).exists()),
).subquery()
OWNERS = select(_owned.c.owner).where(_owned.c.owner > bindparam("after_")).order_by(_owned.c.owner).limit(PAGE)
FIRST = select(_owned.c.owner).order_by(_owned.c.owner).limit(PAGE)
DROPS = {
    SetKind.ACCOUNT: [delete(table).where(table.c.subject == bindparam("owner_")) for table in ACCOUNTS],
    SetKind.POLICY: [delete(POLICY)],
    SetKind.AGENTS: [delete(AGENT)],
}
TOLD = select(AUDIT.c.detail).where(AUDIT.c.tag == NEW_VERSION, AUDIT.c.subject == bindparam("subject_"))
TOTAL = select(func.coalesce(func.sum(SET_SEAL.c.version), 0))


@dataclass(frozen=True)
class SetSurvey:
    """Over the sets of one store."""

    sets: SignedSets

    async def total(self) -> int:
        """All versions added up. It only ever grows, so a smaller one tells that some set is older than it was, or gone."""
        async with self.sets.database.survey() as conn:
            return int(await conn.scalar(TOTAL) or 0)

    async def all(self) -> AsyncIterator[Surveyed]:
        """Every set that has a seal or rows."""
        for kind in SetKind:
            async for owners in self._pages(kind):
                async with self.sets.database.survey() as conn:
                    found = await self.sets.read(conn, kind, owners)
                for owner, (rows, seal) in found.items():
                    name = SetName(kind, owner)
                    fits = self.sets.seals.fits(name, seal, covered(rows))
                    yield Surveyed(name, seal, fits) if fits else (await self.sets.look(name))[1]

    async def adopt(self) -> int:
        """What stands there from before sets were signed is signed as it is, all or nothing. Returns how many; none, once there is a seal."""
        if await self.total():
            return 0
        names = [seen.name async for seen in self.all()]
        async with self.sets.database.write("adopt") as conn:
            for start in range(0, len(names), PAGE):
                some = names[start : start + PAGE]
                await conn.execute(LOCK, [columns(name, UNSEALED) for name in some])
                await Changing(self.sets, dict.fromkeys(some, 0), frozenset()).end(conn, [], self.sets.world.now())
        return len(names)

    async def sign_again(self, keys: Keys) -> int:
        """By the current key of this ring, whatever fits; no version moves. Returns how many were by an older one."""
        sets, count = replace(self.sets, seals=SetSeals(keys)), 0
        for kind in SetKind:
            async for owners in self._pages(kind):
                names = [SetName(kind, owner) for owner in owners]
                async with sets.database.write("reseal") as conn:
                    await sets.begin_what_fits(conn, names)
                    anew = [
                        columns(name, sets.seals.sealed(name, seal.version, seal.audit, covered(rows)), "_")
                        for owner, (rows, seal) in (await sets.read(conn, kind, owners)).items()
                        if seal.key != keys.current and sets.seals.fits(name := SetName(kind, owner), seal, covered(rows))
                    ]
                    if anew:
                        await conn.execute(SEALED, anew)
                count += len(anew)
        return count

    async def renew(self, name: SetName) -> int:
        """By an operator's hand: all rows of a set that was written by hand are taken off, and the empty set is signed. Returns how many."""
        now, told = self.sets.world.now(), await self._told(name)
        async with self.sets.database.write("renew") as conn:
            await conn.execute(LOCK, [columns(name, UNSEALED)])
            _, seal = (await self.sets.read(conn, name.kind, [name.owner]))[name.owner]
            gone = [await conn.execute(drop, {"owner_": name.owner} if name.owner else {}) for drop in DROPS[name.kind]]
            count = sum(done.rowcount for done in gone)
            version = max(seal.version, *told)  # above all that any process may remember
            by_hand = Audited("operator:set:renewed", name.owner or name.kind, args(set=name.kind, rows=count))
            await Changing(self.sets, {name: version}, frozenset()).end(conn, [by_hand], now)
        return count

    async def _told(self, name: SetName) -> list[int]:
        """All versions that the audit tells of."""
        async with self.sets.database.survey() as conn:
            details = [dict(json.loads(text)) for text in await conn.scalars(TOLD, {"subject_": name.owner or name.kind})]
        return [0, *(int(detail["version"]) for detail in details if detail["set"] == name.kind)]

    async def _pages(self, kind: SetKind) -> AsyncIterator[Sequence[str]]:
        wanted, page = FIRST, {"kind_": kind.value}
        while True:
            async with self.sets.database.survey() as conn:
                owners = [str(owner) for owner in await conn.scalars(wanted, page)]
            if owners:
                yield owners
            if len(owners) < PAGE:
                return
            wanted, page = OWNERS, {"kind_": kind.value, "after_": owners[-1]}
