"""Without these a case of the helpdesk could be had, passed on, seen or ended by whoever it isn't for."""

from tests.mutations.defence import Defence

CASES = "tests/conversations/test_cases.py"

GUIDED = (
    Defence(
        "a case: none for oneself, and none for whom one manages",
        "if why := await self.cases.unfit(to, caller, case):",
        'if why := "":',
        f"{CASES}::test_who_may_not_have_it_is_refused_and_audited",
    ),
    Defence(
        "a case: what is odd stops it where the rules say so",
        "return next((signal for signal in found if signal in stops), None)",
        "return None",
        f"{CASES}::test_what_is_odd_is_shown_and_audited_and_stops_a_case_where_the_rules_say_so",
    ),
    Defence(
        "a case: what was granted stays in the hands that it was granted in",
        '.where(k.id == bindparam("case_"), k.agent == bindparam("was_"), k.ended == "", not_(GRANTED))',
        '.where(k.id == bindparam("case_"), k.agent == bindparam("was_"), k.ended == "")',
        f"{CASES}::test_what_was_granted_stays_where_it_is",
    ),
    Defence(
        "a case: whoever says that it isn't them has ended it",
        "await self.cases.end_for_caller(case, subject, Closed(WordsId(DENIED)))",
        "pass",
        "tests/conversations/test_real_agent.py::test_no_ends_the_case_alarms_and_keeps_the_next_agent_away_for_an_hour",
    ),
    Defence(
        "a case: nobody else ends it",
        'OWN = HAS_OPEN.where(k.subject == given("by_"))',
        'OWN = HAS_OPEN.where(given("by_") != "")',
        "tests/contracts/test_store_cases.py::test_nobody_else_hangs_up",
    ),
    Defence(
        "a case: nobody else is told of it",
        "return party.subject if party.origin is Origin.LINKED else None",
        "return party.subject or SubjectId('contoso:')",
        "tests/conversations/test_real_agent.py::test_whose_case_it_isnt_neither_sees_nor_ends_it",
    ),
    Defence(
        "a case: of two at once one has it",
        '.where(k.id == bindparam("case_"), k.agent == bindparam("was_"), k.ended == "", not_(GRANTED))',
        '.where(k.id == bindparam("case_"), k.ended == "")',
        "tests/contracts/test_store_cases.py::test_of_two_at_once_one_takes_it_over",
    ),
)
