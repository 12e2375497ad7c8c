"""Without these a phone would approve what its person never saw, or be asked until it does."""

from tests.mutations.defence import Defence

STORY, PUSHES = "tests/conversations/test_approval.py", "tests/conversations/test_phone_push.py"

PHONES = (
    Defence(
        "phones: the number on the page has to be typed",
        "return number in map(str, numbers(self.keys, asked.id))",
        "return True",
        f"{STORY}::test_three_wrong_numbers_are_the_end_of_a_question",
    ),
    Defence(
        "phones: an answer is signed by the phone's own key",
        "if not device(found).signed(signature, self._question(id, asked, standing).signs, number, word):",
        "if False:",
        f"{STORY}::test_what_was_signed_serves_one_question_by_one_key_for_our_address",
    ),
    Defence(
        "phones: what is signed is for our address",
        'return (f"unlatch {what}", written(self.origin), *about)',
        'return (f"unlatch {what}", "", *about)',
        f"{STORY}::test_what_was_signed_serves_one_question_by_one_key_for_our_address",
    ),
    Defence(
        "phones: a fourth request of one conversation is refused",
        'if most and not (await self.records.hit(f"prompts:{self.turn.conversation}", most, DAY)).allowed:',
        "if most < 0:",
        f"{STORY}::test_no_phone_is_asked_a_fourth_time",
    ),
    Defence(
        "phones: who denied is asked no more from there",
        "await self.records.exhaust(denial(asked.subject, standing.party.origin), 1, DAY)",
        "pass",
        f"{STORY}::test_that_was_not_me_ends_the_attempt_and_its_origins_allowance",
    ),
    Defence(
        "phones: a record of an approval is ours",
        'if not tools.keys.signed("approved", _text(asked, method, at), mac):',
        "if not at:",
        f"{STORY}::test_a_record_that_was_written_by_hand_proves_nothing",
    ),
    Defence(
        "phones: a suspended one answers nothing",
        "if found is None or found.suspended or found.usable_from > self.world.now():",
        "if found is None:",
        f"{STORY}::test_it_asks_nothing_in_its_quarantine_or_once_it_is_lost",
    ),
    Defence(
        "phones: a push endpoint is a known service's",
        'return named and url.scheme == "https" and port in (None, 443)',
        "return True",
        f"{PUSHES}::test_nobody_but_a_known_push_service_is_ever_asked",
    ),
    Defence(
        "phones: an endpoint elsewhere isn't kept",
        "if self.push is None or not self.push.serves(to):",
        "if self.push is None:",
        f"{PUSHES}::test_a_subscription_elsewhere_or_by_another_key_is_refused",
    ),
    Defence(
        "phones: a stranger isn't told that somebody denied",
        "return WordsId(asked.undelivered or OVER) if told and (asked.undelivered or over) else None",
        "return WordsId(asked.undelivered or OVER) if asked.undelivered or over else None",
        f"{STORY}::test_a_stranger_is_shown_the_same_whoever_is_meant_and_hears_of_no_phone",
    ),
)
