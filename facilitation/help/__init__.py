"""Calls for help from the tables, until somebody has come."""
