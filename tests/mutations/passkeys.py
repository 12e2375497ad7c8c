"""Without these a passkey would prove more than it may, or be set up where it isn't its owner's."""

from tests.mutations.defence import Defence

UNIT, STORY = "tests/unit/test_passkey.py", "tests/conversations/test_passkey.py"
DOOR = "tests/attacks/test_admin_keys.py"

PASSKEYS = (
    Defence(
        "a passkey signs for our very address",
        '"expected_origin": written(place.origin),',
        '"expected_origin": said["origin"],',
        f"{UNIT}::test_signed_for_anything_else_it_proves_nothing",
    ),
    Defence(
        "a passkey signs for one page and its browser",
        "json.dumps([id, place.page, place.browser])",
        "id",
        f"{UNIT}::test_on_another_page_or_in_another_browser_it_proves_nothing",
    ),
    Defence(
        "no other site frames a passkey",
        'if said.get("crossOrigin"):',
        "if False:",
        f"{UNIT}::test_signed_for_anything_else_it_proves_nothing",
    ),
    Defence(
        "a passkey checks who holds it",
        '"require_user_verification": True,',
        '"require_user_verification": False,',
        f"{UNIT}::test_a_key_that_did_not_check_who_holds_it_proves_nothing_and_is_not_taken_up",
    ),
    Defence(
        "a copy of a passkey is found by its counter",
        "if (count or method.last_step) and count <= method.last_step:",
        "if False:",
        f"{UNIT}::test_a_counter_that_went_back_tells_of_a_copy",
    ),
    Defence(
        "a copied passkey is suspended whatever becomes of the turn",
        "    if not isinstance(found, Copied):\n        return found\n",
        "    if isinstance(found, Copied):\n        return None\n    if not isinstance(found, Copied):\n        return found\n",
        f"{STORY}::test_a_copy_is_found_by_its_counter_and_ends_the_key",
    ),
    Defence(
        "a passkey in quarantine proves nothing",
        "if m.kind == kind and m.usable_from <= now and not m.suspended",
        "if m.kind == kind and not m.suspended",
        f"{STORY}::test_a_new_one_recovers_nothing_in_its_quarantine",
    ),
    Defence(
        "a stranger's browser is told of nobody's passkeys",
        "known = field.new or standing.party.subject is not None",
        "known = True",
        f"{STORY}::test_a_stranger_is_asked_the_same_whoever_is_meant",
    ),
    Defence(
        "a passkey is set up where its owner proved who they are",
        "if found is None or any(proof.window != challenges.turn.sealed for proof in found[1]):",
        "if found is None:",
        f"{STORY}::test_it_is_set_up_only_in_the_browser_in_which_they_proved_who_they_are",
    ),
    Defence(
        "one credential is one person's",
        "if await challenges.records.owner(made.id):",
        "if False:",
        f"{STORY}::test_one_key_is_nobody_elses_and_not_taken_up_twice",
    ),
    Defence(
        "what an admin has signed serves once",
        'hit(f"admin-signature:{begun}:{browser}", 1, PATIENCE)',
        'hit(f"admin-signature:{begun}:{browser}", 9, PATIENCE)',
        f"{DOOR}::test_what_was_signed_serves_once_in_its_own_browser_and_for_five_minutes",
    ),
    Defence(
        "what an admin has signed serves for five minutes",
        "if not 0 <= self.world.now() - int(found[2], 16) <= PATIENCE:",
        "if False:",
        f"{DOOR}::test_what_was_signed_serves_once_in_its_own_browser_and_for_five_minutes",
    ),
    Defence(
        "a key opens the rules to admins alone",
        "            await self.admins.admitted(who)\n        except",
        "        except",
        f"{DOOR}::test_nobody_else_does_and_it_is_audited",
    ),
    Defence(
        "soon after a reset a passkey alone changes methods",
        "_strong(p.kind) for p in proofs",
        "True for p in proofs",
        f"{STORY}::test_soon_after_a_reset_it_alone_changes_methods",
    ),
    Defence(
        "nobody's failures close the door of a signature",
        "            return True  # a signature isn't guessed, so nobody's failures close this door to its owner\n",
        "            pass\n",
        f"{STORY}::test_no_failures_of_others_close_this_door",
    ),
)
