"""The recruiter's rooms: files → check → draw → panel → seats → who leaves and who comes.

One room for each thing on the recruiter's desk, with its pages (GET, which change nothing) and its doors (POST, which
say what sending twice means). Everything that takes a solver runs in a child process (jobs, checks); these rooms show
how far it has come and what it made.
"""
