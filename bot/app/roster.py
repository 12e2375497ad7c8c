"""Which directory `unlatch account` fills: an embedded one; every other kind is filled where it is."""

from bot.app.parts import Parts
from bot.directory.roster import Roster
from bot.platform.errors import OperatorError
from bot.settings.settings import Settings
from store.argon2_hash import Hasher
from store.directory_roster import StoredRoster

EMBEDDED = "embedded"
# Where accounts of another kind are made.
ELSEWHERE = {
    "active-directory": "in Active Directory itself (New-ADUser, or Active Directory Users and Computers)",
    "openldap": "in OpenLDAP itself (ldapadd and ldapmodify)",
    "entra": "in Entra (its admin center, or Microsoft Graph)",
    "hybrid": "on premises or in the cloud, where each of them belongs",
    "agent": "in the directory behind its writeback agent",
}


def filled(settings: Settings, named: str) -> str:
    """Its name. Raises OperatorError when there is none, several, or it is of another kind."""
    kinds = {name: section.kind for name, section in settings.directories.items()}
    ours = [name for name, kind in kinds.items() if kind == EMBEDDED]
    if named and named not in kinds:
        raise OperatorError(f"There is no directory {named} in the settings; there is {', '.join(kinds) or 'none'}.")
    if named and kinds[named] != EMBEDDED:
        raise OperatorError(
            f"Directory {named} is of kind {kinds[named]}: its accounts are made, changed and disabled {ELSEWHERE[kinds[named]]}, "
            "and Unlatch sees that by itself. `unlatch account` fills embedded directories alone."
        )
    if not named and len(ours) > 1:
        raise OperatorError(f"There are several embedded directories; say --directory {' or '.join(ours)}.")
    if named or ours:
        return named or ours[0]
    if len(kinds) == 1:
        return filled(settings, *kinds)
    raise OperatorError(
        'No directory here is embedded: accounts are made where each directory is. A company that has none writes kind = "embedded" '
        "into a section [directories.main] of its settings."
    )


def roster_of(app: Parts, name: str) -> Roster:
    """Over the same database as the rest."""
    return StoredRoster(name, app.store.database, app.world, Hasher(app.world))
