"""What becomes of an operator's entries, given the accounts and groups that there are: worked out whole before anything is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.directory.roster import ExpectedAccount, FaultyRoster, RosterChange, RosterEntry, RosterFault
from bot.model.facts import Audited
from bot.platform.clock import World
from bot.platform.sentences import args
from store.directory_rows import folded

ID = 8  # bytes


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """One that is there. `said`: its columns that a roster says, by name; `groups`: the ids of those it is directly in."""

    subject: str
    login: str
    upn_key: str
    said: Mapping[str, Any]
    groups: set[str]


@dataclass(frozen=True, slots=True)
class Known:
    """All that there is: accounts by folded sign-in name, groups (id and name) by folded name, and names by id."""

    accounts: Mapping[str, KnownAccount]
    groups: Mapping[str, tuple[str, str]]
    names: Mapping[str, str]


@dataclass(frozen=True)
class RosterPlan:
    """Rows to be written, in no order of importance."""

    made: list[dict[str, Any]] = field(default_factory=list)
    changed: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    groups: list[tuple[str, str, str]] = field(default_factory=list)  # id, name, folded name
    joins: list[tuple[str, str]] = field(default_factory=list)  # subject, group's id
    leaves: list[tuple[str, str]] = field(default_factory=list)
    audited: list[Audited] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    logins: dict[str, list[str]] = field(default_factory=lambda: {"made": [], "changed": []})

    @property
    def change(self) -> RosterChange:
        """For whoever asked."""
        return RosterChange(
            tuple(self.logins["made"]), tuple(self.logins["changed"]), tuple(self.same), tuple(name for _, name, _ in self.groups)
        )


def planned(directory: str, known: Known, entries: Sequence[RosterEntry], expected: ExpectedAccount, world: World) -> RosterPlan:
    """Raises FaultyRoster with all that is wrong."""
    return _Planning(directory, known, world, expected).of(entries)


class _Planning:
    """Subjects and groups of this very run count as known."""

    def __init__(self, directory: str, known: Known, world: World, expected: ExpectedAccount) -> None:
        self.known, self.expected, self.world, self.directory = known, expected, world, directory
        self.subjects = {key: account.subject for key, account in known.accounts.items()}
        self.upns = {account.upn_key: key for key, account in known.accounts.items()}
        self.groups, self.names = dict(known.groups), dict(known.names)
        self.mails: dict[str, str] = {}
        self.plan = RosterPlan()

    def of(self, entries: Sequence[RosterEntry]) -> RosterPlan:
        for entry in entries:  # first: a manager may stand below whom they manage
            self.subjects.setdefault(folded(entry.login), f"{self.directory}:{self.world.bytes(ID).hex()}")
        self.mails = _by_mail(self.known, {folded(entry.login) for entry in entries if entry.mail is not None})
        first: dict[str, int] = {}
        again = [place for place, entry in enumerate(entries) if first.setdefault(folded(entry.login), place) != place]
        twice = [RosterFault(place, f"{entries[place].login} is named twice; name it once") for place in again]
        faults = twice + [RosterFault(place, why) for place, entry in enumerate(entries) for why in self._wrong(entry)]
        if faults:
            raise FaultyRoster(faults)
        for entry in entries:
            self._plan(entry)
        return self.plan

    def _wrong(self, entry: RosterEntry) -> Iterator[str]:
        key = folded(entry.login)
        there = self.known.accounts.get(key)
        if there is None and self.expected is ExpectedAccount.KNOWN:
            yield f"there is no account {entry.login}; `unlatch account list` shows all"
        elif there and self.expected is ExpectedAccount.NEW:
            yield f"there is an account {entry.login} already; `unlatch account import` changes what it says of it"
        elif there is None and not entry.name:
            yield f"{entry.login} is new, so it needs a name"
        elif there and entry.name == "":
            yield f"{entry.login} needs a name; leave the column out to keep the one that it has"
        yield from self._taken(entry, key)
        if entry.manager and folded(entry.manager) not in self.subjects:
            yield f"there is no account {entry.manager} that could be the manager; name one that is there or in this file"
        if entry.manager and folded(entry.manager) == key:
            yield f"{entry.login} can't be their own manager"
        for group in entry.leaves:
            if folded(group) not in self.groups:
                yield f"there is no group {group}"

    def _taken(self, entry: RosterEntry, key: str) -> Iterator[str]:
        """A name or an address by which two are found finds the wrong one, or neither."""
        if self.upns.get(key, key) != key or self.mails.get(key, key) != key:
            yield f"{entry.login} is a name or mail address of another account; choose another"
        mail = folded(entry.mail or "")
        for owner in sorted(
            {self.mails.get(mail, key), self.upns.get(mail, key), mail if mail in self.subjects else key} - {key}
        ):
            yield f"mail {entry.mail} is {owner}'s already; leave it with one of them"

    def _plan(self, entry: RosterEntry) -> None:
        key = folded(entry.login)
        there, subject = self.known.accounts.get(key), self.subjects[key]
        before = there.said if there else _NEW
        after = {**before, **self._said(entry)}
        joins, leaves = self._moves(entry, there.groups if there else set())
        self.plan.joins.extend((subject, group) for group in joins)
        self.plan.leaves.extend((subject, group) for group in leaves)
        moved = args(**_moved("joined", [self.names[id] for id in joins]), **_moved("left", [self.names[id] for id in leaves]))
        changed = [name for name, value in after.items() if value != before[name] and name != "mail_key"]
        if there is None:
            self.plan.made.append({"subject": subject, "login": entry.login, "login_key": key, "upn_key": key, **after})
            self._noted("made", entry.login, subject, "created", (("by", "operator"), *moved))
        elif changed or moved:
            self.plan.changed.append((subject, after))
            self._noted("changed", entry.login, subject, _verb(changed, after), (("by", "operator"), *_what(changed), *moved))
        else:
            self.plan.same.append(entry.login)

    def _noted(self, list_: str, login: str, subject: str, verb: str, detail: tuple[tuple[str, str], ...]) -> None:
        self.plan.logins[list_].append(login)
        self.plan.audited.append(Audited(f"operator:account:{verb}", subject, detail))

    def _said(self, entry: RosterEntry) -> dict[str, Any]:
        said = {
            "name": entry.name,
            "mail": entry.mail,
            "mail_key": folded(entry.mail) if entry.mail else entry.mail,
            "mobile": entry.mobile,
            "phone": entry.phone,
            "manager": self.subjects[folded(entry.manager)] if entry.manager else entry.manager,
            "department": entry.department,
            "language": entry.language,
        }
        found: dict[str, Any] = {name: value or None for name, value in said.items() if value is not None}
        beside = {"mails": entry.other_mail, "admin": entry.admin, "enabled": entry.enabled}
        return {**found, **{name: value for name, value in beside.items() if value is not None}}

    def _moves(self, entry: RosterEntry, within: set[str]) -> tuple[list[str], list[str]]:
        """Ids of the groups that are joined and left; those that aren't there yet come into being."""
        wanted = within if entry.groups is None else {self._group(name) for name in entry.groups}
        wanted = (wanted | {self._group(name) for name in entry.joins}) - {self._group(name) for name in entry.leaves}
        return sorted(wanted - within), sorted(within - wanted)

    def _group(self, name: str) -> str:
        key = folded(name)
        if key not in self.groups:
            self.groups[key] = (id := self.world.id("group"), name)
            self.names[id] = name
            self.plan.groups.append((id, name, key))
        return self.groups[key][0]


_NEW: Mapping[str, Any] = {
    "name": "",
    "mail": None,
    "mail_key": None,
    "mobile": None,
    "phone": None,
    "mails": "",
    "manager": None,
    "department": None,
    "language": None,
    "admin": False,
    "enabled": True,
}


def _by_mail(known: Known, said: set[str]) -> dict[str, str]:
    """Whose each address stays: theirs of whom nothing is said."""
    found = {key: account.said["mail_key"] for key, account in known.accounts.items() if key not in said}
    return {str(mail): key for key, mail in found.items() if mail}


def _verb(changed: Sequence[str], after: Mapping[str, Any]) -> str:
    return ("enabled" if after["enabled"] else "disabled") if list(changed) == ["enabled"] else "changed"


def _what(changed: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return (("what", ",".join(changed)),) if changed else ()


def _moved(how: str, names: Sequence[str]) -> dict[str, str]:
    return {how: ", ".join(sorted(names))} if names else {}
