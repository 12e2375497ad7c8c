"""The doctor looks at Twilio, changes nothing, and names the mend."""

import pytest

from adapters.messengers.twilio import wiring
from bot.doctor.finding import Finding, Level
from tests.messengers.standin import SERVICE, Twilio, section


async def found(twilio: Twilio, **other: object) -> list[Finding]:
    return [finding async for finding in wiring.findings(section(**other), twilio.url)]


def bad(findings: list[Finding]) -> list[tuple[Level, str]]:
    return [(finding.level, finding.sentence) for finding in findings if finding.level is not Level.OK]


async def test_a_sound_account_is_sound_and_nothing_is_sent(twilio: Twilio) -> None:
    findings = await found(twilio)
    assert (bad(findings), len(findings)) == ([], 3)
    assert twilio.sent == []
    assert len(twilio.reads) == 3


async def test_a_messaging_service_with_a_number_is_sound(twilio: Twilio) -> None:
    assert bad(await found(twilio, **{"from": SERVICE})) == []
    twilio.numbers = 0
    assert bad(await found(twilio, **{"from": SERVICE})) == [(Level.FAIL, f"{SERVICE} can't send text messages.")]


@pytest.mark.parametrize(
    ("settings", "level", "said"),
    [
        ({"api_key_secret": "sesame-open"}, Level.FAIL, "refuses the key"),
        ({"auth_token": "sesame-open"}, Level.FAIL, "doesn't take the auth token"),
        ({"account_sid": "AC" + "f" * 32}, Level.FAIL, "doesn't take the auth token"),
        ({"from": "MG" + "f" * 32}, Level.FAIL, "doesn't know the sender"),
        ({"auth_token": None}, Level.WARN, "Nobody hears"),
        ({"countries": ["DE", "AT", "CH"]}, Level.FAIL, "doesn't let us send to AT, CH"),
    ],
    ids=range(6),
)
async def test_what_is_wrong_is_found(twilio: Twilio, settings: dict[str, object], level: Level, said: str) -> None:
    findings = [finding for finding in await found(twilio, **settings) if said in finding.sentence]
    assert [finding.level for finding in findings] == [level]
    assert findings[0].remedy
    assert "sesame-open" not in repr(findings)


async def test_a_suspended_account_and_a_number_without_texts_are_found(twilio: Twilio) -> None:
    twilio.state, twilio.sms = "suspended", False
    assert [said for _, said in bad(await found(twilio))] == [
        "The account at Twilio is suspended.",
        "+15005550006 can't send text messages.",
    ]


async def test_a_twilio_that_is_away_is_a_finding() -> None:
    assert "can't be reached" in bad(await found(Twilio(url="http://127.0.0.1:1")))[0][1]


async def test_a_number_that_calls_needs_voice_and_the_token_that_its_calls_are_checked_by(twilio: Twilio) -> None:
    assert [finding.sentence for finding in await found(twilio, call_from="+15005550006")][2] == "+15005550006 can call."
    assert (Level.FAIL, "Nobody is called: what Twilio asks in a call couldn't be checked.") in bad(
        await found(twilio, call_from="+15005550006", auth_token=None)
    )
    twilio.numbers = 0
    assert (Level.FAIL, "+15005550006 can't call.") in bad(await found(twilio, call_from="+15005550006"))
