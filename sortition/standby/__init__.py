"""Those who stand by, and what happens when members drop out: who may leave, who is chosen for it, who takes a seat."""
