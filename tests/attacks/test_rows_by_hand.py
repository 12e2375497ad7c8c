"""ST07: whoever can write into the database still has no proof: rows are signed, and codes are derived from all that they are for."""

import json

import pytest

from bot.conversation.windows import browser_hash
from bot.identity import codes, identity
from bot.model.facts import Challenged
from bot.model.turn import Turn
from bot.policy.policy import MethodRules, Policy, Scope, ScopeState
from tests.kit.attackers import HIS, TEXT, by_hand, count, method_of, opened, proven, refusals, unharmed
from tests.kit.kinds import SMS, TOTP
from tests.kit.people import SAFARI, Browser
from tests.kit.town import Town

EVERYBODY = Scope(state=ScopeState.ALL)
TWO = Policy(EVERYBODY, methods=MethodRules(required=2))
TEXT_ALONE = Policy(EVERYBODY, methods=MethodRules(alone=(SMS,)))


async def half_proven(town: Town) -> Browser:
    """Ana's page after the first of two proofs."""
    await town.use_policy(TWO)
    _, page = await opened(town, "ana")
    await page.types(await town.code("ana", TOTP))
    assert (await page.at(), count(town, "proof")) == ("verify.how", 1)
    return page


@pytest.mark.both_databases
async def test_st07_a_proof_written_by_hand_is_refused_and_audited(town: Town) -> None:
    page = await half_proven(town)
    columns = """conversation, subject, action, 'email', method, "window", at, challenge, 0, mac, null"""
    by_hand(town, f"insert into proof select 'proof-mine', {columns} from proof")  # noqa: S608 - no value of anybody's
    await page.picks("Text message")
    assert await page.at() == "accounts.no_right"
    assert (await refusals(town))[-1] == "accounts.no_right"
    assert count(town, "grant") == 0


async def test_st07_a_proof_by_hand_would_work_without_its_mac(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "genuine_proof", lambda *_: True)
    page = await half_proven(town)
    columns = """conversation, subject, action, 'email', method, "window", at, challenge, 0, mac, null"""
    by_hand(town, f"insert into proof select 'proof-mine', {columns} from proof")  # noqa: S608 - no value of anybody's
    await page.picks("Text message")
    assert count(town, "grant") == 0
    await town.settle()
    await page.types(await town.code("ana", SMS))
    assert await page.at() == "reset.new"


@pytest.mark.parametrize(
    "change",
    [
        "subject = 'contoso:x'",
        "action = 'unlock'",
        "kind = 'sms'",
        "\"window\" = 'page-1'",
        "at = at + 500",
        "method = 'method-1'",
        "mac = ''",
    ],
)
async def test_st07_a_proof_that_was_changed_by_hand_counts_no_more(town: Town, change: str) -> None:
    page = await half_proven(town)
    by_hand(town, f"update proof set {change}")  # noqa: S608 - the changes above
    await page.picks(TEXT)
    assert await page.at() == "accounts.no_right"


async def test_st07_a_proof_changed_after_the_grant_stops_the_effect(town: Town) -> None:
    _, page = await proven(town)
    by_hand(town, "update proof set kind = 'email'")
    await page.types(HIS)
    assert await page.at() == "accounts.no_right"
    assert await unharmed(town)


async def bens_code_for_anas_challenge(town: Town) -> Browser:
    """Ben asks for a code of his own, and then writes Ana's name on what was asked."""
    await town.use_policy(TEXT_ALONE)
    _, page = await opened(town, "ben", TEXT)
    code = await town.code("ben", SMS)
    ben, ana = await town.subject("ben"), await town.subject("ana")
    by_hand(town, "update challenge set subject = ?, method = ?", ana, await method_of(town, "ana", SMS))
    by_hand(town, "update conversation set step = replace(step, ?, ?)", json.dumps(ben), json.dumps(ana))
    await page.types(code)
    return page


async def test_st07_a_code_isnt_anothers_because_its_row_says_so(town: Town) -> None:
    page = await bens_code_for_anas_challenge(town)
    assert await page.at() == "method.sms.ask.known"
    assert (count(town, "proof"), count(town, "grant")) == (0, 0)


async def test_st07_anothers_code_would_do_if_it_came_from_the_challenges_name_alone(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def name_alone(challenge: Challenged) -> str:
        return challenge.id

    monkeypatch.setattr(codes, "_text", name_alone)
    page = await bens_code_for_anas_challenge(town)
    await page.types(HIS)
    assert await town.signs_in("ana", HIS) == "right"


async def test_st07_a_code_goes_to_nobody_else_because_rows_say_so(town: Town) -> None:
    _, page = await opened(town, "ana", TEXT)
    await page.presses("again")
    before = len(await town.subjects_of_mail("ana"))
    by_hand(town, "update job set subject = ?", await town.subject("ben"))
    by_hand(town, "update challenge set method = ?", await method_of(town, "ben", SMS))
    await town.settle()
    assert (await town.subjects_of_mail("ben"), len(await town.subjects_of_mail("ana"))) == ([], before)


async def test_st07_a_method_moved_to_somebody_else_doesnt_open(town: Town) -> None:
    by_hand(town, "update method set subject = ? where id = ?", await town.subject("ana"), await method_of(town, "ben", SMS))
    assert await town.app.store.records.methods(await town.subject("ana")) == []


@pytest.mark.both_databases
async def test_st07_a_quarantine_cant_be_shortened_by_hand(town: Town) -> None:
    by_hand(town, "update method set usable_from = usable_from - 1 where id = ?", await method_of(town, "ana", SMS))
    assert await town.app.store.records.methods(await town.subject("ana")) == []


async def stolen_page(town: Town) -> Browser:
    """Ana has proved who she is on her page; a thief writes his browser's name over hers."""
    _, page = await proven(town)
    thief = Browser(town, agent=SAFARI, cookie="f" * 64, window=page.window)
    by_hand(town, 'update "window" set browser = ? where id = ?', browser_hash(thief.cookie), page.window)
    await thief.types(HIS)
    return thief


@pytest.mark.both_databases
async def test_st07_a_page_given_to_another_browser_by_hand_sets_nothing(town: Town) -> None:
    thief = await stolen_page(town)
    assert await thief.at() == "accounts.no_right"
    assert await unharmed(town)


async def test_st07_a_stolen_page_would_do_if_proofs_didnt_cover_the_browser(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Turn, "browser_of", lambda *_: "")
    await stolen_page(town)
    assert await town.signs_in("ana", HIS) == "right"


async def test_st06_a_challenge_of_another_conversation_proves_nothing_here(town: Town) -> None:
    _, anas = await opened(town, "ana")
    _, bens = await opened(town, "ben", TEXT)
    here = '(select conversation from "window" where id = ?)'
    theirs = by_hand(town, f"select step from conversation where id = {here}", anas.window)[0][0]  # noqa: S608 - no value
    by_hand(town, f"update conversation set step = ? where id = {here}", theirs, bens.window)  # noqa: S608 - no value
    await bens.types(await town.code("ana", TOTP))
    assert await bens.at() == "verify.over"
    assert count(town, "proof") == 0
