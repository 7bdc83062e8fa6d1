"""Serves real pages on loopback under any number of addresses, for measuring throughput.

    python tests/benchmarks/serve_pages.py FOLDER ... --pages 5000 --outlets 4

Prints its HOST:PORT, then serves until it is ended. Each outlet has a sitemap at /outlet-1/sitemap.xml that lists its
share of the pages at /outlet-1/news/NUMBER, on the host that it was asked under. A client that takes it for its proxy
finds each outlet on a host of its own, www.outlet-1.example, whose robots.txt names its sitemap. Every third word that
a page shows carries the number of its address, so that neither two payloads nor two texts nor passages of them are
alike. The sitemap says that each page has changed just now, while their ETag and Last-Modified stay: who comes again
asks for every page and is answered 304.
"""

import argparse
import asyncio
import gzip
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

NOT_SHOWN = re.compile(rb"<(?:head|script|style|noscript)\b.*?</(?:head|script|style|noscript)>", re.DOTALL)
#: A word, or two characters of a script that has no spaces (UTF-8 of kana, Han and Hangul), outside of tags.
WORD = re.compile(
    rb"(?:(?<![&#\w\x80-\xff])[\w\x80-\xff]*[\w\x80-\xdf](?=[\s.,;:!?)<])|(?:[\xe3-\xed][\x80-\xbf]{2}){2})(?![^<]*>)"
)
LAST_MODIFIED = "Sun, 01 Nov 2026 00:00:00 GMT"
PAGE = re.compile(r"/(outlet-\d+)/news/(\d+)")
SITEMAP = re.compile(r"/outlet-(\d+)/sitemap\.xml")
OUTLET_HOST = re.compile(r"www\.(outlet-\d+)\.example")

#: A page in pieces, between which the number of its address goes.
Template = tuple[bytes, ...]


def cut_page(body: bytes) -> Template:
    """Cuts a page after every third word that it shows, and at its end."""
    shown = NOT_SHOWN.sub(lambda match: b"<" + b"-" * (len(match[0]) - 2) + b">", body)
    ends = [word.end() for word in WORD.finditer(shown)][2::3]
    return tuple(body[start:end] for start, end in pairwise([0, *ends, len(body)]))


def load_templates(folders: Sequence[Path]) -> list[Template]:
    """Loads every page of the folders."""
    return [cut_page(gzip.decompress(path.read_bytes())) for folder in folders for path in sorted(folder.glob("*.gz"))]


def write_answer(status: str, headers: Sequence[str], body: bytes = b"") -> bytes:
    """Writes one answer of HTTP/1.1."""
    lines = (
        [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers] if body else [f"HTTP/1.1 {status}", *headers]
    )
    return "\r\n".join([*lines, "", ""]).encode() + body


def write_robots(host: str) -> bytes:
    """Writes a robots.txt that allows everything and, on an outlet's own host, names its sitemap."""
    outlet = OUTLET_HOST.fullmatch(host)
    sitemap = f"Sitemap: http://{host}/{outlet[1]}/sitemap.xml\n" if outlet else ""
    return f"User-agent: *\nAllow: /\n{sitemap}".encode()


class Site:
    """The pages, by number; page N belongs to outlet N modulo the number of outlets."""

    def __init__(self, templates: Sequence[Template], pages: int, outlets: int) -> None:
        """Serves each template under so many addresses that there are as many pages as asked for."""
        self._templates, self._pages, self._outlets = templates, pages, outlets

    def answer(self, path: str, host: str, etag: str | None) -> bytes:
        """Answers one request."""
        if page := PAGE.fullmatch(path):
            return self._answer_page(int(page[2]), etag)
        if sitemap := SITEMAP.fullmatch(path):
            return write_answer("200 OK", ["Content-Type: application/xml"], self._list_pages(int(sitemap[1]), host))
        if path == "/robots.txt":
            return write_answer("200 OK", ["Content-Type: text/plain"], write_robots(host))
        if path == "/":
            return write_answer("200 OK", ["Content-Type: text/html"], b"<title>Front page</title>")
        return write_answer("404 Not Found", ["Content-Type: text/plain"], b"not here")

    def _answer_page(self, number: int, asked_etag: str | None) -> bytes:
        etag = f'"page-{number}"'
        headers = [f"ETag: {etag}", f"Last-Modified: {LAST_MODIFIED}"]
        if asked_etag == etag:
            return write_answer("304 Not Modified", headers)
        body = str(number).encode().join([*self._templates[number % len(self._templates)], b""])
        return write_answer("200 OK", ["Content-Type: text/html", *headers], body)

    def _list_pages(self, outlet: int, host: str) -> bytes:
        now = datetime.now(UTC).isoformat()
        entries = "".join(
            f"<url><loc>http://{host}/outlet-{outlet}/news/{number}</loc><lastmod>{now}</lastmod></url>\n"
            for number in range(outlet - 1, self._pages, self._outlets)
        )
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{space}">\n{entries}</urlset>\n'.encode()


class Connection(asyncio.Protocol):
    """One connection, which is kept open; each request is answered as soon as its headers are whole."""

    def __init__(self, site: Site) -> None:
        """Answers from a site."""
        self._site = site
        self._received = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps where to write to."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers what is whole."""
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            request, *lines = head.decode("latin-1").split("\r\n")
            headers = {
                name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
            }
            # A proxy is asked for the whole address.
            path = urlsplit(request.split(" ")[1]).path or "/"
            assert self._transport is not None
            self._transport.write(self._site.answer(path, headers.get("host", ""), headers.get("if-none-match")))


async def serve(site: Site) -> None:
    """Serves on a free port and prints its HOST:PORT."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(partial(Connection, site), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    print(f"{host}:{port}", flush=True)
    await server.serve_forever()


def main() -> None:
    """Parses the command line and serves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="a folder of gzipped pages")
    parser.add_argument("--pages", type=int, default=5000)
    parser.add_argument("--outlets", type=int, default=4)
    options = parser.parse_args()
    asyncio.run(serve(Site(load_templates(options.folders), options.pages, options.outlets)))


if __name__ == "__main__":
    main()
