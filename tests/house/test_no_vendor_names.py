"""The core and the flows know no vendor: not in a name, not in a value, not in the name of a file."""

import ast
import re

from tests.house.tree import modules, parsed, said

VENDORS = re.compile(
    "slack|teams|msteams|twilio|azure|microsoft|entra|msal|botbuilder|ldap3?|ldaps|openldap|samba|google|okta|duo",
    re.IGNORECASE,
)
# Wiring, settings and their examination name what they wire; a profile is named after who recommends it.
MAY_NAME = ("bot/app", "bot/settings", "bot/doctor", "bot/cli/manifest", "bot/policy/profiles", "bot/cli/policy")
WORD = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*")


def test_no_vendor_is_named_in_the_core_or_in_a_flow() -> None:
    named = {
        f"{path}: {value}"
        for path in modules("bot", "flows")
        if not str(path).startswith(MAY_NAME)
        for value in (str(path), *said(parsed(path)))
        if names_vendor(value)
    }
    assert not named


def test_vendors_are_found_in_names_and_values_but_not_inside_other_words() -> None:
    source = '"""Slack may stand here."""\nclass SlackPost:\n    """And Teams here."""\n    kind = "entra"\nentrance = 1\n'
    assert [value for value in said(ast.parse(source)) if names_vendor(value)] == ["SlackPost", "entra"]


def names_vendor(value: str) -> bool:
    return any(VENDORS.fullmatch(word) for word in WORD.findall(value))
