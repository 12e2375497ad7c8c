"""What a registered method is sealed to, what its owner knows it by, and what a sealed page may show of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from bot.conversation.interfaces import Conversations, Standing
from bot.engine.exhibits import AppKey, Exhibited, Exhibits, Sheet
from bot.identity.interfaces import Records
from bot.identity.masks import known_by, named
from bot.identity.registered import NEVER, Registered, sealed_as
from bot.model.step import Step
from bot.model.turn import PAGE, WATCH, Party, Window
from bot.platform.clock import World
from bot.platform.ids import ChallengeId, ConversationId, GrantId, Line, MethodId, Origin, SubjectId, WindowId
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.policy.current import Policies
from bot.policy.interfaces import PolicyError
from bot.policy.policy import parse
from bot.writeback.interfaces import AgentStore
from flows.my_methods import MyMethods, NewKey, NewSheet
from tests.kit.kinds import LISTABLE, RECOVERY, SMS, TOTP

ANA = SubjectId("demo:ana")
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
APP = Registered(MethodId("m-1"), ANA, TOTP, Secret(KEY), 1_795_590_000.0, NEVER)
TEXT = Registered(MethodId("m-2"), ANA, SMS, Secret("+4915123456789"), 1.0, 1.0)
CODES = [Registered(MethodId(f"s.{n}"), ANA, RECOVERY, Secret("mac"), 1.0, 1.0) for n in range(3)]
PAGE_OF_ANA = Window(WindowId("page-1"), ConversationId("c-1"), PAGE, "", "b" * 64)
SCANNING = NewKey(ANA, GrantId("g-1"), APP.id, ChallengeId("ch-1"), Line("ana@contoso.example"), TOTP)
PRINTING = NewSheet(ANA, GrantId("g-1"), MethodId("sheet-1"), RECOVERY, Line("ana"))


@dataclass
class Stored:
    """One conversation, as one window sees it, and what is registered."""

    window: Window
    step: Step
    registered: Sequence[Registered] = (APP,)
    closed: bool = False

    async def standing(self, window: WindowId) -> Standing | None:
        if window != self.window.id:
            return None
        party, sealed = Party(Origin.LINKED, ANA), self.window if self.window.sealed else None
        return Standing(self.window, self.step, 3, None, self.closed, False, party, sealed, 0, self.step, "terminal", 1.0)

    async def methods(self, subject: SubjectId) -> Sequence[Registered]:
        return [m for m in self.registered if m.subject == subject]


async def shown(stored: Stored, folder: Path, window: str = "page-1") -> Exhibited | None:
    keys = Keys.create(folder / "ring.json")
    ports = cast("Conversations", stored), cast("Records", stored)
    agents, origin = cast("AgentStore", stored), "https://unlatch.example"
    exhibits = Exhibits(*ports, keys, "Contoso & Söhne", agents, origin, World(), cast("Policies", stored))
    return await exhibits.show(WindowId(window))


async def test_a_key_is_shown_as_link_and_to_be_typed(tmp_path: Path) -> None:
    found = await shown(Stored(PAGE_OF_ANA, SCANNING), tmp_path)
    assert isinstance(found, AppKey)
    assert found.key.reveal() == KEY
    link = urlsplit(found.uri.reveal())
    assert (link.scheme, link.netloc, unquote(link.path)) == ("otpauth", "totp", "/Contoso & Söhne:ana@contoso.example")
    assert parse_qs(link.query) == {"secret": [KEY], "issuer": ["Contoso & Söhne"]}
    assert KEY not in repr(found)


async def test_a_sheet_is_shown_as_ten_codes(tmp_path: Path) -> None:
    found = await shown(Stored(PAGE_OF_ANA, PRINTING), tmp_path)
    assert isinstance(found, Sheet)
    assert (len(found.codes), found.login, found.address) == (10, "ana", "https://unlatch.example")
    assert found.codes[0].reveal() not in repr(found)


@pytest.mark.parametrize(
    "window",
    [
        replace(PAGE_OF_ANA, browser=None),
        replace(PAGE_OF_ANA, kind=WATCH),
        replace(PAGE_OF_ANA, kind="terminal", address="ana", browser=None),
    ],
    ids=["unopened", "moved-on", "chat"],
)
@pytest.mark.parametrize("step", [SCANNING, PRINTING], ids=["key", "sheet"])
async def test_no_other_window_is_shown_anything(tmp_path: Path, window: Window, step: Step) -> None:
    assert await shown(Stored(window, step), tmp_path) is None


@pytest.mark.parametrize(
    "stored",
    [
        Stored(PAGE_OF_ANA, SCANNING, closed=True),
        Stored(PAGE_OF_ANA, MyMethods(ANA, GrantId("g-1"), (), ())),
        Stored(PAGE_OF_ANA, SCANNING, [replace(APP, usable_from=1.0)]),
        Stored(PAGE_OF_ANA, SCANNING, [replace(APP, subject=SubjectId("demo:ben"))]),
        Stored(PAGE_OF_ANA, SCANNING, [replace(TEXT, id=APP.id, usable_from=NEVER)]),
        Stored(PAGE_OF_ANA, SCANNING, []),
    ],
    ids=["over", "another-step", "in-use", "anothers", "another-kind", "gone"],
)
async def test_nothing_is_shown_once_it_is_no_longer_being_registered(tmp_path: Path, stored: Stored) -> None:
    assert await shown(stored, tmp_path) is None


async def test_there_is_nothing_behind_a_window_that_does_not_exist(tmp_path: Path) -> None:
    assert await shown(Stored(PAGE_OF_ANA, SCANNING), tmp_path, "page-2") is None


def test_a_seal_is_of_one_method_one_person_one_kind_and_one_quarantine() -> None:
    names = {
        sealed_as(APP.id, ANA, TOTP, NEVER),
        sealed_as(TEXT.id, ANA, TOTP, NEVER),
        sealed_as(APP.id, SubjectId("demo:ben"), TOTP, NEVER),
        sealed_as(APP.id, ANA, SMS, NEVER),
        sealed_as(APP.id, ANA, TOTP, 0.0),
        sealed_as(APP.id, ANA, TOTP, 86_400.0),
        sealed_as(MethodId('m-1", "demo:ben'), ANA, TOTP, NEVER),
    }
    assert len(names) == 7


def test_only_what_was_tried_is_confirmed() -> None:
    assert not APP.confirmed
    assert replace(APP, usable_from=9e9).confirmed


def test_an_owner_knows_an_app_by_its_day_a_number_by_its_end_and_a_sheet_by_what_is_left() -> None:
    assert known_by(APP) == ("method.totp.name.known", "2026-11-25")
    assert known_by(TEXT) == ("method.sms.name.known", "•••• 89")
    app, text, sheet = named([APP, TEXT, *CODES])
    assert (str(app.id), str(text.id)) == (APP.id, TEXT.id)
    assert (sheet.id, sheet.label, sheet.hint) == ("recovery", "method.recovery.name.known", "3")


@pytest.mark.parametrize(
    "rules",
    [{"reconfirm_days": -1}, {"reconfirm_days": 731}, {"quarantine_hours": 73}, {"quarantine_hours": -1}, {"with_password": 1}],
)
def test_rules_that_cannot_be_are_refused(rules: dict[str, int]) -> None:
    with pytest.raises(PolicyError, match="registration"):
        parse({"scope": {"state": "all"}, "registration": rules}, LISTABLE)


@pytest.mark.parametrize("rules", [(2, 3), (3, 2), (6, 3), (5, 6), (3, 4)])
def test_no_more_questions_are_asked_than_are_registered_and_never_fewer_than_three(rules: tuple[int, int]) -> None:
    with pytest.raises(PolicyError, match="questions"):
        parse({"scope": {"state": "all"}, "questions": {"register": rules[0], "answer": rules[1]}}, LISTABLE)


def test_rules_at_their_bounds_are_taken() -> None:
    for days, hours in ((0, 0), (730, 72)):
        rules = parse(
            {"scope": {"state": "all"}, "registration": {"reconfirm_days": days, "quarantine_hours": hours}}, LISTABLE
        ).registration
        assert (rules.reconfirm_days, rules.quarantine_hours) == (days, hours)
