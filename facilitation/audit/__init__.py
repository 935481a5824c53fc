"""Who watches the journal: a tree over its rows, signed heads of it, and what witnesses noted held against them."""
