"""What all tables have in common: a class is called after one row of it, and the table after what a row is of."""

import re

from sqlalchemy.orm import declared_attr
from sqlmodel import SQLModel


class Row(SQLModel):
    """`AuditHeadRow` is a row of the table `audit_head`."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 - a class's own, as the library wants it
        return re.sub("(?<!^)(?=[A-Z])", "_", cls.__name__.removesuffix("Row")).lower()
