"""Texts by any provider: a stand-in on this machine checks each signature, and what it tells us is heard signed, new and once."""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.messengers.sms_webhook import wiring
from adapters.messengers.sms_webhook.signature import headers, signed
from adapters.messengers.sms_webhook.status import STATUS
from adapters.messengers.sms_webhook.text_messages import WebhookTexts
from bot.doctor.finding import Level
from bot.messaging.failover import LATE, Failover
from bot.messaging.messenger import MaybeSent, Message, Messenger, ProviderFault, Undeliverable
from bot.notify.admin_alerts import AdminAlerts
from bot.notify.sms_budget import SmsBudget
from bot.platform.clock import World
from bot.platform.egress import Egress
from bot.platform.errors import OperatorError
from bot.platform.ids import ChallengeId
from bot.platform.job_outbox import NotNow
from bot.platform.keyring import Keys
from bot.platform.secret import Secret
from bot.settings.settings import Settings
from bot.settings.sms_webhook import SmsWebhookSection
from store.open import Store
from tests.kit.stores import Clock
from tests.kit.tiny import challenged, idle, settled
from tests.messengers.standin import MOBILE, ORIGIN, message
from tests.messengers.standin import section as twilio_section

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SECRET = Secret(KEY)


@dataclass
class Gateway:
    """A provider that believes signatures alone, and carries each id once."""

    clock: Clock
    status: int = 200
    retry_after: str = ""
    carried: dict[str, dict[str, str]] = field(default_factory=dict)
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not signed(SECRET, request.headers, body, self.clock()):
            return web.Response(status=401)
        if self.status == 200:
            self.carried.setdefault(request.headers["webhook-id"], json.loads(body))
        return web.Response(status=self.status, headers={"Retry-After": self.retry_after, "Location": f"{self.url}/elsewhere"})


@pytest_asyncio.fixture
async def gateway(clock: Clock) -> AsyncIterator[Gateway]:
    made, app = Gateway(clock), web.Application()
    app.add_routes([web.post("/sms", made.take)])
    async with TestServer(app) as server:
        made.url = str(server.make_url("/sms"))
        yield made


@pytest.fixture
def webhook(gateway: Gateway, store: Store, alerts: AdminAlerts, keys: Keys, world: World) -> WebhookTexts:
    return wiring.texts(section(gateway.url), budget(store, alerts, keys), store.records, alerts, world, Egress())


def section(url: str, secret: str = KEY) -> SmsWebhookSection:
    return SmsWebhookSection.model_validate({"url": url, "secret": secret})


def budget(store: Store, alerts: AdminAlerts, keys: Keys, price: float = 0.1) -> SmsBudget:
    return SmsBudget(store.records, alerts, keys, frozenset({"DE"}), daily=1.0, price=price)


def test_signatures_are_made_as_the_standard_has_published() -> None:
    body = b'{"test": 2432232314}'
    known = headers(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330.0, body)
    assert known["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signed(SECRET, {**known, "webhook-signature": f"v1,b2xk {known['webhook-signature']}"}, body, 1614265330.0)


async def test_a_text_leaves_signed_and_a_second_try_is_known_by_its_id(webhook: WebhookTexts, gateway: Gateway) -> None:
    await webhook.send(message())
    gateway.status = 409  # it was taken before
    await webhook.send(message())
    assert gateway.carried == {"challenge-1": {"to": MOBILE, "text": "123456 is your code.", "id": "challenge-1"}}


async def test_of_a_stranger_the_provider_learns_no_name_of_ours(webhook: WebhookTexts, gateway: Gateway) -> None:
    await webhook.send(message(stranger=True))
    assert list(gateway.carried) == [f"sms-{hashlib.sha256(b'challenge-1').hexdigest()[:32]}"]


@pytest.mark.parametrize(
    ("status", "after", "fault", "words"),
    [
        (422, "", Undeliverable, "undelivered.number"),
        (401, "", ProviderFault, "undelivered.closed"),
        (302, "", ProviderFault, "undelivered.closed"),
        (429, "7", NotNow, ""),
        (503, "3600", ProviderFault, "undelivered.closed"),
        (500, "", MaybeSent, ""),
    ],
)
async def test_each_answer_leads_to_what_it_means(
    webhook: WebhookTexts, gateway: Gateway, store: Store, status: int, after: str, fault: type[Exception], words: str
) -> None:
    gateway.status, gateway.retry_after = status, after
    with pytest.raises(fault) as told:
        await webhook.send(message())
    assert type(told.value) is fault
    assert getattr(told.value, "words", "") == words
    whole = await store.records.charge("money:sms", 1000, 1000, 86400.0)
    assert whole is (status != 500)  # it may have been taken, so it counts


class Provider:
    """Carries or raises what it is told to, and knows how often it was asked."""

    def __init__(self, *faults: Exception | None) -> None:
        self.faults, self.asked = list(faults), 0

    async def send(self, message: Message) -> None:
        self.asked += 1
        if self.faults and (fault := self.faults.pop(0)):
            raise fault


def failover(store: Store, *providers: Messenger) -> Failover:
    return Failover(providers, store.records)


@pytest.mark.parametrize(
    "fault", [ProviderFault("undelivered.closed"), NotNow(), MaybeSent()], ids=["refuses", "busy", "unknown"]
)
async def test_what_one_provider_wont_carry_goes_to_the_next_at_once(store: Store, fault: Exception) -> None:
    first, second = Provider(fault), Provider()
    await failover(store, first, second).send(message())
    assert (first.asked, second.asked) == (1, 1)


async def test_what_is_wrong_with_the_number_is_asked_of_nobody_else(store: Store) -> None:
    first, second = Provider(Undeliverable("undelivered.stopped")), Provider()
    with pytest.raises(Undeliverable, match="stopped"):
        await failover(store, first, second).send(message())
    assert second.asked == 0


async def test_one_that_may_have_it_is_asked_again_when_the_code_is_late_and_not_before(store: Store, clock: Clock) -> None:
    first, second = Provider(MaybeSent(), None), Provider(*[ProviderFault("undelivered.closed")] * 3)
    texts = failover(store, first, second)
    for _ in range(2):
        with pytest.raises(MaybeSent):
            await texts.send(message())
    assert (first.asked, second.asked) == (1, 2)
    clock.passes(LATE + 1)
    await texts.send(message())
    assert (first.asked, second.asked) == (2, 2)


async def test_two_providers_spend_one_days_money(
    webhook: WebhookTexts, gateway: Gateway, store: Store, alerts: AdminAlerts, keys: Keys
) -> None:
    other = budget(store, alerts, keys, price=0.45)
    for _ in range(2):
        await other.spend(Secret(MOBILE), 1, stranger=False)
    await webhook.send(message())
    with pytest.raises(Undeliverable) as none:
        await failover(store, webhook, webhook).send(message(id="challenge-2"))
    assert (none.value.words, type(none.value), len(gateway.carried)) == ("undelivered.closed", Undeliverable, 1)


Client = TestClient[web.Request, web.Application]


@pytest_asyncio.fixture
async def client(store: Store, world: World) -> AsyncIterator[Client]:
    await idle(store)
    await settled(store, challenged())
    app = web.Application()
    app.add_routes(wiring.hooks(section("https://sms.example/send"), store.records, world))
    async with TestClient(TestServer(app)) as made:
        yield made


async def tells(client: Client, at: float, *, id: str = "told-1", secret: Secret = SECRET, **told: str) -> int:
    body = json.dumps({"id": "ch-1", "status": "failed", **told}).encode()
    async with client.post(STATUS, data=body, headers=headers(secret, id, at, body)) as answer:
        return answer.status


async def known(store: Store) -> str | None:
    found = await store.records.challenge(ChallengeId("ch-1"))
    return found.undelivered if found else None


async def test_a_failure_is_heard_once_and_a_replayed_one_refused(client: Client, store: Store, clock: Clock) -> None:
    assert await tells(client, clock(), status="delivered") == 204
    assert (await known(store), await tells(client, clock())) == ("", 409)  # the same id, whatever it says
    assert await tells(client, clock(), id="told-2", reason="number") == 204
    assert await known(store) == "undelivered.number"


async def test_what_is_old_or_signed_by_others_is_not_heard(client: Client, store: Store, clock: Clock) -> None:
    other = Secret("whsec_" + "A" * 32)
    for at, secret in ((clock() - 301, SECRET), (clock() + 301, SECRET), (clock(), other)):
        assert await tells(client, at, secret=secret) == 403
    assert await known(store) == ""


async def test_the_doctor_reaches_it_and_a_secret_that_is_none_stops_the_start(gateway: Gateway, store: Store) -> None:
    async def found(url: str, secret: str = KEY) -> list[Level]:
        return [finding.level async for finding in wiring.findings(section(url, secret), Egress())]

    assert await found(gateway.url) == [Level.OK]
    assert await found(f"{gateway.url}/nothing") == [Level.WARN]
    assert await found("http://127.0.0.1:1/sms") == [Level.FAIL]
    with pytest.raises(OperatorError, match="whsec_"):
        await found(gateway.url, "sesame-open")


@pytest.mark.parametrize(
    ("own", "twilio", "said"),
    [
        ({}, False, "it needs countries, daily_budget too"),
        ({"countries": ["DE"], "daily_budget": 5}, True, "its own count for both"),
        ({"countries": ["DE"], "daily_budget": 5, "url": "http://sms.example/send"}, False, "has to be an https:// address"),
        ({"secret": None, "countries": ["DE"], "daily_budget": 5}, False, "it needs secret_file too"),
    ],
)
def test_what_texts_may_cost_is_said_once(own: dict[str, object], twilio: bool, said: str) -> None:
    given: dict[str, object] = {"url": "https://sms.example/send", "secret": KEY, **own}
    site = {"base_url": ORIGIN, "directories": {"main": {"kind": "embedded"}}, "sms_webhook": given}
    with pytest.raises(ValueError, match=said):
        Settings.model_validate({**site, "twilio": twilio_section()} if twilio else site)
