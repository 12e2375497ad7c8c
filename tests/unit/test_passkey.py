"""What a passkey has signed counts for one address, one question, one page and one person, and only if the key checked who holds it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.identity.methods.passkey import Passkey, asked_to_make, asked_to_sign, made, signed
from bot.identity.methods.passkey_credentials import credential, written
from bot.identity.methods.shapes import SignedOnPage
from bot.identity.methods.tools import Copied, Means, Place, Right
from bot.identity.registered import Registered
from bot.platform.ids import ChallengeId, SubjectId, WindowId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.platform.sentences import Misstep
from tests.kit.kinds import PASSKEY
from tests.kit.software_key import PRESENT, SYNCS, VERIFIED, SoftwareKey

ORIGIN, ANA, PAGE = "https://unlatch.example", SubjectId("demo:ana"), WindowId("page-1")
QUESTION = ChallengeId("c-1")


def at(keys: Keys, page: WindowId = PAGE, browser: str = "b1") -> Place:
    return Place(page, browser, "Firefox on Windows", ORIGIN, keys)


@dataclass
class Ana:
    """With one key on file."""

    keys: Keys
    key: SoftwareKey
    mine: Registered

    def judged(self, sent: str, id: ChallengeId = QUESTION, place: Place | None = None) -> object:
        return signed(id, ANA, Secret(sent), [self.mine], place or at(self.keys))

    def asked(self) -> str:
        return asked_to_sign(QUESTION, (), at(self.keys))


def registers(keys: Keys, key: SoftwareKey, subject: SubjectId = ANA, **lies: object) -> Registered:
    place = at(keys)
    wanted = asked_to_make(QUESTION, subject, (), place, "ana@contoso.example", "Contoso")
    found = made(QUESTION, Secret(key.makes(wanted, **lies)), place)
    return Registered(found.id, subject, PASSKEY, found.secret, 1.0, 1.0, found.step)


@pytest.fixture
def ana(tmp_path: Path) -> Ana:
    keys, key = Keys.create(tmp_path / "ring.json"), SoftwareKey(ORIGIN)
    return Ana(keys, key, registers(keys, key))


def test_what_was_registered_proves_and_its_counter_is_the_proofs_place(ana: Ana) -> None:
    assert credential(ana.mine).name == "Blue key"
    assert ana.judged(ana.key.signs(ana.asked())) == Right(ana.mine.id, 2)


def test_what_signs_is_asked_for_by_nobodys_name_and_has_to_check_who_holds_it(ana: Ana) -> None:
    asked = json.loads(ana.asked())
    assert (asked["allowCredentials"], asked["userVerification"], asked["rpId"]) == ([], "required", "unlatch.example")
    listed = json.loads(asked_to_sign(QUESTION, [ana.mine], at(ana.keys)))["allowCredentials"]
    assert [each["id"] for each in listed] == [credential(ana.mine).id]


LIES: dict[str, dict[str, object]] = {
    "another site": {"origin": "https://unlatch.example.evil.example"},
    "a sub-domain": {"origin": "https://www.unlatch.example"},
    "another port": {"origin": "https://unlatch.example:8443"},
    "unencrypted": {"origin": "http://unlatch.example"},
    "another relying party": {"rp": "example"},
    "a relying party below": {"rp": "www.unlatch.example"},
    "a frame": {"crossOrigin": True},
    "a registration": {"type": "webauthn.create"},
    "somebody else's handle": {"handle": "c29tZWJvZHk"},
    "no challenge": {"challenge": ""},
}


@pytest.mark.parametrize("lies", LIES.values(), ids=list(LIES))
def test_signed_for_anything_else_it_proves_nothing(ana: Ana, lies: dict[str, object]) -> None:
    assert ana.judged(ana.key.signs(ana.asked(), **lies)) is None


@pytest.mark.parametrize("place", [lambda k: at(k, WindowId("page-2")), lambda k: at(k, browser="b2")], ids=["page", "browser"])
def test_on_another_page_or_in_another_browser_it_proves_nothing(ana: Ana, place: Callable[[Keys], Place]) -> None:
    assert ana.judged(ana.key.signs(ana.asked()), place=place(ana.keys)) is None


def test_for_another_question_it_proves_nothing(ana: Ana) -> None:
    sent = ana.key.signs(ana.asked())
    assert ana.judged(sent, ChallengeId("c-2")) is None


def test_a_key_that_did_not_check_who_holds_it_proves_nothing_and_is_not_taken_up(ana: Ana) -> None:
    ana.key.flags = PRESENT
    assert ana.judged(ana.key.signs(ana.asked())) is None
    with pytest.raises(Misstep, match=r"passkey\.unfit"):
        registers(ana.keys, SoftwareKey(ORIGIN, flags=PRESENT))


def test_a_counter_that_went_back_tells_of_a_copy(ana: Ana) -> None:
    ana.key.count = 0
    assert ana.judged(ana.key.signs(ana.asked())) == Copied(ana.mine.id)
    uncounted = SoftwareKey(ORIGIN, count=0, id=b"another credential")
    ana.mine = registers(ana.keys, uncounted)
    assert ana.judged(uncounted.signs(ana.asked())) == Right(ana.mine.id, 0)


def test_somebody_elses_key_and_one_that_took_its_name_prove_nothing(ana: Ana) -> None:
    theirs = SoftwareKey(ORIGIN, id=b"somebody else's credential", handle=ana.key.handle)
    assert ana.judged(theirs.signs(ana.asked())) is None
    assert ana.judged(SoftwareKey(ORIGIN, count=5, handle=ana.key.handle).signs(ana.asked())) is None
    ana.key.flags = PRESENT | VERIFIED | SYNCS  # a key is made to be shared, or isn't
    assert ana.judged(ana.key.signs(ana.asked())) is None


@pytest.mark.parametrize("sent", ["", "{}", "[]", '"x"', '{"id": 1}', "[" * 20_000], ids=range(6))
def test_whatever_else_is_sent_proves_nothing(ana: Ana, sent: str) -> None:
    assert ana.judged(sent) is None


def test_a_key_is_made_for_our_address_alone(ana: Ana) -> None:
    for lies in (LIES["a sub-domain"], LIES["another relying party"], LIES["a frame"], {"type": "webauthn.get"}):
        with pytest.raises(Misstep, match=r"passkey\.unfit"):
            registers(ana.keys, SoftwareKey(ORIGIN), **lies)


def test_an_address_is_compared_as_browsers_write_it() -> None:
    given = ["https://unlatch.example:443", "https://unlatch.example:4443", "http://localhost:80"]
    assert [written(each) for each in given] == ["https://unlatch.example", given[1], "http://localhost"]


@pytest.mark.parametrize(
    ("origin", "does"),
    [
        ("https://unlatch.example", True),
        ("http://localhost:8400", True),
        ("http://unlatch.example", False),
        ("https://192.0.2.7", False),
    ],
)
def test_it_is_offered_where_browsers_have_it(origin: str, does: bool) -> None:
    assert Passkey().carried(Means((), tries_passwords=False, signs_in=False, origin=origin)) is does
    assert isinstance(Passkey.asks, SignedOnPage)
