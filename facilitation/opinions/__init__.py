"""Opinions: agree, disagree or pass on statements; who votes alike, what tells the groups apart, what unites them."""
