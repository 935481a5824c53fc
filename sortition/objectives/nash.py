"""Nash: the product of all chances is as large as any lottery makes it; so nobody is raised at too high a price.

Pure. Volunteers whom no panel can hold are set apart, with a proof; n_t persons of every other type t share x_t
seats, and Σ_t n_t log(x_t/n_t) is the greatest. The best chances are unique and mostly irrational, so what is
certified is a point of fractions and how far it can be from the best, without a solver and without a logarithm.

Multipliers y of the limits give every type a price c_t = Σ_i y_i a_it. Let v_t = max(c_t, n_t/most_t) and N = Σ n_t.

    Σ_t v_t x_t ≤ U := Σ_i y_i b_i + Σ_t (v_t - c_t) most_t                  for every point x (weak duality), so
    Σ_t n_t log(v_t x_t/n_t) ≤ N log(U/N)                                    (arithmetic and geometric mean).

For the lottery's own point x̂ let s_t = v_t x̂_t/n_t. As log s ≥ 1 - 1/s, no lottery's geometric mean of chances is
larger than that of x̂ by more than the factor (U/N)/(1 + d), where d = Σ_t n_t (1 - 1/s_t)/N; at the optimum U = N,
all s_t = 1 and the factor is 1. It also bounds every single chance: with η = U - N - N d, both s_t and the ratio
ρ_t = v_t x*_t/n_t of the best point x* have n_t (ρ - 1 - log ρ) ≤ η, hence |ρ - 1| ≤ 2√η if η < 1/4, and
|x*_t/x̂_t - 1| ≤ 4√η/(1 - 2√η).
Sources: J. Nash, The bargaining problem, Econometrica 18 (1950); the Nature paper of 2021 for its use here; S. Boyd,
L. Vandenberghe, Convex optimization (2004), 5.5 for the optimality conditions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from sortition.objectives.gaps import Gaps, above, barred_gap, never, root_above
from sortition.polytope import Polytope
from sortition.proof import FairnessProof, reduced, sides

FAR = Gaps(Fraction(1))  # any two chances are at most this far from each other: nothing is proved
NEAR = Fraction(1, 4)


def gaps(polytope: Polytope, proof: FairnessProof, chances: Sequence[Fraction]) -> Gaps | None:
    """How far any chance is from the best at most, and by which part the geometric mean can be exceeded."""
    barred = never(proof.levels)
    live = [t for t in range(polytope.count) if t not in barred]
    total = sides(polytope, proof.multipliers)
    denied = barred_gap(polytope, proof.levels)
    if total is None or denied is None or len(proof.levels) > bool(barred):
        return None
    persons = sum(polytope.sizes[t] for t in live)
    lost = Fraction(0)
    for t, rest in enumerate(reduced(polytope, (), proof.multipliers)):
        if t in barred:
            continue
        size, most = polytope.sizes[t], polytope.most[t]
        worth = max(-rest, Fraction(size, most))
        total += (worth + rest) * most
        if chances[t] == 0:
            return FAR
        lost += above(size / (worth * chances[t])) - size
    total = above(total)
    if lost >= persons:
        return FAR
    value = above(total / (persons - lost) - 1)
    open_ = total - persons + lost
    if open_ >= NEAR:
        return Gaps(Fraction(1), value)
    root = root_above(open_)
    each = max(chances[t] for t in live) * 4 * root / (1 - 2 * root)
    return Gaps(min(Fraction(1), above(denied + each)), value)
