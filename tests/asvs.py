"""OWASP ASVS 5.0, levels 1 and 2, as a checked list: every requirement by its number, and how we stand to it.

The words are ours and short; the requirements are at https://github.com/OWASP/ASVS/tree/v5.0.0 (CC BY-SA 4.0).

    met   a test that fails when it is not met any more: file::test
    told  what a document must say stands in the README under this heading
    n/a   it is about something that is not here, and why
    open  not met, and why

`python tests/asvs.py` prints the counts and what is open; `tests/test_asvs.py` holds the list to tests and README.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

CHAPTERS = (
    *("Encoding and sanitization", "Validation and business logic", "Web front end", "API and web service"),
    *("File handling", "Authentication", "Sessions", "Authorization", "Self-contained tokens", "OAuth and OIDC"),
    *("Cryptography", "Secure communication", "Configuration", "Data protection", "Secure coding and architecture"),
    *("Logging and errors", "WebRTC"),
)

LIST = """
1.1.1 2 decoded once, before it is checked | met test_web_bad_ballots::test_a_body_that_is_none_is_refused
1.1.2 2 encoded last, by the interpreter it is for | met test_web_headers::test_pages_with_nothing_behind_them_keep_the_law_of_pages
1.2.1 1 output is encoded for its place in HTML, headers and XML | met test_hostile_posts::test_every_page_still_draws_after_it
1.2.2 1 addresses are built from encoded parts, with safe schemes | met test_web_headers::test_the_law_of_pages_notices_what_is_inline
1.2.3 1 JSON and scripts cannot be broken out of | met test_hostile_posts::test_every_page_still_draws_after_it
1.2.4 1 no SQL is put together from words | met test_members_of_the_day::test_names_of_every_kind_are_shown_as_they_are
1.2.5 1 no shell, commands as lists | met test_asvs::test_no_shell_no_eval_no_pickle
1.2.6 2 LDAP | n/a there is no LDAP
1.2.7 2 XPath | n/a no XPath is asked with words of people
1.2.8 2 LaTeX | n/a the minutes are set by Typst from data alone, without LaTeX
1.2.9 2 words in regular expressions are escaped | met test_asvs::test_no_expression_is_built_from_words_of_people
1.3.1 1 HTML of an editor | n/a nobody writes HTML here; every text is shown as text
1.3.2 1 no eval | met test_asvs::test_no_shell_no_eval_no_pickle
1.3.3 2 made safe and cut to length before a dangerous place | met test_hostile_posts::test_no_door_breaks_whatever_is_sent
1.3.4 2 pictures with scripts (SVG) of people | met test_web_uploads::test_a_hostile_paper_is_not_handed_out
1.3.5 2 markup and template languages of people | met test_looks::test_a_text_that_looks_like_a_template_is_not_one
1.3.6 2 no request goes where a stranger says | met test_asvs::test_the_web_house_asks_no_other_server
1.3.7 2 no template is built from words of people | met test_looks::test_a_text_that_looks_like_a_template_is_not_one
1.3.8 2 JNDI | n/a there is no Java
1.3.9 2 memcache | n/a there is no memcache
1.3.10 2 format strings | met test_looks::test_a_text_that_looks_like_a_template_is_not_one
1.3.11 2 mail | n/a this house sends no mail
1.4.1 2 memory-safe strings | n/a Python; libraries in C read strangers' files in a child alone
1.4.2 2 numbers are bounded | met test_web_bad_ballots::test_what_is_no_ballot_is_refused_by_the_rule
1.4.3 2 memory is given back | n/a Python
1.5.1 1 XML without entities | met test_web_uploads::test_a_hostile_panel_seats_nobody
1.5.2 2 no unsafe deserialization | met test_asvs::test_no_shell_no_eval_no_pickle
2.1.1 1 what is valid is written down | told File formats
2.1.2 2 how things must fit together is written down | told File formats
2.1.3 2 limits are written down | told File formats
2.2.1 1 input is checked against what is expected | met test_web_bad_ballots::test_what_is_no_ballot_is_refused_by_the_rule
2.2.2 1 it is checked on the server | met test_web_bad_ballots::test_a_plain_form_that_is_no_ballot_keeps_what_was_typed
2.2.3 2 combinations are checked, too | met test_facilitation_conduct::test_a_conduct_that_does_not_hold_together_is_refused
2.3.1 1 steps in their order | met test_facilitation_law::test_every_phase_has_its_row_in_the_law
2.3.2 2 limits of the business are kept | met test_tablets::test_a_hall_full_of_tablets_may_wait_and_no_more
2.3.3 2 whole or not at all | met test_facilitation_postgresql::test_a_server_that_goes_away_in_the_middle_is_told_and_nothing_is_stored
2.3.4 2 nothing is given twice | met test_web_bad_ballots::test_two_tabs_and_a_double_click_at_the_same_moment
2.4.1 2 against machines that ask too much | met test_web_access::test_guessing_codes_is_told_so
3.2.1 1 nothing is shown as something else | met test_web_evidence::test_what_a_browser_does_not_show_is_saved_and_all_else_is_in_a_sandbox
3.2.2 1 scripts set text as text | met test_asvs::test_scripts_of_pages_set_no_html_of_strangers
3.3.1 1 Secure, and a prefix | met test_web_headers::test_browsers_remember_https_where_the_world_vouches_for_the_name
3.3.2 2 SameSite | met test_web_access::test_the_cookie_is_for_this_server_alone
3.3.3 2 __Host- | met test_tls::test_a_tablet_that_trusts_the_authority_comes_in_and_its_cookie_is_bound_to_the_host
3.3.4 2 HttpOnly | met test_web_access::test_the_cookie_is_for_this_server_alone
3.4.1 1 HSTS for a year, with subdomains | met test_web_headers::test_browsers_remember_https_where_the_world_vouches_for_the_name
3.4.2 1 no other origin is let in by CORS | met test_web_headers::test_answers_that_flask_never_sees_and_refusals_keep_it_too
3.4.3 2 a strict policy for content | met test_web_headers::test_pages_with_nothing_behind_them_keep_the_law_of_pages
3.4.4 2 nosniff | met test_web_access::test_every_answer_carries_the_security_headers
3.4.5 2 addresses are told to no other origin | met test_web_access::test_every_answer_carries_the_security_headers
3.4.6 2 no page may be framed | met test_web_access::test_every_answer_carries_the_security_headers
3.5.1 1 forms prove that they are ours | met test_web_headers::test_every_door_that_looks_at_a_cookie_wants_the_token_of_its_session_and_our_origin
3.5.2 1 nothing hangs on a preflight alone | met test_web_headers::test_every_door_that_looks_at_a_cookie_wants_the_token_of_its_session_and_our_origin
3.5.3 1 looking changes nothing | met test_web_headers::test_nothing_is_changed_by_looking
3.5.4 2 one application on a hostname | told HTTPS in the hall
3.5.5 2 postMessage | met test_asvs::test_scripts_of_pages_listen_to_no_messages_of_other_windows
3.7.1 2 no technique that browsers have given up | n/a plain modules, HTML and CSS; no plug-in
3.7.2 2 no way leads elsewhere by itself | met test_looks::test_a_choice_leads_back_to_a_page_of_ours_alone
4.1.1 1 types and charsets are said | met test_web_headers::test_pages_with_nothing_behind_them_keep_the_law_of_pages
4.1.2 2 only people are led on to HTTPS | met test_tls::test_the_plain_door_leads_people_on_and_lets_nothing_else_through
4.1.3 2 headers of a proxy cannot be forged | met test_asvs::test_no_header_of_a_proxy_is_believed_from_anyone
4.2.1 2 messages end where they say | met test_web_smuggling::test_a_request_that_says_its_end_twice_hides_no_second_one
4.3.1 2 GraphQL, depth | n/a there is no GraphQL
4.3.2 2 GraphQL, introspection | n/a there is no GraphQL
4.4.1 1 sockets over TLS | met test_web_sockets::test_a_secure_server_takes_no_socket_from_a_page_without_https
4.4.2 2 the origin of a socket | met test_web_live::test_another_origin_may_not_open_a_socket
4.4.3 2 tokens of sockets are those of sessions | met test_web_sockets::test_the_first_packet_says_who_this_is_and_nothing_else
4.4.4 2 and were given by the session before | met test_web_sockets::test_a_cookie_is_looked_up_before_the_socket_is_there
5.1.1 2 kinds and sizes of files are written down | told File formats
5.2.1 1 no file is too large to handle | met test_web_jobs::test_a_form_that_is_too_large_or_has_no_file_is_refused
5.2.2 1 the content is what the ending says | met test_evidence::test_what_could_do_anything_or_is_not_what_it_says_is_refused
5.2.3 2 unpacked sizes are looked at before unpacking | met test_web_uploads::test_a_hostile_panel_seats_nobody
5.3.1 1 no upload is run | met test_web_evidence::test_papers_are_opened_by_members_and_can_do_nothing
5.3.2 1 no path is made of a name that was sent | met test_evidence::test_no_file_name_leads_anywhere
5.4.1 2 names of downloads are ours | met test_evidence::test_no_file_name_leads_anywhere
5.4.2 2 names in headers are encoded | met test_evidence::test_no_file_name_leads_anywhere
5.4.3 2 a scanner for viruses | open no scanner is called; macros, programs and web pages are refused by content, papers are shown in a sandbox
6.1.1 1 how guessing is slowed down is written down | told Badges and codes
6.1.2 2 words that no password may have are written down | met test_staff_accounts::test_a_password_that_a_guesser_tries_first_is_refused
6.1.3 2 all ways to sign in are written down | told Who may do what
6.2.1 1 passwords of eight characters at least (here twelve) | met test_staff_accounts::test_a_password_that_a_guesser_tries_first_is_refused
6.2.2 1 a password can be changed | met test_web_accounts::test_somebody_changes_their_password_and_keeps_this_browser_only
6.2.3 1 only by who knows the old one | met test_web_accounts::test_somebody_changes_their_password_and_keeps_this_browser_only
6.2.4 1 common ones are refused | met test_staff_accounts::test_a_password_that_a_guesser_tries_first_is_refused
6.2.5 1 no rules about kinds of characters | met test_staff_accounts::test_a_password_of_its_own_is_taken
6.2.6 1 it is masked while it is typed | met test_asvs::test_every_field_for_a_password_is_masked_and_takes_a_manager
6.2.7 1 pasting and password managers are allowed | met test_asvs::test_every_field_for_a_password_is_masked_and_takes_a_manager
6.2.8 1 it is taken as it was typed | met test_staff_accounts::test_from_the_first_link_to_a_room_and_out
6.2.9 2 64 characters are allowed | met test_staff_accounts::test_a_password_of_its_own_is_taken
6.2.10 2 it does not run out | met test_staff_accounts::test_from_the_first_link_to_a_room_and_out
6.2.11 2 words of the place are refused | met test_staff_accounts::test_a_password_that_a_guesser_tries_first_is_refused
6.2.12 2 leaked passwords are refused | open no list of leaked passwords is asked, since a hall has no internet; common ones are worked out
6.3.1 1 guessing is slowed down | met test_staff_accounts::test_wrong_tries_wait_longer_and_longer_and_a_right_one_ends_it
6.3.2 1 no account comes with the house | met test_staff_accounts::test_a_link_sets_one_account_up_and_a_mistake_does_not_use_it_up
6.3.3 2 two factors | met test_staff_accounts::test_one_wrong_thing_is_enough_and_is_not_named
6.3.4 2 no way in that is not written down | met test_roles::test_every_address_is_in_the_table_and_open_to_those_whom_it_names
6.4.1 1 first secrets are random and run out | met test_facilitation_desk::test_a_sign_in_link_works_once_and_for_a_day
6.4.2 1 no secret questions | n/a there are none
6.4.3 2 a forgotten password | met test_web_accounts::test_an_administrator_makes_a_link_for_a_new_password
6.4.4 2 a lost second factor | met test_staff_accounts::test_a_renewal_replaces_password_and_digits_and_signs_out
6.5.1 2 one-time digits work once | met test_staff_accounts::test_the_same_digits_work_once_and_an_old_one_never
6.5.2 2 recovery codes are hashed | met test_staff_accounts::test_the_database_keeps_no_secret_and_a_removed_name_is_gone
6.5.3 2 seeds are of the system's randomness | met test_asvs::test_secrets_come_from_the_systems_randomness
6.5.4 2 codes of twenty bits at least | met test_staff_accounts::test_a_recovery_code_works_once
6.5.5 2 digits last 30 seconds | met test_staff_accounts::test_the_same_digits_work_once_and_an_old_one_never
6.6.1 2 codes by telephone | n/a nothing is sent by telephone
6.6.2 2 a code is bound to its request | met test_tablets::test_a_tablet_is_paired_once_and_takes_its_token_once
6.6.3 2 guessing a code is limited | met test_tablets::test_guessing_letters_is_limited_and_only_helpers_may
6.8.1 2 several identity providers | n/a there is no identity provider
6.8.2 2 signatures of assertions | n/a there is no identity provider
6.8.3 2 SAML | n/a there is no SAML
6.8.4 2 strength that a provider vouches for | n/a there is no identity provider
7.1.1 2 how long a session lasts is written down | told Who may do what
7.1.2 2 how many sessions at once is written down | told Tablets that change hands
7.1.3 2 federated sessions | n/a there is no federation
7.2.1 1 tokens are checked on the server | met test_web_access::test_a_revoked_token_opens_nothing
7.2.2 1 tokens are made for the session | met test_facilitation_desk::test_joining_marks_present_once_on_any_number_of_devices
7.2.3 1 128 random bits (here 256) | met test_asvs::test_secrets_come_from_the_systems_randomness
7.2.4 1 signing in makes a new one | met test_web_accounts::test_signing_in_changes_the_tokens_and_ends_those_from_before
7.3.1 2 ends when it is not used | met test_staff_accounts::test_a_room_ends_after_half_an_hour_without_use_and_after_twelve_hours
7.3.2 2 ends after so many hours | met test_staff_accounts::test_a_room_ends_after_half_an_hour_without_use_and_after_twelve_hours
7.4.1 1 signing out ends it on the server | met test_web_access::test_a_browser_joins_votes_and_signs_out_by_plain_forms
7.4.2 1 who is taken out is signed out | met test_staff_accounts::test_roles_are_given_and_taken_and_rooms_close_at_once
7.4.3 2 a new factor signs all others out | met test_web_accounts::test_somebody_changes_their_password_and_keeps_this_browser_only
7.4.4 2 a way to sign out on every page | open the first page of every role has it; pages below lead back there
7.4.5 2 administrators can end sessions | met test_staff_accounts::test_a_device_without_an_account_is_seen_and_revoked
7.5.1 2 asked again before a factor is changed | met test_web_accounts::test_new_recovery_codes_ask_for_the_password_again
7.5.2 2 people see and end their own sessions | met test_web_accounts::test_people_see_where_they_are_signed_in_and_end_it_there
7.6.1 2 federated sessions end together | n/a there is no federation
7.6.2 2 nobody is signed in without a press | met test_web_access::test_a_sign_in_link_is_used_by_its_button_not_by_a_preview
8.1.1 1 who may do what is written down | met test_roles::test_the_readme_shows_the_table_as_it_is
8.1.2 2 who may see which field is written down | met test_roles::test_no_page_shows_more_of_people_than_the_role_may_see
8.2.1 1 functions are for who may | met test_roles::test_every_role_and_a_stranger_at_every_door
8.2.2 1 things are for whose they are | met test_web_api::test_a_facilitator_acts_on_their_own_assembly_only
8.2.3 2 fields are for who may see them | met test_roles::test_no_page_shows_more_of_people_than_the_role_may_see
8.3.1 1 the server decides | met test_roles::test_every_role_and_a_stranger_at_every_door
8.4.1 2 assemblies are kept apart | met test_web_evidence::test_papers_are_for_the_people_of_their_assembly
9.1.1 1 the cookie's signature is checked | met test_asvs::test_a_cookie_that_was_tampered_with_is_nobody
9.1.2 1 by one algorithm alone | met test_asvs::test_a_cookie_that_was_tampered_with_is_nobody
9.1.3 1 with a key of our own | met test_badges::test_another_server_made_another_square
9.2.1 1 within its time | met test_asvs::test_an_old_cookie_is_nobody
9.2.2 2 for its purpose | met test_asvs::test_a_cookie_that_was_tampered_with_is_nobody
9.2.3 2 for this server | met test_badges::test_another_server_made_another_square
9.2.4 2 one key, one audience | met test_web_access::test_the_cookie_is_for_this_server_alone
11.1.1 2 how keys live is written down | told Keys and algorithms
11.1.2 2 all keys and algorithms are written down | told Keys and algorithms
11.2.1 2 tried implementations | met test_house::test_rooms_import_only_what_the_law_allows
11.2.2 2 algorithms and keys can be changed | met test_audit_cli::test_the_key_is_shown_and_changed
11.2.3 2 128 bits of strength | met test_facilitation_blind::test_a_key_is_new_each_time_of_3072_bits_and_keeps_in_384_bytes
11.3.1 1 no weak modes or paddings | n/a nothing is encrypted by us; signatures are PSS and Ed25519
11.3.2 1 approved ciphers | n/a nothing is encrypted by us but on the wire, by TLS
11.3.3 2 authenticated encryption | n/a nothing is encrypted by us but on the wire, by TLS
11.4.1 1 approved hashes | met test_asvs::test_no_weak_hash_is_used
11.4.2 2 passwords by a slow hash | met test_web_accounts::test_a_password_is_ground_by_argon2id_as_strongly_as_promised
11.4.3 2 hashes of 256 bits in signatures | met test_recount_bundle::test_the_root_is_that_of_rfc_6962_over_sorted_leaves
11.4.4 2 keys from passwords | n/a no key is made from a password
11.5.1 2 secrets from the system's randomness | met test_asvs::test_secrets_come_from_the_systems_randomness
11.6.1 2 approved signatures and keys | met test_facilitation_blind::test_the_rfcs_figures_come_out_at_every_step
12.1.1 1 TLS 1.2 and 1.3 alone | met test_tls::test_old_protocols_are_refused
12.1.2 2 recommended ciphers | met test_tls::test_old_protocols_are_refused
12.1.3 2 certificates of clients | n/a no client has one
12.2.1 1 TLS between people and server | met test_tls::test_over_plain_http_a_tablet_gets_the_authority_and_nothing_else
12.2.2 1 certificates that the world trusts | told HTTPS in the hall
12.3.1 2 TLS to databases and brokers | open PostgreSQL and Redis over a network take TLS by their address (sslmode, rediss); it is not enforced
12.3.2 2 clients look at certificates | met test_tls::test_a_tablet_that_does_not_trust_it_or_asks_for_another_name_stays_out
12.3.3 2 TLS inside | n/a one process, or processes of one machine, serve it
12.3.4 2 certificates inside are known | n/a there are no services of ours that speak HTTP to one another
13.1.1 2 whom it speaks to is written down | told Keys and algorithms
13.2.1 2 parts prove who they are to one another | open database and Redis passwords stand in their addresses and do not change by themselves
13.2.2 2 with the least rights | open the database's account may change tables, since the house migrates them itself
13.2.3 2 no default password | met test_web_accounts::test_others_are_served_only_with_a_secret_that_is_one
13.2.4 2 a list of whom it may ask | met test_asvs::test_the_web_house_asks_no_other_server
13.2.5 2 a list of what the server may load | met test_asvs::test_the_web_house_asks_no_other_server
13.3.1 2 secrets are kept apart, not in code | met test_web_serve::test_the_secret_is_its_owners_alone
13.3.2 2 few may read them | met test_tls::test_a_certificate_that_can_serve_is_kept_for_its_owner_alone
13.4.1 1 no .git is served | met test_web_headers::test_no_folder_is_listed_and_no_source_is_served
13.4.2 2 no debugging | met test_web_access::test_an_error_of_ours_shows_and_logs_nothing_of_the_request
13.4.3 2 no folder is listed | met test_web_headers::test_no_folder_is_listed_and_no_source_is_served
13.4.4 2 no TRACE | met test_web_headers::test_other_methods_are_refused
13.4.5 2 no page of the works is open by mistake | met test_roles::test_every_address_is_in_the_table_and_open_to_those_whom_it_names
14.1.1 2 what is personal is written down | told People’s data
14.1.2 2 and how it is protected | told People’s data
14.2.1 1 no secret in an address | open the square on a badge, the one-time link and the hall screen's link are addresses; none is logged or told to others, the first two are used up or void at a press
14.2.2 2 no cache keeps personal answers | met test_web_headers::test_pages_with_nothing_behind_them_keep_the_law_of_pages
14.2.3 2 nothing is told to third parties | met test_web_headers::test_the_law_of_pages_notices_what_is_inline
14.2.4 2 what was written down is done | met test_personal::test_nothing_of_an_erased_person_is_left_on_the_disk
14.3.1 1 a tablet forgets after its turn | met test_kiosk::test_the_next_person_finds_nothing_of_the_last_one
14.3.2 2 no-store | met test_web_headers::test_pages_with_nothing_behind_them_keep_the_law_of_pages
14.3.3 2 nothing sensitive is kept in the browser | open a ballot on its way, drafts, the tracker and the member's last page (without votes and answers) are kept on the tablet on purpose, until they are sent, joined over or signed out
15.1.1 1 how soon flaws of packages are mended is written down | told Hardening
15.1.2 2 a bill of materials | met test_audit::test_the_bill_names_everything_that_is_locked_and_is_the_same_every_time
15.1.3 2 what takes long is written down | told Figures
15.2.1 1 no package is older than that | met test_audit::test_what_is_known_is_told_and_silence_is_no_success
15.2.2 2 what takes long harms nobody else | met test_web_uploads::test_a_child_that_takes_too_much_is_ended_and_told
15.2.3 2 nothing of tests is served | met test_web_headers::test_no_folder_is_listed_and_no_source_is_served
15.3.1 1 only the fields that are needed | met test_web_api::test_a_member_sees_their_own_part_and_others_do_not
15.3.2 2 calls to other servers follow no redirect | met test_asvs::test_the_web_house_asks_no_other_server
15.3.3 2 no field that is not of the form | met test_web_fuzz::test_no_request_breaks_the_server_or_its_document
15.3.4 2 addresses of people come from a trusted place | met test_asvs::test_no_header_of_a_proxy_is_believed_from_anyone
15.3.5 2 types are checked | met test_web_bad_ballots::test_what_is_no_ballot_is_refused_by_the_rule
15.3.6 2 no prototype can be spoilt | met test_asvs::test_scripts_of_pages_copy_nothing_into_prototypes
15.3.7 2 a field sent twice does not confuse | met test_hostile_posts::test_no_door_breaks_whatever_is_sent
16.1.1 2 what is logged is written down | told Logs
16.2.1 2 when, where, what | met test_web_serve::test_the_log_holds_ids_only
16.2.2 2 in UTC | met test_asvs::test_a_line_of_the_log_is_json_in_utc
16.2.3 2 only where it is written down | met test_asvs::test_a_line_of_the_log_is_json_in_utc
16.2.4 2 in one form | met test_asvs::test_a_line_of_the_log_is_json_in_utc
16.2.5 2 no secret, no person, no choice | met test_forensics::test_the_logs_of_a_real_server_tell_of_no_member_and_no_choice
16.3.1 2 signing in is logged | met test_asvs::test_every_try_to_come_in_is_a_line_of_the_log
16.3.2 2 refusals are logged | met test_asvs::test_every_try_to_come_in_is_a_line_of_the_log
16.3.3 2 attempts to get round are logged | met test_asvs::test_every_try_to_come_in_is_a_line_of_the_log
16.3.4 2 errors of ours are logged | met test_web_access::test_an_error_of_ours_shows_and_logs_nothing_of_the_request
16.4.1 2 no line can be forged | met test_asvs::test_a_line_of_the_log_is_json_in_utc
16.4.2 2 logs are protected | open the log goes to stderr; who keeps it (journald, a file) protects it. What matters stands in the journal, which is chained and witnessed
16.4.3 2 logs are brought elsewhere | open left to the operator; heads of the journal can be noted by any witness
16.5.1 2 errors tell nothing of the inside | met test_web_access::test_an_error_of_ours_shows_and_logs_nothing_of_the_request
16.5.2 2 goes on without what it depends on | met test_web_faults::test_nothing_is_answered_that_is_not_on_the_disk_and_all_is_well_again_by_itself
16.5.3 2 nothing is let through by a fault | met test_web_access::test_a_view_that_says_nothing_answers_nobody
"""  # noqa: E501  # one requirement, one line

NOT_HERE = {
    "10": (
        "there is no OAuth and no OpenID Connect",
        "10.1.1 10.1.2 10.2.1 10.2.2 10.3.1 10.3.2 10.3.3 10.3.4 10.4.6 10.4.7 10.4.8 10.4.9 10.4.10 10.4.11 10.5.1 "
        "10.5.2 10.5.3 10.5.4 10.5.5 10.6.1 10.6.2 10.7.1 10.7.2 10.7.3",
        "10.4.1 10.4.2 10.4.3 10.4.4 10.4.5",
    ),
    "17": ("there is no WebRTC", "17.1.1 17.2.1 17.2.2 17.2.3 17.2.4 17.3.1 17.3.2", ""),
}
"""Chapters of which nothing applies: why, the numbers of level 2, those of level 1."""


@dataclass(frozen=True)
class Row:
    """A requirement: its number and level, our short words, how we stand to it and by what."""

    number: str
    level: int
    words: str
    state: str
    by: str


def rows() -> list[Row]:
    """The whole list, in the order of the numbers."""
    found = []
    for line in LIST.strip().splitlines():
        said, _, how = line.partition(" | ")
        number, level, words = said.split(" ", 2)
        state, _, by = how.partition(" ")
        found.append(Row(number, int(level), words, state, by))
    for why, second, first in NOT_HERE.values():
        found += [Row(number, 2, "", "n/a", why) for number in second.split()]
        found += [Row(number, 1, "", "n/a", why) for number in first.split()]
    return sorted(found, key=lambda row: tuple(map(int, row.number.split("."))))


def summary() -> list[str]:
    """A line for each chapter, as the README shows it."""
    lines = ["| chapter | met | told here | not applicable | open |", "|---|---|---|---|---|"]
    for chapter, name in enumerate(CHAPTERS, start=1):
        counts = Counter(row.state for row in rows() if row.number.split(".")[0] == str(chapter))
        lines.append(
            f"| {chapter} {name} | {' | '.join(str(counts[state]) for state in ('met', 'told', 'n/a', 'open'))} |"
        )
    counts = Counter(row.state for row in rows())
    lines.append(
        f"| all {len(rows())} | {' | '.join(str(counts[state]) for state in ('met', 'told', 'n/a', 'open'))} |"
    )
    return lines


if __name__ == "__main__":
    print("\n".join(summary()))
    for row in rows():
        if row.state == "open":
            print(f"{row.number}: {row.words}: {row.by}")
