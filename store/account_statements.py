"""The statements about accounts as directories told them, built once. They know who is barred, and no rule of what is enough."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    Float,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    not_,
    null,
    or_,
    select,
    tuple_,
    union_all,
    update,
)

from bot.identity.methods.registry import lasting
from bot.identity.registered import FROM_DIRECTORY
from bot.policy.by_group import FOR_ALL
from bot.policy.policy import MOST_GROUPS
from bot.policy.scope import Barred
from store.account_tables import ACCOUNT, ACCOUNT_GROUP, ACCOUNT_SOURCE
from store.database import upsert
from store.tables import FREEZE, METHOD

given = bindparam  # names end in _, since SQLAlchemy keeps the plain names of columns for itself
a, g, m, f = ACCOUNT.c, ACCOUNT_GROUP.c, METHOD.c, FREEZE.c
BITS = {kind: 1 << number for number, kind in enumerate(lasting())}  # a set of kinds is the sum of these
COMING = 1 << len(BITS)  # of kinds in quarantine the sum of these bits, times this

# ------------------------------------------------ taking over

MARK = select(ACCOUNT_SOURCE.c.mark, ACCOUNT_SOURCE.c.contacts).where(ACCOUNT_SOURCE.c.directory == given("directory_"))
_moved = upsert(ACCOUNT_SOURCE)
# Compare-and-swap: whoever took over from an older mark than the one on disk has lost.
MOVE = _moved.on_conflict_do_update(
    index_elements=["directory"], set_={"mark": _moved.excluded.mark}, where=ACCOUNT_SOURCE.c.mark == given("since_")
).returning(ACCOUNT_SOURCE.c.mark)
# By other rules something else counts, so everybody is told anew.
ANEW = (
    update(ACCOUNT_SOURCE)
    .where(ACCOUNT_SOURCE.c.directory == given("directory_"), ACCOUNT_SOURCE.c.mark == given("since_"))
    .values(mark="", contacts=given("rule_"))
)
_told = upsert(ACCOUNT)
TELL = _told.on_conflict_do_update(index_elements=["subject"], set_={c.name: c for c in _told.excluded if c.name != "subject"})
NO_GROUPS = delete(ACCOUNT_GROUP).where(g.subject == given("subject_"))
JOIN = insert(ACCOUNT_GROUP)
GONE = delete(ACCOUNT).where(a.subject == given("subject_"))
KNOWN = select(a.subject).where(a.directory == given("directory_"))


def named(parts: Sequence[str]) -> Select[tuple[str, str, str]]:
    """Accounts of whose name or sign-in name a word begins with one of these."""
    name, login = func.lower(a.name), func.lower(a.login)
    begins = [
        or_(name.startswith(p, autoescape=True), name.contains(f" {p}", autoescape=True), login.startswith(p, autoescape=True))
        for p in sorted({*parts})
    ]
    of = a.directory.in_(given("directories_", expanding=True))
    return select(a.subject, a.login, a.name).where(of, or_(*begins)).order_by(a.login, a.subject).limit(given("most_"))


# ------------------------------------------------ counting

_NOW = given("now_", type_=Float)


def _in_any(groups: str) -> ColumnElement[bool]:
    return select(g.subject).where(g.subject == a.subject, g.folded.in_(given(groups, expanding=True))).exists()


def _holds(flag: str) -> ColumnElement[bool]:
    return given(flag, type_=Boolean)


def _kinds(*which: ColumnElement[bool]) -> ColumnElement[int]:
    """The kinds of an account's methods, as the sum of their bits. A kind that only a newer replica knows has none.

    A method that was never tried isn't registered yet.
    """
    bit = case(BITS, value=m.kind, else_=0) * case((m.usable_from <= _NOW, 1), else_=COMING)
    tried = and_(m.subject == a.subject, m.usable_from < given("never_", type_=Float), *which)
    return func.coalesce(select(func.sum(bit.distinct())).where(tried).scalar_subquery(), 0)


def _barred(rules: str = "") -> ColumnElement[str]:
    """As bot/policy/scope.py decides, and bot/identity/people.py before it; a test compares them. `rules`: how the parameters' names end."""
    return case(
        (select(f.subject).where(f.subject == a.subject, f.until > _NOW).exists(), Barred.FROZEN.value),
        (not_(a.enabled), Barred.DISABLED.value),
        (a.protected, Barred.PROTECTED.value),
        (and_(_holds(f"no_smart_cards_{rules}"), a.smart_card), Barred.SMART_CARD.value),
        (and_(_holds(f"no_admins_{rules}"), or_(a.admin, _in_any("roles_"))), Barred.ADMIN.value),
        (or_(_holds(f"nobody_{rules}"), _in_any(f"except_{rules}")), Barred.OUT_OF_SCOPE.value),
        (and_(_holds(f"selected_{rules}"), not_(_in_any(f"groups_{rules}"))), Barred.OUT_OF_SCOPE.value),
        else_="",
    )


def _rules(rules: str = "") -> ColumnElement[int]:
    """As bot/policy/by_group.py: place_of. Where no group has rules of its own nothing is looked up."""
    ruled = _holds(f"ruled_{rules}")
    return case(
        *((and_(ruled, _in_any(f"ruled{place}_{rules}")), place) for place in range(MOST_GROUPS)),
        else_=FOR_ALL,
    )


_seen: Select[Any] = select(
    a.subject,
    a.login,
    a.name,
    _barred().label("barred"),
    or_(a.admin, _in_any("roles_")).label("admin"),
    _kinds().label("kinds"),
    _rules().label("rules"),
).where(a.directory.in_(given("directories_", expanding=True)))

_s = _seen.cte("seen")
_alike = (_s.c.barred, _s.c.admin, _s.c.kinds, _s.c.rules)
_largest = (
    select(g.folded, func.min(g.name).label("name"))
    .join_from(ACCOUNT_GROUP, ACCOUNT, g.subject == a.subject)
    .where(a.directory.in_(given("directories_", expanding=True)))
    .group_by(g.folded)
    .having(func.count() >= given("smallest_"))
    .order_by(func.count().desc(), g.folded)
    .limit(given("limit_"))
    .cte("largest")
)
_everybody = select(cast(null(), String).label("name"), *_alike, func.count().label("n")).group_by(*_alike)
_grouped = (
    select(_largest.c.name, *_alike, func.count().label("n"))
    .join_from(_largest, ACCOUNT_GROUP, g.folded == _largest.c.folded)
    .join(_s, _s.c.subject == g.subject)
    .group_by(_largest.c.name, *_alike)
)
COUNT = union_all(_everybody, _grouped)  # in one, since to see every account takes the longest
# By two sets of rules at once: how many accounts there are of each kind before and after.
NEW = "new_"
_then = (_barred(NEW).label("barred_then"), _rules(NEW).label("rules_then"))
_registered = _kinds(not_(m.id.startswith(FROM_DIRECTORY))).label("registered")


def _transitions(*more: ColumnElement[int]) -> CompoundSelect[Any]:
    """`more`: the kinds that count then, where those aren't the same; to look for methods takes the longest."""
    both = select(*_seen.selected_columns, *_then, *more).where(_seen.whereclause).cte("both")  # type: ignore[arg-type]  # it has one
    b = both.c
    kinds_then = (b.registered if more else b.kinds).label("kinds_then")
    moves = (b.barred, b.barred_then, b.admin, b.kinds, kinds_then, b.rules, b.rules_then)
    return union_all(
        select(cast(null(), String).label("name"), *moves, func.count().label("n")).group_by(*moves),
        select(_largest.c.name, *moves, func.count().label("n"))
        .join_from(_largest, ACCOUNT_GROUP, g.folded == _largest.c.folded)
        .join(both, b.subject == g.subject)
        .group_by(_largest.c.name, *moves),
    )


TRANSITIONS = _transitions()
WITHOUT_CONTACT_DATA = _transitions(_registered)  # after: the directory's contact data counts by the rules before alone
_sizes = (
    select(func.min(g.name).label("name"), func.count().label("n"))
    .join_from(ACCOUNT_GROUP, ACCOUNT, g.subject == a.subject)
    .where(a.directory.in_(given("directories_", expanding=True)))
    .group_by(g.folded)
)
LARGEST = _sizes.order_by(func.count().desc(), g.folded).limit(given("limit_"))
SIZES = _sizes.where(g.folded.in_(given("names_", expanding=True)))
EACH = (
    _seen.where(tuple_(a.login, a.subject) > tuple_(given("login_", type_=String), given("subject_", type_=String)))
    .order_by(a.login, a.subject)
    .limit(given("page_", type_=Integer))
)
