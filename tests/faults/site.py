"""All that a run stands on: PostgreSQL, OpenLDAP, mail, Slack and Microsoft on loopback, and replicas behind wires of their own."""

import json
import ssl
import time
from base64 import b32encode
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.app import App, build
from bot.directory.administration import NewAccount
from bot.identity.registered import Registered
from bot.model.facts import Audited
from bot.platform.clock import World
from bot.platform.ids import MethodId, SubjectId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.policy.policy import MethodRules, Policy, Scope, ScopeState, dump
from bot.settings.source import load
from tests.faults.database_server import DatabaseServer, database_server
from tests.faults.fates import Fates
from tests.faults.ldap_wire import DirectoryWrite, LdapTalk
from tests.faults.mailboxes import Mailboxes
from tests.faults.plan import REPLICAS, Plan
from tests.faults.postgres_wire import PostgresTalk
from tests.faults.replicas import Replica
from tests.faults.wires import Wire, wired
from tests.kit import slapd
from tests.kit.certificates import Authority
from tests.kit.kinds import EMAIL, TOTP
from tests.kit.microsoft import APP, TENANT, Microsoft
from tests.kit.microsoft import SECRET as APP_SECRET
from tests.kit.openldap_directory import AdministeredOpenLdap, administered
from tests.kit.postgres import Server, free_port
from tests.kit.residents import OLD
from tests.kit.slack import SECRET as SIGNING
from tests.kit.slack import TEAM, TOKEN, Workspace
from tests.kit.slapd import Slapd

NAME, DAY, PORT = "main", 86400.0, 8400
POLICY = Policy(scope=Scope(state=ScopeState.ALL), methods=MethodRules(alone=(EMAIL,)))
CONFIG = """\
base_url = "http://localhost:8400"
company = "Contoso"
database = "postgresql://postgres@127.0.0.1:{database}/{name}"
port = {port}
[keys]
ring_file = "ring.json"
[metrics]
port = 0
[audit]
checkpoints = "checkpoints{number}"
[directories.main]
kind = "openldap"
hosts = ["localhost:{directory}"]
base = "{base}"
ca_file = "{ca}"
account = "{account}"
password_file = "directory.secret"
[smtp]
host = "127.0.0.1"
port = {smtp}
from = "it@contoso.example"
tls = "none"
[slack]
bot_token_file = "slack.token"
signing_secret_file = "slack.secret"
[teams]
app_id = "{app}"
tenant_id = "{tenant}"
client_secret_file = "teams.secret"
"""


@dataclass(frozen=True)
class Member:
    """Somebody who has an account, a mailbox at home, an app, and a chat account at each vendor."""

    login: str
    subject: SubjectId
    dn: str
    home: str
    key: str

    @property
    def slack(self) -> str:
        """Their id there."""
        return f"U{self.login.upper()}"

    @property
    def teams(self) -> str:
        """Their object id."""
        return f"{int(self.login[1:]):08x}-0000-4000-8000-000000000000"


@dataclass
class Site:
    """Whoever asks `app` or `staff` goes past all wires."""

    folder: Path
    database: DatabaseServer
    name: str
    directory: Slapd
    staff: AdministeredOpenLdap
    app: App
    mail: Mailboxes
    slack: Workspace
    teams: Microsoft
    replicas: Sequence[Replica]
    writes: list[DirectoryWrite]
    members: dict[str, Member] = field(default_factory=dict)


@asynccontextmanager
async def standing(folder: Path, plan: Plan) -> AsyncIterator[Site]:
    """With everybody of the plan in it, and no replica started yet."""
    async with AsyncExitStack() as until:
        database = until.enter_context(database_server())
        server = database.server
        directory = until.enter_context(slapd.running(_furnished(folder)))
        mail, slack, teams = Mailboxes(), Workspace(), Microsoft()
        await mail.come()
        until.push_async_callback(mail.go)
        addresses = (await slack.start(), await teams.start())
        until.push_async_callback(slack.close)
        until.push_async_callback(teams.close)
        name, writes = server.fresh(), list[DirectoryWrite]()
        _secrets(folder)
        ports = {"database": server.port, "directory": directory.port, "port": PORT, "number": "", "smtp": mail.port}
        config = _config(folder, "staff", name, directory, ports)
        world = World(time.time)
        app = await build(load(config), world=world, keys=Keys.create(folder / "ring.json"))
        until.push_async_callback(app.close)
        replicas = [
            await _replica(until, folder, number, writes, server, name, directory, mail, addresses) for number in range(REPLICAS)
        ]
        staff = administered(directory, name=NAME)
        until.callback(staff.hang_up)
        site = Site(folder, database, name, directory, staff, app, mail, slack, teams, replicas, writes)
        await app.store.policies.save(json.dumps(dump(POLICY)), "operator:faults", 0)
        for login in plan.logins:
            site.members[login] = await _moves_in(site, login)
        yield site


async def _replica(
    until: AsyncExitStack,
    folder: Path,
    number: int,
    writes: list[DirectoryWrite],
    server: Server,
    name: str,
    directory: Slapd,
    mail: Mailboxes,
    addresses: tuple[str, str],
) -> Replica:
    shows = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shows.load_cert_chain(directory.folder / "cert.pem", directory.folder / "key.pem")
    trusts = ssl.create_default_context(cafile=directory.ca_file)
    to_directory, to_database = Fates(), Fates()
    ldap = Wire(lambda: directory.port, lambda: LdapTalk(number, writes), to_directory, shows, trusts)
    sql = Wire(lambda: server.port, PostgresTalk, to_database)
    for wire in (ldap, sql):
        await until.enter_async_context(wired(wire))
    port = free_port()
    ports = {"database": sql.port, "directory": ldap.port, "port": port, "number": number, "smtp": mail.port}
    config = _config(folder, f"replica{number}", name, directory, ports)
    replica = Replica(number, port, folder, (str(config), *addresses), to_directory, to_database)
    until.callback(replica.leave)
    return replica


async def _moves_in(site: Site, login: str) -> Member:
    """Their methods are long past their quarantine, and their chat accounts known."""
    world, store = site.app.world, site.app.store
    long_ago = world.now() - 90 * DAY
    mail, home = f"{login}@contoso.example", f"{login}@home.example"
    account = NewAccount(login, f"{login.title()} Member", Secret(OLD), mail=mail, changed_at=long_ago)
    subject = await site.staff.create(account)
    key = b32encode(world.bytes(20)).decode()
    member = Member(login, subject, (await site.staff.entry(subject)).dn, home, key)
    for kind, secret in ((EMAIL, home), (TOTP, member.key)):
        id = MethodId(world.id("method"))
        await store.records.register(Registered(id, subject, kind, Secret(secret), long_ago, long_ago))
    for vendor, address in (("slack", f"{TEAM}/{member.slack}"), ("teams", f"{TENANT}/{member.teams}")):
        await store.chat_links.put(vendor, address, subject, Audited("operator:chat:linked", subject))
    site.slack.person(member.slack)
    site.teams.person(f"29:{login}", member.teams, name=login)
    return member


def _furnished(folder: Path) -> Path:
    made = folder / "directory"
    made.mkdir()
    authority = Authority.new()
    authority.trusted(made / "ca.pem")
    authority.issue(made, [slapd.NAME, "localhost"], ["127.0.0.1"])
    slapd.furnish(made, slapd.CONF, slapd.ENTRIES)
    return made


def _secrets(folder: Path) -> None:
    given = {
        "directory.secret": slapd.SERVICE_PASSWORD.reveal(),
        "slack.token": TOKEN,
        "slack.secret": SIGNING,
        "teams.secret": APP_SECRET,
    }
    for name, secret in given.items():
        (folder / name).write_text(secret, encoding="utf-8")


def _config(folder: Path, name: str, database: str, directory: Slapd, ports: Mapping[str, object]) -> Path:
    more = {"name": database, "base": slapd.BASE, "ca": directory.ca_file, "account": slapd.SERVICE, "app": APP, "tenant": TENANT}
    path = folder / f"{name}.toml"
    path.write_text(CONFIG.format(**ports, **more), encoding="utf-8")
    return path


def planted() -> Sequence[str]:
    """What the site itself holds, and may be found nowhere else."""
    return OLD, slapd.SERVICE_PASSWORD.reveal(), TOKEN, SIGNING, APP_SECRET
