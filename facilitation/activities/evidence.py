"""Evidence: speakers give evidence to the whole hall, each in a slot, and the tables ask them.

The slots, the question bank and the papers are in `facilitation.evidence`; here are the doors alone.
"""

from __future__ import annotations

from facilitation.evidence import plan, telling, work, written
from facilitation.model import Phase

KIND = "evidence"
LABEL = "Evidence"
PHASE = Phase.PLENARY
MINUTES = 45

terms = plan.terms
state = work.Evidence
decide = work.decide
apply = work.apply
screen = telling.screen
own = telling.own
at_table = telling.of_table
minutes = written.minutes
