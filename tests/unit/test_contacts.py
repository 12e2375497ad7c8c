"""What people type as their number or address, and what is kept of it."""

from urllib.parse import unquote, urlsplit

import pytest

from bot.directory.interfaces import Person
from bot.identity.methods.email import PrivateMailbox
from bot.identity.methods.email import read as read_address
from bot.identity.methods.sms import read as read_number
from bot.identity.methods.totp import as_link
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep

GERMAN = "+4915123456789"
AMERICAN = "+12025550123"


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("+4915123456789", "", GERMAN),
        ("+49 151 234 567 89", "", GERMAN),
        ("+49 (0) 151 23456789", "", GERMAN),
        ("(0049) 1512-345 67 89", "", GERMAN),
        ("0049.151.234.567.89", "", GERMAN),
        ("0151/23456789", "DE", GERMAN),
        ("0151\u201323456789", "DE", GERMAN),
        ("tel:+49-151-23456789", "", GERMAN),
        ("  +49\u00a0151\u202f23456789\n", "", GERMAN),
        ("٠١٥١٢٣٤٥٦٧٨٩", "DE", GERMAN),
        ("+49 151 23456789", "US", GERMAN),
        ("011 49 151 23456789", "US", GERMAN),
        ("(202) 555-0123", "US", AMERICAN),
        ("1 202 555 0123", "US", AMERICAN),
        ("+1 (202) 555-0123", "", AMERICAN),
        ("07911 123456", "GB", "+447911123456"),
        ("+43 664 1234567", "", "+436641234567"),
        ("+41 79 123 45 67", "", "+41791234567"),
    ],
)
def test_a_number_in_any_form_is_kept_in_e164(typed: str, country: str, kept: str) -> None:
    assert read_number(typed, country).reveal() == kept


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("nonsense", ""),
        ("12", "DE"),
        ("0151 23456789", ""),  # of which country?
        ("+49 30 901820", ""),  # a landline
        ("030 901820", "DE"),
        ("1-800-356-9377", "US"),  # toll-free
        ("1-800-FLOWERS", "US"),
        ("+1 900 555 0123", ""),  # premium
        ("+49 700 12345678", ""),  # personal
        ("+999 123 456 789", ""),  # no country
        ("+49 151 23", ""),  # too short
        ("+49 151 2345678901234", ""),  # too long
        ("+12345678", ""),  # possible, but given out to nobody
        ("+44 7911 123456 ext. 5", ""),
        ("+", ""),
        ("+49 151 23456789 and +49 151 23456780", ""),
    ],
)
def test_what_gets_no_text_messages_is_no_number_here(typed: str, country: str) -> None:
    with pytest.raises(Misstep, match=r"method\.sms\.bad"):
        read_number(typed, country)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ana@home.example", "ana@home.example"),
        ("  Ana.Ferreira+work@Home.Example\n", "ana.ferreira+work@home.example"),
        ("o'sullivan_1@mail.home-page.example", "o'sullivan_1@mail.home-page.example"),
        ("ana@Bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@straße.example", "ana@xn--strae-oqa.example"),  # another domain than strasse.example
    ],
)
def test_an_address_is_kept_in_lower_case(typed: str, kept: str) -> None:
    assert read_address(typed, "").reveal() == kept


@pytest.mark.parametrize(
    "typed",
    [
        "ana",
        "ana@",
        "@home.example",
        "ana@home",
        "ana@@home.example",
        "ana@home.example, ben@home.example",
        "Ana <ana@home.example>",
        "ana@home.example\r\nBcc: all@contoso.example",
        "ana@-home.example",
        "ana@home..example",
        "ana@[127.0.0.1]",
        "ana ferreira@home.example",
        f"{'a' * 65}@home.example",
        f"ana@{'a' * 250}.example",
    ],
)
def test_what_is_no_single_address_is_refused(typed: str) -> None:
    with pytest.raises(Misstep, match=r"method\.email\.bad"):
        read_address(typed, "")


def test_what_was_typed_stands_in_no_refusal() -> None:
    with pytest.raises(Misstep) as found:
        read_number("+49 30 901820", "")
    assert found.value.args_ == ()
    assert "901820" not in repr(found.value)


def test_an_umlaut_domain_is_read_as_it_was_typed_and_is_the_same_domain_as_its_other_form() -> None:
    work = Person(SubjectId("demo:ana"), "ana@bücher.example", "Ana", frozenset(), mail="ana@bücher.example")
    with pytest.raises(Misstep, match=r"method\.email\.own_mailbox"):
        PrivateMailbox().fits(work, read_address("private@xn--bcher-kva.example", ""))
    assert PrivateMailbox().mask(read_address("ana@bücher.example", "")) == "a•••@b•••.example"


def test_no_name_in_a_key_s_link_holds_a_colon() -> None:
    link = as_link(Secret("JBSWY3DPEHPK3PXP" * 2), "CORP: ana", "Contoso: North")
    assert unquote(urlsplit(link.reveal()).path) == "/Contoso North:CORP ana"
