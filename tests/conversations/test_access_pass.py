"""A temporary access pass: made by a case, shown to its owner alone, good as often and as long as the rules say."""

import re
from dataclasses import dataclass, replace
from typing import cast

from bot.coverage.lacks import alike
from bot.directory.interfaces import Directory, Pass, Person, Rejected
from bot.identity.methods.access_pass import TemporaryAccessPass
from bot.identity.registered import Registered
from bot.platform.ids import MethodId, SubjectId
from bot.platform.secret import Secret
from bot.policy.policy import AccessPassRules, MethodRules
from store.account_statements import BITS
from store.directory import EmbeddedDirectory
from tests.kit.attackers import by_hand
from tests.kit.callers import Caller, Channel
from tests.kit.guided import Agent, caller, hired
from tests.kit.kinds import SMS, TOTP
from tests.kit.people import Browser
from tests.kit.town import EVERYBODY, Town, quick

THEIRS = "Sky-9-Boat-77"
PASS = TemporaryAccessPass.kind
ALLOWED = replace(EVERYBODY, methods=MethodRules(available=(*EVERYBODY.methods.available, PASS)))


async def made(town: Town, erin: Agent, login: str = "ana") -> str:
    """The code, as its owner's page shows it."""
    await erin.opens(login, "A temporary access pass")
    page = await caller(town, login)
    await page.types(await town.code(login, TOTP))
    assert await page.at() == "method.access_pass.minted"
    code = seen(await page.reads())
    await page.picks("I have noted it")
    await town.settle()
    assert await page.at() == "mint.done"
    return code


def seen(page: str) -> str:
    found = re.search(r'<div class="exhibit"><p class="number">([A-Z2-7-]+)', page)
    assert found
    return found[1]


async def resets_by(town: Town, code: str, channel: Channel = Channel.TERMINAL) -> str:
    """Where they are after typing it."""
    ana = Caller(town, "ana", channel)
    await ana.wants("reset")
    if ana.chat:
        await ana.page.lands(await ana.chat.link(), "Temporary access pass")
    elif "Temporary access pass" in await ana.page.reads():
        await ana.picks("Temporary access pass")
    else:
        return ""
    await ana.types(code)
    return await ana.at()


async def test_a_case_makes_a_pass_that_its_owner_alone_sees_and_that_works_once(town: Town) -> None:
    await town.use_policy(ALLOWED)
    erin = await hired(town)
    code = await made(town, erin)
    assert await erin.at() == "case.end.minted"
    assert code not in "".join([await erin.reads(), *erin.told])
    told = {
        m.to for m in (await town.app.demo().inbox("ana")).messages if "temporary access pass was made" in f"{m.subject} {m.text}"
    }
    assert len(told) == 3  # every address on file
    (row,) = [dict(r.detail) for r in await town.audit() if r.tag == "identity:method:minted"]
    assert (row["agent"], row["uses"], row["minutes"]) == (await town.subject("erin"), "1", "60")
    assert code.replace("-", "") not in str(await town.audit()).replace("-", "")
    assert await resets_by(town, code) == "reset.new"
    again = Caller(town, "ana", Channel.TERMINAL)
    await again.wants("reset")
    assert "Temporary access pass" not in (await again.page.get(await again.chat.link())).text if again.chat else True


async def test_it_ends_by_itself_and_a_new_one_takes_its_place(town: Town) -> None:
    rules = replace(ALLOWED, access_pass=AccessPassRules(uses=3, minutes=10))
    await town.use_policy(rules)
    erin = await hired(town)
    first = await made(town, erin)
    await town.passes(30)
    second = await made(town, erin)
    assert by_hand(town, "select count(*) from method where kind = 'access_pass'") == [(3,)]
    assert await resets_by(town, first) == "method.access_pass.ask"
    assert await resets_by(town, second, Channel.PORTAL) == "reset.new"
    assert by_hand(town, "select count(*) from method where kind = 'access_pass'") == [(2,)]
    await town.passes(300)
    late = Caller(town, "ana", Channel.TERMINAL)
    assert late.chat
    await late.chat.says("cancel")
    await late.wants("reset")
    await late.page.lands(await late.chat.link(), "Temporary access pass")
    await town.passes(301)  # its question is open for longer
    await late.types(second)
    assert (await late.at(), await late.notice()) == ("method.access_pass.ask", "method.access_pass.ended")


@dataclass(frozen=True)
class Giving(EmbeddedDirectory):
    """As one that makes passes for its own sign-in; or (`refuses`) whose policy leaves this account out."""

    refuses: bool = False

    def gives_passes(self) -> bool:
        return True

    async def mint(self, subject: SubjectId) -> Pass:
        if self.refuses:
            raise Rejected("directory.no_passes")
        return Pass(Secret(THEIRS), self.world.now() + 3600)


async def with_theirs(town: Town, *, refuses: bool = False) -> Browser:
    """Ana's page, once she has proved who she is."""
    await town.use_policy(ALLOWED)
    erin = await hired(town)
    town.secrets.add(THEIRS)
    made = Giving("contoso", town.app.store.database, town.world, quick(town.world), refuses=refuses)
    cast("dict[str, Directory]", town.app.directories)["contoso"] = made
    await erin.opens("ana", "A temporary access pass")
    page = await caller(town, "ana")
    await page.types(await town.code("ana", TOTP))
    await town.settle()
    return page


async def test_where_the_directory_makes_its_own_that_one_is_shown_to_its_owner_and_kept_nowhere(town: Town) -> None:
    page = await with_theirs(town)
    assert await page.at() == "mint.company"
    assert THEIRS in await page.reads()
    assert by_hand(town, "select count(*) from method where kind = 'access_pass'") == [(0,)]  # here it proves nothing
    assert "sealed~" in str(by_hand(town, "select step from conversation"))
    await page.picks("I have noted it")
    assert await page.at() == "mint.company.done"
    assert "sealed~" not in str(by_hand(town, "select step from conversation"))
    assert (await town.tags()).count("identity:method:minted") == 1


async def test_what_the_directory_refuses_is_told_and_none_of_ours_takes_its_place(town: Town) -> None:
    page = await with_theirs(town, refuses=True)
    assert await page.at() == "directory.no_passes"
    assert by_hand(town, "select count(*) from method where kind = 'access_pass'") == [(0,)]


async def test_where_the_rules_dont_list_it_no_agent_is_offered_one(town: Town) -> None:
    erin = await hired(town)
    await erin.helps("ana")
    assert "A temporary access pass" not in await erin.offered()


async def test_a_weak_proof_makes_no_pass(town: Town) -> None:
    await town.use_policy(ALLOWED)
    erin = await hired(town)
    await erin.opens("ana", "A temporary access pass")
    page = await caller(town, "ana", "Text message")
    await page.types(await town.code("ana", SMS))
    assert await page.at() == "verify.how"


async def test_without_a_case_a_right_of_ones_own_makes_none(town: Town) -> None:
    """As if somebody at the database made a wish for a pass of what a person asks for by themselves."""
    await town.use_policy(ALLOWED)
    ana = Caller(town, "ana", Channel.TERMINAL)
    await ana.wants("reset")
    by_hand(town, """update conversation set step = replace(step, '"part":"reset"', '"part":"mint","kind":"access_pass"')""")
    await ana.proves_by(TOTP)
    await town.settle()
    assert await ana.at() == "accounts.no_right"
    assert by_hand(town, "select count(*) from method where kind = 'access_pass'") == [(0,)]


def test_it_counts_as_nothing_that_an_account_has_registered() -> None:
    now = Registered(MethodId("pass-1.0"), SubjectId("contoso:1"), PASS, Secret("9.mac"), 1.0, 1.0)
    person = Person(SubjectId("contoso:1"), "ana", "Ana", frozenset())
    assert alike(ALLOWED, person, [now], admin=False, frozen=False, now=2.0).usable == frozenset()
    assert PASS not in BITS
