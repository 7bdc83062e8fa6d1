"""A file is the old one or the new one, and nothing is left beside it."""

import os
from pathlib import Path

import pytest

from storage.durable import name_file, write_whole


def test_a_write_that_fails_leaves_nothing_beside_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written aside goes, whether it could not be written or could not take the old file's place."""
    write_whole(path := tmp_path / "report.html", b"old")
    (folder := tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        write_whole(folder, b"new")

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"new")
    assert sorted(tmp_path.iterdir()) == [folder, path]
    assert path.read_bytes() == b"old"


def test_a_failed_write_names_its_file(tmp_path: Path) -> None:
    """Python says only that the disk is full; an error that names its file keeps the name."""
    full = Path("/dev/full")
    with (
        pytest.raises(OSError, match=r"No space left on device: '/dev/full'"),
        name_file(full),
        full.open("wb") as file,
    ):
        file.write(b"x")
    with pytest.raises(FileNotFoundError, match="missing"), name_file(full):
        (tmp_path / "missing").read_bytes()
