"""Evaluation: what members think of the assembly, before and after, told only as a whole."""
