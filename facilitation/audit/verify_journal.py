#!/usr/bin/env python3
"""Check an assembly's journal with nothing but Python (3.11 or later) and verify_count.py in the same folder.

    python3 verify_journal.py FOLDER ["412 paper prism history glaze" …]     what `folkmoot audit export` wrote
    python3 verify_journal.py proof.json                                      what `folkmoot audit proof` printed

In the folder: journal.jsonl (a row on each line), heads.json. Rows are chained by SHA-256; heads are RFC 6962 trees
over them, signed with Ed25519. What you noted in the hall, the number of the row and its words, is held against both.
"""

import json
import re
import sys
from hashlib import sha256
from pathlib import Path

try:
    from verify_count import canonical, four_words, is_signed
except ModuleNotFoundError:  # inside the house, where the two scripts lie in different rooms
    from facilitation.recount.verify_count import canonical, four_words, is_signed


def node(left, right):
    return sha256(b"\1" + left + right).digest()


def leaf(row):
    return sha256(b"\0" + canonical(row)).digest()


def root_of(leaves):
    row = list(leaves) or [sha256().digest()]
    while len(row) > 1:  # pairs from the left: what is left over moves up, which is the tree of RFC 6962
        pairs = [node(left, right) for left, right in zip(row[::2], row[1::2])]
        row = pairs + row[2 * len(pairs) :]
    return row[0].hex()


def check(right, sentence):
    print(("ok     " if right else "WRONG  ") + sentence)
    return right


def check_folder(folder, noted):
    heads = json.loads((folder / "heads.json").read_text(encoding="utf-8"))
    assembly, rows, previous, held = heads["assembly"], [], "", True
    for number, line in enumerate((folder / "journal.jsonl").read_text(encoding="utf-8").split("\n")[:-1], start=1):
        link = json.loads(line)
        row = [link[part] for part in ("seq", "at", "actor", "kind", "data")]
        fits = sha256(canonical([previous, assembly, *row])).hexdigest() == link["hash"]
        if link["seq"] != number or not fits:
            return check(False, f"row {number} does not fit the chain: it was altered, taken out or moved")
        rows.append([assembly, *row, link["hash"]])
        previous = link["hash"]
    leaves = [leaf(row) for row in rows]
    check(True, f"{len(rows)} rows, each chained to the one before")
    for head in heads["heads"]:
        said = {part: head[part] for part in ("format", "assembly", "size", "root", "at", "key")}
        if head["key"] not in heads["keys"] or not is_signed(said, head["signature"], head["key"]):
            held = check(False, f"the head of row {head['size']} is not signed by the house")
        if head["size"] > len(rows) or root_of(leaves[: head["size"]]) != head["root"]:
            held = check(False, f"the rows up to row {head['size']} are not those of its head")
    check(held, f"{len(heads['heads'])} signed heads; the house's keys: {', '.join(heads['keys'])}")
    for text in noted:
        number, said = re.search(r"\d+", text), re.sub(r"\brow\b", " ", text.lower())
        words = " ".join(re.findall(r"[a-z]+", said))
        size = int(number[0]) if number else None
        sizes = [head["size"] for head in heads["heads"]] if size is None else [size]
        same = any(size <= len(rows) and four_words(root_of(leaves[:size])) == words for size in sizes)
        held = (
            check(same, f"“{words}” {'are' if same else 'are NOT'} the words of row {size or 'of some head'}") and held
        )
    return held


def check_proof(proof):
    size, path = proof["size"], [bytes.fromhex(one) for one in proof.get("inclusion", proof.get("consistency"))]
    place = (proof["row"][1] if "row" in proof else proof["first"]) - 1
    if "row" in proof:
        first, last, old, rest = place, size - 1, b"", path
        new = leaf(proof["row"])
    else:
        if proof["first"] == size:
            return check(not path and proof["first_root"] == proof["root"], "both heads are of the same row")
        start = [] if proof["first"] & place else [bytes.fromhex(proof["first_root"])]
        first, last = place, size - 1
        while first & 1:
            first, last = first >> 1, last >> 1
        old = new = (start + path)[0]
        rest = (start + path)[1:]
    for beside in rest:
        if last == 0:
            return check(False, "the proof is too long")
        if first & 1 or first == last:
            old, new = node(beside, old), node(beside, new)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            new = node(new, beside)
        first, last = first >> 1, last >> 1
    right = last == 0 and new.hex() == proof["root"]
    if "row" in proof:
        return check(right, f"row {place + 1} stands in the journal of {size} rows ({four_words(proof['root'])})")
    right = right and old.hex() == proof["first_root"]
    return check(right, f"the first {proof['first']} rows were still the same when there were {size}")


def main(named, *noted):
    path = Path(named)
    if path.is_dir():
        return check_folder(path, noted)
    return check_proof(json.loads(path.read_text(encoding="utf-8")))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(0 if main(*sys.argv[1:]) else 1)
