"""A demo is a property of the data: only an empty store becomes one."""

import pytest

from bot.model.facts import Audited
from store.open import Store
from store.store_flags import NotEmpty


async def test_an_empty_store_becomes_a_demo_once_and_stays_one(store: Store) -> None:
    assert not await store.flags.is_demo()
    await store.flags.mark_demo()
    await store.audit.write(Audited("demo:store:seeded", "operator"))
    await store.flags.mark_demo()
    assert await store.flags.is_demo()


async def test_a_store_that_holds_anything_never_becomes_a_demo(store: Store) -> None:
    await store.audit.write(Audited("policy:document:saved", "operator"))
    with pytest.raises(NotEmpty, match="audit"):
        await store.flags.mark_demo()
    assert not await store.flags.is_demo()
