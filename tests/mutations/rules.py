"""Without these one admin, or nobody at all, could change the rules alone."""

from tests.mutations.defence import Defence

PAGE, ADMINS, STORE = "tests/attacks/test_rules_page.py", "tests/sign_in/test_admins.py", "tests/contracts/test_store_rules.py"
LEAKS = "tests/attacks/test_leaked_passwords.py"
WEIGHTS = "tests/unit/test_rule_weights.py"

RULES = (
    Defence(
        "rules: a script locks many out only by their number",
        "if found.forecast.locks_out(percent) and how.accepted < lose:",
        "if found.forecast.locks_out(percent) and not how.yes:",
        "tests/unit/test_policy_apply.py::test_what_locks_many_out_is_refused_whatever_a_script_says",
    ),
    Defence(
        "coverage: who may see figures, also of other rules",
        "if person is None or not person.enabled or not desk.people.roles.of(person) & READERS:",
        "if person is None:",
        "tests/conversations/test_what_if.py::test_the_helpdesk_and_everybody_else_hear_no_number",
    ),
    Defence(
        "rules: what loosens takes two",
        "if was is ChangeStage.DRAFT and seen.takes_two:",
        "if False:",
        f"{PAGE}::test_nobody_approves_their_own_loosening",
    ),
    Defence(
        "rules: nobody approves their own",
        "return WhyNot.OWN_APPROVAL if seen.change.by == admin.subject else None",
        "return None",
        f"{PAGE}::test_nobody_approves_their_own_loosening",
    ),
    Defence(
        "rules: a fresh sign-in",
        "if not admin.fresh:",
        "if False:",
        f"{PAGE}::test_an_old_sign_in_looks_but_changes_nothing",
    ),
    Defence(
        "rules: the form's token",
        'if not is_form_of(self._desk.keys, at.session, form.get("csrf", "")):',
        "if False:",
        f"{PAGE}::test_a_forged_form_changes_nothing",
    ),
    Defence(
        "rules: a change is ours",
        'return keys.signed("policy-change", _text(change), change.mac)',
        "return True",
        f"{PAGE}::test_a_proposal_that_was_mended_by_hand_is_none",
    ),
    Defence(
        "rules: a session is of its browser",
        "return repr((session.subject, session.at, session.browser))",
        "return repr((session.subject, session.at))",
        f"{PAGE}::test_a_cookie_is_good_in_its_own_browser_alone_and_is_no_others",
    ),
    Defence(
        "rules: the role is asked for each time",
        "return person if person and Role.ADMIN in self.roles.of(person) else None",
        "return person",
        f"{PAGE}::test_who_is_no_admin_any_more_is_out_at_once",
    ),
    Defence(
        "rules: a second factor",
        "if not self.second.shown(attested.claims):",
        "if False:",
        f"{ADMINS}::test_without_a_word_of_a_second_factor_nobody_does",
    ),
    Defence(
        "rules: a stage is left once",
        'update(POLICY_CHANGE).where(c.id == given("id_"), c.stage == given("was_"))',
        'update(POLICY_CHANGE).where(c.id == given("id_"), given("was_") != "")',
        f"{STORE}::test_a_stage_that_it_does_not_stand_at_is_not_left",
    ),
    Defence(
        "roll-out: names are for a fresh sign-in",
        'if ("who" in request.query or tries) and not at.acting.fresh:',
        "if False:",
        "tests/attacks/test_rollout_page.py::test_an_old_sign_in_sees_figures_and_no_names",
    ),
    Defence(
        "rules: more of a list is looser",
        "looser, tighter = (then - was, was - then) if more_is_looser else (was - then, then - was)",
        "looser, tighter = (was - then, then - was)",
        f"{WEIGHTS}::test_each_rule_is_weighed_both_ways",
    ),
    Defence(
        "passwords: five digits of a hash, and no more",
        "SENT = 5  #",
        "SENT = 12  #",
        f"{LEAKS}::test_five_hex_digits_leave_the_house_and_padding_is_no_leak",
    ),
    Defence(
        "passwords: padding is no leak",
        "suffix.upper() == rest and count > 0",
        "suffix.upper() == rest",
        f"{LEAKS}::test_five_hex_digits_leave_the_house_and_padding_is_no_leak",
    ),
    Defence(
        "rules: of strangers the most is asked",
        "required=max(methods.required for methods in each)",
        "required=policy.methods.required",
        "tests/unit/test_by_group.py::test_a_stranger_is_asked_for_as_much_as_anybody_whoever_he_says_he_is",
    ),
    Defence(
        "rules: while the threat is raised no weak method counts alone",
        "methods=replace(methods, alone=()),",
        "methods=methods,",
        "tests/unit/test_by_group.py::test_while_the_threat_is_raised_a_text_alone_is_no_longer_enough[reset]",
    ),
)
