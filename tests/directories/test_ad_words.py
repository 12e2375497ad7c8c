"""What a domain controller says becomes what a person can act on. Windows' wording is as documented, since none was asked here."""

from typing import cast

import pytest

from adapters.directories.active_directory.errors import answer, refusal
from adapters.directories.active_directory.people import is_high, is_told
from adapters.directories.active_directory.queries import HINTS, KEEP_HISTORY, policy_hints
from adapters.directories.active_directory.values import NEVER, guid_text, moment, sid_text, span
from adapters.directories.ldap.connection import BindAnswer, LdapConnection
from adapters.directories.ldap.entry import Entry
from adapters.directories.ldap.errors import LdapRefused, Silent
from bot.directory.interfaces import DirectoryRules, SignIn

DOMAIN = "S-1-5-21-1-2-3"
WINDOWS = "80090308: LdapErr: DSID-0C090569, comment: AcceptSecurityContext error, data {}, v4563"


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        (19, "0000052D: AtrErr: DSID-03191083, #1:\n\t0: 0000052D: DSID-03191083, problem 1005 (CONSTRAINT_ATT_TYPE)", "quality"),
        (53, "0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0\n", "quality"),
        (19, "0000052D: Constraint violation - check_password_restrictions: the password is too short.", "quality"),
        (19, "", "quality"),
        (19, "00000005: AtrErr: DSID-03190FD6, #1:\n\t0: 00000005: DSID-03190FD6, problem 1005 (CONSTRAINT_ATT_TYPE)", "quality"),
        (50, "00000005: SecErr: DSID-03152612, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0\n", "no_rights"),
        (50, "00002098: Object CN=x has no write property access", "no_rights"),
        (50, "error in module acl: insufficient access rights during LDB_MODIFY (50)", "no_rights"),
        (32, "0000208D: NameErr: DSID-03100238, problem 2001 (NO_OBJECT), data 0, best match of:", "gone"),
        (32, "00002030: No such Base DN: CN=x", "gone"),
        (53, "0000001F: SvcErr: DSID-031A1262, problem 5003 (WILL_NOT_PERFORM), data 0\n", "refused"),
        (12, "00000057: LdapErr: DSID-0C090A5D, comment: Error processing control", "refused"),
        (10, "0000202B: RefErr: DSID-031007F9, data 0, 1 access points", "refused"),
        (80, "nothing that we know", "refused"),
    ],
)
def test_each_refusal_has_its_sentence(code: int, text: str, words: str) -> None:
    assert refusal(LdapRefused(code, text), DirectoryRules()).words.partition(".")[2] == words


def test_where_history_counts_it_is_what_a_checked_password_breaks() -> None:
    no = refusal(LdapRefused(19, "0000052D: AtrErr: DSID-03191083"), DirectoryRules(history=24))
    assert (no.words, no.args_) == ("password.history", (("count", "24"),))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("525", SignIn.WRONG),
        ("52e", SignIn.WRONG),
        ("530", SignIn.RIGHT),
        ("531", SignIn.RIGHT),
        ("532", SignIn.EXPIRED),
        ("533", SignIn.DISABLED),
        ("701", SignIn.DISABLED),
        ("773", SignIn.MUST_CHANGE),
        ("775", SignIn.LOCKED),
    ],
)
def test_each_answer_to_a_sign_in_is_understood(data: str, said: SignIn) -> None:
    assert answer(BindAnswer(49, WINDOWS.format(data), {})) is said


@pytest.mark.parametrize(
    ("code", "text"), [(49, WINDOWS.format("999")), (49, ""), (1, "00002020: Operation unavailable"), (8, "")]
)
def test_what_is_neither_yes_nor_no_is_no_answer(code: int, text: str) -> None:
    with pytest.raises(Silent):
        answer(BindAnswer(code, text, {}))


@pytest.mark.parametrize(
    ("sid", "high"),
    [
        (f"{DOMAIN}-512", True),
        (f"{DOMAIN}-519", True),
        (f"{DOMAIN}-502", True),
        (f"{DOMAIN}-526", True),
        (f"{DOMAIN}-513", False),
        (f"{DOMAIN}-1512", False),
        ("S-1-5-32-544", True),
        ("S-1-5-32-548", True),
        ("S-1-5-32-545", False),
        ("S-1-5-32-512", False),
        ("S-1-1-0", False),
        ("", False),
    ],
)
def test_who_is_high_is_known_by_the_sid(sid: str, high: bool) -> None:
    assert is_high(sid) is high


def test_groups_that_hold_everybody_or_are_the_servers_own_say_nothing() -> None:
    told = [sid for sid in (f"{DOMAIN}-512", f"{DOMAIN}-513", f"{DOMAIN}-1105", "S-1-5-32-544", "S-1-5-11") if is_told(sid)]
    assert told == [f"{DOMAIN}-512", f"{DOMAIN}-1105"]


def test_octets_read_as_tools_show_them() -> None:
    assert guid_text(bytes(range(16))) == "03020100-0504-0706-0809-0a0b0c0d0e0f"
    assert sid_text(bytes.fromhex("010500000000000515000000010000000200000003000000f4010000")) == f"{DOMAIN}-500"


def test_ticks_are_seconds_and_never_is_never() -> None:
    assert moment(116444736000000000 + 10_000_000) == 1.0
    assert (moment(0), moment(NEVER), moment(-1)) == (None, None, None)
    assert (span(-864000000000), span(0), span(-NEVER - 1)) == (86400.0, 0.0, None)


class Root:
    """A server that lists these controls."""

    def __init__(self, *listed: str) -> None:
        self.listed = listed

    def base(self, dn: str, attributes: tuple[str, ...]) -> Entry:
        return Entry(dn, {"supportedcontrol": [oid.encode() for oid in self.listed]})


@pytest.mark.parametrize(("listed", "sent"), [((), None), (("1.2.3",), None), (HINTS, HINTS[0]), ((HINTS[1], "1.2.3"), HINTS[1])])
def test_the_control_for_history_is_sent_critical_where_it_is_listed(listed: tuple[str, ...], sent: str | None) -> None:
    control = policy_hints(cast("LdapConnection", Root(*listed)))
    assert control == (((sent, True, KEEP_HISTORY),) if sent else ())
