"""The contract that every directory keeps, whatever it is made of: who is who, new passwords, and what has changed."""

import asyncio
from dataclasses import replace

import pytest

from adapters.writeback.agent_limits import Located
from bot.directory.administration import Administration, NewAccount
from bot.directory.interfaces import Person, Rejected, SignIn, Unreachable
from bot.platform.ids import Action, SubjectId, directory_of
from bot.platform.secret import Secret
from tests.kit.directories import ANA, NEW, OLD, TRIES, WRONG, Able, said

UPN = ANA.upn or ""
ODD = ("", " ", "\0", "\ud800", "ana\0", "'; drop table account; --", "*)(uid=*", "é" * 5000, "demo:", ":", "demo:\0")
AGAIN = Secret("Her-Own-Lemon-Again-5")  # long enough for any policy of these tests


async def reason(directory: Administration, subject: SubjectId, password: str | Secret = NEW) -> str:
    with pytest.raises(Rejected) as no:
        await directory.reset(subject, password if isinstance(password, Secret) else Secret(password))
    return no.value.words


async def known(directory: Administration, subject: SubjectId) -> Person:
    person = await directory.person(subject)
    assert person is not None
    return person


# ------------------------------------------------ who is who


@pytest.mark.parametrize("text", ["ana", "ANA", " Ana@Contoso.Example ", "ana.ferreira@contoso.example"])
async def test_somebody_is_found_by_each_name_without_regard_to_case(
    directory: Administration, able: Able, ana: SubjectId, text: str
) -> None:
    person = await directory.find(text)
    if "@" not in text and not able.short_names:
        assert person is None
        return
    assert person is not None
    assert person.subject == ana
    assert directory_of(ana) == directory.name
    assert person == await directory.person(ana)
    assert person.login == (ANA.login if able.short_names else ANA.upn)
    assert (person.name, person.language, person.mail) == ("Ana Ferreira", "de", ANA.mail)
    assert "Anita" in person.words
    mails = ANA.contacts.mails if able.private_mail else ()
    assert (person.department, person.contacts) == ("Sales", replace(ANA.contacts, mails=mails))
    assert person.enabled and not person.admin and not person.protected


async def test_nobody_is_found_by_half_a_name_or_by_an_odd_one(directory: Administration, ana: SubjectId) -> None:
    for text in ("an", "anaa", "ana*", "a_a", "%", "Ana Ferreira", *ODD):
        assert await directory.find(text) is None


async def test_a_disabled_account_is_found_and_says_so(directory: Administration, ana: SubjectId) -> None:
    await directory.enable(ana, enabled=False)
    assert await directory.find(UPN) == await directory.person(ana)
    assert not (await known(directory, ana)).enabled
    assert (await directory.state(ana)).disabled


async def test_a_mail_address_that_two_accounts_share_finds_nobody(directory: Administration, ana: SubjectId) -> None:
    await directory.create(NewAccount("second", "Second Person", OLD, upn="second@contoso.example", mail=ANA.mail))
    assert await directory.find(ANA.mail or "") is None
    assert await directory.find("second@contoso.example") is not None


async def test_a_sign_in_name_goes_before_anothers_mail_address(directory: Administration, ana: SubjectId) -> None:
    await directory.create(NewAccount("mallory", "Mallory", OLD, mail="ana@contoso.example"))
    assert await directory.find("ana@contoso.example") == await known(directory, ana)


async def test_a_manager_is_named(directory: Administration, ana: SubjectId) -> None:
    report = await directory.create(NewAccount("ben", "Ben Okafor", OLD, manager=ana))
    assert (await known(directory, report)).manager == ana


async def test_groups_are_told_through_nesting_and_a_circle_does_no_harm(directory: Administration, ana: SubjectId) -> None:
    for name in ("All-Staff", "Engineering", "Backend", "Elsewhere"):
        await directory.add_group(name)
    await directory.nest("All-Staff", "Engineering")
    await directory.nest("Engineering", "Backend")
    await directory.nest("Backend", "All-Staff")
    await directory.add_member("Backend", ana)
    assert (await known(directory, ana)).groups == {"All-Staff", "Engineering", "Backend"}
    await directory.remove_member("Backend", ana)
    assert (await known(directory, ana)).groups == frozenset()


async def test_an_odd_subject_is_nobody(directory: Administration, ana: SubjectId) -> None:
    for subject in map(SubjectId, ODD):
        assert await directory.person(subject) is None
        assert await said(directory, subject, OLD) is SignIn.WRONG
        assert await reason(directory, subject) == "people.gone"
        with pytest.raises(Rejected, match=r"people\.gone"):
            await directory.unlock(subject)
        for asked in (directory.state(subject), directory.rules(subject), directory.mark(subject, Action.RESET)):
            with pytest.raises(Unreachable):
                await asked


# ------------------------------------------------ a new password


async def test_a_reset_changes_the_password_takes_the_lock_off_and_clears_must_change(
    directory: Administration, able: Able
) -> None:
    ben = await directory.create(NewAccount("ben", "Ben Okafor", OLD, must_change=True))
    assert (await directory.state(ben)).must_change
    assert await said(directory, ben, OLD) is SignIn.MUST_CHANGE
    await directory.lock(ben)
    assert (await directory.state(ben)).locked is able.lock
    await directory.reset(ben, NEW)
    state = await directory.state(ben)
    assert (state.locked, state.must_change, state.expired, state.disabled) == (False, False, False, False)
    assert state.changed_at is not None
    assert await said(directory, ben, OLD) is SignIn.WRONG
    assert await said(directory, ben, NEW) is SignIn.RIGHT


async def test_a_reset_moves_its_mark_and_a_refused_one_does_not(directory: Administration, ana: SubjectId) -> None:
    before = await directory.mark(ana, Action.RESET)
    assert await directory.mark(ana, Action.CHANGE) == before
    assert await reason(directory, ana, "short") == "password.min_length"
    assert await said(directory, ana, WRONG) is SignIn.WRONG
    assert await directory.mark(ana, Action.RESET) == before
    await directory.reset(ana, NEW)
    assert await directory.mark(ana, Action.RESET) != before
    assert await directory.mark(ana, Action.CHANGE) == await directory.mark(ana, Action.RESET)


async def test_rules_are_known_before_and_held_afterwards(directory: Administration, able: Able, ana: SubjectId) -> None:
    rules = await directory.rules(ana)
    assert (rules.min_length, rules.history, rules.may_change_at) == (able.least, able.history, 0.0)
    assert rules.ascii_only is not able.unicode
    await directory.lock(ana)
    assert await reason(directory, ana, "x" * (rules.min_length - 1)) == "password.min_length"
    assert await reason(directory, ana, "x" * (rules.max_length + 1)) == "password.max_length"
    assert (await directory.state(ana)).locked is able.lock
    if able.lock:
        await directory.unlock(ana)
    assert await said(directory, ana, OLD) is SignIn.RIGHT


async def test_a_minimum_age_holds_a_reset_up_and_not_whoever_takes_the_account_back(
    directory: Administration, able: Able
) -> None:
    """A thief who has just changed the password must not be safe until tomorrow; the new one has its age as any other."""
    zoe = await directory.create(NewAccount("zoe", "Zoe Person", OLD, minimum_age=600.0))
    assert bool((await directory.rules(zoe)).may_change_at) is able.ages
    if able.ages:
        assert await reason(directory, zoe, AGAIN) == "password.too_young"
    await directory.reset(zoe, AGAIN, whatever_age=True)
    assert not (await directory.state(zoe)).must_change
    assert await said(directory, zoe, AGAIN) is SignIn.RIGHT
    assert bool((await directory.rules(zoe)).may_change_at) is able.ages


async def test_so_many_former_passwords_are_refused_and_an_older_one_is_not(
    directory: Administration, able: Able, ana: SubjectId
) -> None:
    if not able.history:
        await directory.reset(ana, OLD)
        assert await said(directory, ana, OLD) is SignIn.RIGHT
        return
    assert await reason(directory, ana, OLD) == "password.history"
    for number in range(able.history - 1):
        await directory.reset(ana, Secret(f"Between-Lemon-{number}"))
        assert await reason(directory, ana, OLD) == "password.history"
    await directory.reset(ana, NEW)
    await directory.reset(ana, OLD)
    assert await said(directory, ana, OLD) is SignIn.RIGHT


async def test_a_disabled_or_protected_account_is_left_alone(directory: Administration, able: Able, ana: SubjectId) -> None:
    root = await directory.create(NewAccount("root", "Domain Admin", OLD, protected=True, admin=True))
    await directory.lock(root)
    await directory.lock(ana)
    await directory.enable(ana, enabled=False)
    for subject, why in ((root, "directory.protected"), (ana, "directory.disabled")):
        assert await reason(directory, subject) == why
        with pytest.raises(Rejected, match=why):
            await directory.unlock(subject)
        assert (await directory.state(subject)).locked is able.lock


async def test_an_unusual_password_works(directory: Administration, able: Able, ana: SubjectId) -> None:
    for text in ("Pässwörter und 語", "🔑 Key ring 🔑", 'Quote " and \\ slash', " Blanks around them ", "Tab\tand null\0."):
        if not able.unicode and not (text.isascii() and text.isprintable()):
            assert await reason(directory, ana, text) == "password.ascii"
            continue
        if "\0" in text and not able.nulls:
            assert await reason(directory, ana, text) == "password.untypable"
            continue
        await directory.reset(ana, Secret(text))
        assert await said(directory, ana, Secret(text[:-1])) is SignIn.WRONG
        assert await said(directory, ana, Secret(text)) is SignIn.RIGHT


async def test_of_resets_at_once_one_password_counts_and_its_reset_said_so(directory: Administration, ana: SubjectId) -> None:
    """Once, on PostgreSQL, two that remembered the same former password made the slower one say that nothing answers."""
    tried = [Secret(f"Raced-Lemon-{number}") for number in range(TRIES)]  # whoever is last is tried before the lock
    told = await asyncio.gather(*(directory.reset(ana, password) for password in tried), return_exceptions=True)
    assert [no for no in told if no is not None and not isinstance(no, Rejected)] == []
    (winner,) = [number for number, password in enumerate(tried) if await said(directory, ana, password) is SignIn.RIGHT]
    assert told[winner] is None


# ------------------------------------------------ what has changed


async def test_changes_tell_everything_once_and_then_only_what_is_new(directory: Administration, ana: SubjectId) -> None:
    everything = await directory.changes(None)
    assert await directory.person(ana) in everything.persons
    assert ana not in everything.gone
    nothing = await directory.changes(everything.next)
    assert (list(nothing.persons), list(nothing.gone)) == ([], [])
    ben = await directory.create(NewAccount("ben", "Ben Okafor", OLD))
    await directory.enable(ana, enabled=False)
    new = await directory.changes(nothing.next)
    assert {person.subject for person in new.persons} == {ana, ben}


async def test_whoever_comes_into_a_group_through_another_has_changed(directory: Administration, ana: SubjectId) -> None:
    for name in ("All-Staff", "Engineering"):
        await directory.add_group(name)
    await directory.add_member("Engineering", ana)
    before = (await directory.changes(None)).next
    await directory.nest("All-Staff", "Engineering")
    (person,) = (await directory.changes(before)).persons
    assert person.groups == {"All-Staff", "Engineering"}


async def test_a_deleted_account_is_told_and_its_name_is_free_again(directory: Administration, ana: SubjectId) -> None:
    before = (await directory.changes(None)).next
    await directory.delete(ana)
    told = await directory.changes(before)
    assert ana in told.gone  # a hybrid may name a copy of it too
    assert [await directory.person(subject) for subject in told.gone] == [None] * len(told.gone)
    assert list(told.persons) == []
    assert await directory.person(ana) is None
    assert await directory.find(UPN) is None
    again = await directory.create(ANA)
    assert again != ana
    assert await said(directory, again, OLD) is SignIn.RIGHT


async def test_an_odd_mark_never_hides_anybody_for_good(directory: Administration, ana: SubjectId) -> None:
    for number, odd in enumerate(("", "x", "-1", "٣", "9" * 40)):
        told = await directory.changes(odd)
        await directory.enable(ana, enabled=number % 2 == 1)
        assert [person.subject for person in (await directory.changes(told.next)).persons] == [ana]


async def test_it_is_well_and_has_advice_for_afterwards(directory: Administration, ana: SubjectId) -> None:
    assert (await directory.health()).ok
    assert directory.after_reset()


async def test_whoever_cannot_try_a_password_or_take_a_lock_off_says_so(
    directory: Administration, able: Able, ana: SubjectId
) -> None:
    await directory.lock(ana)
    for possible, asked in (
        (able.lock, directory.unlock(ana)),
        (able.sign_in, directory.sign_in(ana, OLD)),
        (able.sign_in, directory.bad_tries_left(ana)),
    ):
        if possible:
            await asked
        else:
            with pytest.raises(Rejected, match=r"directory\.no_"):
                await asked


async def test_names_are_taken_once(directory: Administration, ana: SubjectId) -> None:
    await directory.add_group("Staff")
    for again in (
        directory.create(NewAccount("ANA", "Another", OLD)),
        directory.add_group("staff"),
        directory.add_member("None", ana),
    ):
        with pytest.raises(ValueError, match=r"name of another|no group"):
            await again


async def test_an_account_stands_where_limits_can_name_it(directory: Administration, ana: SubjectId) -> None:
    """Where accounts stand in a tree, a writeback agent's limits go by that."""
    if isinstance(directory, Located):
        assert "ana" in (await directory.place(ana) or "").casefold()
        assert await directory.place(SubjectId(f"{directory.name}:00000000-0000-4000-8000-000000000000")) is None
    else:
        assert not hasattr(directory, "place")
