"""Ballots over a network that loses three packets in ten, both ways: real loss in a network namespace.

The server and the tablets run in a namespace of their own, whose loopback drops packets by nftables (`numgen random`).
Every tablet opens a new connection for its ballot, so that the handshake is lost too, and gives an answer ten seconds.
Where the kernel or the rights refuse namespaces, a proxy that holds every piece back for as long as TCP would take to
send it again stands in for it, and the table says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from crowd import Tablet, all_at_once, gone, joined, sorted_out
from halls import an_open_round

from hall_rows import Place, Row, Served, quantile, served
from hall_rows.ballots import closed

TITLE = "Ballots with packets lost both ways"
MUST = "300 members: 0 lost, 0 twice, p95 ≤ 15 s at 30 %; p95 ≤ 4 s at 10 %"
OWN = True
MEMBERS = 300
LIMITS = {30: 15.0, 10: 4.0}
RESENT_AFTER = 0.2
"""Seconds after which TCP sends a lost packet again for the first time, at least; then twice as long, and so on."""


def measure(place: Place) -> Iterator[Row]:
    """Each share of loss in a fresh hall, in the namespace."""
    why = refused()
    for lost, limit in LIMITS.items():
        if why is None:
            figures = in_a_namespace(place, lost)
            how = "nftables in a network namespace"
        else:
            with served(place, members=min(place.members, MEMBERS)) as hall:
                figures = asyncio.run(behind_a_proxy(hall, lost / 100))
            how = f"a proxy that holds pieces back as TCP would, since {why}"
        taken, cast, receipts, members = (figures[part] for part in ("taken", "cast", "receipts", "members"))
        held = receipts == cast == members and quantile(taken, 0.95) <= limit
        spread = f"p50 {quantile(taken, 0.5):.1f} s, p95 {quantile(taken, 0.95):.1f} s, last {max(taken):.1f} s"
        what = f"{lost} %, {members} members, {how}"
        yield Row(what, f"{spread}; {cast} counted of {receipts} answered; {figures['sends']} sendings", held)


def refused() -> str | None:
    """Why there can be no namespace with loss here; None if there can."""
    if not (shutil.which("ip") and shutil.which("nft")):
        return "`ip` or `nft` is not installed"
    if os.geteuid() != 0:
        return "only root may make a network namespace"
    name = f"folkmoot-try-{os.getpid()}"
    tried = run("ip", "netns", "add", name)
    if tried.returncode != 0:
        return "this machine refuses network namespaces"
    try:
        return None if losing(name, 30).returncode == 0 else "nftables has no `numgen` here"
    finally:
        run("ip", "netns", "del", name)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """One command of the system."""
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def losing(name: str, lost: int) -> subprocess.CompletedProcess[str]:
    """From now on this namespace's loopback drops so many of a hundred packets; every way passes it once."""
    drop = f'iifname "lo" numgen random mod 100 < {lost} drop'
    rules = f"table inet lossy {{\n chain incoming {{\n type filter hook input priority 0\n {drop}\n }}\n}}\n"
    return subprocess.run(
        ["ip", "netns", "exec", name, "nft", "-f", "-"],
        input=rules,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def in_a_namespace(place: Place, lost: int) -> dict[str, object]:
    """The figures of a hall whose network begins to lose packets when the vote is open."""
    name, folder = f"folkmoot-{os.getpid()}-{lost}", place.folder / f"loss-{lost}"
    folder.mkdir()
    run("ip", "netns", "add", name)
    try:
        for setting in (("mtu", "1500"), ("up",)):
            done = run("ip", "netns", "exec", name, "ip", "link", "set", "lo", *setting)
            assert done.returncode == 0, done.stderr
        members = str(min(place.members, MEMBERS))
        command = ["ip", "netns", "exec", name, sys.executable, __file__, str(folder), members, name, str(lost)]
        paths = os.pathsep.join([*sys.path, str(Path(__file__).parents[1])])
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=600, check=False, env={**os.environ, "PYTHONPATH": paths}
        )
        assert done.returncode == 0, done.stderr[-2000:]
        figures: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
        return figures
    finally:
        run("ip", "netns", "del", name)


def inside(folder: str, members: str, name: str, lost: str) -> None:
    """What runs in the namespace: a hall, and then the loss."""
    place = Place(f"sqlite:///{folder}/hall.sqlite", None, 1, int(members), Path(folder))
    with served(place) as hall:

        def begin() -> None:
            done = losing(name, int(lost))
            assert done.returncode == 0, done.stderr

        print(json.dumps(asyncio.run(voted(hall, hall.hall.url, begin, lambda: stop_losing(name)))))


def stop_losing(name: str) -> None:
    """No packet is lost any more: so that the close does not take part in what is measured."""
    run("ip", "netns", "exec", name, "nft", "flush", "ruleset")


async def voted(hall: Served, url: str, begin: object, end: object) -> dict[str, object]:
    """Join in peace, then vote while packets are lost."""
    crowd = await joined(hall.hall.url, hall.seats.codes)
    round_id = await asyncio.to_thread(an_open_round, hall.hall, hall.seats)
    receipts: dict[str, str] = {}
    for tablet in crowd:
        tablet.hang_up()
        tablet.url = url
    assert callable(begin)
    assert callable(end)
    await asyncio.to_thread(begin)

    async def vote(tablet: Tablet) -> None:
        receipts[tablet.code] = await tablet.vote(round_id, "yes")

    taken, wrong = sorted_out(await all_at_once(crowd, vote, 1.0))
    await asyncio.to_thread(end)
    if wrong:
        raise wrong[0]
    sends = sum(tablet.sends for tablet in crowd)
    cast = await asyncio.to_thread(closed, hall, round_id)
    await gone(crowd)
    return {
        "taken": taken,
        "cast": cast,
        "receipts": len(set(receipts.values())),
        "members": len(crowd),
        "sends": sends,
    }


# ------------------------------------------------------------------------------------------------ without namespaces


async def behind_a_proxy(hall: Served, lost: float) -> dict[str, object]:
    """The same through a proxy on this machine."""
    lot = random.Random(7)

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(1400):
                await asyncio.sleep(held_back(lot, lost))
                writer.write(piece)
        writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.CancelledError):  # the proxy is closed with what is still on its way
            await asyncio.sleep(5 * held_back(lot, lost))  # a lost SYN is sent again after a second
            there = await asyncio.open_connection("127.0.0.1", hall.hall.port)
            await asyncio.gather(pass_on(reader, there[1]), pass_on(there[0], writer))

    async with await asyncio.start_server(connected, "127.0.0.1", 0, backlog=1024) as proxy:
        url = f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
        return await voted(hall, url, lambda: None, lambda: None)


def held_back(lot: random.Random, lost: float) -> float:
    """For how long a piece is late that is lost with this chance each time: it, or the word that it has arrived."""
    late, wait = 0.0, RESENT_AFTER
    while lot.random() < 1 - (1 - lost) ** 2:
        late, wait = late + wait, wait * 2
    return late


if __name__ == "__main__":
    inside(*sys.argv[1:5])
