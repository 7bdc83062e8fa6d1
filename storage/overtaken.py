"""Work that another process's commit makes outdated: noticed before anything is written, and done again."""

from collections.abc import Callable, Collection
from typing import TypeVar

from storage.errors import OvertakenError
from storage.layout import Layout
from storage.scan import list_states

T = TypeVar("T")

#: So often in a row work is tried; other runs overtake it a few times at most.
MOST_TRIES = 10


def watch_tables(layout: Layout, names: Collection[str]) -> Callable[[], None]:
    """Notes the state of some tables; gives what raises OvertakenError once another process has changed them."""
    seen = list_states(layout, names)

    def check() -> None:
        if list_states(layout, names) != seen:
            raise OvertakenError

    return check


def retry_overtaken(work: Callable[[], T]) -> T:
    """Does work from its beginning until it is not overtaken; gives what it gives.

    Raises OvertakenError, with what to do, where it is overtaken MOST_TRIES times.
    """
    for _ in range(MOST_TRIES):
        try:
            return work()
        except OvertakenError as error:
            overtaken = error
    message = f"the archive changed {MOST_TRIES} times under one batch: run this when no other run writes to it"
    raise OvertakenError(message) from overtaken


def take_in_batches(take_in_next: Callable[[], int | None]) -> int:
    """Takes in batches until `take_in_next` gives None: nothing is left; gives the sum of what it gave.

    Raises OvertakenError as `retry_overtaken` does for each batch.
    """
    taken = 0
    while (count := retry_overtaken(take_in_next)) is not None:
        taken += count
    return taken
