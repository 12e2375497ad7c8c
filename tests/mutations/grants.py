"""Without these a right that was never given, or was used up, would open something."""

from tests.mutations.defence import Defence

RIGHT = "tests/attacks/test_grant_checks.py::test_st01_a_right_about_which_one_thing_is_false_is_none"
STOLEN, BY_HAND = "tests/attacks/test_stolen_chat.py", "tests/attacks/test_rows_by_hand.py"
PAIRS = "tests/conversations/test_pairs_of_faults.py"
FACTS, OPERATIONS = "tests/contracts/test_store_facts.py", "tests/contracts/test_store_operations.py"

GRANTS = (
    Defence(
        "whatever was changed, or may have been, is told",
        'facts.append(Sent("notice", subject, args(action=action, outcome=outcome, grant=made.grant)))',
        "pass",
        "tests/faults/test_faults.py::test_a_minute_of_faults_leaves_everything_as_it_was_told",
    ),
    Defence(
        "an unlock that may still arrive is no refusal",
        "if seen is Outcome.REJECTED and (sent or self.lags(made.subject)):",
        "if seen is Outcome.REJECTED and self.lags(made.subject):",
        "tests/conversations/test_silent_directory.py::test_an_unlock_that_arrives_after_it_was_given_up_is_on_the_audit_and_told",
    ),
    Defence(
        "a grant carries our MAC",
        'keys.signed("grant", _text(grant), grant.mac)',
        "True",
        f"{RIGHT}[sqlite-grant-changed-by-hand]",
    ),
    Defence(
        "a proof carries our MAC",
        'keys.signed("proof", browser + _text(proof), proof.mac)',
        "True",
        f"{BY_HAND}::test_st07_a_proof_written_by_hand_is_refused_and_audited",
    ),
    Defence(
        "a proof's MAC covers the browser",
        'sealed.browser or "" if sealed and sealed.id == window else ""',
        '""',
        f"{BY_HAND}::test_st07_a_page_given_to_another_browser_by_hand_sets_nothing",
    ),
    Defence(
        "a grant is checked again: its MAC",
        "genuine_grant(self.keys, granted)\n",
        "True\n",
        f"{RIGHT}[sqlite-grant-changed-by-hand]",
    ),
    Defence(
        "a grant is checked again: its proofs' MACs",
        "self._genuine(p) and await self._here(p)",
        "await self._here(p)",
        f"{RIGHT}[sqlite-proof-changed-by-hand]",
    ),
    Defence(
        "a grant is checked again: its proofs' windows",
        "self._genuine(p) and await self._here(p)",
        "self._genuine(p)",
        f"{RIGHT}[sqlite-proof-typed-in-the-chat]",
    ),
    Defence(
        "a grant is checked again: its subject",
        "(granted.subject, granted.action, granted.conversation) == (subject, action, self.turn.conversation)",
        "(granted.action, granted.conversation) == (action, self.turn.conversation)",
        f"{RIGHT}[sqlite-about-another-account]",
    ),
    Defence(
        "a grant is checked again: its action",
        "(granted.subject, granted.action, granted.conversation) == (subject, action, self.turn.conversation)",
        "(granted.subject, granted.conversation) == (subject, self.turn.conversation)",
        f"{RIGHT}[sqlite-for-another-action]",
    ),
    Defence(
        "a grant is checked again: its conversation",
        "(granted.subject, granted.action, granted.conversation) == (subject, action, self.turn.conversation)",
        "(granted.subject, granted.action) == (subject, action)",
        f"{RIGHT}[sqlite-of-another-conversation]",
    ),
    Defence(
        "a grant is checked again: its time",
        "and granted.expires > self.world.now()",
        "",
        f"{RIGHT}[sqlite-over-since-this-moment]",
    ),
    Defence(
        "a grant is checked again: the case that it has",
        "(granted.case, granted.agent) == ((asker.case, asker.agent) if asker else (None, None))",
        "(not asker or (granted.case, granted.agent) == (asker.case, asker.agent))",
        f"{RIGHT}[sqlite-of-a-case-that-this-isnt]",
    ),
    Defence(
        "a grant is checked again: the case that it has to have",
        "(granted.case, granted.agent) == ((asker.case, asker.agent) if asker else (None, None))",
        "(granted.case is None or (granted.case, granted.agent) == ((asker.case, asker.agent) if asker else (None, None)))",
        f"{RIGHT}[sqlite-of-no-case-where-this-is-one]",
    ),
    Defence(
        "a grant is checked again: whose case it was",
        "(granted.case, granted.agent) == ((asker.case, asker.agent) if asker else (None, None))",
        "granted.case == (asker.case if asker else None)",
        f"{RIGHT}[sqlite-of-a-case-in-other-hands]",
    ),
    Defence(
        "a grant is checked again: all its proofs are there",
        "and tuple(p.id for p in proofs) == granted.proofs",
        "",
        f"{RIGHT}[sqlite-proof-gone]",
    ),
    Defence(
        "a grant is checked again: its proofs' subject",
        "(p.subject, p.conversation) == (subject, granted.conversation)",
        "p.conversation == granted.conversation",
        f"{RIGHT}[sqlite-proof-of-another-account]",
    ),
    Defence(
        "a grant is checked again: its proofs' conversation",
        "(p.subject, p.conversation) == (subject, granted.conversation)",
        "p.subject == subject",
        f"{RIGHT}[sqlite-proof-of-another-conversation]",
    ),
    Defence(
        "a grant is checked again: its proofs' action",
        "p.action is action or (action is Action.UNLOCK and p.action is Action.RESET)",
        "True",
        f"{RIGHT}[sqlite-proof-for-an-unlock]",
    ),
    Defence(
        "a grant is checked again: for an unlock a reset's proofs do, and no others",
        "(action is Action.UNLOCK and p.action is Action.RESET)",
        "action is Action.UNLOCK",
        f"{RIGHT}[sqlite-proof-for-a-change]",
    ),
    Defence(
        "a grant is checked again: the policy",
        "            and sufficient\n",
        "",
        f"{RIGHT}[sqlite-too-little-under-the-policy]",
    ),
    Defence(
        "proofs count for the window that will use them",
        "return proof.window == self.turn.sealed or await self.in_chat(proof.action)",
        "return True",
        f"{STOLEN}::test_st27_a_proof_from_the_chat_is_none_for_the_page",
    ),
    Defence(
        "a proof is tied to one grant",
        ', PROOF.c.grant.is_(None)).values(grant=given("grant_"))',
        ').values(grant=given("grant_"))',
        f"{FACTS}::test_a_grant_over_a_proof_that_is_tied_or_missing_loses_its_turn",
    ),
    Defence(
        "a proof uses its challenge up",
        'must(await conn.execute(USED, {"challenge_": fact.challenge}), 1)',
        "pass",
        f"{FACTS}::test_a_proof_uses_its_challenge_up",
    ),
    Defence(
        "a grant is spent once",
        "OPERATION.c.outcome.in_([usable.value for usable in USABLE])",
        "OPERATION.c.outcome.in_([*(usable.value for usable in USABLE), Outcome.CHANGED.value])",
        f"{OPERATIONS}::test_a_grant_is_never_usable_again_after_a_change",
    ),
    Defence(
        "a moved mark is nobody's without the directory's word",
        "return Outcome.CHANGED if await asked(directory.owner(made.subject)) == made.grant else Outcome.MOVED",
        "return Outcome.CHANGED",
        f"{PAIRS}::test_killed_in_mid_effect_while_she_resets_elsewhere_nothing_is_claimed_twice",
    ),
    Defence(
        "a second password waits for a first one that may arrive",
        "if until := await self._open_until(conn, subject, None):",
        "if until := 0.0:",
        f"{OPERATIONS}::test_a_second_password_waits_for_a_first_one_that_may_still_arrive",
    ),
    Defence(
        "a void grant is none",
        '.where(g.void.is_(False), g.expires > given("now_"))',
        '.where(g.expires > given("now_"))',
        f"{OPERATIONS}::test_no_right_after_beginning_again",
    ),
    Defence(
        "an intent needs the fence",
        'c.claim == given("claim_"), c.held > 0)\n    .with_for_update',
        '(c.claim == given("claim_")) | (c.held > 0), c.held > 0)\n    .with_for_update',
        f"{OPERATIONS}::test_no_right_for_whoever_lost_the_turn",
    ),
)
