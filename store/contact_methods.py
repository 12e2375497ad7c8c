"""Contact data that counts as methods: their rows come and go with what a directory tells, and whoever loses one is told so."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.directory.interfaces import Person
from bot.identity.directory_contacts import ContactData
from bot.identity.registered import FROM_DIRECTORY, Registered
from bot.identity.taken_addresses import taken
from bot.model.facts import Audited, Fact
from bot.platform.ids import SubjectId
from bot.platform.job_outbox import Sent
from bot.platform.keyring import Keys
from bot.platform.sentences import args
from bot.platform.set_seals import account_of
from store.directory_rows import storable
from store.facts import record
from store.identity_records import registered_of, row_of
from store.signed_sets import SignedSets
from store.tables import METHOD

m = METHOD.c
KEPT = select(METHOD).where(m.subject.in_(bindparam("subjects_", expanding=True)), m.id.startswith(FROM_DIRECTORY)).order_by(m.id)
ADD = insert(METHOD)
DROP = delete(METHOD).where(m.id == bindparam("id_"))


async def follow(
    conn: AsyncConnection,
    keys: Keys,
    sets: SignedSets,
    counts: ContactData,
    persons: Sequence[Person],
    gone: Sequence[SubjectId],
    now: float,
) -> None:
    """Inside the transaction that takes these accounts over; last in it, since it ends with the audit.

    Whose rows aren't as we wrote them is left alone: nothing counts there.
    """
    subjects = [storable(subject) for subject in (*(p.subject for p in persons), *gone)]
    kept = {row.id: registered_of(keys, row) for row in await conn.execute(KEPT, {"subjects_": subjects})}
    wanted = {method.id: method for person in persons for method in counts.methods(keys, person, now)}
    new = [method for id, method in wanted.items() if id not in kept]
    old = [method for id, method in kept.items() if id not in wanted]
    changing = await sets.begin_what_fits(conn, {account_of(method.subject) for method in (*new, *old)})
    new, old = ([method for method in some if account_of(method.subject) not in changing.unfit] for some in (new, old))
    if new:
        await conn.execute(ADD, [row_of(keys, method) for method in new])
    if old:
        await conn.execute(DROP, [{"id_": method.id} for method in old])
    if new or old:
        news = [_told(keys, method, now) for method in old if counts.kinds and method.subject not in gone]
        audited = [_audited("counted", method) for method in new] + [_audited("dropped", method) for method in old]
        await record(conn, [*news, *audited], now, changing=changing)


def _audited(what: str, method: Registered) -> Fact:
    return Audited(f"identity:contact_data:{what}", method.subject, args(method=method.id, kind=method.kind))


def _told(keys: Keys, method: Registered, now: float) -> Fact:
    """Also to the address that was, which may be the only one that isn't somebody else's by now."""
    about = args(action="contact", outcome="changed", method=method.id, kind=method.kind, at=now)
    return Sent("notice", method.subject, (*about, *taken(keys, method.subject, [method])))
