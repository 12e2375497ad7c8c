"""The end of a run: what was told, written, sent and kept is held against what the directory and the mailboxes really have."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import text

from adapters.directories.ldap.pool import ConnectionPool, LdapServers
from bot.audit.chain import AuditEntry, verify
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from tests.faults.ldap_wire import DirectoryWrite
from tests.faults.ledger import UNTOUCHED, Ledger
from tests.faults.plan import Plan
from tests.faults.site import Member, Site, planted
from tests.kit.residents import OLD

OPEN = {
    "jobs": "select kind, queue, tries, due_at, about from job where kind <> 'tries'",  # a sum that is told the day after
    "leases": "select id, held, due_at, step from conversation where held > 0",
    "operations": """select "grant", action, outcome, at from operation where outcome = 'intended'""",
}
NEWS = re.compile(r"account:(reset|change|unlock):(changed|unconfirmed|moved|never_seen)")


async def left_open(site: Site) -> dict[str, list[str]]:
    """What hasn't come to its end yet, row by row."""
    async with site.app.store.database.read() as conn:
        found = {what: [str(tuple(row)) for row in await conn.execute(text(asked))] for what, asked in OPEN.items()}
    return {what: rows for what, rows in found.items() if rows}


@dataclass
class Verdict:
    """Sentences, each with whom it is about; none is how it should be."""

    site: Site
    plan: Plan
    ledger: Ledger
    audit: Sequence[AuditEntry] = ()
    wrong: list[str] = field(default_factory=list)
    doubled: int = 0  # letters that came twice, when something broke on their way

    async def found(self) -> Sequence[str]:
        """All that is wrong."""
        self.audit = [row async for row in self.site.app.store.audit.rows(0)]
        self.wrong += [f"still open: {len(rows)} {what}: {rows}" for what, rows in (await left_open(self.site)).items()]
        self.wrong += [f"audit row {fault.seq}: {fault.sentence}" for fault in verify(self.audit)]
        for member in self.site.members.values():
            await self._unanswered(member)
            await self._account(member)
        self._letters()
        self._told()
        self._answers()
        self.wrong += list(self._leaks())
        return self.wrong

    async def _unanswered(self, member: Member) -> None:
        """A directory that fell before it answered may have written all the same: then its last word is the password in force."""
        maybe = [w for w in self.site.writes if w.dn.lower() == member.dn.lower() and w.password and w.code is None]
        for write in reversed(maybe):
            if write.at > self._last(member)[0] and await self._has(member, write.password):
                write.code = 0

    async def _account(self, member: Member) -> None:
        """No effect twice, none unreported, none invented; and the directory has what was written last."""
        about = [row for row in self.audit if row.subject == member.subject]
        for action, writes in (("reset", self._writes(member, locks=False)), ("unlock", self._writes(member, locks=True))):
            tags = Counter(row.tag for row in about)
            changed, unsure = (
                tags[f"account:{action}:changed"],
                tags[f"account:{action}:unconfirmed"] + tags[f"account:{action}:moved"],
            )
            self._unless(
                changed <= len(writes), f"{member.login}: {action} told done {changed} times, written {len(writes)} times"
            )
            self._unless(
                len(writes) <= changed + unsure,
                f"{member.login}: {action} written {len(writes)} times, reported {changed + unsure}",
            )
        done = Counter(
            dict(row.detail)["grant"] for row in about if row.tag.endswith(":changed") and row.tag.startswith("account:")
        )
        self.wrong += [f"{member.login}: grant {grant} used {n} times" for grant, n in done.items() if n > 1]
        twice = Counter(w.password for w in self._writes(member, locks=False))
        self.wrong += [f"{member.login}: the same password written {n} times" for n in twice.values() if n > 1]
        if not await self._has(member, self._last(member)[1]):
            self.wrong.append(f"{member.login}: the directory has another password than was written last")

    def _writes(self, member: Member, *, locks: bool) -> list[DirectoryWrite]:
        mine = [w for w in self.site.writes if w.dn.lower() == member.dn.lower() and bool(w.password) is not locks]
        return [write for write in mine if write.done]

    def _last(self, member: Member) -> tuple[float, str]:
        ours = [(w.at, w.password) for w in self._writes(member, locks=False)]
        theirs = [(at, password) for at, login, password in self.ledger.by_hand if login == member.login]
        return max([(0.0, OLD), *ours, *theirs])

    async def _has(self, member: Member, password: str) -> bool:
        """A bind says so, once the account's lock is off."""
        await self.site.staff.set(member.dn, pwdAccountLockedTime=[])
        servers = LdapServers((self.site.directory.host,), self.site.directory.ca_file, member.dn, Secret(password))
        pool = ConnectionPool(servers)
        try:
            await pool.run(lambda _: None)
        except Exception:  # noqa: BLE001 - whatever it is, they can't sign in
            return False
        else:
            return True
        finally:
            pool.close()

    def _told(self) -> None:
        """What somebody was told is done was written, and what they were told wasn't touched was not."""
        written = {w.password for w in self.site.writes if w.done}
        for told in self.ledger.told:
            if told.words == "reset.done":
                self._unless(
                    bool(written & set(told.passwords)), f"{told.login}: told done (talk {told.talk}), and it was never written"
                )
            if told.words == UNTOUCHED:
                self._unless(
                    not written & set(told.passwords), f"{told.login}: told untouched (talk {told.talk}), and it was written"
                )
            if told.words == "unlock.done":
                self._unless(self._was_unlocked(told.login), f"{told.login}: told unlocked (talk {told.talk}), and nothing was")

    def _was_unlocked(self, login: str) -> bool:
        """A new password takes a lock off as well."""
        member = self.site.members[login]
        by_hand = any(whose == login for _, whose, _ in self.ledger.by_hand)
        return by_hand or any(self._writes(member, locks=locks) for locks in (True, False))

    def _letters(self) -> None:
        """Each notice once to each address on file; one that was on its way when something broke may come twice."""
        wanted: Counter[tuple[str, str]] = Counter()
        for row in self.audit:
            if (news := NEWS.fullmatch(row.tag)) and (member := self._member(row.subject)):
                id = f"{dict(row.detail)['grant']}.{news[1]}.{news[2]}"
                wanted[f"{member.login}@contoso.example", id] += 1
                wanted[member.home, id] += 1
        came = Counter[tuple[str, str]]()
        for (address, id), n in self.site.mail.letters.items():
            if id.startswith("grant"):
                came[address, id.rpartition(".")[0]] += n
        missing, more = wanted - came, came - wanted
        self.wrong += [f"{address} never got {n} letters of {id}" for (address, id), n in missing.items()]
        self.wrong += [f"{address} got a letter of what never was: {id}" for address, id in more if (address, id) not in wanted]
        self.doubled = sum(more.values())
        broken = len(self.ledger.breaks) + self.site.mail.lost
        self._unless(self.doubled <= broken, f"{self.doubled} letters came twice, and {broken} times something broke on the way")

    def _member(self, subject: SubjectId | str) -> Member | None:
        return next((m for m in self.site.members.values() if m.subject == subject), None)

    def traces(self) -> dict[str, int]:
        """What replicas didn't expect, by its name in their logs."""
        logs = [r.log.read_text(encoding="utf-8") for r in self.site.replicas if r.log.exists()]
        lines = [line for log in logs for line in log.splitlines() if "Traceback" in line]
        return Counter(match[1] if (match := re.search(r'"event": "([^"]*)"', line)) else line[:60] for line in lines)

    def _answers(self) -> None:
        self._unless(not self.ledger.answers["500"], f"{self.ledger.answers['500']} pages of 500")
        for code in self.ledger.refused:
            self._unless(code > 0, "a replica whose clock is far off has started")

    def _leaks(self) -> Iterator[str]:
        """Nothing that only its person may know, in the database, its log, or what replicas have written."""
        places: dict[str, bytes] = {"the database": self.site.database.server.dumped(self.site.name)}
        places |= {f"the log of replica {r.number}": r.log.read_bytes() for r in self.site.replicas if r.log.exists()}
        logs = [("the database's log", octets) for octets in self.site.database.written_ahead()]
        keys = [member.key for member in self.site.members.values()]
        secrets = {*self.ledger.planted, *planted(), *keys} - {""}
        for place, octets in [*places.items(), *logs]:
            found = [secret for secret in secrets if secret.encode() in octets]
            yield from (f"{place} holds {secret!r}" for secret in found)
        for place, octets in places.items():
            alone = set(re.findall(rb"(?<![\w./+=-])\d{6}(?![\w./+=-])", octets))
            yield from (f"{place} holds the code {code}" for code in self.ledger.codes if code.encode() in alone)

    def _unless(self, holds: bool, sentence: str) -> None:
        if not holds:
            self.wrong.append(sentence)
