"""Writing that survives a power cut: a file is the old one or the new one, never half of either."""

import os
from pathlib import Path
from uuid import uuid4


def sync_folder(folder: Path) -> None:
    """Makes the renames in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file aside and renames it over the old one, durably."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{uuid4().hex}")
    with aside.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)  # noqa: PTH105 - the tests let this one function fail to stand for a crash
    sync_folder(path.parent)
