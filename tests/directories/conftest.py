"""What tests of single directories may ask for: their servers."""

from tests.kit.slapd import slapd, slapd_template

__all__ = ["slapd", "slapd_template"]
