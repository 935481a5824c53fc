"""What may go wrong or be sent on purpose, and the test that tries it: nothing that is counted may change by it.

Files of volunteers and quotas have a list of their own, item by item: `KNOWN` in tests/test_sortition_hostile_files.py.
An item without a test says why.
"""
# ruff: noqa: E501  # one item, one line

from __future__ import annotations

from collections.abc import Mapping

DRAW: Mapping[str, str] = {
    "the pool is changed after the commitment": "test_public_draw::test_a_pool_or_bundle_changed_after_the_commitment_is_refused",
    "rows are taken out or put in": "test_public_draw::test_rows_taken_out_or_put_in_after_the_commitment_are_refused",
    "two commitments": "test_public_draw::test_a_second_commitment_needs_its_reason_and_shows_it",
    "the source is late, absent or malformed": "test_public_randomness::test_what_the_source_cannot_show_is_refused_with_a_remedy",
    "weights do not sum up": "test_sortition_verify::test_a_denominator_to_which_the_weights_do_not_sum_is_found",
    "a weight that is no number": "test_sortition_verify::test_a_weight_that_is_no_whole_number_is_found",
    "a panel that breaks a quota": "test_sortition_verify::test_a_panel_that_breaks_a_quota_is_found",
    "an id that is not in the pool, one person twice": "test_sortition_verify::test_a_stranger_or_one_person_twice_in_a_panel_is_found",
    "another assembly's bundle": "test_public_draw::test_another_assemblys_files_are_refused",
    "the time is over at the optimum": "test_sortition_stopping::test_a_time_that_is_over_keeps_the_best_lottery",
    "the solver is killed": "test_sortition_mishaps::test_a_draw_that_is_killed_at_work_leaves_nothing",
    "its worker is killed": "test_web_jobs::test_a_draw_whose_worker_died_is_run_once_more_and_then_given_up",
    "two press draw at once": "test_sortition_mishaps::test_two_operators_who_press_draw_at_once_get_one_draw",
    "two press reveal at once": "test_public_draw::test_two_who_press_the_button_at_once_reveal_one_draw",
    "the clock is moved": "test_sortition_mishaps::test_a_clock_that_jumps_back_and_forth_changes_no_byte",
}

VOTES: Mapping[str, str] = {
    "no token, an expired one": "test_web_bad_ballots::test_no_token_and_an_expired_one",
    "another member's, another assembly's, another role's token": "test_web_bad_ballots::test_a_token_of_another_assembly_or_another_role",
    "another round's token (sealed)": "test_facilitation_sealed::test_a_token_that_was_not_signed_for_this_round_opens_no_urn",
    "a round that was opened again": "test_facilitation_sealed::test_a_round_that_was_opened_again_has_another_key_and_old_tokens_are_worth_nothing",
    "another member's key": "test_web_bad_ballots::test_another_members_key_is_only_a_key",
    "double click, same key other body, two tabs, back button": "test_web_bad_ballots::test_double_click_same_key_other_body_two_tabs_and_back_button",
    "the same moment": "test_web_bad_ballots::test_two_tabs_and_a_double_click_at_the_same_moment",
    "back to a plain form": "test_web_bad_ballots::test_a_plain_form_that_is_sent_again_after_going_back",
    "the round is closed or cancelled in mid-post, or never was": "test_web_bad_ballots::test_a_round_that_is_closed_or_cancelled_meanwhile_and_one_that_never_was",
    "it closes while the ballot is on its way": "test_web_bad_ballots::test_a_round_that_closes_in_mid_post_counts_exactly_the_ballots_with_a_receipt",
    "an option of another round, too many or few, ties and gaps, strange scores": "test_web_bad_ballots::test_what_is_no_ballot_is_refused_by_the_rule",
    "any JSON": "test_rules_ballots::test_any_json_is_a_ballot_or_a_refusal",
    "10 MB, deep JSON, a key twice, wrong type": "test_web_bad_ballots::test_a_body_that_is_none_is_refused",
    "a body in slow pieces": "test_web_bad_ballots::test_a_body_in_slow_pieces_holds_up_nobody_and_one_that_never_ends_is_cut_off",
    "an absent member": "test_web_bad_ballots::test_an_absent_member",
    "a member who is removed in mid-round": "test_web_bad_ballots::test_a_member_who_is_removed_in_mid_round",
    "a thousand votes on one option": "test_web_bad_ballots::test_a_thousand_votes_on_one_option",
    "a quorum that is exactly met": "test_web_bad_ballots::test_a_quorum_that_is_exactly_met",
    "every door, whatever is sent": "test_hostile_posts::test_no_door_breaks_whatever_is_sent",
    "the whole API as its document allows, and not": "test_web_fuzz::test_no_request_breaks_the_server_or_its_document",
}

SOCKETS: Mapping[str, str] = {
    "no token": "test_web_sockets::test_a_socket_that_does_not_say_who_it_is_is_ended",
    "another namespace or room, an event before it, an unknown one, binary, null, strange numbers": "test_web_sockets::test_whatever_a_socket_says_is_dropped_or_ends_it",
    "a million tiny events": "test_web_sockets::test_whatever_a_socket_says_is_dropped_or_ends_it",
    "and others are not harmed": "test_web_sockets::test_and_harms_no_other_tablet",
    "a large message": "test_web_live::test_a_message_over_64_kb_ends_the_socket_and_nothing_else",
    "polling": "test_web_live::test_there_is_no_long_polling_and_the_refusal_says_what_to_do",
    "another origin": "test_web_live::test_another_origin_may_not_open_a_socket",
    "a cookie of a page over plain HTTP": "test_web_sockets::test_a_secure_server_takes_no_socket_from_a_page_without_https",
    "a loop of connections": "test_web_sockets::test_a_loop_of_connections_leaves_nothing_behind",
    "a reader that never reads": "test_web_sockets::test_a_device_that_never_reads_is_hung_up_on_and_costs_no_memory",
}

PEOPLE: Mapping[str, str] = {
    "a name is changed": "test_members_of_the_day::test_a_correction_reaches_every_screen_and_the_journal_keeps_a_fresh_hash_alone",
    "two facilitators at once": "test_planning::test_an_act_on_the_plan_can_be_undone_and_a_stale_picture_is_refused",
    "the language is switched in the middle of a ballot": "browser/test_looks::test_a_half_filled_ballot_keeps_its_order_in_the_other_language",
    "a tablet dies in the middle of a vote": "browser/test_arrival::test_a_ballot_on_its_way_counts_though_the_seat_has_moved",
    "no JavaScript": "browser/test_member::test_every_ballot_works_by_plain_form_without_javascript",
    "a very wide or narrow page": "browser/test_looks::test_every_look_of_a_tablet_is_without_fault_on_every_width",
    "a badge is lost": "test_badges::test_a_lost_badge_is_renewed_once_and_opens_nothing_any_more",
}

LISTS = {"the draw": DRAW, "votes": VOTES, "sockets": SOCKETS, "people": PEOPLE}
