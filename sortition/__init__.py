"""The lottery house: choose a panel that the quotas allow, as fairly as possible, by a public lottery."""
