"""What a new password must be: the published worked examples, names, leaks, strength, and passphrases that keep every rule."""

import hashlib
from itertools import count
from pathlib import Path

import pytest

from bot.directory.interfaces import DirectoryRules, Person
from bot.platform.clock import World
from bot.platform.ids import SubjectId
from bot.platform.secret import Secret
from bot.policy.banned_passwords import Banned, banned, made_of, names_in, normalise
from bot.policy.breached import Breached, build
from bot.policy.passphrase import suggest
from bot.policy.passwords import Lists, by_directory, first_unmet, rulings
from bot.policy.policy import PasswordRules

ANA = Person(SubjectId("demo:ana"), "ana@contoso.example", "Ana Ferreira", frozenset(), words=("Anita",))
NO_LISTS = Lists()
GOOD = "Correct-Horse-7-Battery"


def unmet(
    password: str, *, rules: DirectoryRules | None = None, policy: PasswordRules | None = None, company: str = "Contoso"
) -> list[str]:
    found = rulings(Secret(password), ANA, rules or DirectoryRules(), policy or PasswordRules(), company, NO_LISTS)
    return [ruling.id for ruling in found if not ruling.met]


# ------------------------------------------------ Entra's worked examples: concept-password-ban-bad


def only(*terms: str) -> Banned:
    return Banned(frozenset(map(normalise, terms)))


@pytest.mark.parametrize(
    ("password", "terms"),
    [
        ("Bl@nK", ["blank"]),
        ("abcdeg", ["abcdef"]),
        ("abcdefg", ["abcdef"]),
        ("abcde", ["abcdef"]),
        ("C0ntos0Blank12", ["contoso", "blank"]),
        ("Contoso!1", ["contoso", "london", "widget"]),
        ("Contoso@London", ["contoso", "london", "widget"]),
        ("ContosoWidget", ["contoso", "london", "widget"]),
        ("!Contoso", ["contoso", "london", "widget"]),
        ("LondonHQ", ["contoso", "london", "widget"]),
    ],
)
def test_what_the_published_examples_reject_is_rejected(password: str, terms: list[str]) -> None:
    assert only(*terms).refuses(password)


def test_the_published_example_with_five_points_is_accepted() -> None:
    assert not only("contoso", "blank").refuses("ContoS0Bl@nkf9!")


def test_the_published_example_with_the_first_name_in_it_is_rejected_whatever_its_points() -> None:
    assert made_of("p0LL23fb", names_in(["Poll"]), least=4)
    assert not only("poll").refuses("p0LL23fb")


# ------------------------------------------------ banned terms beyond the examples


def test_terms_are_counted_in_the_way_that_gives_the_fewest_points() -> None:
    assert only("abcd", "cdefgh").refuses("abcdefgh1")  # a + b + [cdefgh] + 1, not [abcd] + e + f + g + h + 1
    assert not only("abcd", "cdefgh").refuses("xabcdefgh1")


def test_a_term_written_with_substitutes_bans_its_plain_form() -> None:
    assert only("C0ntós0").refuses("contoso1")


def test_without_terms_only_short_passwords_are_refused() -> None:
    assert only().refuses("four")
    assert not only().refuses("seven77")


def test_the_list_that_comes_along_refuses_what_everybody_uses() -> None:
    assert all(banned().refuses(known) for known in ("password1234", "P@ssw0rd!!", "qwertyuiop12", "m1cha3l!"))
    assert not banned().refuses("Helsinki-tram-4")


def test_the_organisations_own_terms_come_on_top() -> None:
    assert "password.known" not in unmet("vexing-plums", policy=PasswordRules(strength=0))
    assert "password.known" in unmet("vexing-plums", policy=PasswordRules(strength=0, banned=("Vexing", "plums")))


# ------------------------------------------------ the rules together


def test_a_good_password_keeps_every_rule() -> None:
    assert unmet(GOOD) == []
    assert first_unmet(rulings(Secret(GOOD), ANA, DirectoryRules(), PasswordRules(), "Contoso", NO_LISTS)) is None


@pytest.mark.parametrize("password", ["", "x", GOOD, "\ud800", "\0", "pässwörd" * 50, "🔑" * 300])
def test_the_same_rules_stand_in_the_same_order_whatever_is_typed(password: str) -> None:
    rules = DirectoryRules(complexity=True, ascii_only=True)
    found = rulings(Secret(password), ANA, rules, PasswordRules(), "Contoso", NO_LISTS)
    assert [ruling.id.removeprefix("password.") for ruling in found] == [
        "min_length",
        "max_length",
        "classes",
        "ascii",
        "names",
        "known",
        "strength",
    ]


def test_the_longer_of_two_lengths_counts_and_is_named() -> None:
    short = rulings(Secret("Zq7!"), ANA, DirectoryRules(min_length=8), PasswordRules(min_length=14), "Contoso", NO_LISTS)
    said = first_unmet(short)
    assert said is not None
    assert (said.id, said.args) == ("password.min_length", (("least", "14"),))
    assert "password.min_length" in unmet("x" * 15, rules=DirectoryRules(min_length=16))
    assert "password.max_length" in unmet(GOOD, rules=DirectoryRules(max_length=20))


@pytest.mark.parametrize(
    "password", ["Ferreira-vexing-7-plums", "f3rr31r4-vexing-plums", "vexing-anita-plums", "vexing-c0nt0s0-plums"]
)
def test_names_of_the_person_and_of_the_company_are_refused(password: str) -> None:
    assert "password.names" in unmet(password)


def test_a_name_of_three_letters_counts_only_where_the_directory_asks_for_complexity() -> None:
    assert "password.names" not in unmet("Banana-vexing-7-plums")
    assert "password.names" in unmet("Banana-vexing-7-plums", rules=DirectoryRules(complexity=True))


def test_complexity_asks_for_three_classes_and_letters_without_case_are_one() -> None:
    complexity = DirectoryRules(complexity=True)
    assert "password.classes" in unmet("vexing plums jotting", rules=complexity)
    assert "password.classes" not in unmet("Vexing plums jotting", rules=complexity)
    assert "password.classes" not in unmet("vexing7語語語", rules=complexity)


def test_ascii_is_asked_for_only_where_the_directory_takes_nothing_else() -> None:
    assert "password.ascii" not in unmet("vexing-plümage-jotting")
    assert "password.ascii" in unmet("vexing-plümage-jotting", rules=DirectoryRules(ascii_only=True))
    assert "password.ascii" not in unmet("vexing plumage 'jotting'", rules=DirectoryRules(ascii_only=True))


def test_a_long_but_patterned_password_is_too_weak() -> None:
    assert "password.strength" in unmet("abcabcabcabcabc")
    assert "password.strength" not in unmet("abcabcabcabcabc", policy=PasswordRules(strength=0))


def test_a_password_of_a_megabyte_costs_no_more_than_a_long_one() -> None:
    assert "password.max_length" in unmet("Vexing-plumage-" * 70_000)


def test_the_directory_alone_asks_for_less() -> None:
    assert first_unmet(by_directory(Secret("password"), ANA, DirectoryRules())) is None
    assert [r.id for r in by_directory(Secret("xAna1"), ANA, DirectoryRules(complexity=True)) if not r.met] == [
        "password.min_length",
        "password.names",
    ]


# ------------------------------------------------ leaks


def leaked(folder: Path, *passwords: str, seen: int = 3, least: int = 1) -> Breached:
    hashes = sorted(hashlib.sha1(p.encode(), usedforsecurity=False).hexdigest().upper() for p in passwords)
    (folder / "pwned.txt").write_text("".join(f"{digest}:{seen}\r\n" for digest in hashes), encoding="ascii")
    build(folder / "pwned.txt", folder / "breached.bin", least)
    return Breached(folder / "breached.bin")


def test_a_leaked_password_is_found_and_another_is_not(tmp_path: Path) -> None:
    many = [f"password-{number}" for number in range(1000)]
    breached = leaked(tmp_path, *many, GOOD)
    assert all(breached.has(password) for password in (*many, GOOD))
    assert not any(breached.has(f"other-{number}") for number in range(1000))
    found = rulings(Secret(GOOD), ANA, DirectoryRules(), PasswordRules(), "Contoso", Lists(breached))
    assert [ruling.id for ruling in found if not ruling.met] == ["password.breached"]


def test_rarely_seen_passwords_can_be_left_out(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="build one first"):
        leaked(tmp_path, GOOD, seen=3, least=4)
    assert leaked(tmp_path, GOOD, seen=4, least=4).has(GOOD)


@pytest.mark.parametrize(
    ("text", "reason"), [("FFFFFFFFFF:1\n0000000000:1\n", "line 2 isn't in order"), ("AB:1\n", "line 1 isn't of")]
)
def test_a_list_that_is_not_one_is_refused_and_never_half_taken(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "pwned.txt").write_text(text, encoding="ascii")
    with pytest.raises(ValueError, match=reason):
        build(tmp_path / "pwned.txt", tmp_path / "breached.bin")
    assert not (tmp_path / "breached.bin").exists()


# ------------------------------------------------ suggested passphrases


def numbered_world() -> World:
    seeds = count()
    return World(lambda: 0.0, lambda size: hashlib.sha256(str(next(seeds)).encode()).digest()[:size])


@pytest.mark.long
def test_every_suggestion_keeps_every_rule() -> None:
    world = numbered_world()
    strict = DirectoryRules(complexity=True, ascii_only=True)
    policy = PasswordRules(min_length=30, strength=4)
    for _ in range(200):
        phrase = suggest(world, 30, (*ANA.words, ANA.name, "ana", "Contoso", "lemon"))
        found = rulings(phrase, ANA, strict, policy, "Contoso", NO_LISTS)
        assert first_unmet(found) is None
        assert "Lemon" not in phrase.reveal()


def test_suggestions_differ_and_draw_on_many_words() -> None:
    world = numbered_world()
    phrases = [suggest(world).reveal() for _ in range(300)]
    assert len(set(phrases)) == 300
    assert len({word for phrase in phrases for word in phrase.split("-")}) > 700
