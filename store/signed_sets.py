"""Sets of rows that decide something, as they stand in the database: read with their seal at once, and changed only under it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Float,
    Integer,
    LargeBinary,
    Select,
    String,
    bindparam,
    cast,
    literal_column,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from bot.identity.registered import NEVER
from bot.model.facts import Audited
from bot.notify.admin_alerts import AdminAlerts
from bot.platform.clock import World
from bot.platform.sentences import args
from bot.platform.set_seals import SEALED as NEW_VERSION
from bot.platform.set_seals import UNSEALED, ForgedSet, SetKind, SetName, SetRow, SetSeal, SetSeals, Surveyed
from store import audit
from store.agent_rows import AGENT
from store.database import AnyRow, Database, upsert
from store.tables import CHAT_LINK, FREEZE, KNOWN_BROWSER, METHOD, POLICY, SET_SEAL, SUSPENSION

TIMES = 3  # a set is read before it is called forged: another version may be written, and remembered, while one is on its way
SEAL, METHODS, SUSPENDED, FROZEN, CHAT, BROWSER = (
    "seal",
    "method",
    "suspended",
    "freeze",
    "chat",
    "browser",
)  # what a row of a set is
NOTHING, ZERO = literal_column("''", String), literal_column("0", Integer)
NO_TIME, NO_SECRET = cast(ZERO, Float), cast(null(), LargeBinary)
BARE = (NOTHING, NOTHING, NO_TIME, NO_TIME, NO_SECRET, ZERO, NO_TIME, ZERO)
ALL = NOTHING  # the owner where there is one set of a kind
s, m, u, f, c, k, a, p = SET_SEAL.c, METHOD.c, SUSPENSION.c, FREEZE.c, CHAT_LINK.c, KNOWN_BROWSER.c, AGENT.c, POLICY.c
Of = Callable[[ColumnElement[str]], ColumnElement[bool]]


def _part(what: str, owner: ColumnElement[str], *given: ColumnElement[Any]) -> Select[Any]:
    """Rows of one table as rows of a set. Behind the five columns that a seal covers stand those that it needn't."""
    names = ("name", "kind", "x", "y", "secret", "last_step", "proved_at", "drift")
    named = zip(names, (*given, *BARE[len(given) :]), strict=True)
    about = literal_column(f"'{what}'", String).label("what"), owner.label("owner")
    return select(*about, *(column.label(name) for name, column in named))


def _sets(of: Of) -> dict[SetKind, CompoundSelect[Any]]:
    """For each kind one statement that reads rows and seal at once. `of`: whose."""
    methods = (m.id, m.kind, m.registered_at, m.usable_from, m.secret, m.last_step, m.proved_at, m.drift)
    parts: dict[SetKind, tuple[Select[Any], ...]] = {
        SetKind.ACCOUNT: (
            _part(METHODS, m.subject, *methods).where(of(m.subject)),
            _part(SUSPENDED, u.subject, u.method, NOTHING, u.at, u.until).where(of(u.subject)),
            _part(FROZEN, f.subject, NOTHING, NOTHING, f.until).where(of(f.subject)),
            _part(CHAT, c.subject, c.account, c.kind, c.at).where(of(c.subject)),
            _part(BROWSER, k.subject, k.browser, k.label, k.at).where(of(k.subject)),
        ),
        SetKind.POLICY: (_part("policy", ALL, p.document, p.by, cast(p.version, Float), p.at),),
        SetKind.AGENTS: (_part("agent", ALL, a.id, a.mac, a.at),),
    }
    seal = _part(SEAL, s.owner, s.key, s.mac, cast(s.version, Float), cast(s.audit, Float)).where(of(s.owner))
    return {kind: union_all(seal.where(s.kind == literal_column(f"'{kind}'")), *some) for kind, some in parts.items()}


ONE = _sets(lambda owner: owner == bindparam("owner_"))  # read all the time, so nothing of it is made anew each time
SOME = _sets(lambda owner: owner.in_(bindparam("owners_", expanding=True)))
_new = upsert(SET_SEAL)
LOCK = _new.on_conflict_do_update(index_elements=["kind", "owner"], set_={"version": s.version})
SEALED = (
    update(SET_SEAL)
    .where(s.kind == bindparam("kind_"), s.owner == bindparam("owner_"))
    .values(version=bindparam("version_"), audit=bindparam("audit_"), key=bindparam("key_"), mac=bindparam("mac_"))
)


@dataclass(frozen=True, slots=True)
class Changing:
    """Sets that are locked, and were as we wrote them, in a transaction that is about to change them."""

    sets: "SignedSets"
    versions: dict[SetName, int]
    unfit: frozenset[SetName]

    async def end(self, conn: AsyncConnection, entries: Sequence[Audited], now: float) -> None:
        """The audit tells of each new version, and of what was done; then the sets are sealed. Last in its transaction."""
        told = [Audited(NEW_VERSION, n.owner or n.kind, args(set=n.kind, version=v + 1)) for n, v in self.versions.items()]
        first = await audit.append(conn, [*told, *entries], now)
        await self.sets.seal(conn, {n: (v + 1, first + i) for i, (n, v) in enumerate(self.versions.items())})


@dataclass(frozen=True)
class SignedSets:
    """Whoever reads one reads all of it, and gets nothing where it isn't as we wrote it."""

    database: Database
    world: World
    alerts: AdminAlerts
    seals: SetSeals
    _told: set[SetName] = field(default_factory=set)

    async def held(self, name: SetName) -> Sequence[AnyRow] | None:
        """Its rows. None: somebody was at them; what they would allow is closed, and admins are told."""
        rows, seen = await self.look(name)
        if seen.fits:
            return rows
        await self._alarm(name)
        return None

    async def look(self, name: SetName) -> tuple[Sequence[AnyRow], Surveyed]:
        """Its rows, and whether they are as we wrote them."""
        rows, seal = list[AnyRow](), UNSEALED
        for _ in range(TIMES):
            async with self.database.read() as conn:
                found = await self.read(conn, name.kind, [name.owner])
            rows, seal = found.get(name.owner, (rows, UNSEALED))
            if self.seals.fits(name, seal, covered(rows)):
                return rows, Surveyed(name, seal, fits=True)
        return rows, Surveyed(name, seal, fits=False)

    async def begin(self, conn: AsyncConnection, *names: SetName) -> Changing:
        """First in a transaction that changes these sets: others that would change them wait. Raises ForgedSet."""
        changing = await self.begin_what_fits(conn, names)
        if changing.unfit:
            raise ForgedSet(changing.unfit)
        return changing

    async def begin_what_fits(self, conn: AsyncConnection, names: Collection[SetName]) -> Changing:
        """As `begin`, for whoever leaves alone what isn't as we wrote it."""
        if not names:
            return Changing(self, {}, frozenset())
        ordered = sorted(set(names))
        await conn.execute(LOCK, [columns(name, UNSEALED) for name in ordered])
        versions: dict[SetName, int] = {}
        for kind in {name.kind for name in ordered}:
            owners = [name.owner for name in ordered if name.kind is kind]
            for owner, (rows, seal) in (await self.read(conn, kind, owners)).items():
                if self.seals.fits(SetName(kind, owner), seal, covered(rows)):
                    versions[SetName(kind, owner)] = seal.version
        return Changing(self, versions, frozenset(set(ordered) - set(versions)))

    async def seal(self, conn: AsyncConnection, changed: dict[SetName, tuple[int, int]]) -> None:
        """As the rows are now; with the numbers of the version and of the audit's row."""
        made = []
        for kind in {name.kind for name in changed}:
            owners = [name.owner for name in changed if name.kind is kind]
            for owner, (rows, _) in (await self.read(conn, kind, owners)).items():
                name = SetName(kind, owner)
                made.append(columns(name, self.seals.sealed(name, *changed[name], covered(rows)), "_"))
        if made:
            await conn.execute(SEALED, made)

    async def read(self, conn: AsyncConnection, kind: SetKind, owners: Sequence[str]) -> dict[str, tuple[list[AnyRow], SetSeal]]:
        """In one statement, so that rows and seal are of one moment."""
        rows, seals = defaultdict[str, list[AnyRow]](list), dict[str, SetSeal]()
        one = len(owners) == 1
        found = await conn.execute(*((ONE[kind], {"owner_": owners[0]}) if one else (SOME[kind], {"owners_": owners})))
        for row in found:
            if row.what == SEAL:
                seals[row.owner] = SetSeal(int(row.x), int(row.y), row.name, row.kind)
            else:
                rows[row.owner].append(row)
        return {owner: (rows[owner], seals.get(owner, UNSEALED)) for owner in {*rows, *seals}}

    async def _alarm(self, name: SetName) -> None:
        """Once for each, since whoever asks makes us look."""
        if name not in self._told:
            await self.alerts.raise_alert("record:set:forged", f"{name.kind}:{name.owner}", set=name.kind, owner=name.owner)
            self._told.add(name)


def columns(name: SetName, seal: SetSeal, mark: str = "") -> dict[str, object]:
    """A seal as its row has it. `mark`: stands behind the names of columns."""
    return {f"{column}{mark}": value for column, value in {**asdict(name), **asdict(seal)}.items()}


def covered(rows: Sequence[AnyRow]) -> list[SetRow]:
    """What is being registered proves nothing yet, and so is no part of the set."""
    return [
        (row.what, row.name, row.kind, float(row.x), float(row.y)) for row in rows if not (row.what == METHODS and row.y == NEVER)
    ]
