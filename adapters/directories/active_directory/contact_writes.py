"""A number or private address that its person has proved, written where everybody else looks for it."""

from adapters.directories.active_directory.errors import NO_RIGHTS
from adapters.directories.active_directory.people import named
from adapters.directories.active_directory.queries import AccountQueries
from adapters.directories.ldap.errors import LdapRefused
from bot.directory.interfaces import ContactField, Rejected
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret

PLACES = {ContactField.MOBILE: "mobile", ContactField.MAIL: "otherMailbox"}


def correct(queries: AccountQueries, subject: SubjectId, field: ContactField, value: Secret) -> None:
    """Only where an account may be helped at all. Other addresses stay: who needs them isn't known here."""
    place, new = PLACES[field], value.reveal().encode()
    account = queries.connection.base(queries.changeable(subject).dn, (place,))
    before = account.values.get(place.lower(), ()) if account and field is ContactField.MAIL else ()
    try:
        queries.connection.replace(named(subject) or "", {place: list(dict.fromkeys([new, *before]))})
    except LdapRefused as no:
        raise Rejected("directory.no_rights" if no.code == NO_RIGHTS else "directory.refused") from no
