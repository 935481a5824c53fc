"""Drafts: recommendations in the members' own words, tested until most can live with them.

A **theme** gathers members, a **draft** is five fields with a history of versions, an **amendment** proposes another
wording of one version, a **test** asks everyone how well they can live with it, and the **loop** goes round: test, see
the reasons, rewrite, test again, until the line is reached or the facilitator stops. `work` folds what happened,
`deciding` says what may happen, `loop` counts, `differences` compares, `showing` and `lineage` show.
"""
