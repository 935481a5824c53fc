"""The schema, step by step; opening a database brings it to the newest step."""
