"""What leaves for Twilio, and what each of its answers leads to."""

from collections.abc import Callable

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from adapters.messengers.twilio import text_messages, wiring
from adapters.messengers.twilio.text_messages import TextMessages
from bot.messaging.messenger import Message, Undeliverable
from bot.notify.admin_alerts import AdminAlerts
from bot.platform.job_outbox import NotNow
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from store.open import Store
from tests.messengers.standin import LANDLINE, MOBILE, ORIGIN, SENDER, SERVICE, Twilio, error, message, section


async def alarmed(store: Store) -> list[str]:
    return [row.tag async for row in store.audit.rows(0)]


async def spent(store: Store, texts: TextMessages) -> bool:
    """Whether anything of the day's money is: then the whole of it doesn't fit."""
    whole = int(texts.budget.daily * 1000)
    fits = await store.records.charge("money:sms", whole, whole, 86400.0)
    if fits:
        await store.records.charge("money:sms", -whole, whole, 86400.0)
    return not fits


async def test_a_text_leaves_as_twilio_wants_it(texts: TextMessages, twilio: Twilio, store: Store) -> None:
    await texts.send(message())
    (form,) = twilio.sent
    assert form == {
        "To": MOBILE,
        "From": SENDER,
        "Body": "123456 is your code.",
        "ValidityPeriod": "299",
        "StatusCallback": f"{ORIGIN}/hooks/twilio/status?of=challenge-1",
    }
    assert await spent(store, texts)


async def test_a_messaging_service_chooses_the_number(twilio: Twilio, store: Store, alerts: AdminAlerts, keys: Keys) -> None:
    service = section(**{"from": SERVICE})
    await wiring.texts(service, ORIGIN, store.records, alerts, keys, twilio.url).send(message())
    assert (twilio.sent[0]["MessagingServiceSid"], "From" in twilio.sent[0]) == (SERVICE, False)


async def test_without_the_token_that_it_signs_with_twilio_is_not_asked_to_tell(
    twilio: Twilio, store: Store, alerts: AdminAlerts, keys: Keys
) -> None:
    await wiring.texts(section(auth_token=None), ORIGIN, store.records, alerts, keys, twilio.url).send(message())
    assert "StatusCallback" not in twilio.sent[0]


async def test_a_strangers_text_and_a_notice_name_no_challenge(texts: TextMessages, twilio: Twilio) -> None:
    await texts.send(message(stranger=True))
    await texts.send(Message("grant.changed.1", Secret(MOBILE), "", Secret("Your password was reset.")))
    assert [form["StatusCallback"] for form in twilio.sent] == [f"{ORIGIN}/hooks/twilio/status"] * 2
    assert "ValidityPeriod" not in twilio.sent[1]


@pytest.mark.parametrize(
    ("status", "code", "words", "alarm"),
    [
        (400, 21211, "undelivered.number", None),
        (400, 21614, "undelivered.number", None),
        (400, 21635, "undelivered.number", None),
        (400, 21610, "undelivered.stopped", None),
        (400, 21408, "undelivered.closed", "messages:sms:closed_country"),
        (400, 21606, "undelivered.closed", "messages:sms:sender"),
        (400, 21660, "undelivered.closed", "messages:sms:sender"),
        (401, 20003, "undelivered.closed", "messages:sms:account"),
        (403, 55555, "undelivered.closed", "messages:sms:account"),
        (404, 20404, "undelivered.closed", "messages:sms:account"),
        (400, 30450, "undelivered.closed", "messages:sms:fraud"),
        (400, 99999, "undelivered.closed", "messages:sms:other"),
    ],
)
async def test_a_refusal_is_final_told_and_costs_nothing(
    texts: TextMessages, twilio: Twilio, store: Store, status: int, code: int, words: str, alarm: str | None
) -> None:
    twilio.answers = [lambda: error(status, code, f"The number {MOBILE} ...")]
    with pytest.raises(Undeliverable) as never:
        await texts.send(message())
    assert never.value.words == words
    assert MOBILE not in repr(never.value)
    assert (never.value.__cause__, never.value.__suppress_context__) == (None, True)
    assert await alarmed(store) == ([alarm] if alarm else [])
    assert not await spent(store, texts)


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        (lambda: error(429, 20429, "Too many requests", {"Retry-After": "17"}), 17.0),
        (lambda: error(429, 20429, "Too many requests"), 0.0),
        (lambda: error(400, 14107, "rate"), 0.0),
        (lambda: error(503, 20503, "unavailable", {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}), 0.0),
        (lambda: web.Response(status=502, text="<html>bad gateway</html>"), 0.0),
    ],
    ids=range(5),
)
async def test_when_twilio_is_busy_the_job_comes_back_when_it_asks_for(
    texts: TextMessages, twilio: Twilio, store: Store, answer: Callable[[], web.Response], after: float
) -> None:
    twilio.answers = [answer] * 4
    for _ in range(4):  # as often as it takes
        with pytest.raises(NotNow) as later:
            await texts.send(message())
        assert later.value.after == after
    assert not await spent(store, texts)
    await texts.send(message())


async def test_a_wait_longer_than_the_code_is_good_for_is_not_waited(texts: TextMessages, twilio: Twilio) -> None:
    twilio.answers = [lambda: error(429, 20429, "Too many requests", {"Retry-After": "3600"})]
    with pytest.raises(Undeliverable, match="closed"):
        await texts.send(message())


async def test_a_time_out_is_tried_once_more_and_then_told_to_be_unknown(
    texts: TextMessages, twilio: Twilio, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_messages, "TIMEOUT", 0.05)
    twilio.delay = 0.2
    with pytest.raises(NotNow):
        await texts.send(message())
    with pytest.raises(Undeliverable, match="unknown"):
        await texts.send(message())
    with pytest.raises(NotNow):  # another message has its own try
        await texts.send(message(id="challenge-2"))
    assert await spent(store, texts)  # it may have been taken, so it counts


async def test_an_answer_that_breaks_off_is_unknown_too(texts: TextMessages, twilio: Twilio) -> None:
    twilio.answers = [lambda: web.Response(status=201, text='{"sid": "SM', content_type="application/json")] * 2
    for told in (NotNow, Undeliverable):
        with pytest.raises(told):
            await texts.send(message())


async def test_a_host_that_is_not_there_costs_nothing_and_is_tried_again(store: Store, alerts: AdminAlerts, keys: Keys) -> None:
    texts = wiring.texts(section(), ORIGIN, store.records, alerts, keys, "http://127.0.0.1:1")
    for _ in range(3):
        with pytest.raises(NotNow):
            await texts.send(message())
    assert not await spent(store, texts)


async def test_a_message_that_is_taken_and_failed_at_once_is_told(texts: TextMessages, twilio: Twilio) -> None:
    twilio.answers = [lambda: web.json_response({"sid": "SM1", "status": "failed", "error_code": 30005}, status=201)]
    with pytest.raises(Undeliverable, match="number"):
        await texts.send(message())


async def test_a_wrong_secret_is_an_alarm_and_stays_unsaid(twilio: Twilio, store: Store, alerts: AdminAlerts, keys: Keys) -> None:
    wrong = section(api_key_secret="sesame-open")
    with capture_logs() as logs, pytest.raises(Undeliverable):
        await wiring.texts(wrong, ORIGIN, store.records, alerts, keys, twilio.url).send(message())
    assert await alarmed(store) == ["messages:sms:account"]
    assert logs == [{"event": "alarm", "log_level": "error", "tag": "messages:sms:account", "code": 20003}]
    assert "sesame-open" not in repr(wrong)


@pytest.mark.parametrize("region", ["TWILIO_REGION", "TWILIO_EDGE", "TWILIO_ACCOUNT_SID"])
async def test_the_librarys_own_environment_changes_nothing(
    texts: TextMessages, twilio: Twilio, monkeypatch: pytest.MonkeyPatch, region: str
) -> None:
    monkeypatch.setenv(region, "sydney")
    await texts.send(message())
    assert len(twilio.sent) == 1


async def test_what_is_no_mobile_of_an_allowed_country_never_leaves(texts: TextMessages, twilio: Twilio) -> None:
    for number in (LANDLINE, "+12025550123", "+4990012345678", "5551234", "+49 151 12345678"):
        with pytest.raises(Undeliverable):
            await texts.send(message(number))
    assert twilio.sent == []
