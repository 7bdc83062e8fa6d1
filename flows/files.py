"""The files and folders that a user names."""

import os
from pathlib import Path

from storage.layout import Layout


def check_file(path: Path) -> None:
    """Raises ValueError where there is no such file."""
    if path.is_dir():
        raise ValueError(f"{path}: is a folder, but a file is needed")
    if not path.exists():
        raise ValueError(f"{path}: no such file")


def check_folder(path: Path) -> None:
    """Raises ValueError where a file lies in the place of a folder, or of one above it; the folder may be missing."""
    nearest = find_nearest(path)
    if not nearest.is_dir():
        where = "is a file" if nearest == path else f"lies below {nearest}, which is a file"
        raise ValueError(f"{path}: {where}, but a folder is needed")


def check_output(path: Path, archive: Layout) -> None:
    """Raises ValueError where a file is not to be written, or cannot be: among others, where it lies in an archive."""
    if path.is_dir():
        raise ValueError(f"{path} is a folder; name the Parquet file to write")
    if not path.parent.is_dir():
        raise ValueError(f"{path}: there is no folder {path.parent}; make it first")
    if path.exists() and not path.is_file():
        raise ValueError(f"{path} is no regular file; name the Parquet file to write")
    if path.exists() and not os.access(path, os.W_OK):
        raise ValueError(f"{path} cannot be written: no permission to write it")
    target = path.resolve()
    for folder in (target, *target.parents):
        if is_archive(Layout(folder)):
            raise ValueError(f"{path} lies in the archive {folder}, which only runs write to; name a file elsewhere")
        if folder == archive.root.resolve():
            raise ValueError(
                f"{path} lies in {folder}, where INSPECTION_NEWS_ARCHIVE has the archive, though there is none yet; "
                "name a file elsewhere, or another folder there"
            )
    if not is_writable(target.parent):
        raise ValueError(f"{path} cannot be written: no permission to write in {target.parent}")


def is_archive(layout: Layout) -> bool:
    """Tells whether a folder looks like an archive, or like a copy of one without its WARC files."""
    return layout.table("captures").is_dir() and (layout.warc.is_dir() or layout.datapackage.is_file())


def is_writable(folder: Path) -> bool:
    """Tells whether this user may write into a folder, or make it where it is missing."""
    return os.access(find_nearest(folder), os.W_OK | os.X_OK)


def find_nearest(path: Path) -> Path:
    """Finds what is there of a path: the path itself, or else the nearest folder, or file, above it."""
    return next(place for place in (path, *path.absolute().parents) if place.exists())
