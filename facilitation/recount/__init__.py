"""The recount: what is published of a round so that anybody can count it again, and the script that does it.

Pure. A round's ballots are hashed into one root (`merkle`), which the hall screen shows as four words (`words`). At
close they are published with the frozen definition and the result as one signed file (`bundle`), and `verify_count.py`
travels beside it: it reads that file with nothing but Python's standard library, shares no code with the house, and
counts the ballots a second time.
"""
