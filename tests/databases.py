"""Which tests are run on SQLite and on PostgreSQL, each of them twice, and which on one, and why."""

from __future__ import annotations

import re

ON_BOTH = frozenset(
    {
        "test_audit_cli",
        "test_badges",
        "test_drafts_desk",
        "test_evaluation_desk",
        "test_evidence_desk",
        "test_facilitation_casting_vote",
        "test_facilitation_changing",
        "test_facilitation_classes",
        "test_facilitation_conduct",
        "test_facilitation_desk",
        "test_facilitation_law",
        "test_facilitation_papers",
        "test_facilitation_public_draws",
        "test_facilitation_publishing",
        "test_facilitation_replacing",
        "test_facilitation_sealed",
        "test_facilitation_secrecy",
        "test_gathered",
        "test_hall_screens",
        "test_hostile_votes",
        "test_ideas_desk",
        "test_item_forms",
        "test_joining",
        "test_kiosk",
        "test_members_of_the_day",
        "test_minutes",
        "test_needs",
        "test_notes_desk",
        "test_opinions_desk",
        "test_personal",
        "test_planning",
        "test_presence",
        "test_sessions",
        "test_speaking",
        "test_speaking_time",
        "test_tables",
        "test_tablets",
        "test_work",
    }
)
"""The rooms of tests of the desk, the store and the state machines."""

LOOKS_INTO_THE_FILE = re.compile(r"sqlite|\.path\b|PRAGMA|\.iterdir\(")
"""What a test in them says that is about SQLite's own file (its fixture is called `on_file`, or it reads the bytes)."""
