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
    """A file where the archive's folder, or one above it, is to be is refused; a folder still to be made is not."""
    (tmp_path / "notes.txt").write_text("a file")
    with pytest.raises(ValueError, match=r"notes\.txt: is a file, but a folder is needed"):
        Settings(archive=tmp_path / "notes.txt")
    with pytest.raises(ValueError, match=r"archive: lies below .*notes\.txt, which is a file"):
        Settings(archive=tmp_path / "notes.txt" / "archive")
    assert Settings(archive=tmp_path / "archive").archive == tmp_path / "archive"


@pytest.mark.parametrize("denied", ["", "archive", "archive/tables", "archive/warc"])
def test_an_archive_that_cannot_be_written_to_is_told(
    denied: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The archive and the folder without permission are named, or the one above an archive still to be made."""
    settings = Settings(archive=tmp_path / "archive")
    if denied:
        (tmp_path / "archive" / "tables").mkdir(parents=True)
        (tmp_path / "archive" / "warc").mkdir()
    settings.check_writable()
    monkeypatch.setattr("os.access", lambda folder, _mode: folder != tmp_path / denied)
    with pytest.raises(ValueError, match=rf"^archive .*/archive cannot be written to: .* in .*/{denied or 'archive'}$"):
        settings.check_writable()
