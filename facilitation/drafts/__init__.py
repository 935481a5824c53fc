"""Drafts: recommendations from their first wording to the one that people can live with."""
