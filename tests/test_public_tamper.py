"""Every field of a published draw is changed in turn, and the citizen's script must notice every time."""

import copy
import json
import shutil
import subprocess
import sys

import pytest
from public_draws import checked, prepared, resealed

from sortition.public.reveal import reveal


@pytest.fixture(scope="module")
def files():
    before = prepared()
    return before | reveal(before, "3 0 7")


def other(value):
    """A value of the same kind that differs as little as possible."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if value is None:
        return 1
    return value[:-1] + ("0" if value[-1:] != "0" else "1")


def changes(tree, path=()):
    """(path, what to do there) for every leaf, every field and every element of a list."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield (*path, key), "remove"
            yield from changes(value, (*path, key))
    elif isinstance(tree, list):
        for place, value in enumerate(tree):
            yield (*path, place), "remove"
            yield (*path, place), "double"
            if place and tree[place - 1] != value:
                yield (*path, place), "swap"
            yield from changes(value, (*path, place))
    else:
        yield path, "change"


def changed(tree, path, act):
    """The same tree with this done to it; only what lies on the path is copied."""
    if len(path) > 1:
        copied = tree.copy()
        copied[path[0]] = changed(tree[path[0]], path[1:], act)
        return copied
    copied, last = tree.copy(), path[0]
    if act == "remove":
        del copied[last]
    elif act == "double":
        copied.insert(last, copied[last])
    elif act == "swap":
        copied[last - 1], copied[last] = copied[last], copied[last - 1]
    else:
        copied[last] = other(copied[last])
    return copied


class Written:
    """JSON in the manner of the file it replaces, so only the content differs; parts unchanged are written once."""

    def __init__(self, data):
        self.tree = json.loads(data)
        self._in_lines = data.startswith(b'{\n"')
        self._parts = {key: json.dumps(value, separators=(",", ":")) for key, value in self.tree.items()}

    def with_(self, tree):
        if not self._in_lines:
            return (json.dumps(tree, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
        same = {key for key, value in tree.items() if value is self.tree.get(key)}
        parts = {
            key: self._parts[key] if key in same else json.dumps(value, separators=(",", ":"))
            for key, value in tree.items()
        }
        return ("{\n" + ",\n".join(f"{json.dumps(key)}:{text}" for key, text in parts.items()) + "\n}\n").encode()


def test_an_untouched_draw_holds(files):
    holds, said = checked(files)
    assert holds, said
    assert "'307' was seen, which is ticket 307 of 1000" in said


@pytest.mark.slow
@pytest.mark.parametrize("name", ["public/bundle.json", "public/commitment.json", "public/reveal.json"])
def test_every_field_changed_removed_doubled_or_swapped_is_found(files, name):
    written = Written(files[name])
    tried = 0
    for path, act in changes(written.tree):
        data = written.with_(changed(written.tree, path, act))
        assert data != files[name]
        assert not checked(files | {name: data})[0], f"{name}: {act} {path} was not noticed"
        tried += 1
    assert tried > {"public/bundle.json": 5000, "public/commitment.json": 20, "public/reveal.json": 30}[name]


def test_a_changed_certificate_script_or_missing_file_is_found(files):
    for name in ("public/certificate.json", "public/verify_draw.py", "public/bundle.json", "public/commitment.json"):
        assert not checked(files | {name: files[name] + b" "})[0]
        assert not checked({other: data for other, data in files.items() if other != name})[0]


def in_bundle(files, change):
    """The bundle changed, everything sealed again: what a dishonest organiser could publish from the start."""
    tree = json.loads(files["public/bundle.json"])
    change(tree)
    return resealed(files | {"public/bundle.json": Written(files["public/bundle.json"]).with_(tree)})


def set_to(*path_and_value):
    *path, last, value = path_and_value

    def change(tree):
        for key in path:
            tree = tree[key]
        tree[last] = value(tree[last]) if callable(value) else value

    return change


def put_two_of_a_household_together(tree):
    homes = [one["household"] for one in tree["volunteers"]]
    first = next(n for n, home in enumerate(homes) if home is not None)
    second = homes.index(homes[first], first + 1)
    panel = next(p["members"] for p in tree["panels"] if first + 1 in p["members"])
    same = next((n for n in panel if n != first + 1), None)
    panel[panel.index(same)] = second + 1


CHEATS = {
    "a chance": (set_to("volunteers", 2, "chance", "1/2"), "Everyone's exact chance"),
    "a number of tickets": (set_to("volunteers", 2, "tickets", lambda n: n + 1), "Everyone's exact chance"),
    "a leaf": (set_to("volunteers", 2, "leaf", "00" * 32), "those of the pool"),
    "a volunteer more": (lambda tree: tree["volunteers"].append(dict(tree["volunteers"][0])), "those of the pool"),
    "a volunteer less": (lambda tree: tree["volunteers"].pop(), "those of the pool"),
    "a name twice": (set_to("volunteers", 2, "volunteer", "V001"), "those of the pool"),
    "the same person twice": (
        lambda tree: set_to("panels", 0, "members", 1, tree["panels"][0]["members"][0])(tree),
        "every rule",
    ),
    "an id not in the pool": (set_to("panels", 0, "members", 0, 31), "cannot be read"),
    "the id 0": (set_to("panels", 0, "members", 0, 0), "every rule"),
    "a panel too small": (lambda tree: tree["panels"][0]["members"].pop(), "every rule"),
    "a panel that breaks a quota": (set_to("quotas", 0, "max", lambda n: n - 1), "every rule"),
    "a minimum not reached": (set_to("quotas", 0, "min", lambda n: n + 1), "every rule"),
    "two of a household": (put_two_of_a_household_together, "every rule"),
    "a weight": (set_to("panels", 0, "weight", lambda n: n + 1), "Everyone's exact chance"),
    "a weight that is no number": (set_to("panels", 0, "weight", float("nan")), "cannot be read"),
    "half a weight": (set_to("panels", 0, "weight", 0.5), "cannot be read"),
    "a negative weight": (set_to("panels", 0, "weight", -1), "Everyone's exact chance"),
    "a ticket without panel": (set_to("tickets", 5, 0), "numbered tickets"),
    "a ticket beyond the panels": (set_to("tickets", 5, 10_000), "numbered tickets"),
    "a ticket more": (lambda tree: tree["tickets"].append(1), "numbered tickets"),
    "a ticket less": (lambda tree: tree["tickets"].pop(), "numbered tickets"),
    "a ticket for another panel": (
        lambda tree: tree["tickets"].__setitem__(0, tree["tickets"][0] % 49 + 1),
        "Everyone's",
    ),
    "the drawn ticket": (lambda tree: swap_with_another(tree["tickets"], 306), "The panel of this ticket"),
    "the smallest chance": (set_to("rounding", "least_chance", "1/3"), "The smallest chance"),
    "the largest deviation": (set_to("rounding", "largest_deviation", "0"), "The smallest chance"),
    "the fewest tickets": (set_to("rounding", "fewest_tickets", 223), "The smallest chance"),
}


def swap_with_another(tickets, place):
    far = next(n for n, panel in enumerate(tickets) if panel != tickets[place])
    tickets[place], tickets[far] = tickets[far], tickets[place]


@pytest.mark.parametrize("cheat", CHEATS)
def test_an_organiser_who_cheats_and_signs_again_is_found(files, cheat):
    change, complaint = CHEATS[cheat]
    holds, said = checked(in_bundle(files, change))
    assert not holds
    last = said.strip().splitlines()[-1] if "FAILS" in said else "cannot be read"
    assert complaint in last, said


def test_no_name_or_reason_forges_a_line(files):
    def rename(tree):
        for one in tree["volunteers"]:
            one["volunteer"] += "\nEverything holds."

    assert "Everything holds." not in checked(in_bundle(files, rename))[1].splitlines()
    fixed = json.loads(files["public/commitment.json"])
    fixed["supersedes"] = {"commitment": "ab" * 32, "reason": "x\nEverything holds."}
    said = checked(resealed(files | {"public/commitment.json": json.dumps(fixed).encode()}))[1]
    assert "because: 'x" in said
    assert "Everything holds." not in said.splitlines()


def test_resealing_alone_changes_nothing(files):
    assert resealed(files) == files
    assert checked(in_bundle(files, lambda tree: None))[0]


def test_another_key_gives_another_fingerprint(files):
    forged = resealed(files, b"somebody else's secret, which is long enough")
    holds, said = checked(forged)
    assert holds
    assert said.splitlines()[1:3] != checked(files)[1].splitlines()[1:3], "the announced fingerprint must show it"


@pytest.mark.parametrize("entered", ["308", "3 0 7", "0307", "", "x07", "３０７"])
def test_a_reveal_of_something_else_is_found(files, entered):
    shown = json.loads(files["public/reveal.json"]) | {"entered": entered}
    forged = resealed(files | {"public/reveal.json": json.dumps(shown).encode()})
    assert not checked(forged)[0]


def test_the_reveal_of_another_assembly_is_found(files):
    elsewhere = prepared(assembly="Elsewhere")
    theirs = elsewhere | reveal(elsewhere, "3 0 7")
    assert checked(theirs)[0]
    assert not checked(files | {"public/reveal.json": theirs["public/reveal.json"]})[0]
    assert not checked(files | {"public/commitment.json": theirs["public/commitment.json"]})[0]
    assert not checked(theirs | {"public/bundle.json": b"{}"})[0]


def run_script(folder, *more):
    script = str(folder / "verify_draw.py")
    return subprocess.run([sys.executable, "-I", "-S", script, *more], capture_output=True, text=True, cwd="/")


@pytest.fixture
def folder(files, tmp_path):
    for name, data in files.items():
        if name.startswith("public/"):
            (tmp_path / name.removeprefix("public/")).write_bytes(data)
    return tmp_path


def test_the_script_runs_alone_and_exits_with_0_or_1(files, folder):
    done = run_script(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Everything holds.\n")
    bundle = (folder / "bundle.json").read_bytes()
    for bad in (
        bundle.replace(b'"tickets":2', b'"tickets":3', 1),
        b"",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b"\xff",
        b"1e999",
    ):
        (folder / "bundle.json").write_bytes(bad)
        done = run_script(folder)
        assert (done.returncode, done.stderr) == (1, "")
        assert "FAILS " in done.stdout
    (folder / "bundle.json").unlink()
    assert run_script(folder).returncode == 1
    shutil.rmtree(folder)


def test_a_volunteer_finds_themselves_and_nobody_else_passes_for_them(files, folder):
    lines = files["private/proofs.jsonl"].splitlines()
    mine = json.loads(lines[4])
    (folder / "mine.json").write_bytes(lines[4])
    done = run_script(folder, str(folder / "mine.json"))
    assert done.returncode == 0
    assert "You are in the pool, with your answers: ['V005']" in done.stdout
    assert mine["tickets"] == [n for n, place in enumerate(tickets_of(files), 1) if 5 in members_of(files)[place - 1]]
    for field, value in (("id", "999"), ("household", 77), ("volunteer", "V006")):
        wrong = copy.deepcopy(mine)
        wrong["row"][field] = value
        assert not checked(files, wrong)[0]
    for field, value in (("salt", "00" * 32), ("tickets", mine["tickets"][1:]), ("tickets", [])):
        assert not checked(files, {**mine, field: value})[0]
    assert "Your household and tickets are as you were told." in done.stdout


def test_a_household_that_an_organiser_made_up_is_seen_by_its_members(files):
    bundle = json.loads(files["public/bundle.json"])
    apart = next(n for n, one in enumerate(bundle["volunteers"]) if one["household"] is None)
    cheat = resealed(files | {"public/bundle.json": changed_household(files["public/bundle.json"], apart)})
    assert checked(cheat)[0]
    assert not checked(cheat, json.loads(files["private/proofs.jsonl"].splitlines()[apart]))[0]


def changed_household(bundle, place):
    """The bundle in which this volunteer lives in a household of their own number."""
    lines = bundle.split(b"\n")
    at = [n for n, line in enumerate(lines) if line.startswith(b'{"volunteer":')][place]
    lines[at] = lines[at].replace(b'"household":null', b'"household":9999')
    assert lines[at] != bundle.split(b"\n")[at]
    return b"\n".join(lines)


def tickets_of(files):
    return json.loads(files["public/bundle.json"])["tickets"]


def members_of(files):
    return [panel["members"] for panel in json.loads(files["public/bundle.json"])["panels"]]


def test_the_script_is_short_enough_to_read(files):
    lines = files["public/verify_draw.py"].decode().splitlines()
    assert len(lines) <= 120
    assert max(map(len, lines)) <= 120
