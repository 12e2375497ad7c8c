"""What keeps the record: the audit outside of the database, rows that are needed for longer than their days, and files of accounts."""

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
    Defence(
        "a formula in a file of accounts is refused",
        'if text.startswith(FORMULA) and not (column in NUMBERS and text.startswith("+")):',
        "if not text.isprintable():",
        "tests/unit/test_roster_file.py::test_each_line_that_is_wrong_is_told",
    ),
    Defence(
        "no name or address of an imported account is another's",
        "yield from self._taken(entry, key)",
        "yield from ()",
        "tests/contracts/test_roster.py::test_where_one_is_wrong_nothing_is_done_and_all_are_told",
    ),
    Defence(
        "what an import makes and changes is audited",
        "if plan.audited:",
        "if not plan.change:",
        "tests/contracts/test_roster.py::test_whoever_is_imported_is_found_with_all_that_was_said",
    ),
)
