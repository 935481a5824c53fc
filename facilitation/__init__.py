"""The assembly house: run the sessions, hold the votes, keep the minutes."""
