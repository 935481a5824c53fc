"""The tables as the store's statements name them; `migrations/` makes them, with every constraint."""

from __future__ import annotations

from sqlalchemy import Boolean, Integer, LargeBinary, column, table
from sqlalchemy.types import Text

NEWEST = "0016"
"""The newest step under migrations/versions."""

assembly = table("assembly", column("id", Text), column("name", Text))
place = table("place", column("id", Text), column("assembly", Text))
journal = table(
    "journal",
    column("assembly", Text),
    column("seq", Integer),
    column("at", Text),
    column("actor", Text),
    column("kind", Text),
    column("data", Text),
    column("hash", Text),
)
tree_head = table(
    "tree_head",
    column("assembly", Text),
    column("size", Integer),
    column("root", Text),
    column("at", Text),
    column("key", Text),
    column("signature", Text),
)
turnout = table(
    "turnout",
    column("round", Text),
    column("member", Text),
    column("key_hash", LargeBinary),
    column("channel", Text),
)
ballot = table(
    "ballot",
    column("box_key", LargeBinary),
    column("round", Text),
    column("choice", Text),
    column("tracker", Text),
    column("class", Text),
)
named_ballot = table("named_ballot", column("round", Text), column("member", Text), column("choice", Text))
blind_token = table(
    "blind_token",
    column("round", Text),
    column("member", Text),
    column("blinded_hash", LargeBinary),
    column("signature", LargeBinary),
)
spent_token = table(
    "spent_token", column("token_hash", LargeBinary), column("round", Text), column("choice_hash", LargeBinary)
)
paper_entry = table(
    "paper_entry",
    column("round", Text),
    column("number", Text),
    column("channel", Text),
    column("choice", Text),
    column("actor", Text),
)
paper_number = table(
    "paper_number", column("number", Text), column("round", Text), column("version", Integer), column("sheet", Text)
)
round_key = table("round_key", column("round", Text), column("private", LargeBinary))
signing_key = table("signing_key", column("id", Integer), column("private", LargeBinary))
person = table(
    "person",
    column("member", Text),
    column("assembly", Text),
    column("place", Integer),
    column("panel_id", Text),
    column("name", Text),
    column("columns", Text),
    column("salt", Text),
    column("code", Text),
)
token = table(
    "token",
    column("hash", LargeBinary),
    column("id", Text),
    column("role", Text),
    column("assembly", Text),
    column("session", Text),
    column("member", Text),
    column("revoked", Boolean),
    column("at_table", Integer),
    column("parked", Boolean),
    column("account", Text),
    column("family", Text),
    column("made_at", Text),
    column("used_at", Text),
    column("until", Text),
    column("idle", Integer),
    column("issuer", Text),
)
link = table(
    "link",
    column("hash", LargeBinary),
    column("role", Text),
    column("assembly", Text),
    column("expires_at", Text),
    column("used", Boolean),
    column("at_table", Integer),
    column("account", Text),
    column("issuer", Text),
)
account = table(
    "account",
    column("id", Text),
    column("name", Text),
    column("folded", Text),
    column("password", Text),
    column("number", Text),
    column("step", Integer),
    column("made_at", Text),
    column("used_at", Text),
)
account_role = table("account_role", column("account", Text), column("role", Text), column("assembly", Text))
recovery_code = table("recovery_code", column("hash", LargeBinary), column("account", Text))
sign_in_try = table("sign_in_try", column("key", LargeBinary), column("failures", Integer), column("next_at", Text))
access_log = table(
    "access_log",
    column("n", Integer),
    column("at", Text),
    column("actor", Text),
    column("act", Text),
    column("account", Text),
    column("role", Text),
    column("assembly", Text),
)
words = table(
    "words",
    column("id", Text),
    column("assembly", Text),
    column("author", Text),
    column("salt", Text),
    column("body", Text),
)
answer = table(
    "answer",
    column("item", Text),
    column("sheet", Text),
    column("voice", Text),
    column("part", Text),
    column("value", Text),
)
kept_text = table(
    "kept_text", column("session", Text), column("writer", Text), column("name", Text), column("fields", Text)
)
pairing = table(
    "pairing",
    column("code", Text),
    column("secret_hash", LargeBinary),
    column("made_at", Text),
    column("role", Text),
    column("assembly", Text),
    column("session", Text),
    column("member", Text),
    column("paired_at", Text),
    column("token", Text),
)
need = table(
    "need",
    column("member", Text),
    column("assembly", Text),
    column("session", Text),
    column("at", Text),
    column("state", Text),
    column("own", Boolean),
    column("wishes", Text),
    column("words", Text),
)
hall_screen = table(
    "hall_screen",
    column("id", Text),
    column("token", Text),
    column("session", Text),
    column("name", Text),
    column("shows", Text),
)
look = table("look", column("member", Text), column("look", Text))
blob = table("blob", column("owner", Text), column("part", Text), column("name", Text), column("data", LargeBinary))
house_setting = table("house_setting", column("name", Text), column("value", Text))
recruitment = table(
    "recruitment",
    column("id", Text),
    column("title", Text),
    column("made_at", Text),
    column("size", Integer),
    column("household", Text),
    column("assembly", Text),
    column("seated_draw", Text),
    column("exclude_by", Text),
)
edition = table(
    "edition",
    column("recruitment", Text),
    column("number", Integer),
    column("at", Text),
    column("actor", Text),
    column("what", Text),
)
draw = table(
    "draw",
    column("id", Text),
    column("recruitment", Text),
    column("state", Text),
    column("attempts", Integer),
    column("asked_at", Text),
    column("heartbeat_at", Text),
    column("progress", Text),
    column("error", Text),
    column("seed", Text),
    column("kind", Text),
    column("options", Text),
)
public_event = table(
    "public_event",
    column("draw", Text),
    column("seq", Integer),
    column("at", Text),
    column("actor", Text),
    column("kind", Text),
    column("data", Text),
)
draw_key = table(
    "draw_key", column("hash", LargeBinary), column("draw", Text), column("role", Text), column("used", Boolean)
)

PRINTED = "paper_number"
"""What may be written before a round opens, too."""
URN = ("turnout", "ballot", "named_ballot", "blind_token", "spent_token", "paper_entry", PRINTED, "round_key")
"""What is written while a round is open. No backup has it before the close."""
ANSWERS = "answer"
"""What was answered. A backup has the sheets that are cut; before that, a voice is a member."""
UNFINISHED = "kept_text"
"""What somebody is still writing. No backup has it."""
MUST_FORGET = (*URN, "paper_number", "person", "need", "look", "blob", "words", ANSWERS, UNFINISHED)
"""Where rows are taken out, so that nobody may ever find them again; of the urn also the order in which they came."""
