"""Where the links of an HTML page lead."""

from urllib.parse import urldefrag, urljoin

from bs4 import BeautifulSoup, Tag


def find_base_url(soup: BeautifulSoup, url: str) -> str:
    """Finds the address that a page's links are relative to: the one that it states, else its own."""
    base = soup.select_one("base[href]")
    return get_address(base, url) or url if base else url


def get_address(link: Tag, base_url: str) -> str | None:
    """Gets where a link leads, without the fragment; None where that is no page, as with `mailto:`."""
    href = str(link.get("href", "")).strip()
    try:
        address = urldefrag(urljoin(base_url, href)).url
    except ValueError:
        # What is no address at all, such as `http://[`, must not lose the links beside it.
        return None
    return address if href and not href.startswith("#") and address.startswith(("http://", "https://")) else None
