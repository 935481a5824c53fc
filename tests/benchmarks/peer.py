"""One draw by sortition-algorithms, run by `draw.py --peers` in an environment of the peer's own:

    python peer.py leximin|maximin POOL_FOLDER SIZE HOUSEHOLD_COLUMNS OUT.json

writes the lottery it finds (panels with their probabilities). Its own reading of the files is part of what is measured,
as ours is; the writing of its result tables is not, which favours it.
"""

import json
import sys
from pathlib import Path

from sortition_algorithms import CSVFileDataSource, SelectionData, Settings
from sortition_algorithms.committee_generation import find_distribution_leximin, find_distribution_maximin


def main(fairness: str, folder: Path, size: int, household: list[str], out: Path) -> None:
    """Find the lottery."""
    columns = (folder / "pool.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    nowhere = out.with_suffix(".csv")
    files = {"features_file": folder / "quotas.csv", "people_file": folder / "pool.csv"}
    unused = {"already_selected_file": None, "selected_file": nowhere, "remaining_file": nowhere}
    source = SelectionData(CSVFileDataSource(**files, **unused))
    settings = Settings(
        id_column="id",
        columns_to_keep=[name for name in columns if name != "id"],
        check_same_address=bool(household),
        check_same_address_columns=household,
    )
    features, _ = source.load_features(size)
    people, _ = source.load_people(settings, features)
    find = {"leximin": find_distribution_leximin, "maximin": find_distribution_maximin}[fairness]
    panels, probabilities, _ = find(features, people, size, household)
    lottery = [[sorted(panel), float(p)] for panel, p in zip(panels, probabilities, strict=True) if p > 0]
    out.write_text(json.dumps(lottery), encoding="utf-8")


if __name__ == "__main__":
    _, wanted, pool, members, columns, result = sys.argv
    main(wanted, Path(pool), int(members), columns.split(",") if columns else [], Path(result))
