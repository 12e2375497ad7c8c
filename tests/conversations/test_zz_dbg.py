from tests.conversations.conftest import *
from tests.conversations.test_not_me import *
async def test_dbg(town: Town) -> None:
    await his_reset(town)
    path = await link(town)
    town.mood.silent = True
    page = await presses(town, path)
    for _ in range(50):
        await town.passes(20)
        print(town.clock.now-1.8e9, await page.at())
    for r in await town.audit(): print(r.at-1.8e9, r.tag, r.detail)
    assert 0
