"""Readiness takes a write to know, and strangers may ask as often as they like."""

import asyncio

import pytest
from aiohttp.test_utils import make_mocked_request

from adapters.web.health_check import ready


async def test_however_many_ask_at_once_one_look_answers_and_a_later_one_looks_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[bool] = []

    async def asked() -> bool:
        looks.append(not looks)
        await asyncio.sleep(0)
        return looks[-1]

    answer, request = ready(asked), make_mocked_request("GET", "/readyz")
    assert [each.status for each in await asyncio.gather(*(answer(request) for _ in range(50)))] == [200] * 50
    assert looks == [True]
    monkeypatch.setattr("adapters.web.health_check.FRESH", 0.0)
    assert (await answer(request)).status == 503
    assert looks == [True, False]
