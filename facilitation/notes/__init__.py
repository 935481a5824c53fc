"""Table notes: what a table wrote down, who has spoken in its round, and what it asks help for."""
