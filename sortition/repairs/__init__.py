"""Quotas that cannot be met, or keep somebody out: which of them clash, and the least that would have to give way."""
