"""Days and months as a user of the command line writes them."""

from calendar import monthrange
from datetime import date

import typer


def parse_first_day(text: str) -> date:
    """Parses a day, or a month, of which it is the first day."""
    try:
        return date.fromisoformat(f"{text}-01" if is_month(text) else text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no month or day, such as 2019-01 or 2019-01-17") from None


def parse_last_day(text: str) -> date:
    """Parses a day, or a month, of which it is the last day."""
    first = parse_first_day(text)
    return first.replace(day=monthrange(first.year, first.month)[1]) if is_month(text) else first


def is_month(text: str) -> bool:
    """Tells whether what is written has year and month, and no day."""
    return text.count("-") == 1
