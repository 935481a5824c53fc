"""The door between paths and values: only this room and `cli` open files.

Bytes in, values out (`read_quotas`, `read_pool`, made in `reading`); values in, bytes out (`draw_files`, made in
`folder`). A folder is written whole or not at all. Whatever the disk refuses is told like a fault inside a file: the
place, a sentence, a remedy.
"""

import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sortition.errors import BadFile, FileProblem, shown
from sortition.folder import draw_files
from sortition.reading.cells import refuse
from sortition.reading.history_file import read_history
from sortition.reading.list_file import ListFiles, apply_lists, read_table_ids
from sortition.reading.pool_file import PoolFile, read_pool
from sortition.reading.quota_file import QuotasFile, read_quotas, read_quotas_file, write_quotas
from sortition.reading.rate_file import read_rates
from sortition.reading.share_file import SharesFile, read_answers, read_shares_file
from sortition.reading.status_file import DrawnFolder, StatusFile, read_drawn, read_statuses
from sortition.reading.tables import MAX_BYTES

__all__ = [
    "DrawnFolder",
    "ListFiles",
    "PoolFile",
    "QuotasFile",
    "SharesFile",
    "StatusFile",
    "apply_lists",
    "check_free",
    "draw_files",
    "read_answers",
    "read_bytes",
    "read_drawn",
    "read_folder",
    "read_history",
    "read_pool",
    "read_quotas",
    "read_quotas_file",
    "read_rates",
    "read_shares_file",
    "read_statuses",
    "read_table_ids",
    "scarce_faults",
    "size_faults",
    "write_file",
    "write_folder",
    "write_quotas",
]


def read_bytes(path: str) -> tuple[str, bytes]:
    """The file's name without its folders and its bytes; `book.xlsx#Sheet 2` names a sheet of a workbook."""
    file = Path(path)
    sheet = ""
    if not file.exists() and "#" in file.name:
        file, sheet = file.with_name(file.name.rpartition("#")[0]), "#" + file.name.rpartition("#")[2]
    try:
        with file.open("rb") as stream:
            return file.name + sheet, stream.read(MAX_BYTES + 1)
    except OSError as fault:
        raise disk_refusal(file.name or path, fault) from fault


def disk_refusal(name: str, fault: OSError) -> BadFile:
    """What the disk said, in a sentence with a remedy."""
    if isinstance(fault, FileNotFoundError):
        return refuse(name, "There is no such file.", "Check the path, or go to the folder that holds it.")
    if isinstance(fault, IsADirectoryError):
        return refuse(name, "This is a folder, not a file.", "Name the file inside it.")
    if isinstance(fault, PermissionError):
        return refuse(name, "You are not allowed to open it.", "Change its permissions, or copy it.")
    reason = fault.strerror or type(fault).__name__
    return refuse(name, f"The disk refused: {reason}.", "Try another place on the disk.")


def size_faults(quotas: QuotasFile, pool: PoolFile | None, panel_size: int) -> tuple[FileProblem, ...]:
    """Sums and counts that no panel of this size can meet, found by adding up alone."""
    faults = []
    for feature in quotas.quotas.features:
        rows = quotas.quotas.of(feature)
        least, most = sum(quota.min for quota in rows), sum(quota.max for quota in rows)
        if least > panel_size:
            message = f"The minimums of {feature} add up to {least}, more than the panel of {panel_size}."
            remedy = f"Lower them by {least - panel_size} in all, or draw a panel of {least}."
            faults.append(FileProblem(quotas.name, None, "min", message, remedy))
        if most < panel_size:
            message = f"The maximums of {feature} add up to {most}, less than the panel of {panel_size}."
            remedy = f"Raise them by {panel_size - most} in all, or draw a panel of {most}."
            faults.append(FileProblem(quotas.name, None, "max", message, remedy))
    if pool is not None and len(pool.pool) < panel_size:
        message = f"There are {len(pool.pool)} volunteers for a panel of {panel_size}."
        lacking = panel_size - len(pool.pool)
        remedy = f"Find {lacking} more volunteer{'s' if lacking > 1 else ''}, or draw a smaller panel."
        faults.append(FileProblem(pool.name, None, None, message, remedy))
    return tuple(faults)


def scarce_faults(quotas: QuotasFile, pool: PoolFile) -> tuple[FileProblem, ...]:
    """Quotas that ask for more members of a value than the pool has volunteers, row by row."""
    faults = []
    for row, quota in zip(quotas.rows, quotas.quotas.rows, strict=False):
        have = len(pool.pool.having(quota.feature, quota.value))
        if have < quota.min:
            which = f"{shown(quota.feature)}={shown(quota.value)}"
            wanted = f"{quota.min} member{'s' if quota.min > 1 else ''}"
            message = f"At least {wanted} with {which} is asked for, but {have} volunteers have it."
            remedy = f"Lower the minimum to {have}, or find {quota.min - have} more; the check says what else works."
            faults.append(FileProblem(quotas.name, row, "min", message, remedy))
    return tuple(faults)


def check_free(folder: str) -> None:
    """Refuse a folder that holds something already, before any work is done for it."""
    path = Path(folder)
    try:
        if path.exists() and not path.is_dir():
            raise refuse(folder, "This is a file, not a folder.", "Name a folder that does not exist yet.")
        if path.is_dir() and any(path.iterdir()):
            raise refuse(
                folder or "--out", "The folder is not empty; a draw is never written over.", "Name a new folder."
            )
    except OSError as fault:
        raise disk_refusal(folder, fault) from fault


def write_folder(folder: str, files: Mapping[str, bytes]) -> None:
    """Write all files or none: they are written beside the folder and moved into its place at the end.

    A name may have one folder before it, such as public/bundle.json.
    """
    check_free(folder)
    path = Path(folder).absolute()
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    made = [parent for parent in path.parents if not parent.exists()]
    try:
        beside.mkdir(parents=True)
        for name, data in files.items():
            (beside / name).parent.mkdir(exist_ok=True)
            with (beside / name).open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
        if path.exists():
            path.rmdir()
        beside.rename(path)
    except OSError as fault:
        raise disk_refusal(folder, fault) from fault
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        with suppress(OSError):  # the folders on the way go too, unless the draw (or another) stands in them
            for parent in made:
                parent.rmdir()


def write_file(path: str, data: bytes) -> None:
    """Write a new file whole or not at all; one that exists is never written over."""
    file = Path(path).absolute()
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        if file.exists():
            raise refuse(path, "The file exists already; nothing is written over.", "Give the file a new name.")
        with beside.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        beside.rename(file)
    except OSError as fault:
        raise disk_refusal(path, fault) from fault
    finally:
        beside.unlink(missing_ok=True)


def read_folder(folder: str) -> dict[str, bytes]:
    """Every file of a draw folder by its name, whatever it is called."""
    path = Path(folder)
    try:
        if not path.is_dir():
            raise refuse(folder, "There is no such folder.", "Name the folder that `folkmoot draw --out` made.")
        return {file.name: file.read_bytes() if file.is_file() else b"" for file in sorted(path.iterdir())}
    except OSError as fault:
        raise disk_refusal(folder, fault) from fault
