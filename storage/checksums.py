"""The SHA-256 of every table file, kept with each commit: what was changed, lost or put in by another hand is found.

One file a table, in the form that `sha256sum --check` reads from the archive's folder. Without it, as in an archive of
an older version, the table's files are taken as they are with the next commit.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

from storage.errors import DamagedError
from storage.layout import Layout
from storage.locking import hold_writer_lock

LINE = re.compile(r"([0-9a-f]{64})  (tables/.+\.parquet)")
WITHOUT_BACKUP = "get it from a backup, or go on without it by removing checksums/{table}.sha256"


def read_checksums(layout: Layout, table: str) -> dict[str, str] | None:
    """Reads the digests of a table's files by their paths in the archive; None where none were kept.

    Raises DamagedError where the file that has them is torn.
    """
    path = layout.checksums(table)
    if not path.exists():
        return None
    text = path.read_text(encoding="utf-8", errors="replace")
    lines = [LINE.fullmatch(line) for line in text.splitlines()]
    if not text.endswith("\n") or not all(lines):
        raise DamagedError(
            f"checksums/{path.name} is torn; get it from a backup, or remove it to take the table's files as they are"
        )
    return {line[2]: line[1] for line in lines if line}


def stage_checksums(layout: Layout, folder: Path, renames: Mapping[str, Path]) -> dict[str, Path]:
    """Writes into a staging folder the checksums that the tables have after its commit; gives their renames.

    Raises DamagedError where a file that was written before is gone, or is replaced and was changed by another hand:
    what is committed now would hide that.
    """
    finals: dict[str, Path] = {}
    ordered = sorted(renames, key=lambda name: renames[name])
    for table, staged in groupby(ordered, lambda name: renames[name].relative_to(layout.tables).parts[0]):
        known = read_checksums(layout, table)
        if known is None:
            known = _digest_table(layout, table)
        for lost in _list_lost(layout, known):
            raise DamagedError(f"{lost} is missing; {WITHOUT_BACKUP.format(table=table)}")
        digests = {_name_file(layout, renames[name]): _digest(folder / name) for name in staged}
        for changed in _list_changed(layout, {name: known[name] for name in digests if name in known}):
            raise DamagedError(f"{changed} is not as it was written; {WITHOUT_BACKUP.format(table=table)}")
        known |= digests
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(known.items()))
        finals[f"{table}.sha256"] = layout.checksums(table)
        (folder / f"{table}.sha256").write_text(lines, encoding="utf-8")
    return finals


def find_lost_files(layout: Layout, table: str) -> Iterator[str]:
    """Finds the files of a table that were written and are gone."""
    for name in _list_lost(layout, read_checksums(layout, table) or {}):
        yield f"{name} is missing; {WITHOUT_BACKUP.format(table=table)}"


def find_changed_files(layout: Layout, table: str) -> Iterator[str]:
    """Finds the files of a table that are not as they were written, and those that nobody wrote."""
    if list(_compare(layout, table)):
        # A commit may have been under way.
        with hold_writer_lock(layout):
            yield from list(_compare(layout, table))


def _compare(layout: Layout, table: str) -> Iterator[str]:
    known = read_checksums(layout, table)
    if known is None:
        return
    for name in _list_changed(layout, known):
        yield f"{name} is not as it was written; {WITHOUT_BACKUP.format(table=table)}"
    for path in sorted(layout.table(table).rglob("*.parquet")):
        if (name := _name_file(layout, path)) not in known:
            yield f"{name} was put there by another hand: take it away, for who reads all files there reads it, too"


def _list_lost(layout: Layout, known: Mapping[str, str]) -> list[str]:
    return [name for name in known if not (layout.root / name).exists()]


def _list_changed(layout: Layout, known: Mapping[str, str]) -> list[str]:
    paths = {name: layout.root / name for name in known}
    return [name for name, path in paths.items() if path.exists() and _digest(path) != known[name]]


def _digest_table(layout: Layout, table: str) -> dict[str, str]:
    files = layout.table(table).rglob("*.parquet")
    return {_name_file(layout, path): _digest(path) for path in files}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _name_file(layout: Layout, path: Path) -> str:
    return path.relative_to(layout.root).as_posix()
