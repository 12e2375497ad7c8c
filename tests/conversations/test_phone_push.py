"""A push wakes the page on a phone: it says that something waits, to that browser alone, and goes to known push services only."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from adapters.messengers.web_push.push_services import PushServices
from bot.messaging.phone_push import FOLDER
from bot.settings.web_push import WebPushSection
from tests.conversations.test_approval import asks, has_one
from tests.kit.callers import Channel
from tests.kit.push_service import PushService
from tests.kit.town import Town


@pytest_asyncio.fixture
async def service(town: Town) -> AsyncIterator[PushService]:
    """The settings name it."""
    found = PushService()
    await found.start()
    town.settings = town.settings.model_copy(update={"web_push": WebPushSection(hosts=(found.host,))})
    await town.replica()
    yield found
    await found.close()


async def test_it_says_that_something_waits_and_nothing_of_whom_or_what(town: Town, service: PushService) -> None:
    phone = await has_one(town)
    assert (await phone.subscribes(service.subscription)).status == 200
    await asks(town, channel=Channel.TERMINAL)
    assert service.pushed == [{"title": "Somebody asks for you", "body": "Open this page to see what it is about."}]
    service.status = 410
    await asks(town)
    assert (len(service.pushed), await town.app.store.vault.get(FOLDER, phone.device)) == (2, None)
    await asks(town, "dev")  # who has none
    assert len(service.pushed) == 2


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://evil.example/push",
        "http://fcm.googleapis.com/fcm/send/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://somebody@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "http://169.254.169.254/latest",
        "https://notify.windows.com.evil.example/w",
        "http://127.0.0.1:1/push",
    ],
)
async def test_nobody_but_a_known_push_service_is_ever_asked(town: Town, service: PushService, endpoint: str) -> None:
    services = PushServices(town.keys, town.world, "https://localhost", (service.host,))
    assert services.serves(replace(service.subscription, endpoint="https://db5p.notify.windows.com/w/?token=x"))
    assert services.serves(replace(service.subscription, endpoint="https://fcm.googleapis.com/fcm/send/x"))
    assert not services.serves(replace(service.subscription, endpoint=endpoint))
    assert not services.serves(replace(service.subscription, auth="AAAA"))


async def test_a_subscription_elsewhere_or_by_another_key_is_refused(town: Town, service: PushService) -> None:
    phone = await has_one(town)
    assert (await phone.subscribes(replace(service.subscription, endpoint="https://evil.example/x"))).status == 422
    other = replace(phone)
    other.private = PushService().private
    assert (await other.subscribes(service.subscription)).status == 403
    assert await town.app.store.vault.get(FOLDER, phone.device) is None
