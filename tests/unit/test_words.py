"""Sentences: every id that is used has words in every language, none is unused, and what is compiled is what is written."""

import gettext
import re
import string
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.pofile import read_po

from bot.language.translations import CATALOGUES, LANGUAGES, MissingWordsError, Words
from bot.model.reply import Word
from tests.house.tree import CODE, kept_files, text

WORDS = Words("Contoso", lambda: "")
ID = re.compile(r"[a-z]+(?:[._][a-z0-9]+)*")
LITERAL = re.compile(r"""["']([a-z][a-z0-9_.]*)["']""")
BUILT = re.compile(r"""f["']([a-z][a-z0-9_.]*\.)\{""")
JOINED = re.compile(r"""["']([a-z][a-z0-9_.]*\.)["'] *~""")
# Ids that are put together while running begin so; each is a place where a name of a closed set is added.
PREFIXES = {
    "about.": "flows: what a wish is about",
    "answer.": "bot/language/topics.py: Topic",
    "aside.": "bot/engine/asides.py: Aside",
    "agents.act.": "flows/agents.py: Act",
    "agents.line.": "flows/agents.py: how an agent is",
    "after_reset.": "adapters: what a kind of directory advises, and [directories.NAME] after_reset",
    "alarm.": "bot/notify/admin_alerts.py and bot/identity/takeover_report.py: tags, and Undone",
    "barred.": "bot/policy/scope.py: Barred",
    "chat.home.": "adapters: how an account stands, and the doors of its roles",
    "chat.install.": "adapters: what became of an installation",
    "chat.refused.": "adapters: why somebody isn't served",
    "case.end.": "flows/watch_case.py: what became of a case",
    "case.line.": "flows/watch_case.py: what has happened",
    "case.list.": "flows/case_list.py: whose, and CaseState",
    "case.not_theirs.": "bot/policy/helpdesk_rules.py: CaseSignal, and yourself",
    "case.signal.": "bot/policy/helpdesk_rules.py: CaseSignal",
    "case.reason.": "bot/helpdesk/reasons.py: Reason",
    "case.refused.": "bot/helpdesk/cases.py: why there is none",
    "code.": "bot/notify/code_mail.py: Action",
    "demo.note.": "bot/demo/seed.py: what is special about an account",
    "demo.cheat.": "adapters/web/demo_port.py: Cheat, and what was done",
    "demo.story.": "adapters/web/demo_story.py: STORIES, and their steps",
    "engine.": "bot/engine/engine.py: Word",
    "explain.": "bot/coverage/told.py: Barred, Stage, and how a method stands",
    "exit.": "bot/conversation/windows.py: Word",
    "first_day.refused.": "bot/identity/first_days.py: why not",
    "invite.": "bot/helpdesk/invitations.py: Channel",
    "my_page.": "adapters/web/templates/own_page.html: what was done with a method",
    "register.worked.": "bot/identity/masks.py: with_last",
    "lost.held.": "flows/lost.py: held",
    "lost.not_enough_left.": "flows/lost.py: held",
    "lost.until_then.": "flows/lost.py: held",
    "menu.": "flows/menu.py: WISHES",
    "method.": "bot/identity/methods/: Kind, and what its shapes need",
    "not_me.": "flows/not_me.py: Undone",
    "notice.": "bot/notify/change_notice.py: action and outcome",
    "question.": "bot/identity/methods/security_questions.py: LISTED, and what is no answer",
    "prompt.": "adapters/web/render.py: PromptState",
    "rollout.": "adapters/web/templates/rollout.html: ScopeState, and bot/coverage/coverage.py: REASONS",
    "rules.": "adapters/web/rules_fields.py: paths of the policy, and what each may be; bot/policy/rule_changes.py: WhyNot",
    "reset.new.": "flows/reset.py: cause",
    "unlock.not_locked.": "flows/unlock.py: cause",
    "web.channel.": "adapters/web: where a message arrived",
    "web.demo.try.": "adapters/web: the wishes that the demo suggests",
    "web.error.": "adapters/web: HTTP states",
    "web.field.": "adapters/web/render.py: what a text is",
    "web.gone.": "adapters/web: why a link is shut",
    "web.not_me.": "adapters/web/templates/not_me.html: Action",
    "web.place.": "adapters/web: where a conversation began",
    "web.sign_in.": "adapters/web/signing_in.py: Why",
    "web.signed.": "adapters/web: SignIn",
    "web.state.": "adapters/web: State",
    "web.taken.": "adapters/web: why a link is shut",
    "what_if.": "flows/what_if.py: WhatIf, and one or two methods",
    "word.": "bot/language/translations.py: Word",
}
# First halves of ids, so that names of files, settings and log lines aren't taken for sentences.
ROOMS = {
    "about", "accounts", "after_reset", "agents", "barred", "case", "change", "code", "contact", "coverage", "exit", "find", "first_day", "hello", "lost",
    "menu", "method", "new_number", "new_phone", "not_me", "notice", "opening", "password", "people", "register", "reset",
    "undelivered", "unlock", "verify", "web", "word", "writeback",
}  # fmt: skip
# Names of steps, of their parts and of rules; log lines; an example in a docstring.
NO_SENTENCES = {
    "agents.line", "agents.rule", "case.closed", "case.line", "case.list", "coverage.count", "coverage.row", "hello.code", "hello.try", "not_me.words", "register.address", "register.key", "register.lost", "register.noted", "register.recovery", "register.sheet", "register.totp",
    "register.try", "scope.smart_card", "unlock.without_reset", "change.by_password_alone", "verify.elsewhere", "verify.in_full", "verify.sign_in", "verify.type", "web.fault", "web.id", "web.push.apple.com", "what_if.line",
}  # fmt: skip


@cache
def catalogue(language: str) -> dict[str, str]:
    path = CATALOGUES / language / "LC_MESSAGES" / "unlatch.po"
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id}


def sources() -> Iterator[str]:
    for path in kept_files():
        if path.parts[0] in CODE and path.suffix in {".py", ".html"} and "migrations" not in path.parts:
            yield text(path)


def test_all_languages_have_the_same_sentences() -> None:
    first, *others = (set(catalogue(language)) for language in LANGUAGES)
    for other in others:
        assert other == first


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sentence_stands_once(language: str) -> None:
    """Two that were merged side by side would hide one another."""
    written = (CATALOGUES / language / "LC_MESSAGES" / "unlatch.po").read_text(encoding="utf-8")
    ids = re.findall(r'^msgid "(.+)"$', written, re.MULTILINE)
    assert [id for id, times in Counter(ids).items() if times > 1] == []
    assert written.count("\nmsgid ") == written.count("\nmsgstr ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_or_left_untranslated(language: str) -> None:
    assert [id for id, said in catalogue(language).items() if not said or said == id or not ID.fullmatch(id)] == []


def test_a_translation_has_the_same_blanks_to_fill_in() -> None:
    def blanks(said: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(said) if name} - {"contact", "company"}

    english = catalogue("en")
    for language in LANGUAGES:
        assert [id for id, said in catalogue(language).items() if blanks(said) != blanks(english[id])] == []


def test_every_sentence_that_the_code_names_is_in_the_catalogue() -> None:
    named = {id for source in sources() for id in LITERAL.findall(source) if id.partition(".")[0] in ROOMS and "." in id}
    assert named - set(catalogue("en")) - NO_SENTENCES - {p for p in named if p.endswith((".", ".html"))} == set()


def test_every_sentence_in_the_catalogue_is_used() -> None:
    named = {id for source in sources() for id in LITERAL.findall(source)}
    ids = [id for id in catalogue("en") if id.removesuffix(".body") not in named]
    unused = [id for id in ids if not id.startswith(tuple(PREFIXES))]
    assert unused == []


def test_every_prefix_stands_for_something() -> None:
    assert [p for p in PREFIXES if not any(id.startswith(p) for id in catalogue("en"))] == []


def test_ids_are_put_together_with_known_prefixes_only() -> None:
    rooms = {id.partition(".")[0] for id in catalogue("en")}
    built = {p for source in sources() for p in (*BUILT.findall(source), *JOINED.findall(source)) if p.partition(".")[0] in rooms}
    assert {p for p in built if not any(p.startswith(known) or known.startswith(p) for known in PREFIXES)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    compiled = gettext.translation("unlatch", CATALOGUES, [language])
    stale = [id for id, said in catalogue(language).items() if compiled.gettext(id) != said]
    assert stale == [], "make words"


def test_a_sentence_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(MissingWordsError):
        WORDS.say("no.such.sentence")


def test_company_and_contact_are_filled_in_everywhere() -> None:
    told = Words("Contoso", lambda: "+1 555 0100")
    assert "+1 555 0100" in told.say("engine.person")
    assert "your helpdesk" in WORDS.say("engine.person")
    assert "Contoso" in WORDS.say("chat.hello")


def test_a_value_is_filled_in_as_it_is_and_never_as_a_format() -> None:
    assert "{company}" in WORDS.say("method.sms.name.known", (("hint", "{company}"),))


@pytest.mark.parametrize(("wanted", "best"), [(["de-AT", "en"], "de"), (["fr", "de_CH"], "de"), (["fr"], "en"), ([], "en")])
def test_the_first_language_that_we_speak_is_taken(wanted: list[str], best: str) -> None:
    assert WORDS.best(wanted) == best


def test_always_there_words_do_not_contradict_each_other() -> None:
    for language in LANGUAGES:
        said = [w for word in Word for w in WORDS.say(f"word.{word}", (), language).casefold().split("|")]
        assert len(said) == len(set(said))
        assert all(said)
