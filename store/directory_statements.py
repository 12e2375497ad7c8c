"""The statements of the embedded directory, built once."""

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Float,
    Select,
    String,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from store.database import upsert
from store.directory_tables import ACCOUNT, GROUP, HISTORY, MEMBER, USN
from store.group_nesting import groups_above, members_below

given = bindparam  # names end in _, since SQLAlchemy keeps the plain names of columns for itself
a, g, m, h = ACCOUNT.c, GROUP.c, MEMBER.c, HISTORY.c
NOW = given("now_", type_=Float)

_this = and_(a.directory == given("directory_"), a.subject == given("subject_"), a.deleted.is_(False))
_locked = a.locked_until > NOW
_off = {"locked_until": 0.0, "tries": 0, "locks": a.locks + case((_locked, 1), else_=0)}

# ------------------------------------------------ reading


def _persons(which: ColumnElement[bool]) -> tuple[Select[Any], Select[Any]]:
    """The accounts, and the names of all groups that each is in."""
    above = groups_above(select(a.subject).where(which))
    return select(ACCOUNT).where(which).order_by(a.usn), select(above.c.person, g.name).where(g.id == above.c.grp)


_KEY: BindParameter[str] = given("key_")
PERSON = _persons(_this)
_in_it = a.directory == given("directory_")
# The directory stands in each branch, so that each is looked up in an index of its own; said once, every account is walked.
_named = or_(*(and_(_in_it, key == _KEY) for key in (a.login_key, a.upn_key, a.mail_key)))
FOUND = _persons(and_(a.deleted.is_(False), _named))
_since = and_(a.directory == given("directory_"), a.usn > given("since_"))
CHANGED = _persons(and_(_since, a.usn <= given("until_")))
PAGE_END = select(a.usn).where(_since).order_by(a.usn).offset(given("skip_")).limit(1)
LAST_USN = select(func.coalesce(func.max(USN.c.usn), 0)).where(USN.c.directory == given("directory_"))
STANDING = select(ACCOUNT).where(_this)
FORMER = select(h.hash).where(h.subject == given("subject_")).order_by(h.changes.desc()).limit(given("limit_"))

# ------------------------------------------------ signing in

# Counted before anything is compared; while the lock is on, nothing is.
TRY = (
    update(ACCOUNT)
    .where(_this, a.locked_until <= NOW)
    .values(tries=case((a.last_try <= NOW - given("window_", type_=Float), 1), else_=a.tries + 1), last_try=NOW)
    .returning(*a)
)
CLEAR = update(ACCOUNT).where(_this, a.locked_until <= NOW).values(tries=0)
LOCK_IF_SPENT = (
    update(ACCOUNT).where(_this, a.tries >= given("limit_")).values(locked_until=given("until_"), tries=0, locks=a.locks + 1)
)

# ------------------------------------------------ changing

_set = (
    update(ACCOUNT)
    .values(hash=given("hash_"), changes=a.changes + 1, changed_at=NOW, must_change=False)
    .values(changed_by=given("by_", type_=String))
)
# Only what was looked at is replaced: whoever was faster has set another password, or closed the account.
RESET = _set.where(_this, a.changes == given("seen_"), a.enabled, a.protected.is_(False)).values(_off)
SET = _set.where(_this)
# Two at once remember the same: the slower one then finds that it was overtaken.
REMEMBER = (
    upsert(HISTORY)
    .from_select(["subject", "changes", "hash"], select(a.subject, a.changes, a.hash).where(_this, a.hash.is_not(None)))
    .on_conflict_do_nothing()
)
FORGET = delete(HISTORY).where(h.subject == given("subject_"), h.changes < given("oldest_"))
UNLOCK = update(ACCOUNT).where(_this, a.enabled, a.protected.is_(False)).values(_off)

# ------------------------------------------------ administration

NEXT_USN = (
    upsert(USN)
    .values(directory=given("directory_"), usn=1)
    .on_conflict_do_update(index_elements=["directory"], set_={"usn": USN.c.usn + 1})
    .returning(USN.c.usn)
)
CREATE = insert(ACCOUNT)
TAKEN = select(a.subject).where(a.directory == given("directory_"), or_(a.login_key == _KEY, a.upn_key == _KEY))
ENABLE = update(ACCOUNT).where(_this).values(enabled=given("enabled_"), usn=given("usn_"))
LOCK = update(ACCOUNT).where(_this).values(locked_until=given("until_"), tries=0, last_try=NOW, locks=a.locks + 1)
# What made it somebody's account is taken out; what is left tells that it is gone, and keeps its names free for another.
DELETE = (
    update(ACCOUNT)
    .where(_this)
    .values(deleted=True, usn=given("usn_"), login_key=a.subject, upn_key=a.subject, mail_key=None, hash=None)
    .values(login="", name="", mail=None, words="", manager=None, department=None, mobile=None, phone=None, mails="")
)
DELETE_FORMER = delete(HISTORY).where(h.subject == given("subject_"))
DELETE_MEMBER = delete(MEMBER).where(m.member == given("subject_"))

ADD_GROUP = insert(GROUP)
GROUP_ID = select(g.id).where(g.directory == given("directory_"), g.name_key == given("key_"))
ADD_MEMBER = upsert(MEMBER).on_conflict_do_nothing()
REMOVE_MEMBER = delete(MEMBER).where(m.member == given("member_"), m.grp == given("grp_"))
# Whoever is in a group through another has changed when that other one is moved.
TOUCH_BELOW = update(ACCOUNT).where(a.subject.in_(select(members_below("member_").c.member))).values(usn=given("usn_"))
