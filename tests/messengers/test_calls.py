"""Calls: no code before a key is pressed, read out twice and once, and nothing for whoever isn't Twilio or asks again."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.messengers.twilio import calls as phone_calls
from adapters.messengers.twilio import wiring
from bot.identity.codes import sent_code
from bot.identity.methods.call import PhoneCall, place, read
from bot.language.translations import Words
from bot.messaging.messenger import Undeliverable
from bot.notify.admin_alerts import AdminAlerts
from bot.platform.clock import World
from bot.platform.ids import ChallengeId
from bot.platform.keyring import Keys
from bot.platform.sentences import Misstep
from store.open import Store
from tests.kit.stores import Clock
from tests.kit.tiny import challenged, idle, settled
from tests.messengers.standin import LANDLINE, ORIGIN, SENDER, Twilio, error, message, section, signed

OF = "?of=ch-1&in=de"
ANSWERED, PRESSED, ENDED = (f"/hooks/twilio/{what}{OF}" for what in ("answered", "pressed", "ended"))
Client = TestClient[web.Request, web.Application]


@pytest_asyncio.fixture
async def client(store: Store, keys: Keys, world: World) -> AsyncIterator[Client]:
    """Somebody waits for a call that was made."""
    await idle(store)
    await settled(store, replace(challenged(), kind=PhoneCall.kind))
    app, words = web.Application(), Words("Contoso", lambda: "4711")
    app.add_routes(wiring.voice(section(call_from=SENDER), ORIGIN, store.records, store.records, keys, words, world))
    async with TestClient(TestServer(app)) as made:
        yield made


async def asks(client: Client, path: str, signature: str | None = None, **told: str) -> tuple[int, str]:
    form: Mapping[str, str] = {"CallSid": "CA1", "AccountSid": "AC1", **told}
    headers = {"X-Twilio-Signature": signed(ORIGIN + path, form) if signature is None else signature}
    async with client.post(path, data=form, headers=headers) as answer:
        return answer.status, await answer.text()


async def spoken(store: Store, keys: Keys) -> str:
    asked = await store.records.challenge(ChallengeId("ch-1"))
    assert asked
    return ", ".join(sent_code(keys, asked).reveal())


async def known(store: Store) -> str:
    asked = await store.records.challenge(ChallengeId("ch-1"))
    return asked.undelivered if asked else ""


@pytest.mark.parametrize(
    ("typed", "outside", "inside"),
    [
        ("030 901820", "+4930901820", ""),
        ("+49 30 901820 ext. 123", "+4930901820", "123"),
        ("030/901820 Durchwahl 7", "+4930901820", "7"),
        ("+49 151 12345678", "+4915112345678", ""),
        ("+1 202 555 0123 x45", "+12025550123", "45"),
    ],
)
def test_mobiles_and_office_phones_with_their_extensions_are_taken(typed: str, outside: str, inside: str) -> None:
    number, extension = place(read(typed, "DE"))
    assert (number.reveal(), extension) == (outside, inside)
    assert PhoneCall().mask(read(typed, "DE")) == f"•••• {outside[-2:]}"


@pytest.mark.parametrize("typed", ["0900 5123456", "+18005550199", "0137 1234567", "ext. 5", "110"])
def test_what_costs_whoever_calls_or_is_no_number_is_not(typed: str) -> None:
    with pytest.raises(Misstep, match=r"call\.bad"):
        read(typed, "DE")


async def test_an_extension_is_dialled_through_and_no_code_is_in_what_twilio_gets(
    twilio: Twilio, store: Store, alerts: AdminAlerts, keys: Keys
) -> None:
    calls = wiring.calls(section(call_from=SENDER), ORIGIN, store.records, alerts, keys, twilio.url)
    await calls.send(message(f"{LANDLINE};ext=123", "123456 is your code."))
    (form,) = twilio.called
    assert (form["To"], form["From"], form["SendDigits"]) == (LANDLINE, SENDER, "wwww123")
    assert urlsplit(form["Url"]).path == "/hooks/twilio/answered"
    assert "123456" not in str(form)


async def test_calls_spend_the_same_money_and_are_made_once(
    twilio: Twilio, store: Store, alerts: AdminAlerts, keys: Keys
) -> None:
    calls = wiring.calls(section(call_from=SENDER, daily_budget=0.4), ORIGIN, store.records, alerts, keys, twilio.url)
    twilio.answers = [lambda: error(500, 20500, "gone")]
    with pytest.raises(Undeliverable, match="no_calls"):
        await calls.send(message(LANDLINE))
    for _ in range(2):
        await calls.send(message(LANDLINE))
    with pytest.raises(Undeliverable, match="no_calls"):  # 15 cents each
        await calls.send(message(LANDLINE))
    assert len(twilio.called) == 2


async def test_a_call_of_which_nobody_knows_is_never_called_unanswered(
    twilio: Twilio, store: Store, alerts: AdminAlerts, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phone_calls, "TIMEOUT", 0.05)
    twilio.delay = 0.5
    calls = wiring.calls(section(call_from=SENDER), ORIGIN, store.records, alerts, keys, twilio.url)
    with pytest.raises(Undeliverable, match=r"undelivered\.call_unknown"):
        await calls.send(message(LANDLINE))


async def test_a_call_that_a_voicemail_answers_leaves_no_code_there(client: Client, store: Store, keys: Keys) -> None:
    status, twiml = await asks(client, ANSWERED, CallStatus="in-progress")
    code = await spoken(store, keys)
    assert (status, code in twiml, code.replace(", ", "") in twiml) == (200, False, False)
    assert re.search(r'<Gather action="[^"]*/pressed\?of=ch-1&amp;in=de" numDigits="1"', twiml)
    assert 'language="de-DE"' in twiml
    assert twiml.endswith("</Gather><Hangup /></Response>")  # whoever presses nothing hears no more
    for digits in ("", "2", "0", "11"):
        assert code not in (await asks(client, PRESSED, Digits=digits))[1]


async def test_after_a_key_it_is_read_out_twice_and_to_whoever_asks_again_not_at_all(
    client: Client, store: Store, keys: Keys
) -> None:
    code = await spoken(store, keys)
    assert (await asks(client, PRESSED, Digits="1"))[1].count(code) == 2
    assert code not in (await asks(client, PRESSED, Digits="1"))[1]  # replayed


async def test_nine_ends_the_attempt_and_admins_hear_of_it_once(client: Client, store: Store) -> None:
    for _ in range(2):
        await asks(client, PRESSED, Digits="9")
    assert await known(store) == "undelivered.not_me"
    assert not (await store.records.hit("code:ch-1", 1, 86400.0)).allowed
    assert [row.tag async for row in store.audit.rows(0)].count("identity:prompts:reported") == 1


@pytest.mark.parametrize("path", [ANSWERED, PRESSED, ENDED])
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://unlatch.example.com", ""], ids=["relayed", "in clear", "unsigned"]
)
async def test_what_is_relayed_or_signed_by_others_is_not_heard(client: Client, store: Store, path: str, origin: str) -> None:
    form = {"CallSid": "CA1", "AccountSid": "AC1", "Digits": "1", "CallStatus": "busy"}
    signature = signed(origin + path, form) if origin else ""
    assert await asks(client, path, signature, Digits="1", CallStatus="busy") == (403, "")
    assert await known(store) == ""


async def test_a_code_whose_time_is_over_is_not_read_out(client: Client, store: Store, keys: Keys, clock: Clock) -> None:
    code = await spoken(store, keys)
    clock.passes(10_000)
    assert code not in (await asks(client, PRESSED, Digits="1"))[1]


async def test_whoever_heard_the_code_is_told_nothing_of_how_the_call_ended(client: Client, store: Store) -> None:
    await asks(client, PRESSED, Digits="1")
    assert (await asks(client, ENDED, CallStatus="completed"))[0] == 204
    assert await known(store) == ""


@pytest.mark.parametrize(
    ("status", "said"),
    [("no-answer", "undelivered.call"), ("failed", "undelivered.call_number"), ("completed", "undelivered.no_key")],
)
async def test_whoever_does_not_answer_is_told_so_and_a_voicemail_is_not_a_person(
    client: Client, store: Store, status: str, said: str
) -> None:
    await asks(client, ENDED, CallStatus=status)
    assert await known(store) == said


def test_without_a_number_or_the_token_nobody_is_called(store: Store, keys: Keys, world: World) -> None:
    for other in ({"call_from": ""}, {"call_from": SENDER, "auth_token": None}):
        made = wiring.voice(section(**other), ORIGIN, store.records, store.records, keys, Words("Contoso", lambda: ""), world)
        assert made == []
