"""Admins sign in to the rules page at the company's own provider: with a second factor, lately, in one browser, and as an admin."""

import pytest
import pytest_asyncio

from bot.doctor.finding import Level
from bot.doctor.sign_in import second_factor
from bot.settings.sections import SignInSection
from tests.kit.people import Answer
from tests.kit.rules_page import AdminBrowser
from tests.kit.town import Town
from tests.sign_in.company import Claims, Company, Employee
from tests.sign_in.conftest import PASSWORD, there


@pytest_asyncio.fixture
async def work(town: Town, company: Company) -> Company:
    """Adam, an admin, works there too."""
    claims: Claims = {"sub": (await town.subject("adam")).partition(":")[2], "amr": ["pwd", "mfa"]}
    company.employees["adam"] = Employee(PASSWORD, claims)
    return company


async def comes_in(browser: AdminBrowser, user: str = "adam", change: str = "") -> Answer:
    return await browser.get(await there(await browser.leaves(change), user, PASSWORD))


async def why(town: Town) -> list[str]:
    town.clock.passes(60)
    await town.app.store.audit.sweep_refusals()
    return [tag.rpartition(":")[2] for tag in await town.tags() if tag.startswith("rules:sign_in:refused")]


def asks(town: Town, **section: object) -> None:
    """Other settings, from the next start on."""
    town.settings = town.settings.model_copy(update={"sign_in": SignInSection(**section)})  # type: ignore[arg-type]  # as given


async def test_an_admin_with_a_second_factor_comes_in(town: Town, work: Company) -> None:
    browser = AdminBrowser(town)
    assert (await comes_in(browser)).location == "/rules"
    assert "Signed in as Adam" in (await browser.get("/rules")).text
    assert "rules:sign_in:confirmed" in await town.tags()
    assert (await comes_in(browser, change="change-12ab")).location == "/rules/changes/change-12ab"


@pytest.mark.parametrize("amr", [None, "mfa", [], ["pwd"], ["pwd", "otp"]])
async def test_without_a_word_of_a_second_factor_nobody_does(town: Town, work: Company, amr: object) -> None:
    work.tampers = {"amr": amr}
    answer = await comes_in(browser := AdminBrowser(town))
    assert answer.status == 403 and "second factor" in answer.text
    assert "admin" not in browser.cookies
    assert await why(town) == ["one_factor"]


@pytest.mark.parametrize(
    ("section", "claims", "status"),
    [
        ({"admin_amr": (), "admin_acr": ("urn:mfa", "c1")}, {"acr": "c1", "amr": None}, 303),
        ({"admin_amr": (), "admin_acr": ("urn:mfa", "c1")}, {"acr": "c2", "amr": ["mfa"]}, 403),
        ({"admin_amr": ("hwk",), "admin_acr": ("c1",)}, {"acr": "0", "amr": ["hwk"]}, 303),
        ({"admin_amr": (), "admin_acr": ()}, {"amr": None}, 303),
    ],
)
async def test_what_counts_as_one_is_said_by_the_settings(
    town: Town, work: Company, section: dict[str, object], claims: Claims, status: int
) -> None:
    asks(town, **section)
    await town.replica()
    work.tampers = claims
    browser = AdminBrowser(town)
    way = await browser.leaves()
    assert ("acr_values=urn%3Amfa+c1" in way) is (section["admin_acr"] == ("urn:mfa", "c1"))
    assert (await browser.get(await there(way, "adam", PASSWORD))).status == status


@pytest.mark.parametrize("old", [601, 86400])
async def test_an_old_sign_in_at_the_provider_is_refused(town: Town, work: Company, old: int) -> None:
    work.tampers = {"auth_time": town.clock.now - old}
    assert (await comes_in(AdminBrowser(town))).status == 403
    assert await why(town) == ["stale"]


async def test_a_colleague_is_no_admin_and_is_named_in_the_audit(town: Town, work: Company) -> None:
    work.tampers = {"amr": ["mfa"]}
    assert (await comes_in(AdminBrowser(town), "nora")).status == 403
    (row,) = [row for row in await town.audit() if row.tag == "rules:sign_in:refused:not_admin"]
    assert row.subject == await town.subject("nora")


async def test_the_way_back_is_good_in_the_browser_that_left_for_a_while_and_once(town: Town, work: Company) -> None:
    browser, thief = AdminBrowser(town), AdminBrowser(town, {"browser": "ab" * 32})
    path = await there(await browser.leaves(), "adam", PASSWORD)
    assert [(await thief.get(path)).status, (await AdminBrowser(town).get(path)).status] == [403, 403]
    assert (await browser.get(path.replace("state=rules.", "state=rules.change-1"))).status == 403
    assert (await browser.get(path)).status == 303
    assert (await browser.get(path)).status == 403  # the provider takes its code once
    late = await there(await browser.leaves(), "adam", PASSWORD)
    town.clock.passes(901)
    assert (await browser.get(late)).status == 409
    assert sorted(await why(town)) == ["forged", "over", "unfit"]


async def test_what_somebody_else_begins_is_finished_by_nobody(town: Town, work: Company) -> None:
    for path in ("?state=rules.&code=1", "?state=rules...~0&code=1", "?state=rules.x.0.y~z&code=1", "?state=rules.%00&code=1"):
        assert (await AdminBrowser(town).get(f"/sign-in/callback{path}")).status in {400, 403}
    assert "/token" not in work.asked


async def test_sixty_tries_a_day_in_one_browser(town: Town, work: Company) -> None:
    browser = AdminBrowser(town)
    path = await there(await browser.leaves(), "nora", PASSWORD)
    answers = [(await browser.get(path)).status for _ in range(62)]
    assert answers[-1] == 429
    assert work.asked.count("/token") <= 60


@pytest.mark.parametrize(("amr", "acr", "level"), [(("mfa",), (), Level.OK), ((), ("c1",), Level.OK), ((), (), Level.WARN)])
def test_the_doctor_warns_of_a_sign_in_without_a_second_factor(amr: tuple[str, ...], acr: tuple[str, ...], level: Level) -> None:
    found = second_factor(SignInSection(issuer="https://a.example", client_id="u", admin_amr=amr, admin_acr=acr))
    assert found.level is level
