"""Somebody without any method signs in with the company, and may register."""

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.model.prompt import Wait
from bot.model.turn import Party
from bot.platform.ids import Origin, SubjectId
from bot.platform.keyring import Keys
from tests.kit.attackers import by_hand
from tests.kit.people import Browser, Terminal
from tests.kit.town import Town
from tests.sign_in.company import Company
from tests.sign_in.conftest import PASSWORD, Visit, provider_of, with_claim


async def test_nora_signs_in_and_may_register(nora: Visit) -> None:
    assert await nora.at() == "method.sign_in.ask"
    back = await nora.signs_in()
    assert (back.status, back.location) == (303, f"/p/{nora.page.window}")
    assert await nora.at() == "unlock.done"
    tags = [tag for tag in await nora.town.tags() if tag.startswith("identity:")]
    assert tags == ["identity:proof:asked", "identity:sign_in:confirmed", "identity:proof:accepted", "identity:grant:register"]


async def test_in_the_real_registration_the_landing_leads_there(town: Town, company: Company) -> None:
    chat, visit = Terminal(town, "nora"), Visit(town, company, Browser(town))
    await chat.says("register")
    await visit.page.lands(await chat.link(), "Sign in with")
    assert await visit.at() == "method.sign_in.ask"
    assert (await chat.at(), "sign-in" in await chat.link()) == ("method.sign_in.ask", False)
    await visit.signs_in()
    assert await visit.at() == "register.menu.none"


async def test_a_stranger_at_the_portal_signs_in_as_well(stranger: Visit) -> None:
    assert await stranger.at() == "method.sign_in.ask"
    await stranger.signs_in()
    assert await stranger.at() == "unlock.done"


async def test_the_page_leads_there_and_a_chat_does_not(nora: Visit) -> None:
    assert f'href="/p/{nora.page.window}/sign-in"' in await nora.page.reads()
    view = await nora.page.view()
    assert isinstance(view.prompt, Wait) and view.prompt.sign_in
    by_hand(nora.town, "update window set kind = 'terminal'")
    seen = (await nora.page.view()).prompt
    assert isinstance(seen, Wait) and seen.sign_in is None


async def test_the_way_there_asks_for_a_fresh_sign_in_and_tells_nothing(nora: Visit) -> None:
    answer = await nora.leaves()
    sent = {name: value for name, (value,) in parse_qs(urlsplit(answer.location).query).items()}
    assert answer.location.startswith(f"{nora.company.issuer}/authorize?")
    assert (sent["prompt"], sent["max_age"], sent["code_challenge_method"], sent["response_type"]) == (
        "login",
        "0",
        "S256",
        "code",
    )
    assert sent["redirect_uri"] == "http://localhost:8400/sign-in/callback"
    assert sent["state"].startswith(f"{nora.page.window}~")
    subject = await nora.town.subject("nora")
    assert subject.partition(":")[2] not in answer.location and nora.page.cookie not in answer.location


async def test_killed_between_the_record_and_the_look_nothing_is_lost(nora: Visit) -> None:
    await nora.signs_in()
    await nora.town.replica()
    assert await nora.at() == "unlock.done"


async def test_a_key_ring_that_rotates_on_the_way_does_no_harm(nora: Visit) -> None:
    path = await nora.at_company()
    Keys.rotate(nora.town.settings.keys.ring_file)
    await nora.page.get(path)
    assert await nora.at() == "unlock.done"


async def test_another_way_and_back_to_this_one(nora: Visit) -> None:
    await nora.page.picks("Another way")
    assert await nora.at() == "verify.how"
    await nora.page.picks("Sign in with")
    assert await nora.at() == "method.sign_in.ask"
    await nora.signs_in()
    assert await nora.at() == "unlock.done"


async def test_a_public_client_is_protected_by_pkce_alone(nora: Visit) -> None:
    nora.company.secret = None
    nora.town.provider = provider_of(nora.company, nora.town)
    await nora.town.replica()
    await nora.signs_in()
    assert await nora.at() == "unlock.done"


@pytest.mark.parametrize("claim", ["upn", "preferred_username"])
async def test_a_name_says_whose_account_it_is_where_that_is_configured(nora: Visit, claim: str) -> None:
    with_claim(nora.town, claim)
    await nora.town.replica()
    nora.company.tampers = {"preferred_username": "NORA", "sub": "something pairwise"}
    await nora.signs_in()
    assert await nora.at() == "unlock.done"


async def test_an_address_counts_only_when_the_provider_verified_it(nora: Visit) -> None:
    with_claim(nora.town, "email")
    await nora.town.replica()
    for verified, ends in ((None, "method.sign_in.ask"), ("true", "method.sign_in.ask"), (True, "unlock.done")):
        nora.company.tampers = {"email_verified": verified}
        await nora.signs_in()
        assert await nora.at() == ends


async def test_whoever_has_a_method_is_not_offered_the_company(town: Town, company: Company) -> None:
    ana, subject = Visit(town, company, Browser(town)), await town.subject("ana")
    await ana.opens(subject, Party(Origin.LINKED, subject))
    page = await ana.page.reads()
    assert await ana.at() == "verify.how"
    assert "Authenticator app" in page and "Sign in with" not in page


async def test_where_none_is_configured_nobody_is_offered_it(town: Town) -> None:
    page = Browser(town)
    visit, subject = Visit(town, Company(town.clock), page), await town.subject("nora")
    await visit.opens(subject, Party(Origin.LINKED, subject))
    assert "Sign in with" not in await page.reads()
    assert (await page.get("/sign-in/callback?state=x&code=y")).status == 404
    assert (await page.get(f"/p/{page.window}/sign-in")).status == 404


async def test_nobody_is_asked_to_sign_in_like_somebody(town: Town, company: Company) -> None:
    visit = Visit(town, company, Browser(town))
    await visit.opens(SubjectId("decoy:0123456789abcdef0123456789abcdef"), Party(Origin.STRANGER))
    assert await visit.at() == "method.sign_in.ask"
    assert (await visit.signs_in()).status == 403
    assert await visit.at() == "method.sign_in.ask"


async def test_no_code_token_or_verifier_is_left_anywhere(nora: Visit, capfd: pytest.CaptureFixture[str]) -> None:
    await nora.signs_in("ana")
    await nora.signs_in()
    assert await nora.at() == "unlock.done"
    assert len(nora.company.sent) == 4
    said = capfd.readouterr()
    left = (
        said.out
        + said.err
        + "".join(path.read_bytes().decode("latin-1") for path in nora.town.folder.rglob("*") if path.is_file())
    )
    pages = "".join(text for text in nora.town.told if not text.startswith("/sign-in/callback"))
    assert [secret for secret in (*nora.company.sent, PASSWORD, nora.company.secret) if str(secret) in left + pages] == []
