"""Opinions: agree, disagree or pass on statements; who votes alike, what tells the groups apart, what unites them."""

from __future__ import annotations

from facilitation.opinions.telling import Opinions, opinions_of
from facilitation.opinions.votes import Votes, read_votes

__all__ = ["Opinions", "Votes", "opinions_of", "read_votes"]
