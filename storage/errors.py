"""What can go wrong with an archive.

    ArchiveError                    the archive cannot do what was asked
    ├── LockedError                 another process kept the writer's lock for too long
    ├── RefusedRowsError            rows that break their table's schema; nothing was written (also a ValueError)
    ├── OvertakenError              another process changed what the work was made from; nothing was written
    └── DamagedError                a file is not what it should be: torn, changed or missing

The operating system's own errors (a full disk, a missing permission) pass through as they are.
"""

from collections.abc import Sequence

from pydantic import ValidationError

#: How many problems of one kind are named.
MOST_NAMED = 3
#: Control characters, which would disturb a terminal, and how they are written instead.
ESCAPED = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}


class ArchiveError(Exception):
    """The archive cannot do what was asked."""


class LockedError(ArchiveError):
    """Another process kept the writer's lock for too long."""


class RefusedRowsError(ArchiveError, ValueError):
    """Rows break the schema of their table; nothing was written."""


class OvertakenError(ArchiveError):
    """Another process has changed the archive since it was read; nothing was written."""


class DamagedError(ArchiveError):
    """A file of the archive is torn, changed or missing."""


def name_first(problems: Sequence[str]) -> str:
    """Names the first few problems, and counts the others."""
    more = f"; and {len(problems) - MOST_NAMED} more" if len(problems) > MOST_NAMED else ""
    return "; ".join(problems[:MOST_NAMED]) + more


def name_first_mistake(error: ValidationError) -> str:
    """Names the first of the mistakes that pydantic found: its place, where it has one, and what is wrong there."""
    details = error.errors(include_url=False)[0]
    return " ".join([".".join(map(str, details["loc"])), details["msg"]]).strip()


def name_cause(error: Exception) -> str:
    """Names what an error is about, in printable characters.

    That is the first line of what it says, for polars goes on with its plan of the query.
    """
    return str(error).partition("\n")[0].rstrip(".").translate(ESCAPED)
