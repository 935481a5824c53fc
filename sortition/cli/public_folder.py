"""The folder of a public draw on the disk, and the list of commitments that is kept beside the secret.

`prepare` writes the folder whole or not at all; `reveal` adds files and changes none. The list `SECRET.commitments`
has one line for each commitment made with that secret, so that a second one cannot be made by mistake or in silence.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from sortition.errors import SortitionError
from sortition.files import disk_refusal, read_bytes, read_folder, write_folder
from sortition.reading.cells import refuse

PARTS = ("public", "private")


def write_prepared(folder: str, files: Mapping[str, bytes]) -> None:
    """The prepared draw; what is private may be read by its owner alone."""
    write_folder(folder, files)
    os.chmod(Path(folder) / "private", 0o700)


def public_part(folder: str) -> Path | None:
    """Where the public files of a public draw are: in this folder, or in its part `public`; None if it is none."""
    places = (Path(folder), Path(folder) / "public")
    return next((place for place in places if (place / "commitment.json").is_file()), None)


def private_part(folder: str) -> Path | None:
    """Where the tables with names of a public draw are, whichever of its folders is named; None if it is none."""
    path = Path(folder).resolve() if Path(folder).name in ("", "..") else Path(folder)
    if path.name in PARTS and (path.parent / "public" / "commitment.json").is_file():
        return path.parent / "private"
    return None if public_part(folder) is None else path / "private"


def read_plain(folder: str, remedy: str) -> dict[str, bytes]:
    """Every file of a draw that was not public; of a public one, the remedy, in which {private} is its private part."""
    if (private := private_part(folder)) is not None:
        raise SortitionError(
            f"{folder}: this is a public draw, which is not read here.", remedy.format(private=private)
        )
    return read_folder(folder)


def read_prepared(folder: str) -> dict[str, bytes]:
    """Every file of both parts of the folder, by its path in it."""
    path = Path(folder)
    try:
        if not (path / "public").is_dir():
            raise refuse(folder, "This is no prepared draw.", "Name the folder that `folkmoot prepare --out` made.")
        found = [file for part in PARTS if (path / part).is_dir() for file in sorted((path / part).iterdir())]
        return {f"{file.parent.name}/{file.name}": file.read_bytes() for file in found if file.is_file()}
    except OSError as fault:
        raise disk_refusal(folder, fault) from fault


def read_public(folder: str) -> dict[str, bytes]:
    """The public files alone, as they were published, by their path in the whole folder."""
    return {f"public/{file.name}": file.read_bytes() for file in sorted(Path(folder).iterdir()) if file.is_file()}


def add_revealed(folder: str, files: Mapping[str, bytes]) -> None:
    """Add these files; `reveal.json` comes first and can be written once only, whoever else presses the button now."""
    for name in sorted(files, key=lambda name: name != "public/reveal.json"):
        path = Path(folder) / name
        try:
            with path.open("xb") as stream:
                stream.write(files[name])
                stream.flush()
                os.fsync(stream.fileno())
        except FileExistsError as fault:
            raise refuse(
                f"{folder}/{name}", "It exists already; nothing is written over.", "Run `folkmoot reveal` again."
            ) from fault
        except OSError as fault:
            raise disk_refusal(f"{folder}/{name}", fault) from fault


def read_secret(path: str) -> tuple[bytes, tuple[str, ...]]:
    """The secret, and the commitments made with it so far."""
    _, data = read_bytes(path)
    noted = _list_of(path)
    if not noted.exists():
        return data, ()
    return data, tuple(read_bytes(str(noted))[1].decode("ascii", "replace").split())


def note_commitment(path: str, commitment: str) -> None:
    """Remember it beside the secret."""
    try:
        with _list_of(path).open("ab") as stream:
            stream.write(commitment.encode() + b"\n")
    except OSError as fault:
        raise disk_refusal(str(_list_of(path)), fault) from fault


def _list_of(path: str) -> Path:
    return Path(path + ".commitments")
