"""What all tables have in common: how they and their constraints are named, since a migration can only change what has a name."""

import re

from sqlalchemy.orm import declared_attr
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """A class is called after one row, and the table after what a row is of: `AuditHeadRow` is a row of `audit_head`."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 - a class's own, as the library wants it
        return re.sub("(?<!^)(?=[A-Z])", "_", cls.__name__.removesuffix("Row")).lower()
