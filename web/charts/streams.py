"""The picture of a count in rounds: a lane for each option, its votes as a stream, and where the streams of leavers go.

Pure, in whole numbers: a lane is LANE high, the picture FULL wide. Lanes stand so that hardly a stream crosses another:
who is elected or stays longest on top, who left first at the bottom, and under all the ballots with no choice left. In
every round a block is as high as the option's votes; what it keeps goes straight on, what it gives away goes to others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from web.charts.lengths import FULL, figure
from web.charts.rounds import NOBODY, Column, Gain

LANE = 1000
FLOOR = 900  # where the blocks of a lane stand
TALLEST = 720
BLOCK = 14
THINNEST = 12
LABEL_ABOVE = 240  # a figure stands at least so high above the floor that it can be read
MOST_LANES, MOST_COLUMNS = 12, 6
MOST_ON_THE_WALL = (7, 7)


@dataclass(frozen=True)
class Block:
    """An option's votes in one round."""

    x: int
    y: int
    height: int
    figure: str
    gain: str
    label_y: int
    kind: str


@dataclass(frozen=True)
class Band:
    """Votes on their way from one round to the next; `moves` when they change the option."""

    path: str
    moves: bool


@dataclass(frozen=True)
class Lane:
    """One option: its name (empty: no choice left) and what became of it."""

    label: str
    fate: str
    kind: str


@dataclass(frozen=True)
class Streams:
    """The whole picture; empty when it would be too fine to read."""

    lanes: tuple[Lane, ...]
    blocks: tuple[Block, ...]
    bands: tuple[Band, ...]
    columns: tuple[tuple[int, int], ...]
    """The number of each round and where it begins."""
    lines: tuple[tuple[int, int, int], ...]
    """Short lines at what decides: from x to x at this height."""

    @property
    def height(self) -> int:
        """How high the picture is."""
        return LANE * len(self.lanes)

    @property
    def fits(self) -> bool:
        """Whether it can still be read."""
        return 0 < len(self.lanes) <= MOST_LANES and 1 < len(self.columns) <= MOST_COLUMNS

    @property
    def fits_the_wall(self) -> bool:
        """Whether it can be read from the last row of a hall."""
        lanes, columns = MOST_ON_THE_WALL
        return 0 < len(self.lanes) <= lanes and 1 < len(self.columns) <= columns


@dataclass(frozen=True)
class Words:
    """How the lanes tell what became of an option: the words before a round's number, and for winners without one."""

    wins: str
    leaves: str
    winners: tuple[str, ...] = ()
    ahead: str = "wins"


def lanes_of(options: Sequence[str], columns: Sequence[Column], words: Words) -> tuple[Lane, ...]:
    """Every option with its fate, in the order of the lanes."""
    if not columns:
        return tuple(Lane(option, "", "plain") for option in options)
    elected = {o: (n, i) for n, column in enumerate(columns) for i, o in enumerate(column.elected)}
    out = {option: number for number, column in enumerate(columns) for option in column.leaving}
    last = columns[-1].votes

    def rank(option: str) -> tuple[int, Fraction]:
        if option in elected:
            return 0, Fraction(len(options) * elected[option][0] + elected[option][1])
        if option in out:
            return 3, Fraction(-out[option])
        return (1 if option in words.winners else 2), -last.get(option, Fraction(0))

    def lane(option: str) -> Lane:
        if option in elected:
            return Lane(option, f"{words.wins} {columns[elected[option][0]].number}", "ahead")
        if option in out:
            return Lane(option, f"{words.leaves} {columns[out[option]].number}", "out")
        return Lane(option, words.ahead, "ahead") if option in words.winners else Lane(option, "still in", "plain")

    lanes = [lane(option) for option in sorted(options, key=rank)]
    if any(column.nobody for column in columns):
        lanes.append(Lane(NOBODY, "", "nobody"))
    return tuple(lanes)


def streams_of(lanes: Sequence[Lane], columns: Sequence[Column]) -> Streams:
    """The picture of these rounds."""
    if not columns:
        return Streams(tuple(lanes), (), (), (), ())
    most = max((votes for column in columns for votes in (*column.votes.values(), column.nobody)), default=Fraction(0))
    scale = Fraction(TALLEST) / most if most else Fraction(0)
    frame = _Frame({lane.label: place for place, lane in enumerate(lanes)}, scale, len(columns))
    kinds = {lane.label: lane.kind for lane in lanes}
    blocks = [
        frame.block(place, label, column, kinds[label])
        for place, column in enumerate(columns)
        for label in kinds
        if label in column.votes or (label == NOBODY and column.nobody)
    ]
    steps = enumerate(pairwise(columns), start=1)
    bands = [band for place, (before, after) in steps for band in frame.bands(place, before, after)]
    lines = [
        (frame.x(place), frame.x(place) + 2 * BLOCK, frame.floor(label) - int(column.needed * scale))
        for place, column in enumerate(columns)
        if column.needed
        for label in column.votes
        if 0 < column.needed * scale < FLOOR - 40
    ]
    starts = tuple((column.number, frame.x(place)) for place, column in enumerate(columns))
    return Streams(tuple(lanes), tuple(blocks), tuple(bands), starts, tuple(lines))


@dataclass(frozen=True)
class _Frame:
    """Where things stand: the place of every lane, the height of a vote, the number of columns."""

    places: dict[str, int]
    scale: Fraction
    columns: int

    def x(self, place: int) -> int:
        return place * FULL // self.columns

    def floor(self, label: str) -> int:
        return self.places[label] * LANE + FLOOR

    def high(self, votes: Fraction) -> int:
        return int(votes * self.scale)

    def block(self, place: int, label: str, column: Column, kind: str) -> Block:
        votes = column.nobody if label == NOBODY else column.votes[label]
        height = max(self.high(votes), THINNEST)
        gains = column.move.gains if column.move else ()
        gained = sum((gain.votes for gain in gains if gain.taker == label), Fraction(0))
        return Block(
            x=self.x(place),
            y=self.floor(label) - height,
            height=height,
            figure=f"{figure(votes, 1)}{' ✓' * (label in column.elected)}",
            gain=f"+{figure(gained, 1)}" if gained else "",
            label_y=self.floor(label) - max(height // 2, LABEL_ABOVE),
            kind=kind,
        )

    def bands(self, place: int, before: Column, after: Column) -> Iterator[Band]:
        """What goes straight on, and then what moves: taken from the top of the giver, put on top of the taker."""
        left, right = self.x(place - 1) + BLOCK, self.x(place)
        tops = {}
        for label in self.places:
            kept = before.nobody
            if label != NOBODY:
                kept = min(before.votes.get(label, Fraction(0)), after.votes.get(label, Fraction(0)))
            height = self.high(kept)
            tops[label] = self.floor(label) - height
            if kept:
                yield Band(_path((left, tops[label]), (right, tops[label]), (height, height)), False)
        if after.move is None or not after.move.known:
            return
        from_tops = {g: self.floor(g) - self.high(before.votes.get(g, Fraction(0))) for g in after.move.givers}
        for gain in sorted(after.move.gains, key=lambda gain: self.places[gain.taker]):
            yield self.moving(gain, (left, right), from_tops, tops)

    def moving(self, gain: Gain, ends: tuple[int, int], from_tops: dict[str, int], tops: dict[str, int]) -> Band:
        """One gain as a stream; both of its ends are then taken."""
        height = max(self.high(gain.votes), 1)
        start = from_tops[gain.giver]
        from_tops[gain.giver] += height
        tops[gain.taker] -= height
        return Band(_path((ends[0], start), (ends[1], tops[gain.taker]), (height, height)), True)


def _path(start: tuple[int, int], end: tuple[int, int], heights: tuple[int, int]) -> str:
    """A stream from its upper left to its upper right corner."""
    (x, y), (to_x, to_y), middle = start, end, (start[0] + end[0]) // 2
    over = f"M{x} {y}C{middle} {y} {middle} {to_y} {to_x} {to_y}"
    back = f"V{to_y + heights[1]}C{middle} {to_y + heights[1]} {middle} {y + heights[0]} {x} {y + heights[0]}Z"
    return over + back
