"""Without these somebody else would have a joiner's first day, or somebody would have a second one."""

from tests.mutations.defence import Defence

ATTACKS, STORY = "tests/attacks/test_first_day.py", "tests/conversations/test_first_day.py"

FIRST_DAYS = (
    Defence(
        "an invitation's link is signed",
        "if not token.isascii() or not self.keys.signed(PURPOSE, body, mac):",
        "if not token.isascii():",
        f"{ATTACKS}::test_a_link_that_was_never_sent_leads_nowhere[forged]",
    ),
    Defence(
        "an invitation is good while it is on record",
        'good = self.world.now() < link.until and await self._written("sent", link)',
        "good = self.world.now() < link.until",
        f"{ATTACKS}::test_an_invitation_written_into_a_step_by_hand_shows_no_link",
    ),
    Defence(
        "an invitation is over after three days",
        'good = self.world.now() < link.until and await self._written("sent", link)',
        "good = True",
        f"{STORY}::test_hr_invites_for_a_day_to_come_by_two_proofs",
    ),
    Defence(
        "an invitation belongs to one browser",
        'if await self._written("opened", link):',
        "if not browser:",
        f"{ATTACKS}::test_an_invitation_belongs_to_the_browser_that_opened_it_first",
    ),
    Defence(
        "a joiner is brought by the number on their own page",
        'raise Misstep("first_day.other_number")',
        "pass",
        f"{ATTACKS}::test_a_number_of_somebody_elses_joiner_brings_nobody",
    ),
    Defence(
        "a joiner's page goes on when its own number was typed",
        "if not await self.links.is_compared(link, str(number)):",
        "if not link:",
        f"{ATTACKS}::test_whoever_found_the_link_is_in_only_by_the_number_of_their_own_page",
    ),
    Defence(
        "numbers are counted",
        'raise Refuse("first_day.too_many_numbers")',
        "pass",
        f"{ATTACKS}::test_numbers_are_not_tried_out",
    ),
    Defence(
        "a right sends one invitation",
        'Once(f"first-day:{grant}", HOUR),  # one for each right',
        "",
        f"{ATTACKS}::test_a_right_sends_one_invitation_even_if_its_conversation_is_brought_back[sqlite]",
    ),
    Defence(
        "whoever brings is asked again who they are",
        'why = "" if await self.may(subject) else "not_yours"',
        'why = ""',
        f"{ATTACKS}::test_whoever_is_no_manager_any_more_brings_nobody",
    ),
    Defence(
        "no admin is invited",
        "if self.people.roles.admin(person):\n            return",
        "if not person:\n            return",
        f"{ATTACKS}::test_who_is_no_joiner_is_invited_by_nobody",
    ),
    Defence(
        "nobody is invited who signed in, as the directory tells it",
        'return "signed_in" if state.signed_in else ""',
        'return ""',
        f"{ATTACKS}::test_whoever_signed_in_before_is_no_joiner_even_with_an_invitation_in_hand",
    ),
    Defence(
        "nobody is invited who has set a password here",
        "if done and done.outcome is not Outcome.REJECTED:",
        "if not person:",
        f"{STORY}::test_a_joiner_is_brought_by_their_manager_and_ends_with_a_method_and_a_password[terminal]",
    ),
)
