"""Writing that survives a power cut: a file is the old one or the new one, never half of either."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_IMODE
from uuid import uuid4

#: A disk that is asked for many at once flushes once for all of them.
SYNCED_AT_ONCE = 16


def sync_all(paths: Iterable[Path]) -> None:
    """Makes the content of files, and the renames in folders, durable."""
    with ThreadPoolExecutor(SYNCED_AT_ONCE) as threads:
        for _ in threads.map(sync_path, paths):
            pass


def sync_path(path: Path) -> None:
    """Makes the content of a file, or the renames in a folder, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def name_file(path: Path) -> Iterator[None]:
    """Names a file in the OSError of whatever is done with it: a write that fails says only why."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file aside and renames it over the old one, whose permissions it keeps if it may, durably."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with name_file(aside), aside.open("xb") as file:
            with suppress(FileNotFoundError, PermissionError):
                os.fchmod(file.fileno(), S_IMODE(path.stat().st_mode))
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)  # noqa: PTH105 - the tests let this one function fail to stand for a crash
    except OSError:
        aside.unlink(missing_ok=True)
        raise
    sync_path(path.parent)
