"""How a command that could not be done ends: its exit status, and why in one line."""

import typer
from polars.exceptions import PolarsError

from storage.errors import ArchiveError, RefusedRowsError, name_cause

#: How Prefect begins what it says where no server answers.
NO_SERVER = "Failed to reach API at"
#: How pydantic begins what a check of ours, or of typer's, says.
NO_NEWS = "Value error, "


def describe_failure(error: Exception) -> tuple[int, str] | None:
    """Describes an error as exit status and words: 2 for what was asked wrongly, 1 for what could not be done.

    Gives none for an error that no user can mend: that one is ours.
    """
    if isinstance(error, typer.TyperException):
        return error.exit_code, error.format_message().replace(NO_NEWS, "")
    if isinstance(error, PolarsError):
        return 1, f'a table of the archive cannot be read: {name_cause(error)}; "inspection-news verify" says which'
    if isinstance(error, ValueError) and not isinstance(error, RefusedRowsError):
        return 2, explain_usage(error)
    if isinstance(error, RuntimeError) and str(error).startswith(NO_SERVER):
        return 1, f"{error}: start the server there (prefect server start), or unset PREFECT_API_URL"
    return (1, str(error)) if isinstance(error, (RuntimeError, ArchiveError, OSError)) else None


def explain_usage(error: ValueError) -> str:
    """Explains in words what was asked wrongly: for settings, which variable has which mistake."""
    if not hasattr(error, "errors"):
        return str(error)
    details = [
        f"INSPECTION_NEWS_{str(e['loc'][0]).upper()}: {e['msg'].removeprefix(NO_NEWS)}"
        for e in error.errors()
        if e["loc"]
    ]
    return "; ".join(details) or str(error)
