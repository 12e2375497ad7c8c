"""What a doctor sees of the people: whom the rules reach, whether an admin can come in, and a directory that nobody is in."""

from collections.abc import Mapping, Sequence

from bot.directory.interfaces import Directory, Person, Unreachable
from bot.doctor.finding import Finding, ok, warn
from bot.policy.policy import Policy, ScopeState
from bot.policy.roles import Role, Roles
from bot.policy.scope import barred
from bot.settings.settings import Settings

ASKED = 50  # admins at most that are looked at one by one
FILL = "Run `unlatch account import FILE`, or `unlatch account add LOGIN --name NAME`."
WIDEN = (
    '`unlatch policy show > policy.toml`, set state under [scope] to "all", or to "selected" with groups, '
    "and `unlatch policy apply policy.toml`."
)


async def everybody(directories: Mapping[str, Directory]) -> Mapping[str, Sequence[Person]]:
    """Of directories that answer; one that doesn't has its own finding."""
    found: dict[str, Sequence[Person]] = {}
    for name, directory in directories.items():
        try:
            found[name] = (await directory.changes(None)).persons
        except Unreachable:
            continue
    return found


def roles_of(settings: Settings) -> Roles:
    """As the settings name them."""
    return Roles({Role(name): group for name, group in settings.roles.model_dump().items() if group})


def empty(settings: Settings, found: Mapping[str, Sequence[Person]]) -> list[Finding]:
    """Embedded directories that nobody has filled yet."""
    bare = [name for name, section in settings.directories.items() if section.kind == "embedded" and not found.get(name, ("?",))]
    return [warn(f"Nobody is in the embedded directory {name}.", FILL) for name in bare]


def reach(policy: Policy, people: Sequence[Person], roles: Roles) -> Finding:
    """How many the rules let help themselves, whatever they have registered."""
    if policy.scope.state is ScopeState.NONE or (policy.scope.state is ScopeState.SELECTED and not policy.scope.groups):
        return warn("The rules let nobody help themselves: no group is in scope.", WIDEN)
    reached = sum(barred(policy, person, admin=roles.admin(person)) is None for person in people)
    if people and not reached:
        return warn(f"The rules let nobody of {len(people)} people help themselves.", WIDEN)
    return ok(f"The rules let {reached} of {len(people)} people help themselves.")


def way_in(registered: Sequence[bool], settings: Settings) -> Finding:
    """Whether some admin has a method. `registered`: of each, at least of the first ones."""
    if any(registered):
        return ok("An admin has registered how they prove who they are.")
    say = "No admin has registered how they prove who they are, so none gets back in by themselves."
    if settings.sign_in.issuer:
        return warn(say, f'Let one come to {settings.base_url}/me by company sign-in, and add methods at "my methods".')
    return warn(
        say, "Set [sign_in], by which an admin adds the first one; until then `unlatch policy apply` changes the rules from here."
    )
