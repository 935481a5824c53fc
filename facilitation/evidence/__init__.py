"""Evidence: speakers with their slots, the questions of the tables, materials."""
