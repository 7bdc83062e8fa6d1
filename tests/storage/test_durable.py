"""A file is the old one or the new one, and nothing is left beside it."""

import os
from pathlib import Path

import pytest

from storage.durable import write_whole


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
