"""What Twilio tells of a message is heard when it is signed, and counts once."""

from collections.abc import AsyncIterator, Mapping
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from twilio.request_validator import RequestValidator

from adapters.messengers.twilio import wiring
from bot.notify.admin_alerts import AdminAlerts
from bot.platform.ids import ChallengeId
from store.open import Store
from tests.kit.tiny import challenged, idle, settled
from tests.messengers.standin import ORIGIN, SID, TOKEN, section, signed

PATH = "/hooks/twilio/status"
OF = f"{PATH}?of=ch-1"
Client = TestClient[web.Request, web.Application]


@pytest_asyncio.fixture
async def client(store: Store, alerts: AdminAlerts) -> AsyncIterator[Client]:
    await idle(store)
    await settled(store, challenged())
    app = web.Application()
    app.add_routes(wiring.hooks(section(), ORIGIN, store.records, alerts))
    async with TestClient(TestServer(app)) as made:
        yield made


def form(status: str, code: int = 0, **more: str) -> dict[str, str]:
    told = {"MessageSid": "SM1", "SmsSid": "SM1", "AccountSid": SID, "From": "+15005550006", "To": "+4915112345678"}
    return {**told, "MessageStatus": status, "ApiVersion": "2010-04-01", **({"ErrorCode": str(code)} if code else {}), **more}


async def post(client: Client, told: Mapping[str, str], path: str = OF, signature: str | None = None) -> int:
    """As Twilio does, unless a signature is given."""
    headers = {"X-Twilio-Signature": signed(ORIGIN + path, told) if signature is None else signature}
    async with client.post(path, data=dict(told), headers=headers) as answer:
        assert await answer.text() == ""
        return answer.status


async def known(store: Store) -> str | None:
    found = await store.records.challenge(ChallengeId("ch-1"))
    return found.undelivered if found else None


def test_signatures_are_made_as_twilio_has_published() -> None:
    told = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }
    url, signature = "https://mycompany.com/myapp.php?foo=1&bar=2", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="
    assert signed(url, told, "12345") == signature
    assert RequestValidator("12345").validate(url, told, signature)


@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled"])
async def test_a_failure_is_written_with_its_challenge_and_nudges_its_conversation(
    client: Client, store: Store, status: str
) -> None:
    assert not await store.conversations.due(10)
    assert await post(client, form(status, 30005)) == 204
    assert await known(store) == "undelivered.number"
    assert await store.conversations.due(10) == ["convo-1"]


@pytest.mark.parametrize("status", ["queued", "sending", "sent", "delivered", "read", ""])
async def test_progress_is_taken_and_changes_nothing(client: Client, store: Store, status: str) -> None:
    assert await post(client, form(status)) == 204
    assert await known(store) == ""
    assert not await store.conversations.due(10)


async def test_the_same_told_again_and_in_any_order_changes_nothing(client: Client, store: Store) -> None:
    assert await post(client, form("undelivered", 30003)) == 204
    claim = await store.conversations.claim_due((await store.conversations.due(10))[0])
    assert claim
    await store.conversations.release(claim, None)
    for told in (form("undelivered", 30003), form("sent"), form("failed", 30005), form("delivered")):
        assert await post(client, told) == 204
    assert await known(store) == "undelivered.phone"
    assert not await store.conversations.due(10)


async def test_after_its_code_was_used_a_failure_is_nobodys(client: Client, store: Store) -> None:
    assert await post(client, form("failed", 30005), f"{PATH}?of=ch-9") == 204
    assert await post(client, form("failed", 30005), PATH) == 204
    assert await known(store) == ""


async def test_what_an_admin_can_mend_is_an_alarm_once_a_day(client: Client, store: Store) -> None:
    for _ in range(3):
        assert await post(client, form("undelivered", 30007)) == 204
    assert [row.tag async for row in store.audit.rows(0)] == ["messages:sms:filtered"]


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "x",
        "ü",
        signed(ORIGIN + OF, form("failed", 30005), "another-token"),
        signed(ORIGIN + PATH, form("failed", 30005)),
        signed(ORIGIN + OF, form("failed", 30006)),
        signed(ORIGIN + OF, form("failed", 30005, Extra="")),
        signed("http://unlatch.example.com" + OF, form("failed", 30005)),
        signed("https://evil.example" + OF, form("failed", 30005)),
    ],
    ids=range(9),
)
async def test_what_is_not_signed_by_our_account_is_not_heard(client: Client, store: Store, signature: str) -> None:
    assert await post(client, form("failed", 30005), signature=signature) == 403
    assert await known(store) == ""


async def test_our_own_address_counts_and_not_what_the_request_says_of_it(client: Client, store: Store) -> None:
    told = form("failed", 30005)
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    for origin, status in (("https://evil.example", 403), (ORIGIN, 204)):
        signature = {"X-Twilio-Signature": signed(origin + OF, told)}
        async with client.post(OF, data=told, headers=headers | signature) as answer:
            assert answer.status == status


async def test_an_address_that_was_changed_after_signing_is_not_heard(client: Client, store: Store) -> None:
    told = form("failed", 30005)
    signature = signed(f"{ORIGIN}{PATH}?of=ch-9", told)
    for path in (OF, f"{PATH}?of=ch-9&of=ch-1", f"{PATH}?of=ch-1&of=ch-9"):
        assert await post(client, told, path, signature) == 403
    assert await known(store) == ""


async def test_blank_and_strange_values_are_covered_by_the_signature(client: Client, store: Store) -> None:
    assert await post(client, form("failed", 30005, Extra="", Body="Grüße & ein = Zeichen +1 😀")) == 204
    assert await known(store) == "undelivered.number"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"),
        (b"\xff=\xfe", "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % n for n in range(200)), "application/x-www-form-urlencoded"),
        (b"", "application/x-www-form-urlencoded"),
    ],
    ids=range(4),
)
async def test_what_is_no_form_is_not_heard(client: Client, body: bytes, kind: str) -> None:
    headers = {"X-Twilio-Signature": signed(ORIGIN + OF, {}) if body else "", "Content-Type": kind}
    async with client.post(OF, data=body, headers=headers) as answer:
        assert answer.status == 403


async def test_a_code_that_is_no_number_is_as_good_as_none(client: Client, store: Store) -> None:
    told = {**form("failed"), "ErrorCode": "²"}
    body = urlencode(told).encode()
    headers = {"X-Twilio-Signature": signed(ORIGIN + OF, told), "Content-Type": "application/x-www-form-urlencoded"}
    async with client.post(OF, data=body, headers=headers) as answer:
        assert answer.status == 204
    assert await known(store) == "undelivered.phone"


def test_there_is_no_door_without_the_token(store: Store, alerts: AdminAlerts) -> None:
    assert wiring.hooks(section(auth_token=None), ORIGIN, store.records, alerts) == []
    assert TOKEN not in repr(section())
