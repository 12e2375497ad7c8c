"""Without these security questions would be asked of anybody, count for more than they are worth, or be guessed one by one."""

from tests.mutations.defence import Defence

STORY = "tests/conversations/test_security_questions.py"
KNOWN = f"{STORY}::test_a_browser_that_is_known_is_asked_them_and_one_that_is_no_longer_is_not_believed"
ADMIN = f"{STORY}::test_an_admin_has_none_and_gets_none_who_becomes_one_meanwhile"

QUESTIONS = (
    Defence(
        "no stranger is offered what is for known origins",
        "(k in known or not METHODS[k].known_only)",
        "True",
        f"{STORY}::test_a_stranger_meets_the_same_with_and_without_them",
    ),
    Defence(
        "no stranger is believed what is for known origins",
        "proofs = [k for k in proofs if not METHODS[k].known_only]",
        "pass",
        KNOWN,
    ),
    Defence(
        "no stranger reads what somebody asks themselves",
        " or not await self._known(standing, asked.subject):",
        ":",
        KNOWN,
    ),
    Defence("admins register none", "(admin and m.never_admins)", "False", ADMIN),
    Defence(
        "who became an admin meanwhile registers none", "(method.never_admins and people.roles.admin(person))", "False", ADMIN
    ),
    Defence(
        "questions reset only in company",
        "    weak = True\n    known_only = True",
        "    known_only = True",
        f"{STORY}::test_they_are_registered_and_reset_together_with_a_mail",
    ),
    Defence(
        "all answers are judged together",
        "return all([_matches(",
        "return any([_matches(",
        f"{STORY}::test_all_but_one_right_is_wrong_and_tells_no_more_than_all_wrong",
    ),
    Defence(
        "fewer questions than the rules ask for prove nothing",
        "if len(hashes) < policy.questions.answer:",
        "if False:",
        f"{STORY}::test_who_has_fewer_than_are_asked_now_is_told_to_choose_anew",
    ),
    Defence(
        "a chat without a page offers nothing of the page's",
        "if isinstance(found, str) or desk.turn.sealed:",
        "if True:",
        f"{STORY}::test_a_chat_that_takes_codes_offers_none_of_it_and_leads_to_the_page_where_there_is_nothing_else",
    ),
)
