"""Check a public draw with nothing but Python: python3 verify_draw.py [MY_PROOF.json]
It reads the files beside it. MY_PROOF.json is what you were given as a volunteer: it shows that you are in the pool."""

import json, re, sys
from collections import Counter
from fractions import Fraction
from hashlib import sha256, sha512
from hmac import digest
from pathlib import Path

P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # the signatures: Ed25519, RFC 8032
D, ROOT_OF_MINUS_ONE = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)

def add(a, b):
    u, v, c, d = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0]), 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    return (v - u) * (d - c) % P, (d + c) * (v + u) % P, (d - c) * (d + c) % P, (v - u) * (v + u) % P
def times(number, point):
    half = times(number // 2, add(point, point)) if number else (0, 1, 1, 0)
    return add(half, point) if number % 2 else half
def point_of(data):
    odd, y = divmod(int.from_bytes(data, "little"), 2**255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    x = {r * r % P: r for r in (root, root * ROOT_OF_MINUS_ONE % P)}[square]
    return (x if x % 2 == odd else P - x), y, 1, (x if x % 2 == odd else P - x) * y % P

def canonical(content):
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
def is_signed(raw, key):
    signature = bytes.fromhex((content := json.loads(raw)).pop("signature"))
    first, s = signature[:32], int.from_bytes(signature[32:], "little")
    h = int.from_bytes(sha512(first + key + canonical(content)).digest(), "little") % ORDER
    left = times(s, point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little")))
    right = add(point_of(first), times(h, point_of(key)))
    equal = all((left[axis] * right[2] - right[axis] * left[2]) % P == 0 for axis in (0, 1))
    return equal and s < ORDER and canonical({**content, "signature": signature.hex()}) == raw

def merkle_root(leaves):  # as in RFC 6962
    if len(leaves) == 1:
        return leaves[0]
    cut = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + merkle_root(leaves[:cut]) + merkle_root(leaves[cut:])).digest()

def is_panel(members, fixed, bundle):
    people = [bundle["volunteers"][number - 1] for number in set(members) if number > 0]
    homes = [one["household"] for one in people if one["household"] is not None]
    have = Counter(answer for one in people for answer in zip(bundle["features"], one["values"]))
    kept = all(q["min"] <= have[q["feature"], q["value"]] <= q["max"] for q in bundle["quotas"])
    return kept and len(people) == len(members) == fixed["panel_size"] and len(homes) == len(set(homes))

def ticket_of(spec, seen, commitment, total):
    kind, event = (spec + ":").split(":")[:2]
    if kind == "dice":  # the dice are the ticket, and all noughts are the last one
        return (int(seen) or total) if re.fullmatch("[0-9]" * (len(str(total)) - 1), seen) else None
    balls = [int(ball) for ball in seen.split()[1:]] if kind == "national-lottery" else []
    form = event + (" [0-9a-f]{64}" if kind == "drand" else "( [1-9]| [1-5][0-9]){7}")
    if not re.fullmatch(form, seen) or balls[:6] != sorted(balls[:6]) or len(set(balls)) != len(balls):
        return None
    key = sha256(f"folkmoot public draw 1\n{commitment}\n{spec} {seen}".encode()).digest()
    numbers = (int.from_bytes(digest(key, n.to_bytes(8, "big"), "sha256"), "big") for n in range(1000))
    return next(number for number in numbers if number < 2**256 - 2**256 % total) % total + 1

def check(holds, sentence):
    print("holds " if holds else "FAILS ", sentence)
    holds or sys.exit(1)

def check_draw(folder, proof=None):
    raw, bundle = (folder / "commitment.json").read_bytes(), json.loads((folder / "bundle.json").read_bytes())
    fixed, fingerprint = json.loads(raw), sha256(raw).hexdigest()
    key, total, four = bytes.fromhex(fixed["key"]), fixed["tickets"], re.findall("....", fingerprint)
    check(is_signed(raw, key), "The commitment is signed. It must be the one that was announced:")
    print(f"       {' '.join(four[:8])}\n       {' '.join(four[8:])}\n       to be decided by {fixed['randomness']!r}")
    if fixed["supersedes"]:
        print("       It replaces {commitment!r}, because: {reason!r}".format(**fixed["supersedes"]))
    for name, wanted in {"bundle.json": "", **fixed["files"]}.items():
        check(sha256((folder / name).read_bytes()).hexdigest() == wanted, f"{name!r} is as it was committed to.")
    people, panels, tickets = bundle["volunteers"], bundle["panels"], bundle["tickets"]
    right = merkle_root([bytes.fromhex(one["leaf"]) for one in people]).hex() == fixed["pool_root"]
    right = right and len({one["volunteer"] for one in people}) == len(people) == fixed["volunteers"]
    check(right, f"The {len(people)} volunteers are those of the pool that was committed to.")
    check(all(is_panel(one["members"], fixed, bundle) for one in panels), f"All {len(panels)} panels keep every rule.")
    right = all(1 <= number <= len(panels) for number in tickets) and len(tickets) == total in (1000, 10000)
    check(right, f"Each of the {total} numbered tickets stands for one of these panels.")
    held, weights = Counter(person for number in tickets for person in panels[number - 1]["members"]), Counter()
    for panel in panels:
        weights.update(dict.fromkeys(panel["members"], panel["weight"]))
    whole, positive = sum(panel["weight"] for panel in panels), all(panel["weight"] >= 0 for panel in panels)
    exact = {number: Fraction(weights[number], whole) for number in range(1, len(people) + 1)}
    right = all((Fraction(one["chance"]), one["tickets"]) == (exact[n], held[n]) for n, one in enumerate(people, 1))
    check(right and positive, "Everyone's exact chance and number of tickets are as claimed.")
    off = max(abs(exact[n] - Fraction(held[n], total)) for n in exact)
    least, fewest = min(filter(None, exact.values())), min(held[n] for n in exact if exact[n])
    told = {"largest_deviation": str(off), "least_chance": str(least), "fewest_tickets": fewest}
    check(told == bundle["rounding"], f"The smallest chance is {float(least):.4%}, by ticket {fewest} of {total};")
    print(f"       by ticket nobody's chance is further from the exact one than {float(off):.4%}.")
    if proof:
        row = json.dumps(proof["row"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        mine = sha256(b"\0" + bytes.fromhex(proof["salt"]) + row).hexdigest(), sorted(proof["row"]["values"].items())
        found = [n for n, v in enumerate(people, 1) if (v["leaf"], [*zip(bundle["features"], v["values"])]) == mine]
        check(found, f"You are in the pool, with your answers: {[people[n - 1]['volunteer'] for n in found]}")
        held_by_me = [t for t, n in enumerate(tickets, 1) if found[0] in panels[n - 1]["members"]]
        right = (people[found[0] - 1]["household"], held_by_me) == (proof["row"]["household"], proof["tickets"])
        check(right, "Your household and tickets are as you were told.")
    if not (folder / "reveal.json").exists():
        print("       The draw has not been revealed yet.")
        return
    raw = (folder / "reveal.json").read_bytes()
    shown, ticket = json.loads(raw), ticket_of(fixed["randomness"], json.loads(raw)["entered"], fingerprint, total)
    check(is_signed(raw, key) and shown["commitment"] == fingerprint, "The reveal is signed and belongs to this draw.")
    check(shown["ticket"] == ticket, f"{shown['entered']!r} was seen, which is ticket {ticket} of {total}.")
    names = [people[number - 1]["volunteer"] for number in panels[tickets[ticket - 1] - 1]["members"]]
    check(shown["panel"] == names, f"The panel of this ticket is {' '.join(names).encode('unicode_escape').decode()}.")

UNREADABLE = (OSError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError)
if __name__ == "__main__":
    try:
        check_draw(Path(__file__).parent, *[json.loads(Path(name).read_text("utf-8")) for name in sys.argv[1:2]])
        print("Everything holds.")
    except UNREADABLE as fault:
        check(False, f"The files cannot be read: {fault!r}")
