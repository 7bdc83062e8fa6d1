"""Days, months and instants as a user writes them."""

from calendar import monthrange
from datetime import UTC, date, datetime

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


def parse_instant(text: str) -> datetime:
    """Parses a day or an instant of ISO 8601; one that names no zone is in UTC. Raises ValueError where it is none."""
    try:
        instant = datetime.fromisoformat(text)
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is no instant, such as 2019-01-17 or 2019-01-17T06:30:00Z") from error
