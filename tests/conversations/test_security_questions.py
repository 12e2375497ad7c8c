"""Security questions: chosen and answered on the page of somebody known, a proof beside another, and nothing that a stranger or an admin meets."""

import json
import re
from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from bot.identity.methods import security_questions
from bot.identity.methods.security_questions import ARGON2, LISTED
from bot.policy.policy import MethodRules, Policy, QuestionRules
from tests.kit.attackers import by_hand
from tests.kit.callers import Caller, Channel
from tests.kit.guided import hands
from tests.kit.kinds import EMAIL, PASSKEY, QUESTIONS, SMS, TOTP
from tests.kit.people import Browser, Terminal
from tests.kit.registering import forgets, house, on_file, sits_down
from tests.kit.residents import GOOD
from tests.kit.signing import as_ours
from tests.kit.software_key import asked_on as asked_of_key
from tests.kit.software_key import holds_key
from tests.kit.town import Town

OWN = "Whom did I meet at the bridge?"
ANSWERS = ("Purple rhino", "Kastanienallee", "Mr. Abernathy", "Zebra crossing", "Großtante Ilse")
WRONG = f"method.{QUESTIONS}.wrong"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an answer costs has a test of its own."""
    monkeypatch.setattr(security_questions, "ARGON2", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def rules(register: int = 5, answer: int = 3, **more: object) -> Policy:
    """They count beside text, mail and app, and each of the weak ones in company alone."""
    listed = MethodRules(available=(TOTP, SMS, EMAIL, QUESTIONS))
    return replace(house(), methods=listed, questions=QuestionRules(register, answer), **more)  # type: ignore[arg-type]  # of any type


async def sends(page: Browser, **fields: str) -> None:
    """The form, as a browser without any script sends it."""
    page.town.secrets |= {said for name, said in fields.items() if name.startswith("answer")} - {"Contoso"}
    await page.post(f"/p/{page.window}", token=(await page.view()).token, **fields)


def filled(answers: tuple[str, ...] = ANSWERS) -> dict[str, str]:
    """Listed ones, and last one of their own."""
    form = {f"{what}{n}": said for n, answer in enumerate(answers, 1) for what, said in (("answer", answer), ("own", ""))}
    form |= {f"question{n}": LISTED[n] for n in range(1, len(answers))}
    return {**form, f"question{len(answers)}": "own", f"own{len(answers)}": OWN}


async def registers(caller: Caller, answers: tuple[str, ...] = ANSWERS) -> None:
    await sits_down(caller)
    await caller.picks("Choose security questions")
    await sends(caller.page, **filled(answers))


async def has_them(town: Town, answers: tuple[str, ...] = ANSWERS, **more: int) -> None:
    """Ana."""
    await town.use_policy(rules(**more))
    await registers(Caller(town, "ana", Channel.TERMINAL), answers)
    town.clock.passes(60)


async def asked_on(page: Browser) -> list[str]:
    """What the page asks."""
    return re.findall(r'<label for="answer\d">([^<]+)</label>', await page.reads())


async def answers(page: Browser, *, wrong: int = 0) -> None:
    """All that is asked, but for so many; typed as nobody would have registered it."""
    words = page.town.app.words
    right = {words.say(LISTED[n]): answer for n, answer in enumerate(ANSWERS[:-1], 1)} | {OWN: ANSWERS[-1]}
    typed = [f" {right[asks].upper()} " for asks in await asked_on(page)]
    await sends(page, **{f"answer{n}": "nothing of it" if n <= wrong else said for n, said in enumerate(typed, 1)})


async def at_questions(town: Town, login: str = "ana") -> Caller:
    """Somebody in a linked chat, asked for a reset's first proof."""
    caller = Caller(town, login, Channel.TERMINAL)
    assert caller.chat is not None
    await caller.chat.says("cancel")
    await caller.wants("reset")
    await caller.begins_with(QUESTIONS)
    return caller


@pytest.mark.whole
@pytest.mark.parametrize("channel", [Channel.DEMO, Channel.SLACK])
async def test_they_are_registered_and_reset_together_with_a_mail(town: Town, channel: Channel) -> None:
    await town.use_policy(rules())
    ana, again = Caller(town, "ana", channel), Caller(town, "ana", channel)
    await registers(ana)
    assert await ana.at() == "register.menu"
    assert "Security questions (5)" in await ana.page.reads()
    await ana.picks("That's all")
    town.clock.passes(60)
    await again.wants("reset")
    await again.begins_with(QUESTIONS)
    assert again.chat is not None
    assert not {asks for asks in await asked_on(again.page) if asks in await again.chat.remarks()}
    await answers(again.page)
    assert await again.at() != "reset.new"
    await again.proves_by(EMAIL)
    assert await again.at() == "reset.new"
    await again.types(GOOD)
    assert await town.signs_in("ana", GOOD) == "right"


async def test_which_are_asked_is_drawn_anew_each_time_and_stays_and_each_time_is_a_try(town: Town) -> None:
    await has_them(town)
    drawn, page = [], Browser(town)
    for _ in range(5):
        page = (await at_questions(town)).page
        drawn.append(await asked_on(page))
        await answers(page, wrong=1)
        assert await asked_on(page) == drawn[-1]
    assert [len(set(asked)) for asked in drawn] == [3] * 5
    assert len({tuple(asked) for asked in drawn}) > 1
    await answers(page)
    assert await page.at() == "verify.closed_for_a_day"


async def test_all_but_one_right_is_wrong_and_tells_no_more_than_all_wrong(town: Town) -> None:
    await has_them(town)
    told = []
    for wrong in (1, 3):
        ana = await at_questions(town)
        await answers(ana.page, wrong=wrong)
        assert await ana.notice() == WRONG
        told.append(_same(await ana.page.reads()))
    assert told[0] == told[1]


async def test_a_chat_that_takes_codes_offers_none_of_it_and_leads_to_the_page_where_there_is_nothing_else(town: Town) -> None:
    await has_them(town)
    chat = Terminal(town, "ana")
    await chat.says("cancel")
    await chat.says("my account is locked")
    assert await chat.at() == "verify.how"
    assert not {offer for offer in await chat.offered() if offer.startswith("Security")}
    await chat.says("cancel")
    await forgets(town, "ana", TOTP, SMS, EMAIL)
    ana = Caller(town, "ana", Channel.TERMINAL)
    await ana.wants("unlock")
    assert await ana.at() == "page.open"
    await ana.begins_with(QUESTIONS)
    await answers(ana.page)
    assert (await ana.at()).startswith("unlock.")


async def test_a_stranger_meets_the_same_with_and_without_them(town: Town) -> None:
    await registers_with_known_browser(town)
    seen = []
    for policy in (rules(), replace(rules(), methods=MethodRules(available=(TOTP, SMS, EMAIL)))):
        await town.use_policy(policy)
        for name in ("ana", "dev", "ghost"):
            page = Caller(town, name, Channel.PORTAL)
            await page.wants("reset")
            seen.append(_same(await page.page.reads()))
            await page.page.post(f"/p/{page.page.window}", token=(await page.page.view()).token, option=QUESTIONS)
            seen.append(_same(await page.page.reads()))
    assert set(seen[::2]) == {seen[0]}
    assert set(seen[1::2]) == {seen[1]}
    assert "uestion" not in "".join(seen)


async def registers_with_known_browser(town: Town) -> Caller:
    await town.use_policy(rules())
    ana = Caller(town, "ana", Channel.TERMINAL)
    await registers(ana)
    await ana.picks("This browser is my own")
    town.clock.passes(60)
    return ana


async def test_a_browser_that_is_known_is_asked_them_and_one_that_is_no_longer_is_not_believed(town: Town) -> None:
    ana = await registers_with_known_browser(town)
    portal = Caller(town, "ana", Channel.PORTAL)
    portal.page.cookie = ana.page.cookie
    await portal.wants("reset")
    await portal.begins_with(QUESTIONS)
    assert len(await asked_on(portal.page)) == 3
    await answers(portal.page)
    await portal.begins_with(EMAIL)
    asked = Caller(town, "ana", Channel.PORTAL)
    asked.page.cookie = ana.page.cookie
    await asked.wants("reset")
    await asked.begins_with(QUESTIONS)
    subject = await town.subject("ana")
    async with as_ours(town.app.store, subject) as conn:
        await conn.exec_driver_sql("delete from known_browser where subject = ?", (subject,))
    assert await asked_on(asked.page) == []
    await portal.types(await town.code("ana", EMAIL))
    await portal.begins_with(SMS)
    await portal.types(await town.wrong_code("ana", SMS))
    assert await portal.notice() == "verify.not_taken"


async def test_an_admin_has_none_and_gets_none_who_becomes_one_meanwhile(town: Town) -> None:
    await town.use_policy(replace(rules(), methods=MethodRules(available=(PASSKEY, TOTP, QUESTIONS))))
    ana, adam = [await sits_down_with_key(town, login) for login in ("ana", "adam")]
    assert "Choose security questions" not in await adam.page.reads()
    await ana.picks("Choose security questions")
    await hands(town).add_member("Unlatch-Admins", await town.subject("ana"))
    await sends(ana.page, **filled())
    assert await on_file(town, "ana", QUESTIONS) == []


async def sits_down_with_key(town: Town, login: str) -> Caller:
    """Proved as an admin has to."""
    key, caller = await holds_key(town, login), Caller(town, login, Channel.TERMINAL)
    await caller.wants("register")
    await caller.begins_with(PASSKEY)
    await caller.types(key.signs(asked_of_key(await caller.page.reads())))
    assert await caller.at() == "register.menu"
    return caller


async def test_what_is_wrong_stands_beside_its_answer_and_nothing_that_was_typed_comes_back(town: Town) -> None:
    await town.use_policy(rules(register=3))
    ana = Caller(town, "ana", Channel.TERMINAL)
    await registers(ana, ("Contoso", "Wretched fiddle", "wretched  FIDDLE"))
    page = await ana.page.reads()
    assert await ana.notice() == "question.unfit"
    assert re.findall(r'id="wrong(\d)">([^<]{13})', page) == [("1", "Your own name"), ("3", "This answer i")]
    assert page.count('aria-describedby="wrong1"') == 2
    assert not {said for said in ("fiddle", "FIDDLE", OWN) if said in page}
    assert await on_file(town, "ana", QUESTIONS) == []
    await sends(ana.page, **filled(ANSWERS[:3]))
    assert [m.usable_from <= town.clock.now for m in await on_file(town, "ana", QUESTIONS)] == [True]


async def test_answers_are_kept_as_hashes_and_new_ones_take_the_place_of_older(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security_questions, "ARGON2", ARGON2)
    await town.use_policy(rules())
    ana = Caller(town, "ana", Channel.TERMINAL)
    await registers(ana)
    (first,) = await on_file(town, "ana", QUESTIONS)
    kept = json.loads(first.secret.reveal())
    assert [hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for *_, hash in kept] == [True] * 5
    assert len({hash for *_, hash in kept}) == 5
    await ana.picks("Choose security questions")
    await sends(ana.page, **filled())
    (second,) = await on_file(town, "ana", QUESTIONS)
    assert first.id != second.id
    assert by_hand(town, "select count(*) from method where kind = 'security_questions'") == [(1,)]


async def test_who_has_fewer_than_are_asked_now_is_told_to_choose_anew(town: Town) -> None:
    await has_them(town, (*ANSWERS[:2], ANSWERS[-1]), register=3)
    await town.use_policy(rules(answer=5))
    ana = await at_questions(town)
    await answers(ana.page)
    assert await ana.notice() == "question.too_few"


def _same(page: str) -> str:
    """Without what is another one each time."""
    return re.sub(r'/p/[\w-]+|name="token" value="[^"]*"|<label for="answer\d">[^<]*|data-turn="\d+"|<time.*?</time>', "", page)
