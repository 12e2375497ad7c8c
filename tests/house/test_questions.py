"""Where is what? Questions of somebody who is new here, each answered by a file whose name holds a word of the question."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.tree import kept_files, text


@dataclass(frozen=True)
class Question:
    """`word`: what a newcomer looks for among the names; `answer`: what stands in the file, in code, that answers it."""

    asked: str
    word: str
    file: str
    answer: str


AD, ENTRA = "adapters/directories/active_directory", "adapters/directories/entra"
QUESTIONS = (
    Question("What is the limit of wrong codes?", "limit", "bot/identity/attempt_limits.py", r"^PER_CODE = 3"),
    Question("Where is the mail about a change put together?", "mail", "bot/notify/change_mail.py", r"letter\("),
    Question("Where are the buttons of a Teams card?", "card", "adapters/teams/cards.py", r"def _?button"),
    Question(
        "Which attribute writes make a new password in Active Directory?",
        "write",
        f"{AD}/password_writes.py",
        r'"pwdLastSet": \[',
    ),
    Question("What is the lifetime of a link?", "lifetime", "bot/conversation/lifetimes.py", r"^LINK_LIFETIME = "),
    Question("With which parameters does argon2 hash?", "argon2", "store/argon2_hash.py", r"memory_cost=\w+, parallelism="),
    Question(
        "Where is the signature of Twilio's webhook checked?", "webhook", "adapters/messengers/twilio/webhook.py", r"\.validate\("
    ),
    Question("Where is CSRF held off?", "csrf", "adapters/web/csrf.py", r"Sec-Fetch-Site"),
    Question("Which background loops are there?", "background", "bot/engine/background_loops.py", r"while True"),
    Question("Where does the outbox try again?", "outbox", "bot/platform/job_outbox.py", r"store\.postpone\("),
    Question("Where are the translations read?", "translation", "bot/language/translations.py", r"gettext\.translation\("),
    Question("Where is the MAC of a grant made?", "mac", "bot/identity/grant_mac.py", r'keys\.sign\("grant"'),
    Question("What happens when a Slack button is pressed?", "button", "adapters/slack/button_press.py", r"async def on_press\("),
    Question("Where are sessions revoked after a reset?", "session", f"{ENTRA}/sessions.py", r"revokeSignInSessions"),
    Question(
        "Where are the codes of a printed recovery sheet made?", "recovery", "bot/identity/methods/recovery.py", r"def codes\("
    ),
    Question("In which language is somebody answered?", "language", "bot/language/language_choice.py", r"def chosen_language\("),
    Question("Where is group nesting resolved?", "nesting", "adapters/directories/group_nesting.py", r"def nested\("),
    Question("How is an audit row chained to the one before?", "chain", "bot/audit/chain.py", r"def chained\(previous"),
    Question("Where is a password compared with the banned list?", "banned", "bot/policy/banned_passwords.py", r"def refuses\("),
    Question("Where does an expired conversation end?", "expir", "bot/engine/expiry.py", r"engine\.expired"),
)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.word)
def test_a_file_whose_name_holds_the_word_answers(question: Question) -> None:
    path = Path(question.file)
    assert path in kept_files()
    assert question.word in path.stem or question.word in path.parent.name
    assert re.search(question.answer, text(path), re.MULTILINE)


def test_every_question_holds_its_word() -> None:
    assert [each.word for each in QUESTIONS if each.word not in each.asked.casefold()] == []
