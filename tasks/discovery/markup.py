"""Reads short HTML fragments, such as the titles and summaries that listings carry, as plain text."""

import warnings

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning


def read_fragment(fragment: str | None) -> str | None:
    """Reads the text of an HTML fragment, spaces levelled; None where there is none."""
    with warnings.catch_warnings():
        # A title that looks like an address or a file name is a title all the same.
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        return level_spaces(BeautifulSoup(fragment or "", "lxml").get_text())


def level_spaces(text: str | None) -> str | None:
    """Makes one space of each run of white space; None where nothing is left."""
    return " ".join((text or "").split()) or None
