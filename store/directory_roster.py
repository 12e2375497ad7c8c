"""The embedded directory as an operator fills it: any number of accounts in one transaction, with its audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.directory.interfaces import DirectoryRules, Person
from bot.directory.roster import ExpectedAccount, RosterChange, RosterEntry
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from bot.policy.passwords import demand_directory_rules
from store.argon2_hash import Hasher
from store.audit import append
from store.database import Database
from store.directory_rows import AccountPolicy
from store.directory_statements import CREATE, NEXT_USN
from store.directory_tables import ACCOUNT, GROUP, MEMBER, USN
from store.roster_plan import Known, KnownAccount, RosterPlan, planned

a, g, m, given = ACCOUNT.c, GROUP.c, MEMBER.c, bindparam
# What an account is by this way; everything else of it is left as it is.
SAID = ("name", "mail", "mail_key", "mobile", "phone", "mails", "manager", "department", "language", "admin", "enabled")
_mine = select(a.subject).where(a.directory == given("directory_"), a.deleted.is_(False))
ACCOUNTS = _mine.with_only_columns(a.subject, a.login, a.login_key, a.upn_key, *(a[name] for name in SAID)).order_by(a.login_key)
GROUPS = select(g.id, g.name, g.name_key).where(g.directory == given("directory_"))
MEMBERS = select(m.member, m.grp).where(m.member.in_(_mine))
CHANGE = update(ACCOUNT).where(a.subject == given("subject_")).values({name: given(f"{name}_") for name in (*SAID, "usn")})
TAKEN_USN = update(USN).where(USN.c.directory == given("directory_")).values(usn=USN.c.usn + given("more_"))
JOIN = insert(MEMBER)
LEAVE = delete(MEMBER).where(m.member == given("member_"), m.grp == given("grp_"))

POLICY = AccountPolicy()


@dataclass(frozen=True)
class StoredRoster:
    """Implements `Roster` over the tables of one embedded directory."""

    name: str
    database: Database
    world: World
    hasher: Hasher

    async def entries(self) -> Sequence[RosterEntry]:
        async with self.database.read() as conn:
            known = await self._known(conn)
        logins = {account.subject: account.login for account in known.accounts.values()}
        return [_entry(account, known, logins) for account in known.accounts.values()]

    async def take_over(
        self, entries: Sequence[RosterEntry], expected: ExpectedAccount, *, password: Secret | None = None, dry: bool = False
    ) -> RosterChange:
        kept = await self._hashed(entries, password) if password else None
        if dry:
            async with self.database.read() as conn:
                return planned(self.name, await self._known(conn), entries, expected, self.world).change
        async with self.database.write("directory roster") as conn:
            usn = (await conn.execute(NEXT_USN, {"directory_": self.name})).scalar_one()  # whoever else does this waits
            plan = planned(self.name, await self._known(conn), entries, expected, self.world)
            await self._write(conn, plan, usn, kept)
            if plan.audited:
                await append(conn, plan.audited, self.world.now())
        return plan.change

    async def _hashed(self, entries: Sequence[RosterEntry], password: Secret) -> str:
        for entry in entries:
            person = Person(SubjectId(""), entry.login, entry.name or "", frozenset())
            demand_directory_rules(password, person, DirectoryRules(POLICY.min_length, POLICY.max_length))
        return await self.hasher.hash(password)

    async def _known(self, conn: AsyncConnection) -> Known:
        this = {"directory_": self.name}
        rows = [dict(row) for row in (await conn.execute(ACCOUNTS, this)).mappings()]
        groups = {row.name_key: (row.id, row.name) for row in await conn.execute(GROUPS, this)}
        names, memberships = dict(groups.values()), dict[str, set[str]]()
        for member, group in await conn.execute(MEMBERS, this):
            if group in names:
                memberships.setdefault(member, set()).add(group)
        accounts = {
            row["login_key"]: KnownAccount(
                row["subject"],
                row["login"],
                row["upn_key"],
                {name: row[name] for name in SAID},
                memberships.get(row["subject"], set()),
            )
            for row in rows
        }
        return Known(accounts, groups, names)

    async def _write(self, conn: AsyncConnection, plan: RosterPlan, usn: int, kept: str | None) -> None:
        """Each account has a change number of its own, so that whoever follows can take them in pages."""
        numbers = iter(range(usn, usn + len(plan.made) + len(plan.changed)))
        now = self.world.now()
        new = {
            "directory": self.name,
            "hash": kept,
            "changed_at": now if kept else None,
            "changes": 1 if kept else 0,
            **UNTOUCHED,
        }
        made = [{**new, **values, "must_change": kept is not None, "usn": next(numbers)} for values in plan.made]
        changed = [
            {"subject_": subject, "usn_": next(numbers), **{f"{name}_": value for name, value in values.items()}}
            for subject, values in plan.changed
        ]
        groups = [{"directory": self.name, "id": id, "name": name, "name_key": key} for id, name, key in plan.groups]
        joins = [{"member": member, "grp": group} for member, group in plan.joins]
        leaves = [{"member_": member, "grp_": group} for member, group in plan.leaves]
        for statement, rows in ((CREATE, made), (CHANGE, changed), (insert(GROUP), groups), (JOIN, joins), (LEAVE, leaves)):
            if rows:
                await conn.execute(statement, rows)
        if (more := len(made) + len(changed) - 1) > 0:
            await conn.execute(TAKEN_USN, {"directory_": self.name, "more_": more})


# A new account's, as nobody has signed in to it yet.
UNTOUCHED: dict[str, Any] = {
    "words": "",
    "protected": False,
    "changed_by": "",
    "minimum_age": None,
    "maximum_age": None,
    "tries": 0,
    "last_try": 0.0,
    "locked_until": 0.0,
    "locks": 0,
    "deleted": False,
}


def _entry(account: KnownAccount, known: Known, logins: dict[str, str]) -> RosterEntry:
    said = account.said
    return RosterEntry(
        account.login,
        said["name"],
        said["mail"] or "",
        said["mails"].partition("\n")[0],
        said["mobile"] or "",
        said["phone"] or "",
        logins.get(said["manager"] or "", ""),
        said["department"] or "",
        said["language"] or "",
        said["admin"],
        said["enabled"],
        tuple(sorted(known.names[id] for id in account.groups)),
    )
