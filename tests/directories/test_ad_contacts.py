"""What somebody proved is written into Active Directory where the service account may, and else said to be refused."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapters.directories.active_directory.checks import examined
from bot.directory.administration import NewAccount
from bot.directory.interfaces import ContactField, Contacts, Rejected
from bot.doctor.finding import Level
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from tests.kit.ad_directory import STAFF, AdministeredActiveDirectory
from tests.kit.samba import ADMIN, ADMIN_PASSWORD, SERVICE, DomainController
from tests.kit.samba_conf import BASE
from tests.kit.samba_domain import DELEGATE

MOBILE, MAIL = Secret("+12025550123"), Secret("ana@home.example")
GUIDS = dict(re.findall(r"^(\w+)=([0-9a-f-]{36})", DELEGATE.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.fixture
def allowed(samba: DomainController) -> Iterator[None]:
    """As delegate.sh does with CONTACTS=1; and taken away again."""
    with samba.line(ADMIN, ADMIN_PASSWORD) as line:
        unit = line.base(STAFF, ("nTSecurityDescriptor",))
        assert unit is not None
        sid = samba.sid(SERVICE.partition("@")[0])
        aces = "".join(f"(OA;CIIO;RPWP;{GUIDS[name]};{GUIDS['user']};{sid})" for name in ("mobile", "other_mailbox"))
        samba.tool("dsacl", "set", f"--objectdn={STAFF}", f"--sddl={aces}")
        yield
        line.replace(STAFF, {"nTSecurityDescriptor": list(unit.values["ntsecuritydescriptor"])})


async def known(corp: AdministeredActiveDirectory, subject: SubjectId) -> Contacts:
    person = await corp.person(subject)
    assert person is not None
    return person.contacts


async def doctor(corp: AdministeredActiveDirectory) -> Level:
    (found,) = [
        each
        async for each in examined("corp", corp.pool, BASE, corp.world.now(), contacts=True)
        if "otherMailbox" in each.sentence
    ]
    return found.level


@pytest.mark.usefixtures("allowed")
async def test_the_number_takes_the_place_of_the_old_one_and_the_address_is_added(corp: AdministeredActiveDirectory) -> None:
    before = Contacts("+12025550100", "+49301234", ("old@home.example",))
    ana = await corp.create(NewAccount("mia", "Mia", Secret("Plum-Harbour-61-Anchor"), contacts=before))
    meant = replace(corp, contacts=True)
    for _ in range(2):  # a job may come twice
        await meant.correct(ana, ContactField.MOBILE, MOBILE)
        await meant.correct(ana, ContactField.MAIL, MAIL)
    now = await known(corp, ana)
    assert (now.mobile, now.phone, set(now.mails)) == (MOBILE.reveal(), "+49301234", {MAIL.reveal(), "old@home.example"})
    assert await doctor(corp) is Level.OK


async def test_without_the_right_it_is_refused_and_the_doctor_says_so(corp: AdministeredActiveDirectory, ana: SubjectId) -> None:
    assert not corp.corrects(ContactField.MOBILE)
    for directory, words in ((corp, "directory.read_only"), (replace(corp, contacts=True), "directory.no_rights")):
        for field in ContactField:
            with pytest.raises(Rejected, match=re.escape(words)):
                await directory.correct(ana, field, MOBILE)
    assert (await known(corp, ana)).mobile != MOBILE.reveal()
    assert await doctor(corp) is Level.FAIL
