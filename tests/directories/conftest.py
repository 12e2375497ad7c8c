"""What tests of single directories may ask for: their servers."""

from tests.kit.slapd import slapd, slapd_template
from tests.kit.stores import keys, migrated, sqlite

__all__ = ["keys", "migrated", "slapd", "slapd_template", "sqlite"]
