"""HTTPS without a proxy: certificates, a hall's own authority, serving with both, and how tablets come to trust it."""
