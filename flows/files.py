"""The files and folders that a user names."""

from pathlib import Path


def check_file(path: Path) -> None:
    """Raises ValueError where there is no such file."""
    if path.is_dir():
        raise ValueError(f"{path}: is a folder, but a file is needed")
    if not path.exists():
        raise ValueError(f"{path}: no such file")


def check_folder(path: Path) -> None:
    """Raises ValueError where something that is no folder lies there; the folder may be missing."""
    if path.exists() and not path.is_dir():
        raise ValueError(f"{path}: is a file, but a folder is needed")
