"""What a draft can come from, by id: the ideas, clusters, questions and materials of the assembly, in a few words.

Each other kind of item knows its own things; here they are only named, so that a draft can cite them. A thing whose
words were withdrawn or erased is not offered any more, and a draft that cites it says that it is missing.
"""

from __future__ import annotations

from facilitation.drafts.lineage import Named
from facilitation.work import Seen


def named(seen: Seen) -> Named:
    """Everything of this assembly that a draft can cite."""
    return {}
