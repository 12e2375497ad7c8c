"""Without these somebody else would be heard: another window, another site, another company, another sender."""

from tests.mutations.defence import Defence

HTTP, CONTRACTS, ST14 = "tests/attacks/test_http.py", "tests/contracts", "tests/attacks/test_enumeration.py"
CALLS = "tests/messengers/test_calls.py"
WEBHOOK, TOLD = "tests/messengers/test_webhook.py", "tests/messengers/test_told.py"
TEAMS, SLACK, PEOPLE = "tests/teams/test_hostile.py", "tests/slack/test_hostile.py", "tests/slack/test_payloads.py"
SIGN_IN, TOKENS, AGENT = "tests/sign_in/test_refusals.py", "tests/sign_in/test_provider.py", "tests/writeback/test_refusals.py"

WINDOWS = (
    Defence(
        "whose window it is: the claim",
        ', func.coalesce(w.browser, w.address) == given("who_"))',
        ', func.coalesce(w.browser, w.address, given("who_")) != "")',
        f"{CONTRACTS}/test_store_conversations.py::test_a_foreign_hand_claims_nothing",
    ),
    Defence(
        "whose window it is: the view",
        "return bool(who) and who == (window.browser or window.address)",
        "return True",
        f"{HTTP}::test_st03_every_page_of_somebody_is_nobodys_without_her_cookie",
    ),
    Defence(
        "a page is the first browser's",
        "if page.browser != browser:",
        "if False:",
        f"{CONTRACTS}/test_store_pages.py::test_of_many_browsers_one_is_first",
    ),
    Defence(
        "a button carries our MAC",
        "if not mac.isascii() or not self.keys.signed(purpose, what, mac):",
        "if False:",
        f"{HTTP}::test_st04_an_empty_or_forged_token_is_none[{{window}}.{{turn}}~]",
    ),
    Defence(
        "what takes something away is never begun on words alone",
        "if agreed and first not in ASKED and",
        "if agreed and",
        "tests/unit/test_decision.py::test_what_takes_something_away_is_only_ever_asked",
    ),
    Defence(
        "another site's page changes nothing",
        "if request.method not in SAFE and not self._same_origin(request):",
        "if False:",
        "tests/web/test_edge.py::test_another_sites_page_can_change_nothing",
    ),
    Defence(
        "an outage tells nobody who exists",
        "if stranger and (name != own or is_decoy(subject))",
        "if stranger and not is_decoy(subject) and name != own",
        "tests/conversations/test_silent_directory.py::test_while_it_is_silent_a_code_for_nobody_is_answered_as_one_for_somebody",
    ),
    Defence(
        "an outage tells nobody where somebody is",
        "if stranger and (name != own or is_decoy(subject))",
        "if is_decoy(subject)",
        f"{ST14}::test_st14_while_one_of_two_directories_is_silent_every_name_is_told_so",
    ),
    Defence(
        "every directory is asked for a stranger's name",
        "found = await asyncio.gather(*(asked(directory.find(typed.strip())) for directory in self.directories.values()))",
        "found = [await self.find(typed)]",
        f"{ST14}::test_st14_while_one_of_two_directories_is_silent_every_name_is_told_so",
    ),
)

OWN_PAGE = (
    Defence(
        "a session at one's own page is one browser's and short",
        "return session if browser and lasts and keys.signed(purpose, _text(session), mac) else None",
        "return session",
        "tests/conversations/test_own_page.py::test_the_door_is_shut_to_other_browsers_old_sessions_and_forged_forms",
    ),
    Defence(
        "what a phone has locked it doesn't open",
        "if not session.company:",
        "if False:",
        "tests/conversations/test_own_page.py::test_a_locked_recovery_is_told_and_opened_by_the_companys_sign_in_alone",
    ),
    Defence(
        "a form of one's own page is this session's",
        'if not is_own_form(self._desk.keys, session, form["csrf"]):',
        "if False:",
        "tests/conversations/test_own_page.py::test_the_door_is_shut_to_other_browsers_old_sessions_and_forged_forms",
    ),
)

EDGE = (
    Defence(
        "a head that doesn't come is waited for no longer",
        'self._within(HEAD, "head")\n\n    def data_received',
        "pass\n\n    def data_received",
        "tests/web/test_listener.py::test_a_head_that_doesnt_come_is_waited_for_no_longer[]",
    ),
    Defence(
        "silent connections make room",
        "next((one for one in idle if one.silent), idle[0]).cut()",
        "pass",
        "tests/web/test_listener.py::test_silent_ones_make_room_for_whoever_asks",
    ),
    Defence(
        "a library's own words aren't logged",
        'log.warning("http.malformed", status=status, fault=type(exc).__name__)',
        'log.warning("http.malformed", status=status, fault=str(exc))',
        "tests/web/test_listener.py::test_what_is_no_http_is_told_so_in_our_words_and_logged_without_its_own[0]",
    ),
    Defence(
        "a browser's share of what waits",
        'and self._now["browser", browser] < self.of_browser',
        "",
        "tests/web/test_crowding.py::test_a_browser_and_an_address_have_shares_of_what_waits_and_give_them_back",
    ),
    Defence(
        "Slack: the shape of what is signed",
        "if not AROUND(payload) or not KINDS",
        "if False and not KINDS",
        "tests/slack/test_shapes.py::test_another_shape_is_refused[7]",
    ),
    Defence(
        "names are made harmless",
        "return HOSTILE.sub(SHOWN, text)",
        "return text",
        "tests/house/test_harmless.py::test_it_takes_all_that_is_unseen_or_obeyed_and_leaves_what_people_are_called",
    ),
    Defence(
        "smart cards alone get no password",
        "if person.smart_card and not policy.scope.smart_card:",
        "if False:",
        f"{CONTRACTS}/test_store_coverage.py::test_the_report_is_what_the_rules_say_of_each_account",
    ),
    Defence(
        "a CA file is looked at again",
        "if trust or not self.look_again():",
        "if True:",
        "tests/attacks/test_egress.py::test_a_certificate_that_is_exchanged_in_its_file_is_believed_without_a_restart",
    ),
)

OUTSIDE = (
    Defence(
        "Slack: of many copies of an event one is taken",
        "if await self.services.engine.incoming.take_event(event, ReplyTo(KIND, sender.place)):",
        "if True:",
        "tests/slack/test_duplicates.py::test_a_guest_is_turned_away_once[sqlite]",
    ),
    Defence("Teams: the tenant", "if activity.tenants != {self.tenant}:", "if False:", f"{TEAMS}::test_what_isnt_for_us_is_403"),
    Defence(
        "Teams: no other tenant beside it",
        "if activity.tenants != {self.tenant}:",
        "if self.tenant not in activity.tenants:",
        f"{TEAMS}::test_what_isnt_for_us_is_403",
    ),
    Defence(
        "Teams: the hosts that may be answered",
        "if not self.endpoints.allowed(activity.service_url):",
        "if False:",
        f"{TEAMS}::test_a_signed_address_that_isnt_theirs_is_403",
    ),
    Defence(
        "Teams: the address that the token names",
        'caller.service_url.rstrip("/") != activity.service_url.rstrip("/")',
        "False",
        f"{TEAMS}::test_an_address_of_theirs_that_the_token_doesnt_name_is_403",
    ),
    Defence(
        "Teams: the key's endorsement",
        "or CHANNEL not in caller.key.endorsements",
        "",
        f"{TEAMS}::test_a_key_that_isnt_endorsed_for_teams_is_403",
    ),
    Defence(
        "Teams: the token's beginning",
        'if "nbf" in claims and _moment(claims, "nbf") - SKEW > now:',
        "if False:",
        f"{TEAMS}::test_a_token_that_isnt_right_is_401",
    ),
    Defence(
        "Teams: the token's end",
        'if _moment(claims, "exp") + SKEW <= now:\n            raise RequestRefused',
        "if False:\n            raise RequestRefused",
        f"{TEAMS}::test_an_expired_token_is_401_by_our_clock",
    ),
    Defence(
        "Slack: old requests",
        "abs(self.world.now() - int(stamp)) <= WINDOW",
        "True",
        f"{SLACK}::test_an_old_request_and_one_from_the_future_are_refused",
    ),
    Defence(
        "Slack: the signature",
        "or not hmac.compare_digest(self._signature(stamps[0], body), macs[0])",
        "",
        f"{SLACK}::test_unsigned_is_401_whatever_it_holds",
    ),
    Defence(
        "Slack: people of other organisations",
        'user.get("is_stranger") or not ours',
        "not ours",
        f"{PEOPLE}::test_who_is_not_of_the_house_is_turned_away_kindly",
    ),
    Defence(
        "Slack: single-channel guests",
        'or user.get("is_ultra_restricted")',
        "",
        f"{PEOPLE}::test_who_is_not_of_the_house_is_turned_away_kindly",
    ),
    Defence(
        "sign-in: the nonce",
        'if not hmac.compare_digest(str(claims["nonce"]).encode(errors="replace"), nonce.encode()):',
        "if False:",
        f"{TOKENS}::test_a_claim_that_is_wrong",
    ),
    Defence(
        "sign-in: whose account it is",
        "if subject != waiting.subject:",
        "if False:",
        f"{SIGN_IN}::test_another_account_than_the_one_in_question",
    ),
    Defence(
        "sign-in: whose browser it is",
        "if standing.window.browser != browser:",
        "if False:",
        f"{SIGN_IN}::test_another_browser_finishes_nothing_and_the_owner_goes_on",
    ),
    Defence(
        "agent: a request comes once",
        "if not self.ledger.first_time(request.id, request.expires, durable=verb in ONCE):",
        "if False:",
        f"{AGENT}::test_a_good_request_is_carried_out_once",
    ),
    Defence(
        "agent: a request is for this agent",
        "if (request.agent, request.directory) != (self.keys.agent, self.directory.name):",
        "if request.directory != self.directory.name:",
        f"{AGENT}::test_a_request_for_another_agent_or_directory_is_refused",
    ),
    Defence(
        "SMS webhook: what is told is told once",
        'if not await records.charge(f"webhook:{name}", 1, 1, 2 * TOLERANCE):',
        "if not name:",
        f"{WEBHOOK}::test_a_failure_is_heard_once_and_a_replayed_one_refused",
    ),
    Defence(
        "SMS webhook: what is told is new",
        "or abs(now - int(stamp)) > TOLERANCE:",
        "or False:",
        f"{WEBHOOK}::test_what_is_old_or_signed_by_others_is_not_heard",
    ),
    Defence(
        "texts: one that may have it isn't asked again at once",
        "if await self.counters.counted(mark):",
        "if False:",
        f"{WEBHOOK}::test_one_that_may_have_it_is_asked_again_when_the_code_is_late_and_not_before",
    ),
    Defence(
        "texts: the last line binds the code to our host",
        "text = domain_bound(text, self.origin, code)",
        "pass",
        f"{TOLD}::test_a_text_ends_with_the_line_that_binds_its_code_to_our_host",
    ),
    Defence(
        "calls: no code before a key is pressed",
        'told.get("Digits") == READ_OUT and await',
        "await",
        f"{CALLS}::test_a_call_that_a_voicemail_answers_leaves_no_code_there",
    ),
    Defence(
        "calls: a code is read out once",
        'and await self.records.charge(f"read out:{asked.id}", 1, 1, DAY)',
        "",
        f"{CALLS}::test_after_a_key_it_is_read_out_twice_and_to_whoever_asks_again_not_at_all",
    ),
    Defence(
        "calls: nine ends the attempt",
        'await records.exhaust(f"code:{asked.id}", PER_CODE, DAY)',
        "pass",
        f"{CALLS}::test_nine_ends_the_attempt_and_admins_hear_of_it_once",
    ),
    Defence(
        "calls: what isn't signed is not heard",
        'log.warning("twilio.unsigned")\n            return None, None',
        'log.warning("twilio.unsigned")',
        f"{CALLS}::test_what_is_relayed_or_signed_by_others_is_not_heard",
    ),
    Defence(
        "calls: one try",
        "METHODS[asked.kind].tries or PER_CODE",
        "PER_CODE",
        "tests/conversations/test_calls.py::test_a_code_that_was_read_out_can_be_tried_once",
    ),
)
