"""Names as Windows shows them, with their domain before them, and accounts that sign in by smart card alone."""

import pytest

from adapters.directories.active_directory.people import SMART_CARD
from bot.platform.ids import SubjectId
from tests.kit.ad_directory import NORMAL, AdministeredActiveDirectory
from tests.kit.samba_conf import DOMAIN, REALM


async def test_an_account_for_smart_cards_alone_is_told_as_one(corp: AdministeredActiveDirectory, ana: SubjectId) -> None:
    """A password that is set for one works for binds and shares, against what its directory means by the flag."""
    before = await corp.person(ana)
    await corp.set((await corp.entry(ana)).dn, userAccountControl=[str(NORMAL | SMART_CARD)])
    after = await corp.person(ana)
    assert before is not None and after is not None
    assert (before.smart_card, after.smart_card) == (False, True)
    assert [one.smart_card for one in (await corp.changes(None)).persons if one.subject == ana] == [True]


@pytest.mark.parametrize("name", ["{short}\\ana", "{low}\\ANA", "{long}\\ana", " {long}\\ana "])
async def test_a_name_with_its_domain_before_it_finds_its_person(
    corp: AdministeredActiveDirectory, ana: SubjectId, name: str
) -> None:
    found = await corp.find(name.format(short=DOMAIN, low=DOMAIN.lower(), long=REALM.lower()))
    assert found is not None
    assert found.subject == ana


@pytest.mark.parametrize(
    "name", ["OTHER\\ana", "\\ana", "{short}\\", "{short}\\*", "{short}\\ana\\ana", "other.example\\ana", "\\", "*\\ana"]
)
async def test_a_name_of_another_domain_or_of_none_is_nobodys(
    corp: AdministeredActiveDirectory, ana: SubjectId, name: str
) -> None:
    assert await corp.find(name.format(short=DOMAIN)) is None
