"""Pabulib's `.pb`: projects with costs, and ballots on them.

Three parts, each with a heading row, all cells parted by `;`:

    META                key;value           (budget, vote_type, num_projects, num_votes, max_length, …)
    PROJECTS            project_id;cost;…   (name and selected, where the file has them)
    VOTES               voter_id;…;vote     (project ids parted by commas; with points, where the vote_type has them)

`vote_type` says what a vote is: `approval`, `ordinal` (best first), `cumulative` or `scoring` (points beside). Projects
are counted by their ids; names are shown beside them. What the file claims (numbers of projects and votes) must be what
it has, and no voter stands twice. Who was `selected` by the city is kept, so that a count can be laid beside it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from fractions import Fraction

from facilitation.errors import BadBallotFile
from facilitation.formats.box import Box, Form, Paper, exact_sum, refused, text_of, whole
from facilitation.rules.reading import quoted, tidy

FORMS: Mapping[str, Form] = {"approval": "approval", "ordinal": "ranked", "cumulative": "points", "scoring": "points"}

Row = tuple[int, Mapping[str, str]]


def read_pabulib(name: str, data: bytes) -> Box:
    """The projects and ballots of a Pabulib file.

    >>> meta = b"META\\nkey;value\\nbudget;100\\nvote_type;approval\\nnum_projects;2\\nnum_votes;1\\n"
    >>> rest = b"PROJECTS\\nproject_id;cost\\n7;60\\n8;50\\nVOTES\\nvoter_id;vote\\n1;7,8\\n"
    >>> box = read_pabulib("a.pb", meta + rest)
    >>> box.options, [str(cost) for cost in box.costs], box.papers[0].payload
    (('7', '8'), ['60', '50'], ('7', '8'))
    """
    parts = parts_of(name, text_of(name, data))
    meta = {row.get("key", ""): (line, row.get("value", "")) for line, row in parts["META"]}
    line, kind = meta.get("vote_type", (1, ""))
    if kind not in FORMS:
        raise refused(name, line, f"the vote_type {quoted(kind)} is not known.", f"Use one of: {', '.join(FORMS)}.")
    budget = exact_sum(meta.get("budget", (1, ""))[1])
    if not budget:
        raise refused(name, meta.get("budget", (1, ""))[0], "there is no budget above 0.", "Add a row “budget;10000”.")
    projects = projects_of(name, parts["PROJECTS"])
    for key, found in (("num_projects", len(projects)), ("num_votes", len(parts["VOTES"]))):
        at, said = meta.get(key, (1, str(found)))
        if whole(said) != found:
            raise refused(name, at, f"{key} is {quoted(said)}, but the file has {found}.", "Look for missing rows.")
    check_voters(name, parts["VOTES"])
    papers = tuple(paper_of(name, row, projects, FORMS[kind]) for row in parts["VOTES"])
    most = whole(meta.get("max_points" if FORMS[kind] == "points" else "max_length", (1, ""))[1])
    selected = frozenset(p for p, (_, row) in projects.items() if row.get("selected", "").strip() == "1")
    return Box(
        name,
        tidy(meta.get("description", (1, ""))[1])[:500] or name,
        tuple(projects),
        FORMS[kind],
        papers,
        budget=budget,
        costs=tuple(cost_of(name, *row) for row in projects.values()),
        most=most or None,
        points=whole(meta.get("max_sum_points", (1, ""))[1]) or None,
        labels={project: tidy(row["name"]) for project, (_, row) in projects.items() if row.get("name")},
        selected=selected if any("selected" in row for _, row in projects.values()) else None,
    )


def parts_of(name: str, text: str) -> dict[str, list[Row]]:
    """The rows of the three parts by their headings, with their lines."""
    parts: dict[str, list[Row]] = {}
    part, headings = "", [""]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise refused(name, reader.line_num, f"the row cannot be read ({error}).", "Look at it.") from None
        if cells is None:
            break
        line = reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if part == "VOTES" and any("\n" in cell for cell in cells):
            raise refused(name, line, "a quotation mark before here is not closed.", "Close it, or take it away.")
        if cells[0].strip() in ("META", "PROJECTS", "VOTES") and not any(cell.strip() for cell in cells[1:]):
            part, headings = cells[0].strip(), []
            if part in parts:
                raise refused(name, line, f"the part {part} begins twice.", "Have each part once.")
            parts[part] = []
        elif not part:
            raise refused(name, line, "the file does not begin with META.", "Give a Pabulib file.")
        elif not headings:
            headings = [cell.strip() for cell in cells]
        elif len(cells) > len(headings):
            raise refused(name, line, f"{len(cells)} cells under {len(headings)} headings.", "Put “;” into quotes.")
        else:
            parts[part].append((line, dict(zip(headings, (cell.strip() for cell in cells), strict=False))))
    for part in ("META", "PROJECTS", "VOTES"):
        if part not in parts:
            raise BadBallotFile(f"{name}: the part {part} is missing.", "Give a whole Pabulib file.")
    return parts


def projects_of(name: str, rows: Sequence[Row]) -> dict[str, Row]:
    """Every project's row by its id."""
    projects: dict[str, Row] = {}
    for line, row in rows:
        project = tidy(row.get("project_id", ""))
        if not project:
            raise refused(name, line, "the project has no project_id.", "Give every project its id.")
        if project in projects:
            raise refused(name, line, f"the project {quoted(project)} stands twice.", "Have every project once.")
        projects[project] = (line, row)
    return projects


def cost_of(name: str, line: int, row: Mapping[str, str]) -> Fraction:
    """What a project costs."""
    cost = exact_sum(row.get("cost", ""))
    if not cost:
        raise refused(name, line, f"the cost {quoted(row.get('cost', ''))} is no sum above 0.", "Write it as 1250.50.")
    return cost


def check_voters(name: str, rows: Sequence[Row]) -> None:
    """Everyone with a voter_id votes once; a file without them says nothing of who voted."""
    seen: dict[str, int] = {}
    for line, row in rows:
        voter = row.get("voter_id", "")
        if voter and seen.setdefault(voter, line) != line:
            raise refused(
                name,
                line,
                f"the voter {quoted(voter)} has voted in line {seen[voter]} already.",
                "Keep one of the two.",
            )


def paper_of(name: str, numbered: Row, projects: Mapping[str, Row], form: Form) -> Paper:
    """One vote."""
    line, row = numbered
    chosen = [tidy(each) for each in row.get("vote", "").split(",") if each.strip()]
    for project in chosen:
        if project not in projects:
            raise refused(name, line, f"there is no project {quoted(project)}.", "Name projects by their project_id.")
    if len(set(chosen)) < len(chosen):
        raise refused(name, line, "the vote names a project twice.", "Name every project at most once.")
    if form != "points":
        return Paper(tuple(chosen), 1, line)
    points = [each.strip() for each in row.get("points", "").split(",") if each.strip()]
    if len(points) != len(chosen):
        raise refused(name, line, f"{len(points)} points for {len(chosen)} projects.", "Give each project its points.")
    marks: dict[str, int] = {}
    for project, each in zip(chosen, points, strict=True):
        mark = whole(each)
        if mark is None:
            raise refused(name, line, f"{quoted(each)} is no whole number of points.", "Give points from 0 upwards.")
        marks[project] = mark
    return Paper(tuple(marks.get(project) for project in projects), 1, line)
