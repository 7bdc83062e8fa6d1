"""One writer at a time: the lock that a commit holds."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from storage.errors import LockedError
from storage.layout import Layout

#: Nightly and backfill queue to commit, and a commit takes seconds: who waits this long waits for a process that hangs.
LOCK_TIMEOUT_SECONDS = 900.0


@contextmanager
def hold_writer_lock(layout: Layout) -> Iterator[None]:
    """Holds the archive's writer lock, waiting for the process that has it; the system frees it when its holder dies.

    Raises LockedError where the wait is longer than LOCK_TIMEOUT_SECONDS.
    """
    layout.root.mkdir(parents=True, exist_ok=True)
    try:
        acquired = FileLock(layout.lock, timeout=LOCK_TIMEOUT_SECONDS).acquire()
    except Timeout:
        raise LockedError(
            f"{layout.lock} was held by another process for {LOCK_TIMEOUT_SECONDS:.0f} s; "
            "see whether a run hangs, end it and run again"
        ) from None
    with acquired:
        yield
