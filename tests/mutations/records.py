"""What keeps the record: the audit outside of the database, and rows that are needed for longer than their days."""

from tests.mutations.defence import Defence

ARCHIVE, RETENTION = "tests/contracts/test_store_archive.py", "tests/contracts/test_store_retention.py"

RECORDS = (
    Defence(
        "the mark of what was archived is signed",
        "if before and not genuine(before, self.ring(), PURPOSE):",
        "if before and not before.mac:",
        f"{ARCHIVE}::test_rows_that_are_deleted_by_hand_are_not_archived_rows",
    ),
    Defence(
        "a chain that somebody was at isn't archived",
        "        if self.verifier.findings:\n            raise",
        "        if not self.verifier:\n            raise",
        f"{ARCHIVE}::test_a_chain_that_somebody_was_at_is_not_signed",
    ),
    Defence(
        "an account's newest change stays",
        "~_needed, ~_watched",
        "~_watched",
        f"{RETENTION}::test_a_dialog_that_led_to_a_right_goes_with_all_that_hangs_on_it_and_the_account_keeps_its_newest_change",
    ),
    Defence(
        "an open case keeps its caller's dialog",
        "_rightful, ~_needed, ~_watched",
        "_rightful, ~_needed",
        f"{RETENTION}::test_what_is_open_is_kept_however_old",
    ),
)
