"""Check the count of a vote with nothing but Python: python3 verify_count.py [BUNDLE.json] [TRACKER] ["four words"]
It reads the published bundle, checks that nothing of it was changed, and counts the ballots again by its own code.
The rules it knows: yes-no, support, approval, score, irv, stv, equal-shares, greedy. Their law stands beside each.
It is long because it is one file: whoever checks a count downloads this and the bundle, and needs nothing else."""

import json, re, sys
from collections import Counter
from fractions import Fraction
from hashlib import pbkdf2_hmac, sha256, sha512
from hmac import digest
from itertools import accumulate, permutations
from math import lcm
from pathlib import Path

# --- the signature: Ed25519, RFC 8032 ---------------------------------------------------------------------------------
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
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
def is_signed(content, signature, key):
    if signature != signature.lower() or len(signature) != 128:  # one spelling, so that no changed letter goes through
        return False
    signature, key = bytes.fromhex(signature), bytes.fromhex(key)
    first, s = signature[:32], int.from_bytes(signature[32:], "little")
    h = int.from_bytes(sha512(first + key + canonical(content)).digest(), "little") % ORDER
    left = times(s, point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little")))
    right = add(point_of(first), times(h, point_of(key)))
    return s < ORDER and all((left[axis] * right[2] - right[axis] * left[2]) % P == 0 for axis in (0, 1))

# --- hashes -----------------------------------------------------------------------------------------------------------
def canonical(content):
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
def hash_of(content):
    return sha256(canonical(content)).hexdigest()
def root_of(ballots):  # RFC 6962, over the leaves in the order of their hashes
    row = sorted(sha256(b"\0" + canonical(ballot)).digest() for ballot in ballots) or [sha256(b"").digest()]
    while len(row) > 1:
        pairs = [sha256(b"\1" + left + right).digest() for left, right in zip(row[::2], row[1::2])]
        row = pairs + row[2 * len(pairs):]
    return row[0].hex()
def four_words(root):
    bits = int.from_bytes(pbkdf2_hmac("sha256", bytes.fromhex(root), b"folkmoot four words 1", 2**17, 5), "big")
    return " ".join(WORDS[bits >> 10 * place & 1023] for place in (3, 2, 1, 0))

# --- shares, lines and lots -------------------------------------------------------------------------------------------
def share(count, of):
    tenths = (2000 * count + of) // (2 * of) if of else 0
    return {"exact": f"{count}/{of}" if of else None, "text": f"{tenths // 10}.{tenths % 10} %" if of else "–"}
def measure(count, of, base):
    return {"count": count, "of": of, "base": base, **share(count, of)}
def shares(counts, sizes, sides=()):
    return {base: {option: share(count, of) for option, count in counts.items() if base != "yes+no" or option in sides}
            for base, of in sizes.items()}
def passes(line, count, of):
    return Fraction(count, of) >= Fraction(line["share"]) if line["op"] == ">=" else \
        Fraction(count, of) > Fraction(line["share"])
def nothing_decided(asked, sizes, base):  # too few took part, or there is nothing to take a share of
    least, part = (asked["threshold"] or {}).get("minimum_turnout"), asked["terms"].get("participation", "cast")
    too_few = least and (not sizes["entitled"] or sizes[part] < Fraction(least) * sizes["entitled"])
    return bool(too_few) or not sizes[base]
def drawn_order(asked):  # the lot of the published seed
    if "seed" not in asked["terms"]:
        return None
    key = sha256("\n".join(("folkmoot lot 1", asked["title"], asked["terms"]["seed"])).encode()).digest()
    return sorted(asked["options"], key=lambda option: digest(key, option.encode(), "sha256"))
def seated(asked, heights):  # the highest take the seats; the lot decides who is level for the last, or it is a tie
    seats, order, chosen, level = asked["terms"].get("seats", 1), drawn_order(asked), [], []
    for height in sorted(set(heights.values()), reverse=True):
        group = [option for option in heights if heights[option] == height]
        if len(group) > seats - len(chosen) > 0 and order is None:
            level = group
            break
        chosen += sorted(group, key=order.index if order else None)[:max(0, seats - len(chosen))]
    winners = [option for option in asked["options"] if option in chosen + level]
    return {"verdict": "tie" if level else "none", "winners": winners}

# --- the rules: the question, its ballots, and the sizes of the bases -------------------------------------------------
YES = "yes|for|in favour|in favor|agree|approve|accept|adopt|support|aye|oui|ja".split("|")
NO = "no|against|disagree|disapprove|reject|oppose|nay|non|nein|nee".split("|")

def yes_no(asked, counts, sizes):  # passed when yes votes / base reach (or cross) the line
    options, line, level_word = asked["options"], asked["threshold"], asked["terms"].get("level")
    named = [[option for option in options if option.casefold() in words] for words in (YES, NO)]
    yes, no = (side[0] for side in named) if [len(side) for side in named] == [1, 1] else options[:2]
    sizes = {"yes+no": counts[yes] + counts[no], **sizes}
    base, level, verdict, winners = line["base"] if line else "yes+no", counts[yes] == counts[no], "failed", []
    if nothing_decided(asked, sizes, base):
        verdict = "no-decision"
    elif line is None:
        verdict, winners = ("tie", [yes, no]) if level else ("none", [max(yes, no, key=counts.get)])
    elif passes(line, counts[yes], sizes[base]):
        verdict, winners = "passed", [yes]
    elif level and Fraction(line["share"]) == Fraction(counts[yes], sizes[base]) == Fraction(1, 2):
        verdict, winners = ("failed", []) if level_word == "fail" else ("tie", [yes, no])
    return {"counts": counts, "verdict": verdict, "winners": winners, "base": base,
            "measure": measure(counts[yes], sizes[base], base), "shares": shares(counts, sizes, (yes, no))}

def support(asked, counts, sizes):  # the top three of five answers are the comfort share
    line, comfort = asked["threshold"], sum(counts[option] for option in asked["options"][:3])
    base = line["base"] if line else "valid"
    verdict = "no-decision" if nothing_decided(asked, sizes, base) else "none" if line is None else \
        "passed" if passes(line, comfort, sizes[base]) else "failed"
    return {"counts": counts, "verdict": verdict, "winners": [], "base": base,
            "measure": measure(comfort, sizes[base], base), "shares": shares(counts, sizes), "tables": [scale(counts)]}

def scale(counts):  # the median is the lower of the two in the middle
    (love, like, _, lament, loathe), valid = counts.values(), sum(counts.values())
    below, rows = accumulate([*counts.values()][::-1]), []
    if valid:
        comfort = Fraction(valid - lament - loathe, valid)
        median = next(answer for answer, people in zip([*counts][::-1], below) if 2 * people >= valid)
        rows = [["comfort share", exact(comfort)],
                ["at least four fifths comfortable", "yes" if comfort >= Fraction(4, 5) else "no"],
                ["net support", exact(Fraction(love + like - lament - loathe, valid))], ["median answer", median]]
    return {"name": "the scale", "columns": ["figure", "value"], "rows": rows}

def approval(asked, counts, sizes):  # the most approved; a line tests the leader
    line, most = asked["threshold"], max(counts.values())
    base, found = line["base"] if line else "valid", {"verdict": "failed", "winners": []}
    if nothing_decided(asked, sizes, base) or (line is None and not most):
        found["verdict"] = "no-decision"
    elif line is None:
        found = seated(asked, counts)
    elif passes(line, most, sizes[base]):
        leaders = [option for option in counts if counts[option] == most]
        leaders = sorted(leaders, key=drawn_order(asked).index)[:1] if "seed" in asked["terms"] else leaders
        found = {"verdict": "tie" if len(leaders) > 1 else "passed", "winners": leaders}
    return {"counts": counts, "base": base, "measure": measure(most, sizes[base], base),
            "shares": shares(counts, sizes), **found}

def score(asked, ballots, sizes):  # the highest mean of those who scored it; or total, if a missing score is 0
    terms, options = asked["terms"], asked["options"]
    given = {o: [ballot[n] for ballot in ballots if ballot[n] is not None] for n, o in enumerate(options)}
    totals, possible = {o: sum(marks) for o, marks in given.items()}, terms.get("highest", 5) * len(ballots)
    means = {o: Fraction(totals[o], len(marks)) if marks else None for o, marks in given.items()}
    rows = [[o, len(given[o]), len(ballots) - len(given[o]), totals[o], exact(means[o])] for o in options]
    heights = totals if terms.get("missing") == "zero" else {o: -1 if m is None else m for o, m in means.items()}
    found = seated(asked, heights) if any(given.values()) else {"verdict": "no-decision", "winners": []}
    table = {"name": "scores", "columns": ["option", "scores", "no score", "total", "mean"], "rows": rows}
    return {"counts": totals, "base": "possible", "measure": None, "tables": [table],
            "shares": {"possible": {o: share(total, possible) for o, total in totals.items()}}, **found}

# --- instant run-off: the last leaves until one has more than half of the ballots still counting ----------------------
def going_on(rankings, still_in, history):  # a race is the counts of all its rounds, the latest first
    votes = dict.fromkeys(still_in, 0)
    for ranking, ballots in rankings.items():
        top = next((option for option in ranking if option in votes), None)
        if top is not None:
            votes[top] += ballots
    return (tuple(votes.items()), *history)
def ending(race):  # who has more than half
    votes = dict(race[0])
    first, counting = max(votes, key=votes.get), sum(votes.values())
    return (first, votes[first], counting) if 2 * votes[first] > counting else None
def ways_on(race):  # who leaves: all the last if hopeless together; who had fewest in an earlier round; or any of them
    rounds = [dict(votes) for votes in race]
    last = [option for option, votes in rounds[0].items() if votes == min(rounds[0].values())]
    others = [votes for option, votes in rounds[0].items() if option not in last]
    if len(last) == 1 or (others and sum(rounds[0][option] for option in last) < min(others)):
        return [last]
    record = {option: [votes[option] for votes in rounds] for option in last}
    return [[option] for option in last if record[option] == min(record.values())]
def without(rankings, race, leaving):
    return going_on(rankings, [option for option, _ in race[0] if option not in leaving], race)
def moved(rankings, race, leaving):  # whose ballots go to whom when these leave, in the order of the options
    still_in, found = [option for option, _ in race[0]], Counter()
    for ranking, ballots in rankings.items():
        top, *rest = [option for option in ranking if option in still_in] or [None]
        if top in leaving:
            found[top, next((option for option in rest if option not in leaving), None)] += ballots
    ends = sorted(found, key=lambda pair: (still_in.index(pair[0]), [*still_in, None].index(pair[1])))
    return [{"from": giver, "to": taker, "votes": found[giver, taker]} for giver, taker in ends]
def endings(rankings, race):  # every way of breaking the tie for last, followed to its end; None beyond 1,000 at once
    ended, open_ways = set(), {race}
    while open_ways:
        if len(open_ways) > 1000:
            return None
        onward = {without(rankings, way, leaving) for way in open_ways for leaving in ways_on(way)}
        ended |= {ending(way) for way in onward if ending(way)}
        open_ways = {way for way in onward if not ending(way)}
    return ended

def irv(asked, ballots, sizes):
    rankings, line, rounds = Counter(map(tuple, ballots)), asked["threshold"], []
    race = going_on(rankings, asked["options"], ())
    counts, ends = dict(race[0]), set()
    while ballots:
        votes, end = dict(race[0]), ending(race)
        ways, counting, order = [] if end else ways_on(race), sum(votes.values()), drawn_order(asked)
        if order and len(ways) > 1:  # whoever the lot likes least leaves
            ways = [max(ways, key=lambda way: order.index(way[0]))]
        rounds.append({
            "round": len(rounds) + 1, "counts": votes, "continuing": counting, "exhausted": len(ballots) - counting,
            "shares": {option: share(number, counting) for option, number in votes.items()},
            "transfers": moved(rankings, race, ways[0]) if len(ways) == 1 else [],
            "eliminated": ways[0] if len(ways) == 1 else [], "elected": [end[0]] if end else []})
        if len(ways) != 1:
            ends = {end} if end else endings(rankings, race)
            break
        race = without(rankings, race, ways[0])
    base, verdict, winners, told = line["base"] if line else "valid", "no-decision", [], None
    if not nothing_decided(asked, sizes, "valid") and not nothing_decided(asked, sizes, base):
        able = set(votes) if ends is None else {end[0] for end in ends}
        verdict, winners = "tie", [option for option in asked["options"] if option in able]
        if ends is not None and len(winners) == 1:
            _, fewest, counting = min(ends, key=lambda end: (end[1], -end[2]))
            told = measure(fewest, sizes[base], base) if line else measure(fewest, counting, "continuing")
            met = {passes(line, end[1], sizes[base]) for end in ends} if line else {None}
            verdict = "tie" if len(met) > 1 else {None: "none", True: "passed", False: "failed"}[met.pop()]
            winners = [] if verdict == "failed" else winners
    return {"counts": counts, "verdict": verdict, "winners": winners, "base": base, "measure": told,
            "shares": shares(counts, sizes), "rounds": rounds}

# --- single transferable vote: SSI 2007/42, rules 45 to 52, values cut to five decimals -------------------------------
ONE = 100_000  # a vote

class Stages:  # one way through the stages; the script says who goes first where options were level in all of them
    def __init__(self, rankings, asked, script):
        self.options, self.seats, self.order = asked["options"], asked["terms"].get("seats", 1), drawn_order(asked)
        self.script, self.quota = list(script), sum(rankings.values()) // (self.seats + 1) + 1
        self.votes, self.piles = dict.fromkeys(self.options, 0), {option: [] for option in self.options}
        self.left, self.elected, self.waiting, self.rounds, self.history = list(self.options), [], [], [], []
        self.exhausted = self.lost = 0
        for ranking, ballots in rankings.items():
            self.lay(ranking, ballots, ONE, self.options)
        self.end_stage("first preferences", [])
        self.level = self.run()
    def lay(self, ranking, ballots, value, able):  # on the pile of the next option that can still use it
        for place, option in enumerate(ranking):
            if option in able:
                self.piles[option].append((ranking[place + 1:], ballots, value))
                self.votes[option] += ballots * value
                return
        self.exhausted += ballots * value
    def run(self):
        while len(self.elected) < self.seats:
            best = max if self.waiting else min
            level = self.waiting or self.left
            for votes in reversed(self.history):  # the latest stage where they differ decides
                level = [option for option in level if votes[option] == best(votes[each] for each in level)]
            if len(level) > 1 and self.order:
                level = [(min if self.waiting else max)(level, key=self.order.index)]
            elif len(level) > 1 and self.script:
                level = [self.script.pop(0)]
            if len(level) > 1:
                return level
            (self.pass_surplus if self.waiting else self.put_out)(level[0])
        return []
    def pass_surplus(self, option):
        self.waiting.remove(option)
        total, passed, surplus = self.votes[option], 0, self.votes[option] - self.quota * ONE
        self.votes[option] -= surplus
        pile, self.piles[option] = self.piles[option], []
        for ranking, ballots, value in pile:
            passed += ballots * (surplus * value // total)
            self.lay(ranking, ballots, surplus * value // total, self.left)
        self.lost += surplus - passed
        self.end_stage(f"surplus of {option}", [])
    def put_out(self, option):
        self.left.remove(option)
        if len(self.left) > self.seats - len(self.elected):  # otherwise the rest are elected, and nothing is passed on
            self.votes[option] = 0
            pile, self.piles[option] = self.piles[option], []
            for ranking, ballots, value in pile:
                self.lay(ranking, ballots, value, self.left)
        self.end_stage(f"votes of {option}", [option])
    def end_stage(self, act, out):
        by_votes = sorted(self.left, key=lambda option: (-self.votes[option], self.options.index(option)))
        elected = [option for option in by_votes if self.votes[option] >= self.quota * ONE]
        if len(by_votes) > len(elected) and len(by_votes) == self.seats - len(self.elected):
            elected = by_votes
        self.elected += elected
        self.waiting += [option for option in elected if self.votes[option] > self.quota * ONE]
        self.left = [option for option in self.left if option not in elected]
        self.history.append(dict(self.votes))
        self.rounds.append({
            "round": len(self.rounds) + 1, "act": act, "elected": elected, "eliminated": out,
            "counts": {option: exact(Fraction(votes, ONE)) for option, votes in self.votes.items()},
            "exhausted": exact(Fraction(self.exhausted, ONE)), "lost_by_cutting": exact(Fraction(self.lost, ONE))})

def stv(asked, ballots, sizes):
    rankings = Counter(map(tuple, ballots))
    counts = {option: sum(1 for ballot in ballots if ballot[0] == option) for option in asked["options"]}
    found = {"counts": counts, "base": "valid", "measure": None, "shares": shares(counts, sizes),
             "verdict": "no-decision", "winners": [], "rounds": []}
    scripts, first, ended = [[]] if ballots else [], None, []
    while scripts:  # without a lot every way of breaking the ties is followed, up to 100
        script = scripts.pop()
        way = Stages(rankings, asked, script)
        first = first or way
        scripts += [[*script, option] for option in reversed(way.level)]
        ended += [] if way.level else [way]
        if len(ended) + len(scripts) > 100:
            able, shown, verdict = first.elected + first.left, first, "tie"
            break
    else:
        elected = {frozenset(way.elected) for way in ended}
        able = {option for way in ended for option in way.elected}
        shown, verdict = (ended[0], "none") if len(elected) == 1 else (first, "tie")
    if ballots:
        found |= {"verdict": verdict, "rounds": shown.rounds, "winners": [o for o in asked["options"] if o in able]}
    return found

# --- a budget: everyone has the same share, and supporters pay together (or, rule greedy, most votes first) -----------
class Bids:
    def __init__(self, asked, ballots):
        terms, options = asked["terms"], asked["options"]
        self.options, self.budget, self.people = options, Fraction(terms["budget"]), len(ballots)
        self.costs = dict(zip(options, map(Fraction, terms["costs"])))
        self.least = dict(zip(options, terms.get("least", [None] * len(options))))
        self.greedy, self.strict = asked["rule"] == "greedy", terms.get("order") == "strict"
        form, self.completion = terms.get("ballots", "approval"), terms.get("completion", "none")
        by_cost = terms.get("utility", "cost" if form == "approval" else "count") == "cost"
        self.worth = {option: self.costs[option] if by_cost else 1 for option in options}
        kinds, ranks = Counter(map(tuple, ballots)), asked["max_choices"] or len(options)
        self.alike, self.weights = list(kinds.values()), {option: {} for option in options}  # like ballots pay alike
        for kind, ballot in enumerate(kinds):
            for place, entry in enumerate(ballot):
                option, weight = (options[place], entry) if form == "score" else (entry, 1)
                weight = ranks - place if form == "ranked" else weight
                if weight:
                    self.weights[option][kind] = weight
        self.votes = {o: sum(w * self.alike[kind] for kind, w in each.items()) for o, each in self.weights.items()}
        self.supporters = {o: sum(self.alike[kind] for kind in each) for o, each in self.weights.items()}
        self.common = lcm(*(w for each in self.weights.values() for w in each.values()))
        self.able = [o for o in options if self.votes[o] and self.costs[o] <= self.budget]
    def rank(self, option):  # what breaks a tie before the lot
        return -self.votes[option], self.costs[option]
def spent(grants):
    return sum((grant["award"] for grant in grants), Fraction(0))
def granted(grants, option, award, effective=None, payers=None):
    grants.append({"option": option, "award": award, "step": len(grants) + 1,
                   "effective_votes": effective, "payers": payers})

def price_of(bids, option, money, unit):  # the smallest price of a unit of weight at which the supporters can pay
    weights = bids.weights[option].items()
    left, people = (bids.costs[option] * unit).numerator, sum(weight * bids.alike[kind] for kind, weight in weights)
    for _, weight, kind in sorted((money[kind] * (bids.common // weight), weight, kind) for kind, weight in weights):
        if money[kind] * people >= left * weight:
            return Fraction(left, people * unit)
        left, people = left - money[kind] * bids.alike[kind], people - weight * bids.alike[kind]
    return None

def spend(bids, order, each, level):  # one count in which everyone starts with this share
    unit = lcm(each.denominator, *(cost.denominator for cost in bids.costs.values()))  # money in whole parts of 1/unit
    money, grants = [(each * unit).numerator] * len(bids.alike), []
    bounds = {option: bids.costs[option] / (bids.votes[option] * bids.worth[option]) for option in bids.able}
    while True:
        best, found = None, {}
        for option in sorted(bounds, key=bounds.get):  # money only gets less, so an earlier price is a bound from below
            if best is not None and bounds[option] > best:
                break
            price = price_of(bids, option, money, unit)
            if price is None:
                del bounds[option]
                continue
            bounds[option] = price / bids.worth[option]
            if best is None or bounds[option] < best:
                best, found = bounds[option], {option: price}
            elif bounds[option] == best:
                found[option] = price
        if not found:
            return grants
        like = [option for option in found if bids.rank(option) == min(map(bids.rank, found))]
        level |= set(like) if len(like) > 1 else set()
        option = min(like, key=order.index)
        finer = lcm(unit, found[option].denominator) // unit
        unit, money = unit * finer, [held * finer for held in money]
        payers = sum(bids.alike[kind] for kind in bids.weights[option] if money[kind] > 0)
        for kind, weight in bids.weights[option].items():
            money[kind] = max(0, money[kind] - (found[option] * weight * unit).numerator)
        granted(grants, option, bids.costs[option], bids.costs[option] / found[option], payers)
        del bounds[option]

def fill(bids, order, grants, level):  # what is left, by votes
    queue = [o for o in bids.options if bids.votes[o] and o not in [grant["option"] for grant in grants]]
    queue.sort(key=lambda option: (*bids.rank(option), order.index(option)))
    left = bids.budget - spent(grants)
    for rank in sorted(set(map(bids.rank, queue))):  # like bids of which only some can get money: their order matters
        group = [option for option in queue if bids.rank(option) == rank]
        needs = {option: Fraction(bids.least[option] or rank[1]) for option in group}
        if len(group) > 1 and rank[1] * len(group) > left >= min(needs.values()):
            level |= set(group)
        stuck = False
        for option in group:
            stuck = stuck or needs[option] > left
            left = left - rank[1] if rank[1] <= left else Fraction(0) if needs[option] <= left else left
        if stuck and bids.strict:
            break
    for option in queue:
        left = bids.budget - spent(grants)
        if bids.costs[option] <= left or (bids.least[option] and Fraction(bids.least[option]) <= left):
            granted(grants, option, min(left, bids.costs[option]))
        elif bids.strict:
            break

def one_count(bids, order, level):
    if bids.greedy:
        fill(bids, order, grants := [], level)
        return grants
    each = Fraction(bids.budget, bids.people)
    grants = spend(bids, order, each, level)
    while bids.completion.startswith("add1") and len(grants) < len(bids.able):
        left, have = bids.budget - spent(grants), [grant["option"] for grant in grants]
        if bids.completion == "add1-exhaustive" and all(bids.costs[o] > left for o in bids.able if o not in have):
            break
        each += 1
        larger = spend(bids, order, each, level)
        if spent(larger) > bids.budget:
            break
        grants = larger
    if bids.completion in ("utilitarian", "add1u"):
        fill(bids, order, grants, level)
    return grants

def budget(asked, ballots, sizes):
    bids, drawn, verdict = Bids(asked, ballots), drawn_order(asked), "none"
    grants, level, open_bids = [], set(), set()
    if any(bids.votes.values()):
        grants = one_count(bids, drawn or bids.options, level)
        funded = {grant["option"]: grant["award"] for grant in grants}
        while level and drawn is None and verdict == "none":  # without a lot every order it could have drawn is tried
            if len(level) > 4:
                grants, open_bids, verdict = None, level, "tie"
                break
            rest, met, results = [o for o in bids.options if o not in level], set(level), []
            for order in permutations(sorted(level)):
                count = one_count(bids, [*order, *rest], met)
                results.append({grant["option"]: grant["award"] for grant in count})
            if any(result != funded for result in results):
                sure = set.intersection(*(set(result.items()) for result in results))
                open_bids, verdict = {o for result in results for o in result} - {o for o, _ in sure}, "tie"
                grants = [grant for grant in grants if grant["option"] in dict(sure)]
            if met == level:
                break
            level = met
    else:
        verdict = "no-decision"
    return told_budget(bids, grants, open_bids, verdict, sizes)

def told_budget(bids, grants, open_bids, verdict, sizes):
    explained = grants is not None and verdict != "no-decision"
    grants = grants or []
    filled = bids.greedy or bids.completion in ("utilitarian", "add1u")
    out = [grant["option"] for grant in grants]
    rest = [{"option": option, "award": Fraction(0), "step": None, "effective_votes": None, "payers": None}
            for option in bids.options if option not in out]
    told = [{**row, "cost": exact(bids.costs[row["option"]]), "award": exact(row["award"]),
             "votes": bids.votes[row["option"]], "effective_votes": exact(row["effective_votes"])}
            for row in grants + rest]
    unit = spent(grants).denominator * bids.budget.denominator
    return {"counts": bids.votes, "base": "budget", "verdict": verdict, "shares": shares(bids.supporters, sizes),
            "measure": measure(int(spent(grants) * unit), int(bids.budget * unit), "budget"),
            "winners": [option for option in bids.options if option in out or option in open_bids],
            "awards": told if explained and (grants or filled or bids.able) else []}

# --- the ballots ------------------------------------------------------------------------------------------------------
def exact(number):  # whole numbers as they are, others as decimals where these end, otherwise as fractions
    if not isinstance(number, Fraction) or number.denominator == 1:
        return number if number is None else int(number)
    rest, digits = number.denominator, 0
    while factors := [each for each in (10, 5, 2) if rest % each == 0]:
        rest, digits = rest // factors[0], digits + 1
    if rest != 1:
        return f"{number.numerator}/{number.denominator}"
    whole, tenths = divmod(abs(number.numerator) * 10**digits // number.denominator, 10**digits)
    return f"{'-' if number < 0 else ''}{whole}.{tenths:0{digits}d}".rstrip("0")

ONE_ANSWER, LISTS = {"yes-no": yes_no, "support": support}, {"approval": approval}
BY_BALLOT = {"score": score, "irv": irv, "stv": stv, "equal-shares": budget, "greedy": budget}
SUPPORT = ["love", "like", "live with", "lament", "loathe"]

def is_ballot(asked, choice):  # whether the round allows this ballot, in its one spelling
    options, rule, terms = asked["options"], asked["rule"], asked["terms"]
    if rule in ONE_ANSWER:
        return choice in options
    if not isinstance(choice, list):
        return False
    if rule == "score" or terms.get("ballots") == "score":
        highest = terms.get("highest", 5)
        numbers = [mark for mark in choice if mark is not None]
        return len(choice) == len(options) and all(type(mark) is int and 0 <= mark <= highest for mark in numbers)
    ranked = rule in ("irv", "stv") or terms.get("ballots") == "ranked"
    right = len(set(map(canonical, choice))) == len(choice) <= (asked["max_choices"] or len(options))
    right = right and all(option in options for option in choice) and (choice or rule not in ("irv", "stv"))
    return right and (ranked or choice == sorted(choice, key=options.index))

def head(asked, blank, spoilt, people):  # what every result begins with, and the sizes of the bases
    cast, entitled, present = people["cast"], people["entitled"], max(people["cast"], people["present"])
    found = {"rule": asked["rule"], "cast": cast, "blank": blank, "spoilt": spoilt,
             "rounds": [], "tables": [], "awards": [],
             "present": present, "entitled": entitled, "turnout": measure(cast, entitled, "entitled")}
    return found, {"valid": cast - blank - spoilt, "cast": cast, "present": present, "entitled": entitled}
def count(asked, choices, electorate):  # the result, as far as figures go
    valid = [choice for choice in choices if choice is not None and choice is not False]
    cast, blank = len(choices), sum(choice is None for choice in choices)
    found, sizes = head(asked, blank, cast - blank - len(valid), {"cast": cast, **electorate})
    if asked["rule"] in BY_BALLOT:
        return found | BY_BALLOT[asked["rule"]](asked, valid, sizes)
    chosen = Counter(option for choice in valid for option in ([choice] if isinstance(choice, str) else choice))
    return found | {**ONE_ANSWER, **LISTS}[asked["rule"]](asked, {o: chosen[o] for o in asked["options"]}, sizes)

def differences(where, told, found):  # where the published result says something else, in words
    if isinstance(found, dict) and isinstance(told, dict):
        told = {**{key: [] if value == [] else None for key, value in found.items()}, **told}  # an empty list may lack
        more = [f"{where}: nothing in this count is called {key!r}" for key in told if key not in (*found, *BESIDE)]
        return more + [line for key in found for line in differences(f"{where}, {key}", told[key], found[key])]
    if isinstance(found, list) and isinstance(told, list) and len(found) == len(told):
        pairs = enumerate(zip(told, found), start=1)
        return [line for number, pair in pairs for line in differences(f"{where}, number {number}", *pair)]
    same = type(told) is type(found) and told == found
    return [] if same else [f"{where}: published is {told!r}, counted was {found!r}"]

BESIDE = ["sentence", "base_words", "channels", "lots", "remarks", "binding", "classes", "counted", "casting_vote",
          "name", "told", "note", "why", "more_votes"]

def unsaid(asked, told, found):  # a sentence that says other figures, or does not name who is ahead
    rest, rule, begins = told["sentence"], asked["rule"], BEGINNINGS.get(found["verdict"], "")
    by_figures = rule in ("support", "equal-shares", "greedy") or (rule == "yes-no" and begins == "Passed")
    wrong = [option for option in found["winners"] if option not in rest and not by_figures]
    for option in sorted(asked["options"], key=len, reverse=True):
        rest = rest.replace(option, "")
    if rule in ("yes-no", "support", "approval", "irv"):  # of the other rules it tells means, money or a quota
        right = [*re.findall(r"\b\d+/\d+\b", json.dumps(found)), f"{found['present']}/{found['entitled']}"]
        wrong += [pair for pair in re.findall(r"\d+ of \d+", rest) if pair.replace(" of ", "/") not in right]
    wrong += [] if told["sentence"].startswith(begins) else [begins]
    return [f"result, sentence: published is {told['sentence']!r}; it is not so: {', '.join(wrong)}"] if wrong else []

# --- the checks -------------------------------------------------------------------------------------------------------
FAILED, BEGINNINGS = [], {"passed": "Passed", "failed": "Not passed", "tie": "Tie", "no-decision": "No decision"}

def check(right, sentence, *more):
    print("holds " if right else "FAILS ", sentence, *more, sep=" ")
    FAILED.extend([] if right else [sentence])
def note(sentence):
    print("       " + sentence)

def check_seals(raw, published):
    body, key = published["body"], published["body"]["key"]
    signed = is_signed(body, published["signature"], key)
    as_written = (json.dumps(published, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode() == raw
    check(signed and as_written, "The bundle is signed and unchanged. Its key must be the one that was announced:")
    note(" ".join(re.findall("....", key)))
    frozen = hash_of({"definition": body["definition"], "conduct": body["conduct"], "version": body["version"]})
    check(frozen == body["hash"], f"What was asked and how it was held is version {body['version']}, with the hash:")
    note(" ".join(re.findall("....", frozen)))
    stood_by = hash_of({"hash": body["hash"], "result": body["result"], "root": body["root"]})
    for each in published["countersignatures"]:
        said = {field: value for field, value in each.items() if field != "signature"}
        right = is_signed(said, each["signature"], key) and each["round"] == body["round"]
        check(right and each["result_hash"] == stood_by, f"It was countersigned by {each['by']} at {each['at']}.")
    if body["conduct"].get("scrutiny") and not published["countersignatures"]:
        note("A scrutineer confirmed its close, but nobody has countersigned the result.")

def check_ballots(body, mine):
    ballots, words = body["ballots"], four_words(body["root"])
    if ballots is None:
        check(words == body["words"], f"The root of the ballots says “{words}”. Compare with the hall screen.")
        note("The ballots are not published in this round: they cannot be counted again here.")
    else:
        right = root_of(ballots) == body["root"] and words == body["words"]
        check(right, f"The root of the {len(ballots)} ballots says “{words}”. Compare with the hall screen.")
        named = "seat" if body["conduct"]["secrecy"] == "open" else "tracker"
        strange = [ballot for ballot in ballots if not {named, "choice"} <= set(ballot) <= {named, "choice", "class"}]
        check(not strange, f"Every ballot has its {named}, and nothing else of its voter.", *strange[:3])
        for name, number in Counter(map(name_of, ballots)).items():
            if number > 1 and named == "seat":
                check(False, f"{number} ballots are those of seat {name}, which has one vote.")
            elif number > 1:
                note(f"{number} ballots have the tracker {name}: nobody can tell which of them is whose.")
    for text in mine:
        if " " in text:
            check(text.lower().split() == words.split(), f"Your words “{text}” are those of the bundle.")
        else:
            found = [ballot["choice"] for ballot in ballots or [] if plain(name_of(ballot)) == plain(text)]
            told = ["left blank" if one is None else "spoilt" if one is False else one for one in found]
            check(found, f"The ballot with the tracker {text} is on the list:", *told)

def name_of(ballot):
    return ballot["tracker"] if "tracker" in ballot else str(ballot["seat"])
def plain(tracker):
    return tracker.upper().replace("-", "").translate(str.maketrans("OIL", "011"))

def check_count(body):
    asked, result, ballots = {"terms": {}, **body["definition"]}, body["result"], body["ballots"]
    electorate = {name: result[name] for name in ("present", "entitled")}
    if asked["rule"] not in {**ONE_ANSWER, **LISTS, **BY_BALLOT}:
        note(f"This script does not count by the rule {asked['rule']}: the result was not counted again.")
    elif ballots is not None:
        strange = [ballot for ballot in ballots if ballot["choice"] not in (None, False)]
        strange = [ballot for ballot in strange if not is_ballot(asked, ballot["choice"])]
        check(not strange, "Every ballot is one that the round allows.", *strange[:3])
        if not strange:
            compare(asked, body, [ballot["choice"] for ballot in ballots], electorate)
    elif asked["rule"] in {**ONE_ANSWER, **LISTS}:
        found, sizes = head(asked, result["blank"], result["spoilt"], {"cast": result["cast"], **electorate})
        counts, told = {option: result["counts"][option] for option in asked["options"]}, of_the_ballots(body)
        found |= {**ONE_ANSWER, **LISTS}[asked["rule"]](asked, counts, sizes)
        unlike = differences("result", told, found) + unsaid(asked, told, found)
        if asked["rule"] in ONE_ANSWER and sum(counts.values()) != sizes["valid"]:
            unlike.append(f"result, counts: they add up to another number than {sizes['valid']} valid ballots")
        if not 0 <= min(counts.values()) <= max(counts.values()) <= sizes["valid"]:
            unlike.append(f"result, counts: no option can have more than all {sizes['valid']} valid ballots")
        check(not unlike, "The verdict is what follows from the published counts.", *unlike)
    else:
        note(f"Without its ballots a result by the rule {asked['rule']} cannot be checked.")

def of_the_ballots(body):  # `counted` is what the ballots came to, where a double majority or the chair decides
    result, terms = body["result"], body["definition"].get("terms", {})
    more = body["conduct"].get("both") or ("casting_vote" in result and terms.get("level") == "casting-vote")
    return {**result, **result["counted"]} if more and "counted" in result else result

def check_casting_vote(body):  # the chair breaks a tie
    result, told = body["result"], of_the_ballots(body)
    if "casting_vote" in result:
        yes, no = told["winners"] if told is not result and len(told["winners"]) == 2 else ("", "")
        verdict, side = {yes: "passed", no: "failed"}.get(result["casting_vote"]), result["casting_vote"]
        right = told["verdict"] == "tie" and result["verdict"] == verdict
        check(right, f"The sides were level, and it is decided by the casting vote of the chair: {side}.")

# --- the words of the four words: 1,024, ten bits each
WORDS = """
abacus above acorn acrobat actor address admire adobe adult advice agenda agree airport album alder algebra alley
almond alphabet always amber ambition ample anchor animal ankle answer antique appear apricot apron aquarium arcade
arch arena armchair aroma arrive arrow artist artwork aspen assist aster athlete atlas atom attic attract august
autumn avenue avocado award away axle baby backpack badge baker balance balcony ballad bamboo banana banjo bargain
baritone barley barn barrel baseball basket batch bathtub battery beach beanbag beaver become bedroom beehive beetle
begin belfry berry better bicycle bingo birch birthday biscuit bison blanket blend blink blossom blouse bluebell
bobbin bold bonfire bonnet bonus book border borrow bottle bouquet bowl bracelet branch brave breeze brick bridge
brief bright bring broad broccoli bronze broom brother brown brush bubble bucket buddy budget buffalo bugle build bulb
bumper bunch bundle busy button buzzer cabbage cable cactus calendar call camel canal candid canoe canvas canyon
captain caramel carbon careful cargo carnival carpet cartoon carve cashew castle cedar celery cello cement century
chair chalk champion chance charcoal chatter cheddar cheese cherry chess chief child chimney chipmunk chirp chisel
choose chorus cider cinema cinnamon circle citizen citrus city civic clap clarinet class clean clever click cliff
climb closet cloth cloud club coach coat cobalt cobweb cocoa code coffee coin collar column comb comet comfort compare
concert connect copper cork corner correct costume cottage courage cover cradle craft crane crayon cream credit
cricket crimson crisp crossing crowd crumb crystal cube cuckoo cucumber culture cupboard curious cushion custard cycle
daffodil daily damp dancer dapple darling data dawn daytime dazzle debate decade deck deep deliver delta dentist depot
describe desert design detail device diagram dial diamond diary digital dinner dipper direct discuss dish distance
dive divide dizzy doctor dolphin dome domino donkey door double dragon drama drawer drift drizzle drum dugout dune
dust duty duvet eager early earth easel east echo eclipse edge edit educate effort elastic elbow elegant element
elephant elevator emerald empty energy engine enjoy envelope equal estate evening example exhibit expert express extra
fabric face factory falcon family famous fancy farm fashion father feature fern festival fiddle field figure film
filter finger finish firefly flag flame flannel flask fleece flight flip float floor florist fluent fluffy flute foam
focus foggy folder follow food forest fortune fossil fountain freckle fresh friend frog frost fruit fudge funnel
furnace future fuzzy gadget galaxy gallery game garage garden garlic garment gazelle gecko genius gentle geology
geyser giant gift giggle giraffe glacier glad glaze gleam glide glimpse glitter globe glory glow goal goblet golden
goose gorge grace grain grand graph grass gravel green grocery ground grove growth guitar gymnast habit hamlet hammer
handle happy hardware harmony harp harvest hawk hazel headline heather helmet herb heron hexagon hickory hidden
highway hiker hillside history hockey holiday honest hoof hopeful horizon hornet hotel house humble hungry iceberg
idea igloo image inch insect iris iron island ivory jacket jaguar january jasmine jaunty javelin jelly jersey jewel
jigsaw jingle journal joyful juice kangaroo karate kayak keeper kennel ketchup kettle keyboard kick kiosk kitchen kite
kitten kiwi knee koala label ladder ladybird lagoon lake landing lantern laptop large laundry laurel lavender layer
leader leaf lecture legend lemon lentil leopard lettuce level library lifeboat lilac lily linen lion liquid listen
little lizard llama local locket lodge logic longboat lotus lovely lucky luggage lullaby lunar machine magnet magpie
mahogany mallet mammal mandolin mango manual maple marble market marmot mascot matches mattress meadow measure melody
member memory menu mercury message meteor midnight mile mineral minnow mint minute mirror mixture mobile model moment
moon mosaic moss mother motor movie muffin mulberry mural museum mushroom music mystery napkin native nature navy
nearby nectar needle nephew nest network neutral newborn nickel noble noodle normal north notebook novel number nurse
nutmeg nylon oasis oatmeal oboe ocean octagon october offer office omelet onion opal open opera optic orange orbit
orchard oregano organ origami osprey ostrich otter outdoor outline overcoat oyster package paddle page paint palace
palm pancake panda pantry papaya paper parade parent park parrot parsnip partner passage pasta path pavilion peanut
pebble pelican pencil penguin people pepper phone photo piano pickle picnic picture pigeon pillow pilot pinball pink
pioneer pitcher pixel pizza planet plaster plate plywood podium poem polar pollen polo pond popcorn poppy porch
portrait postcard potato pottery powder prairie present pretzel prism proud public pudding pulley pumpkin puppet
purple puzzle pyramid quiet quiz rabbit raccoon racing radar radio rafter ragtime railway rainbow raisin ramble rattle
raven ravine razor recipe record redwood referee region repair rescue review ribbon rice ripple river robin robot
rodeo roller rope rosemary rubber ruby rudder ruler runner rustic safari safety saffron salad salute sandal sapphire
satchel satin saturn saucer savanna scarf scholar science scooter scout screen scroll sculptor seagull search season
sesame settler shadow shampoo shelf shepherd sherbet shield shine shirt shoulder shovel shower shuttle siesta signal
silence silk silver simple sister skate sketch skillet skipper sledge sleep small smooth snack snail snorkel snow soap
sofa solid sonata soprano sorbet sound south space spaniel sparrow spatula spinach spiral splash sponge spoon spring
sprout square squirrel stable stadium stamp starfish station steam step stereo sticker stitch stone stork strong
student subway sugar suitcase summer sunset supper surfer surprise swallow swan swift swim swoop sycamore syrup system
tackle tadpole tailor tandem tape tapioca target tarmac task tassel taxi teacher teapot tennis tent terrace thank
thermos thick thimble thistle thorn thread thrill thumb thunder ticket tidy tiger timber tinsel tiptoe title today
token tomato tonic toolbox topaz tornado tortoise toucan tourist towel town track trail treasure trellis triangle
tribute trombone trophy trumpet trunk trust tuba tugboat tulip turnip turtle tweed twig twist umbrella uncle unicorn
uniform unlock update upland uplift upright upstairs urban urgent useful usher vacant vacuum vanilla varnish vehicle
velvet vendor venture verandah verse vessel vibrant victory video view village vinegar viola visitor vitamin vivid
voice volcano volley volume voyage waffle wagon waiter walnut walrus waltz wander warbler wardrobe washer wave wedding
weekend welcome wetland wheat whisker white wicker widget wild window winter wisdom wolf wombat wooden wool workshop
worthy wreath wrist yard yellow yogurt young yoyo zebra zenith zigzag zinc zone zoom
""".split()

def compare(asked, body, choices, electorate):
    found, told = count(asked, choices, electorate), of_the_ballots(body)
    unlike = differences("result", told, found) + unsaid(asked, told, found)
    check(not unlike, f"Counted again by the rule {asked['rule']}: this is the published result.", *unlike)
    figures = ", ".join(f"{option} {number}" for option, number in found["counts"].items())
    note(f"{figures}; verdict: {found['verdict']}; ahead: {', '.join(found['winners']) or 'nobody'}")

def check_people(body):  # as many as can be
    result, classes = body["result"], body["result"].get("classes", [])
    channels = result.get("channels", {}).values()
    known, all_known = sum(each for each in channels if each), channels and None not in channels
    wrong = [] if 0 <= result["cast"] <= result["present"] <= result["entitled"] else ["more ballots than people"]
    wrong += [] if known <= result["cast"] and (known == result["cast"] or not all_known) else ["the ways they came"]
    for part in ("cast", "present", "entitled"):
        wrong += [] if sum(one[part] or 0 for one in classes) <= result[part] else [f"the classes, {part}"]
    check(not wrong, "There are no more ballots than people, and the numbers of people fit together.", *wrong)

def check_classes(body):  # a double majority has passed when the whole and every class have, with one option
    asked, result = {"terms": {}, **body["definition"]}, body["result"]
    by_class, both = [], body["conduct"].get("both", False)
    for ballot in body["ballots"] or []:
        by_class += [ballot["class"]] if "class" in ballot else []
    for one in result.get("classes", []) if by_class and asked["rule"] in ONE_ANSWER else []:
        mine = [ballot["choice"] for ballot in body["ballots"] if ballot.get("class") == one["name"]]
        found = {part: value for part, value in count(asked, mine, one).items() if part in one}
        if both and len(mine) < 5:  # fewer would be seen through, so that class has no decision
            found |= {"verdict": "no-decision", "winners": []}
        unlike = differences(f"class {one['name']}", one, found)
        check(not unlike, f"Counted again for the class {one['name']}: these are its published figures.", *unlike)
    if result.get("classes") and not (by_class and asked["rule"] in ONE_ANSWER):
        note("The figures of the classes cannot be counted again here.")
    if both:
        parts = [result["counted"], *result["classes"]]
        verdicts, alike = [one["verdict"] for one in parts], len({tuple(one["winners"]) for one in parts}) == 1
        able = [word for word in ("failed", "no-decision", "tie") if word in verdicts][:1]
        if not able:  # all have passed: whether with one option is not told where the figures are withheld
            able = ["passed" if alike else "failed"] if all(one["told"] for one in parts[1:]) else ["passed", "failed"]
        check(result["verdict"] in able, "The double majority follows from the verdicts of the whole and the classes.")

def check_bundle(raw, mine=()):
    published = json.loads(raw)
    body = published["body"]
    print(f"{body['definition']['title']} ({body['assembly']['name']}, {body['session']['name']})")
    check(body["format"] == "folkmoot count 1", "The bundle is of the kind that this script reads.")
    check_seals(raw, published)
    check_ballots(body, mine)
    check_people(body)
    check_count(body)
    check_classes(body)
    check_casting_vote(body)
    print("The house says:", body["result"]["sentence"])

UNREADABLE = (OSError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError)
if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # a console that cannot show every letter shows its number
    try:
        name = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / "bundle.json"
        check_bundle(Path(name).read_bytes(), sys.argv[2:])
    except UNREADABLE as fault:
        check(False, f"The bundle cannot be read: {fault!r}")
    print("Something is wrong: see FAILS above." if FAILED else "Everything that could be checked holds.")
    sys.exit(1 if FAILED else 0)
