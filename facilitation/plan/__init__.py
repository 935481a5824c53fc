"""The plan of a day: its items and their times, how it runs against the clock, and usual days to begin with."""
