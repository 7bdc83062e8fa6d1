"""What is checked before anything begins, on the command line and in flows that a worker starts."""

from collections.abc import Sequence

from flows.settings import Settings
from storage.layout import Layout
from tasks.sources.load import load_sources, select_sources
from tasks.sources.model import Source
from tasks.verify import check_tables


def check_usage(names: Sequence[str] | None, *, is_local: bool = False, writes: bool = True) -> list[Source]:
    """Checks what a user may have mistaken, and the archive; gives the sources meant.

    What `is_local` asks no site. Raises ValueError where a name or a setting is wrong, or, if it `writes`, the archive
    cannot be written to; DamagedError where a file of a table is lost or torn.
    """
    settings = Settings()
    sources = select_sources(load_sources(settings.source_folders), names)
    settings.make_client_settings(is_local=is_local)
    if writes:
        settings.check_writable()
    check_tables(settings.layout, is_quick=True)
    return sources


def open_archive() -> Layout:
    """Finds the archive to read from; raises DamagedError where a file of a table is lost or torn."""
    layout = Settings().find_archive()
    check_tables(layout, is_quick=True)
    return layout
