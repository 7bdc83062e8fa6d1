"""What several tests of reading share: worker processes for a few items."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from tasks.reading.workers import Failure, ReaderPool

T = TypeVar("T")
R = TypeVar("R")


def read_in_workers(
    function: Callable[[T], R], items: Iterable[T], *, workers: int, **limits: Any
) -> Iterator[R | Failure]:
    """Calls a function on each item in worker processes of their own, with the limits of a ReaderPool."""
    with ReaderPool(workers, **limits) as pool:
        yield from pool.read(function, items)
