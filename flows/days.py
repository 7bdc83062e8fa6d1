"""Days and months as a user of the command line writes them."""

from calendar import monthrange
from datetime import date

import typer


def parse_range(start: str | None, end: str | None) -> tuple[date | None, date | None]:
    """Parses the first and the last day of a range, each where it is given."""
    return parse_day(start) if start else None, parse_day(end, is_last=True) if end else None


def parse_day(text: str, *, is_last: bool = False) -> date:
    """Parses a day, or a month, of which it is the first or the last day."""
    try:
        if text.count("-") == 2:  # noqa: PLR2004 - year, month, day
            return date.fromisoformat(text)
        first = date.fromisoformat(f"{text}-01")
        return first.replace(day=monthrange(first.year, first.month)[1]) if is_last else first
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no month or day, such as 2019-01 or 2019-01-17") from None
