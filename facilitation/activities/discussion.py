"""A discussion at the tables: a go-round in which everyone speaks, and notes under the headings of a template.

The rooms of `facilitation.notes` know how; this file is their door. `at_table` is what the host of one table sees.
"""

from __future__ import annotations

from facilitation.model import Phase
from facilitation.notes import screens, work
from facilitation.notes import terms as the_terms

KIND = "discussion"
LABEL = "Table discussion"
PHASE = Phase.DISCUSSION
MINUTES = 45

terms = the_terms.read
state = work.Work
decide = work.decide
apply = work.apply
screen = screens.screen
own = screens.own
at_table = screens.at_table
minutes = screens.minutes
