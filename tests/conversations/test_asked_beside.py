"""What people ask that is no wish of theirs to do: about their own account, for somebody else, and for a person; each is answered, by role."""

from contextlib import suppress

import pytest

from bot.language.for_another import asked_for_another
from tests.kit.guided import hired
from tests.kit.slack import SlackChat
from tests.kit.town import Town


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("ben forgot his password", "ben"),
        ("priya called, she is locked out, please send her a link", "priya"),
        ("can you unlock ana.lopez's account?", "ana.lopez"),
        ("my manager can't log in", ""),
        ("Unsere Chefin ist ausgesperrt", ""),
        ("Anna hat ihr Passwort vergessen", "Anna"),
        ("I forgot my password", None),
        ("my account is locked out", None),
        ("reset the password for gmail", None),
        ("reset the password for my account", None),
    ],
)
def test_another_persons_trouble_is_told_from_ones_own(said: str, name: str | None) -> None:
    found = asked_for_another(said)
    assert (found.name if found else None) == name


@pytest.mark.parametrize("said", ["my boss is locked out", "can you reset the password of ben", "ben forgot his password"])
async def test_nobody_resets_for_somebody_else_and_the_owner_is_shown_the_way(town: Town, said: str) -> None:
    ana = SlackChat(town, "ana")
    await ana.says(said)
    assert await ana.at() == "answer.for_another"
    assert "/start" in await ana.hears()
    assert not [tag for tag in await town.tags() if "reset" in tag]


async def test_whoever_takes_calls_opens_a_case_by_the_name_in_the_sentence(town: Town) -> None:
    await hired(town)
    erin = SlackChat(town, "erin")
    await erin.says("ana called, she is locked out, please send her a link")
    assert await erin.at() == "case.needed"
    await erin.says("cancel")
    await erin.says("my colleague is locked out")
    assert await erin.at() == "answer.caller"


@pytest.mark.parametrize(
    "said", ["I'd like to talk to a person", "can i speak to someone from IT", "ich will mit einem Menschen sprechen"]
)
async def test_a_person_is_a_wish_in_free_words_where_nothing_is_open(town: Town, said: str) -> None:
    ana = SlackChat(town, "ana")
    await ana.says(said)
    assert await ana.at() == "answer.person"


@pytest.mark.parametrize(
    ("login", "role", "besides"), [("ben", "", ""), ("erin", "calls", "help jdoe"), ("adam", "admin", "coverage")]
)
async def test_the_menu_says_what_a_role_may_do_besides(town: Town, login: str, role: str, besides: str) -> None:
    await hired(town)
    person = SlackChat(town, login)
    await person.says("hello")
    with suppress(ValueError):
        await person.says("Later")  # whoever is asked first to set something up
    assert await person.at() == "menu", role
    said = await person.hears()
    assert (besides in said) if besides else ("also say" not in said and "help jdoe" not in said)


@pytest.mark.parametrize(
    "said", ["I can't log in", "Hi, I am unable to sign in", "ich kann mich nicht anmelden", "can't get into my account"]
)
async def test_whoever_cant_sign_in_begins_with_a_proof_and_needn_t_know_why(town: Town, said: str) -> None:
    ben = SlackChat(town, "ben")
    await ben.says(said)
    assert await ben.at() == "page.open"


@pytest.mark.parametrize(
    "said", ["when does my password expire?", "is my password about to expire", "wann läuft mein passwort ab"]
)
async def test_when_a_password_expires_is_told_to_its_owner_alone(town: Town, said: str) -> None:
    ana, nobody = SlackChat(town, "ana"), SlackChat(town, "ben", linked=False)
    await ana.says(said)
    assert (await ana.at()).startswith("expiry.")
    await nobody.says(said)
    assert await nobody.at() == "explain.stranger"


@pytest.mark.parametrize(
    "said", ["am I registered", "which methods do I have?", "bin ich registriert?", "welche Methoden habe ich"]
)
async def test_how_one_stands_is_told_to_its_owner_alone(town: Town, said: str) -> None:
    ana, nobody = SlackChat(town, "ana"), SlackChat(town, "ben", linked=False)
    await ana.says(said)
    assert await ana.at() == "explain.self.can"
    assert "Authenticator app" in await ana.hears()
    await nobody.says(said)
    assert await nobody.at() == "explain.stranger"
