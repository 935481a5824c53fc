"""The floor: who asks for it, who has it and who is next, and how speaking time is shared between groups."""
