"""The tables of a session: their plan, round by round, and what screens show of it."""
