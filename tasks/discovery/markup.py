"""Reads what listings carry: short HTML fragments, such as titles and summaries, as plain text, and addresses."""

import warnings
from urllib.parse import urljoin

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


def join_address(base_url: str, address: str) -> str:
    """Joins an address to that of the listing it stands in.

    What is no address at all, such as `http://[`, stays as it is: it is left out alone, and not the listing with it.
    """
    try:
        return urljoin(base_url, address)
    except ValueError:
        return address
