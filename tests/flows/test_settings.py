"""The environment, read once."""

from pathlib import Path

import pytest

from flows.settings import Settings


def test_reads_the_keys_of_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every variable that is named as a key goes to the client, spaces around it aside; an empty one is none."""
    monkeypatch.setenv("INSPECTION_NEWS_CQC_KEY", " a1b2c3d4\n")
    monkeypatch.setenv("INSPECTION_NEWS_OTHER_KEY", "")
    monkeypatch.setenv("OTHER_KEY", "e5f6")
    settings = Settings(contact="archive@example.org")
    assert settings.make_client_settings().keys == {"INSPECTION_NEWS_CQC_KEY": "a1b2c3d4"}
    assert "a1b2c3d4" not in repr(settings) + repr(settings.make_client_settings())


def test_a_file_is_no_archive(tmp_path: Path) -> None:
    """A file where the archive's folder is to be is refused; a folder that is still to be made is not."""
    (tmp_path / "notes.txt").write_text("a file")
    with pytest.raises(ValueError, match=r"notes\.txt is a file, not a folder"):
        Settings(archive=tmp_path / "notes.txt")
    assert Settings(archive=tmp_path / "archive").archive == tmp_path / "archive"
