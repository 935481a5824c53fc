"""The public draw: all is fixed and signed first, then dice or a beacon that nobody commands choose the ticket.

Pure: bytes in, bytes out; no clock, no disk, no network. `prepare` turns a pool and its fair lottery into the files of
a folder: `public/` to be published before the randomness exists, `private/` for the organiser. `reveal` takes these
files and what the dice showed, and gives the files to add. `outcome` does the same from the public files alone.
`question` says what to ask in the hall, `understood` reads what one person typed: two people agree when their entries
are equal.

The rooms to enter by: `prepare` (Terms, prepare), `reveal` (Outcome, outcome, reveal), `entry` (Question, question,
understood), `randomness` (read_randomness), `signed` (Supersedes, in_groups).

Protocol: the sources and the exact recipe are announced before, as D. Eastlake, Publicly Verifiable Nominations
Committee (NomCom) Random Selection, RFC 3797 (2004) has it; numbered tickets as in Flanigan, Kehne and Procaccia, Fair
sortition made transparent (NeurIPS 2021).
"""
