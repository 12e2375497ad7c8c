"""Without these a row that decides could be written, brought back or taken out by hand."""

from tests.mutations.defence import Defence

SUSPENDED, LOST = "tests/conversations/test_suspended.py", "tests/conversations/test_reported_lost.py"
DEVICES = "tests/conversations/test_own_devices.py"
SETS, SURVEY = "tests/attacks/test_signed_sets.py", "tests/contracts/test_store_set_survey.py"

SIGNED = (
    Defence(
        "rows fit the seal of their set",
        "ours = self.keys.same(self._mac(name, seal.version, seal.audit, seal.key, there), seal.mac)",
        "ours = True",
        f"{SETS}::test_st07_a_freeze_is_not_taken_off_by_hand",
    ),
    Defence(
        "an older version of a set is none",
        "if seal.version < self._newest.get(name, 0):",
        "if False:",
        f"{SETS}::test_st07_a_set_from_before_a_freeze_with_its_own_seal_is_refused_by_who_saw_the_newer_one",
    ),
    Defence(
        "rows without a seal are none",
        "return not there",
        "return True",
        f"{SETS}::test_st07_what_is_written_by_hand_closes_the_account_and_alarms[the-seal-gone]",
    ),
    Defence(
        "an account whose rows were written by hand is frozen",
        "math.inf if rows is None else",
        "",
        f"{SETS}::test_st07_a_freeze_is_not_taken_off_by_hand",
    ),
    Defence(
        "nothing is added to a set that was written by hand",
        "raise ForgedSet(changing.unfit)",
        "pass",
        f"{SETS}::test_st07_nothing_is_added_to_a_set_that_was_written_by_hand",
    ),
    Defence(
        "a process doesn't begin over older sets",
        "if kept and kept.sets > there:",
        "if False:",
        f"{SETS}::test_st07_a_process_doesnt_begin_over_sets_that_are_older_than_the_checkpoints_outside",
    ),
    Defence(
        "sets that become older alarm",
        "if total < self.most:",
        "if False:",
        f"{SETS}::test_st07_sets_that_become_fewer_or_older_alarm_though_nobody_asks_for_them",
    ),
    Defence(
        "the audit tells which version a set has",
        "elif stands != told and (seen.name, stands) not in self._since and not 0 < seen.seal.audit <= unseen:",
        "elif False:",
        f"{SURVEY}::test_a_whole_older_state_that_fits_in_itself_is_found_by_the_audit[sqlite]",
    ),
    Defence(
        "what strangers use up leaves a known browser whole",
        "Origin.KNOWN if browser in known else Origin.STRANGER",
        "Origin.STRANGER",
        f"{DEVICES}::test_one_that_was_ticked_stays_open_when_strangers_have_used_up_theirs",
    ),
    Defence(
        "a browser is known for two people at most",
        "if await self.identity.records.known_for(sealed.browser, besides=subject) >= MOST:",
        "if False:",
        f"{DEVICES}::test_one_browser_is_the_own_one_of_two_people_at_most",
    ),
    Defence(
        "what a thief used or has is not asked",
        "m.usable_from <= self.world.now() and not m.suspended",
        "m.usable_from <= self.world.now()",
        f"{LOST}::test_a_suspended_number_is_sent_no_code_and_no_link_that_undoes",
    ),
    Defence(
        "what was proved before it was reported lost counts no more",
        "standing = [p for p in proofs if p.method not in off]",
        "standing = proofs",
        f"{LOST}::test_what_it_proved_before_it_was_reported_counts_no_more",
    ),
    Defence(
        "a code on its way isn't sent to what was reported lost",
        'if method.suspended and about.get("granted") != "1":',
        "if False:",
        f"{LOST}::test_a_suspended_number_is_sent_no_code_and_no_link_that_undoes",
    ),
    Defence(
        "a case's link isn't sent to what was reported lost",
        "m.confirmed and m.usable_from <= now and not m.suspended",
        "m.confirmed and m.usable_from <= now",
        f"{LOST}::test_a_suspended_number_is_sent_no_code_and_no_link_that_undoes",
    ),
    Defence(
        "what was reported lost undoes nothing",
        "if change.about.get(BARE):",
        "if False:",
        f"{LOST}::test_a_change_is_told_to_a_suspended_number_without_the_way_to_undo_it",
    ),
    Defence(
        "a chat alone suspends once in thirty days",
        "or await self.identity.records.counted(key)",
        "",
        f"{LOST}::test_the_same_chat_suspends_nothing_again_for_thirty_days",
    ),
    Defence(
        "a chat alone suspends for a day",
        "LAPSES = 86400.0",
        "LAPSES = 864000.0",
        f"{LOST}::test_it_is_suspended_when_it_is_said_and_counts_again_a_day_later",
    ),
    Defence(
        "when a suspension lapses is signed",
        "u.method, NOTHING, u.at, u.until",
        "u.method, NOTHING, u.at",
        f"{LOST}::test_it_is_suspended_when_it_is_said_and_counts_again_a_day_later",
    ),
    Defence(
        "what lasts isn't shortened by a later report",
        "(_lasts, 0.0), ",
        "",
        f"{LOST}::test_kept_by_proof_it_outlasts_the_day_until_another_proof_ends_it",
    ),
    Defence(
        "what has just proved it isn't suspended by it",
        "if m.id not in here and not lasting(m)]",
        "if not lasting(m)]",
        f"{LOST}::test_an_app_that_proves_it_is_not_what_was_lost",
    ),
    Defence(
        "what a thief used is suspended",
        "Suspended(subject, tuple(m.id for m in used), now),",
        "",
        f"{SUSPENDED}::test_what_he_used_proves_nothing_a_month_later",
    ),
    Defence(
        "where a thief's proofs are gone, everything was used",
        "if len(proofs) < len(cause.granted.proofs):",
        "if False:",
        f"{SUSPENDED}::test_where_his_proofs_are_gone_everything_is_taken_for_used",
    ),
    Defence(
        "what was there before is signed once",
        "        if await self.total():\n            return 0\n",
        "",
        f"{SURVEY}::test_what_was_there_before_sets_were_signed_is_taken_over_once[sqlite]",
    ),
)
