"""Groups in groups of the embedded directory, in SQL: UNION drops what it has seen, so a circle ends."""

from typing import Any

from sqlalchemy import CTE, Select, String, bindparam, select

from store.directory_tables import MEMBER

m = MEMBER.c


def groups_above(persons: Select[Any]) -> CTE:
    """(person, grp): every group that each of them is in, through any number of others."""
    direct = select(m.member.label("person"), m.grp).where(m.member.in_(persons))
    above = direct.cte("above", recursive=True)
    return above.union(select(above.c.person, m.grp).where(m.member == above.c.grp))


def members_below(member: str) -> CTE:
    """(member): the account or group that the parameter `member` names, and whoever is in it through any number of others."""
    below = select(bindparam(member, type_=String).label("member")).cte("below", recursive=True)
    return below.union(select(m.member).where(m.grp == below.c.member))
