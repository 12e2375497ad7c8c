"""The demo company: some forty people, their groups and managers, and the methods that they registered. All of them made up."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

from bot.directory.administration import Administration, NewAccount
from bot.directory.interfaces import Contacts, Directory
from bot.identity.interfaces import Records
from bot.identity.methods.registry import METHODS
from bot.identity.methods.shapes import (
    MadeByBrowser,
    MadeElsewhere,
    NotByPerson,
    Printed,
    ShownAndTried,
    TypedAndTried,
    WrittenOnPage,
)
from bot.identity.registered import Registered
from bot.messaging.messenger import Channel
from bot.platform.clock import World
from bot.platform.ids import Kind, MethodId, SubjectId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.policy.helpdesk_rules import HelpdeskRules
from bot.policy.policy import DEFAULT, MethodRules, Policy, RegistrationRules, Scope, ScopeState
from bot.settings.demo import PORT

DEMO_PASSWORD = "Correct-Horse-7-Battery"  # noqa: S105 - printed by `make demo`: it opens nothing but made-up accounts
DAY = 86_400.0

POLICY = Policy(
    scope=Scope(ScopeState.ALL),
    methods=MethodRules(available=(*DEFAULT, Kind("approval"))),
    registration=RegistrationRules(quarantine_hours=0, with_password=True, country="US"),
    helpdesk=HelpdeskRules(("helpdesk@contoso.example", "+1 202 555 0199, also by relay service (711)")),
)
WELL_KNOWN = ("ana", "ben", "cara", "dev", "nora", "CloudUser", "HybridUser", "erin", "adam")
ON_PREMISES = frozenset({"HybridUser"})  # who live in the directory behind the agent, where there is one
NOTES = {login: f"demo.note.{login.casefold()}" for login in WELL_KNOWN}

# Group, and the group that it is in.
GROUPS = """
All-Staff         -
Engineering       All-Staff
Backend           Engineering
Frontend          Engineering
Platform          Engineering
Sales             All-Staff
Sales-DACH        Sales
Finance           All-Staff
People            All-Staff
IT                All-Staff
Helpdesk          IT
Helpdesk-Leads    Helpdesk
Unlatch-Admins    IT
Auditors          All-Staff
Domain-Admins     -
SSPR-Users        -
"""

# Sign-in name, name, groups, manager, language, registered methods, and how the account stands. Managers come first.
PEOPLE = """
olga        Olga Lindqvist       All-Staff                  -      en  totp,recovery,email,sms
adam        Adam Okonkwo         Unlatch-Admins             olga   en  totp,recovery,email
greta       Greta Hoffmann       Unlatch-Admins             olga   de  totp,recovery,sms
lena        Lena Brandt          Helpdesk-Leads             olga   de  totp,recovery,email
erin        Erin Castillo        Helpdesk                   lena   en  totp,recovery,sms
theo        Theo Marchetti       Helpdesk                   lena   en  totp,recovery,email
aud         Audrey Whitlock      Auditors                   olga   en  totp,recovery,email
root        Root Operator        Domain-Admins              -      en  totp,sms         protected,admin
priya       Priya Raman          Engineering                olga   en  totp,sms
ana         Ana Ferreira         Backend                    priya  en  totp,email,sms
ben         Ben Achterberg       Backend                    priya  en  email,sms        locked
cara        Cara Donovan         Backend                    priya  en  email            locked
dev         Dev Malhotra         Platform                   priya  en  totp
nora        Nora Svensson        Frontend                   priya  en  -
CloudUser   Cloud User           SSPR-Users,All-Staff       olga   en  email,sms
HybridUser  Hybrid User          SSPR-Users,All-Staff       olga   en  totp,sms
felix       Felix Baumgartner    Platform                   priya  de  totp,email
ines        Ines Carvalho        Platform                   priya  en  sms
jonas       Jonas Winkler        Backend                    priya  de  totp,email       must-change
kira        Kira Novak           Frontend                   priya  en  totp,sms         expired
liam        Liam O'Sullivan      Frontend                   priya  en  email
mei         Mei Tanaka           Frontend                   priya  en  totp
pavel       Pavel Dvorak         Platform                   priya  en  -                disabled
rosa        Rosa Jimenez         Sales                      olga   en  totp,sms
hans        Hans Schuster        Sales-DACH                 rosa   de  email,sms        locked
katrin      Katrin Vogel         Sales-DACH                 rosa   de  totp,email
uwe         Uwe Petersen         Sales-DACH                 rosa   de  -
sofia       Sofia Keller         Sales-DACH                 rosa   de  sms              expired
yusuf       Yusuf Demir          Sales                      rosa   en  email,sms
zoe         Zoe Papadakis        Sales                      rosa   en  totp,email       must-change
walter      Walter Nyman         Sales                      rosa   en  -                locked
frida       Frida Holm           Finance                    olga   en  totp,email,sms
quentin     Quentin Dubois       Finance                    frida  en  sms
sarah       Sarah Goldberg       Finance                    frida  en  totp,email
tom         Tom Whitaker         Finance                    frida  en  email            expired
vera        Vera Sokolova        Finance                    frida  en  -                disabled
hanna       Hanna Schreiber      People                     olga   de  totp,sms
idris       Idris Bello          People                     hanna  en  totp,email
julia       Julia Neumann        People                     hanna  de  email
xavier      Xavier Moreau        People                     hanna  en  -                must-change
"""


@dataclass(frozen=True, slots=True)
class Resident:
    """One resident, as a line of PEOPLE has it."""

    login: str
    name: str
    groups: tuple[str, ...]
    manager: str
    language: str
    methods: tuple[Kind, ...]
    stands: frozenset[str]


async def company(
    directories: Mapping[str, Directory],
    records: Records,
    world: World,
    keys: Keys,
    lives_here: Callable[[str], bool] = lambda login: True,  # noqa: ARG005 - everybody does
) -> None:
    """Fill the one directory that may be filled. A run that was cut short isn't taken up again: begin with an empty store."""
    (directory,) = (found for found in directories.values() if isinstance(found, Administration))
    for name, outer in (line.split() for line in GROUPS.strip().splitlines()):
        await directory.add_group(name)
        if outer != "-":
            await directory.nest(outer, name)
    moved: dict[str, asyncio.Task[SubjectId]] = {}

    async def move_in(number: int, resident: Resident) -> SubjectId:
        manager = await moved[resident.manager] if resident.manager in moved else None
        subject = await directory.create(_account(resident, number, manager, world.now()))
        for group in resident.groups:
            await directory.add_member(group, subject)
        if "locked" in resident.stands:
            await directory.lock(subject)
        for kind in resident.methods:
            for method in _methods(resident, subject, kind, number, world, keys):
                await records.register(method)
        return subject

    async with asyncio.TaskGroup() as everybody:  # at once, since hashing their passwords takes longest
        for number, resident in enumerate(residents()):
            if not lives_here(resident.login):
                continue
            moved[resident.login] = everybody.create_task(move_in(number, resident))


def residents() -> tuple[Resident, ...]:
    """Everybody, managers before their people."""
    return tuple(_resident(line) for line in PEOPLE.strip().splitlines())


def welcome(base_url: str, port: int) -> str:
    """The three doors and a terminal, for whoever started the demo. Another port than the usual has to be told to the terminal too."""
    told = "" if port == PORT else f"UNLATCH_PORT={port} "
    return f"""
  Contoso Demo is open: {base_url}

  I'm locked out    {base_url}/?as=ben
  I help callers    {base_url}/?as=erin
  I set the rules   {base_url}/?as=adam
  In a terminal     {told}.venv/bin/unlatch chat --as ana

  Everybody's password: {DEMO_PASSWORD}
"""


def _resident(line: str) -> Resident:
    login, first, last, groups, manager, language, methods, *stands = line.split()
    kinds = () if methods == "-" else tuple(Kind(kind) for kind in methods.split(","))
    return Resident(
        login, f"{first} {last}", tuple(groups.split(",")), manager, language, kinds, frozenset(",".join(stands).split(","))
    )


def _account(resident: Resident, number: int, manager: SubjectId | None, now: float) -> NewAccount:
    stands, upn = resident.stands, f"{resident.login}@contoso.example"
    expired = "expired" in stands
    return NewAccount(
        resident.login,
        resident.name,
        Secret(DEMO_PASSWORD),
        upn=upn,
        mail=upn,
        language=resident.language,
        manager=manager,
        department=resident.groups[0],
        contacts=Contacts(mobile=mobile(number)),
        enabled="disabled" not in stands,
        admin="admin" in stands,
        protected="protected" in stands,
        must_change="must-change" in stands,
        changed_at=now - (120 if expired else 30) * DAY,
        maximum_age=90 * DAY if expired else None,
    )


def mobile(number: int) -> str:
    """Numbers 555-01xx are kept free for fiction."""
    return f"+120255501{number:02}"


def sheet_of(subject: SubjectId) -> MethodId:
    """The name of a resident's sheet, from which the demo's drawer shows what is left of it."""
    return MethodId(f"demo-sheet-{subject}")


def _methods(resident: Resident, subject: SubjectId, kind: Kind, number: int, world: World, keys: Keys) -> tuple[Registered, ...]:
    """Registered long ago, so no quarantine is left."""
    then, method = world.now() - 20 * DAY, METHODS[kind]

    def secrets() -> Iterable[Secret]:
        match method.registers:
            case Printed(codes=codes, kept=kept):
                return [kept(keys, subject, code) for code in codes(keys, sheet_of(subject))]
            case ShownAndTried(made=made):
                return [made(world)]
            case TypedAndTried():
                mail = method.channel is Channel.MAIL
                return [Secret(f"{resident.login.lower()}@home.example" if mail else mobile(number))]
            case MadeByBrowser() | MadeElsewhere() | WrittenOnPage() | NotByPerson():
                return []
            case _:
                assert_never(method.registers)

    return tuple(Registered(MethodId(world.id("method")), subject, kind, secret, then, then) for secret in secrets())
