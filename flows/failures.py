"""How a command that could not be done ends: its exit status, and why in one line."""

from polars.exceptions import PolarsError

from storage.errors import ArchiveError, RefusedRowsError, name_cause


def describe_failure(error: Exception) -> tuple[int, str] | None:
    """Describes an error as exit status and words: 2 for what was asked wrongly, 1 for what could not be done.

    Gives none for an error that no user can mend: that one is ours.
    """
    if isinstance(error, PolarsError):
        return 1, f'a table of the archive cannot be read: {name_cause(error)}; "inspection-news verify" says which'
    if isinstance(error, ValueError) and not isinstance(error, RefusedRowsError):
        return 2, explain_usage(error)
    return (1, str(error)) if isinstance(error, (RuntimeError, ArchiveError, OSError)) else None


def explain_usage(error: ValueError) -> str:
    """Explains in words what was asked wrongly: for settings, which variable has which mistake."""
    if not hasattr(error, "errors"):
        return str(error)
    details = [
        f"INSPECTION_NEWS_{str(e['loc'][0]).upper()}: {e['msg'].removeprefix('Value error, ')}"
        for e in error.errors()
        if e["loc"]
    ]
    return "; ".join(details) or str(error)
