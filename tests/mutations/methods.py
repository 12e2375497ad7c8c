"""Without these a method would prove more, or more often, than it may, and a change would go unnoticed."""

from tests.mutations.defence import Defence

ATTACKS, CONTRACTS, UNIT = "tests/attacks", "tests/contracts", "tests/unit"
BY_HAND, GUESSING, FLOODS = f"{ATTACKS}/test_rows_by_hand.py", f"{ATTACKS}/test_guessing.py", f"{ATTACKS}/test_floods.py"
ENUMERATION, ACCOUNTS = f"{ATTACKS}/test_enumeration.py", f"{ATTACKS}/test_accounts.py"
HUNDRED = f"{ATTACKS}/test_in_a_row.py"
EVERY_STEP, SPRAYING = f"{ATTACKS}/test_every_step.py", f"{ATTACKS}/test_spraying.py"
FACTS, FILED = f"{CONTRACTS}/test_store_facts.py", f"{CONTRACTS}/test_store_registration.py"
SEVERAL = "tests/conversations/test_several_apps.py"
RULES = "tests/conversations/test_register_rules.py"

METHODS = (
    Defence(
        "three tries a code", "PER_CODE = 3 ", "PER_CODE = 300 ", f"{GUESSING}::test_st12_one_code_has_three_tries_and_no_fourth"
    ),
    Defence(
        "no try for a code that a silent directory drops",
        "await self.people.reached(subject, stranger=not known)",
        "pass",
        "tests/conversations/test_silent_directory.py::test_a_code_that_is_typed_while_it_is_silent_costs_no_try",
    ),
    Defence(
        "five failures a day",
        "FAILURES = (5, DAY)",
        "FAILURES = (500, DAY)",
        f"{GUESSING}::test_st09_five_failures_close_the_door_over_all_sessions",
    ),
    Defence(
        "five resets an hour",
        "EFFECTS = (5, HOUR)",
        "EFFECTS = (500, HOUR)",
        f"{ACCOUNTS}::test_one_account_is_reset_five_times_an_hour_and_its_fifth_password_stays",
    ),
    Defence(
        "three messages in ten minutes",
        "SENDS = ((3, 600.0), ",
        "SENDS = ((300, 600.0), ",
        f"{FLOODS}::test_st15_a_number_gets_three_texts_in_ten_minutes_however_many_sessions_ask",
    ),
    Defence("ten messages a day", "(10, DAY))", "(1000, DAY))", f"{FLOODS}::test_st15_a_number_gets_ten_texts_a_day"),
    Defence(
        "a wrong code counts for each app that it may be of",
        "counting if asked.method in counting else [asked.method]",
        "[asked.method]",
        f"{SEVERAL}::test_either_is_taken_once_and_a_wrong_one_counts_for_both",
    ),
    Defence(
        "a question that was open when its app was reported lost",
        "asked.method if tried else None",
        "asked.method",
        f"{SEVERAL}::test_the_one_on_the_lost_phone_is_named_and_the_other_proves_who_they_are",
    ),
    Defence(
        "a number is passed on only once it counts",
        "if method.usable_from > self.world.now():",
        "if False:",
        "tests/conversations/test_corrected.py::test_what_was_taken_off_meanwhile_is_never_written",
    ),
    Defence(
        "a code of the app serves once",
        "if here + off > app.last_step:",
        "if True:",
        f"{GUESSING}::test_st13_a_code_of_the_app_serves_once",
    ),
    Defence(
        "a time-step serves once, whatever was checked before",
        'WORKED.where(METHOD.c.last_step < given("step_")).values',
        "WORKED.values",
        f"{FACTS}::test_a_time_step_that_is_not_newer_loses_its_turn_and_leaves_the_challenge",
    ),
    Defence(
        "a code runs out",
        "if self.world.now() >= asked.expires:",
        "if False:",
        f"{GUESSING}::test_st12_a_code_lives_to_the_very_second",
    ),
    Defence(
        "a challenge serves its own conversation",
        "if asked is None or asked.conversation != self.turn.conversation:",
        "if asked is None:",
        f"{BY_HAND}::test_st06_a_challenge_of_another_conversation_proves_nothing_here",
    ),
    Defence(
        "a code is derived from all that it is for",
        "repr((c.id, c.conversation, c.subject, str(c.action), str(c.kind), c.method))",
        "c.id",
        f"{BY_HAND}::test_st07_a_code_isnt_anothers_because_its_row_says_so",
    ),
    Defence(
        "admins never use weak methods",
        "kind in policy.methods.available and not (need.admin and method.weak)",
        "kind in policy.methods.available",
        f"{UNIT}/test_enough.py::test_the_whole_table",
    ),
    Defence(
        "two methods of one group are one",
        "len({method.group for method in proved})",
        "len(proved)",
        f"{UNIT}/test_enough.py::test_two_methods_that_fall_together_are_one",
    ),
    Defence(
        "the directory's last tries are left to its owner",
        "SPARE_TRIES = 2 ",
        "SPARE_TRIES = 0 ",
        f"{FLOODS}::test_st39_the_directorys_own_lockout_is_never_used_up_by_us",
    ),
    Defence(
        "strangers hear of everything at one pace",
        "async with paced() if claim.party.origin is Origin.STRANGER else nullcontext():",
        "async with nullcontext():",
        f"{EVERY_STEP}::test_st14_no_account_shows_in_the_time_of_a_strangers_turn",
    ),
    Defence(
        "of a stranger it takes two codes of the app",
        "proofs.count(k) >= TWO for k in proofs",
        "True for k in proofs",
        f"{GUESSING}::test_st13_two_codes_that_dont_follow_one_another_are_no_pair",
    ),
    Defence(
        "the two follow one another",
        "if p.step and (p.method, p.step - 1) in places",
        "if p.step",
        f"{GUESSING}::test_st13_two_codes_that_dont_follow_one_another_are_no_pair",
    ),
    Defence(
        "what a stranger gives is taken, right or wrong",
        "if no.words == EXPIRED:",
        "if no.words:",
        f"{EVERY_STEP}::test_st14_every_step_that_a_stranger_reaches_is_the_same_for_every_account",
    ),
    Defence(
        "a clock is learnt of its owner alone",
        "        if right:\n            await self._noted(asked, right)",
        "        if right:\n            self._learnt(right)\n            await self._noted(asked, right)",
        "tests/conversations/test_wrong_codes.py::test_a_strangers_code_teaches_nothing_of_the_owners_clock",
    ),
    Defence(
        "what passes is two time-steps away at most",
        "return max(-LEARNT, min(LEARNT, steps))",
        "return steps",
        "tests/conversations/test_wrong_codes.py::test_a_clock_that_drifts_is_followed_by_one_step_and_its_owner_is_told",
    ),
    Defence(
        "a hundred in a row end a method",
        "IN_A_ROW = (100, ",
        "IN_A_ROW = (10**6, ",
        f"{HUNDRED}::test_st09_a_hundred_in_a_row_of_whoever_is_known_end_a_method_and_no_other",
    ),
    Defence(
        "a hundred of strangers end it for strangers",
        "if told else [_by_strangers(asked.subject, asked.kind)]",
        'if told else [""]',
        f"{HUNDRED}::test_st09_the_hundredth_wrong_answer_of_strangers_is_their_last",
    ),
    Defence(
        "a stranger's luck forgives nobody who is known",
        "*(await self._in_a_row(asked) if await self.known(asked.subject) else ())",
        "*(await self._in_a_row(asked))",
        f"{HUNDRED}::test_st09_a_strangers_luck_forgives_no_wrong_answers_of_whoever_is_known",
    ),
    Defence(
        "an owner hears of strangers' wrong answers",
        "if stranger and not is_decoy(subject):",
        "if False:",
        f"{HUNDRED}::test_st09_owners_hear_of_strangers_wrong_answers_once_when_the_day_is_over",
    ),
    Defence(
        "what is said to end has ended then",
        "math.ceil(at / 60) * 60",
        "at // 60 * 60",
        "tests/conversations/test_truth.py::test_what_is_said_to_end_has_ended_then_and_not_long_before[barred.frozen]",
    ),
    Defence(
        "a wrong answer too many is told late",
        "await held_back(min(turn.held_back, claim.until - self.world.now() - SETTLING))",
        "pass",
        f"{SPRAYING}::test_st09_behind_a_sprayers_address_whoever_is_right_waits_for_nothing",
    ),
    Defence(
        "wrong answers are added up by where they come from",
        "said=said, whence=whence)\n        except",
        "said=said)\n        except",
        f"{SPRAYING}::test_st09_behind_a_sprayers_address_whoever_is_right_waits_for_nothing",
    ),
    Defence(
        "a spray raises an alarm",
        "if share.alarms(accounts.count):",
        "if False:",
        f"{SPRAYING}::test_st09_a_spray_is_told_to_admins_with_what_is_tried_from_where_at_how_many_and_since_when",
    ),
    Defence(
        "wrong answers of all strangers are added up",
        "        if stranger:\n            await self._count(",
        "        if False:\n            await self._count(",
        f"{SPRAYING}::test_st09_a_spray_from_everywhere_at_once_is_one_as_well",
    ),
)

PASSES = "tests/conversations/test_access_pass.py"
REGISTRATION = (
    Defence(
        "a pass is made by a case alone",
        "if right.case is None or kind != await self.kind(subject):",
        "if kind != await self.kind(subject):",
        f"{PASSES}::test_without_a_case_a_right_of_ones_own_makes_none",
    ),
    Defence(
        "a pass ends by itself",
        'return now < float(secret.reveal().partition(".")[0])',
        "return True",
        f"{PASSES}::test_it_ends_by_itself_and_a_new_one_takes_its_place",
    ),
    Defence(
        "there is one pass at a time",
        'await conn.execute(REPLACED, {"subject_": fact.subject, "kind_": fact.kind})',
        "pass",
        f"{PASSES}::test_it_ends_by_itself_and_a_new_one_takes_its_place",
    ),
    Defence(
        "a method in quarantine isn't offered",
        "(m.usable_from <= now or (soon and m.confirmed)) and m.kind in",
        "m.kind in",
        f"{RULES}::test_a_new_method_adds_and_removes_nothing_either",
    ),
    Defence(
        "a method in quarantine isn't asked, nor sent to",
        "m.usable_from <= self.world.now() and not m.suspended",
        "not m.suspended",
        f"{ACCOUNTS}::test_r14_a_new_method_doesnt_serve_before_its_quarantine_is_over",
    ),
    Defence(
        "a method is confirmed by a right to register",
        "RIGHT.where(GRANT.c.action == Action.REGISTER.value)",
        "RIGHT",
        f"{FILED}::test_without_the_right_grant_nothing_is_confirmed",
    ),
    Defence(
        "a method is removed by a right to register or to disown",
        "RIGHT.where(GRANT.c.action.in_([Action.REGISTER.value, Action.DISOWN.value]))",
        "RIGHT",
        f"{FILED}::test_anothers_method_stays",
    ),
    Defence(
        "nothing is registered for a day after a reset",
        "return last.at + DAY if last and last.outcome is not Outcome.REJECTED and now - last.at < DAY else 0.0",
        "return 0.0",
        f"{RULES}::test_within_a_day_of_a_reset_nothing_is_registered",
    ),
    Defence(
        "secrets are shown to the sealed page alone",
        "or standing.closed or not standing.window.sealed:",
        "or standing.closed:",
        f"{UNIT}/test_registration.py::test_no_other_window_is_shown_anything",
    ),
    Defence(
        "the key of an app in use is never shown again",
        "(m.id, m.kind) == (name, kind) and not m.confirmed)",
        "(m.id, m.kind) == (name, kind))",
        f"{UNIT}/test_registration.py::test_nothing_is_shown_once_it_is_no_longer_being_registered",
    ),
    Defence(
        "news of a change go to what was on file before it began",
        "if m.confirmed and m.registered_at < change.began]",
        "if m.confirmed]",
        f"{RULES}::test_every_address_on_file_is_told_and_the_new_one_is_not",
    ),
    Defence(
        "what a change takes off the file is told of it",
        "found += self._taken(change) if mine else []",
        "found += []",
        f"{RULES}::test_an_address_that_is_taken_off_is_told_so",
    ),
    Defence(
        "only a change that still stands is undone",
        "return mark == made.after if made.after else mark != made.mark",
        "return True",
        f"{ATTACKS}/test_not_me.py::test_a_later_change_of_her_own_is_not_destroyed",
    ),
    Defence(
        "an alarm is heard in the log",
        'log.error("alarm", tag=tag, **values)',
        "pass",
        "tests/messengers/test_admin_alerts.py::test_without_a_mail_server_log_and_audit_have_to_do",
    ),
)
