"""Pages spoilt in every way that a page on the web is: made from real ones, the same for the same seed."""

import gzip
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

#: How deep what is nested is nested, and how long what is long is.
DEPTH = 10_000
BIG_BYTES = 50_000_000
TAG = re.compile(rb"<[^>]{1,2000}>")
CHARSETS = ("utf-16", "utf-16-le", "utf-32", "latin-1", "cp037", "shift_jis", "koi8-r", "utf-7")
SENTENCE = b"Inspectors found %d failings in care that was inadequate, the council said. "
Mutation = Callable[[bytes, random.Random], bytes]


def cut(page: bytes, chance: random.Random) -> bytes:
    """Cuts a page off, near its start as often as near its end."""
    return page[: int(len(page) ** chance.random())] if chance.random() < 0.5 else page[: chance.randrange(len(page))]


def cut_out(page: bytes, chance: random.Random) -> bytes:
    """Cuts a stretch out of a page."""
    start, end = sorted(chance.randrange(len(page)) for _ in range(2))
    return page[:start] + page[end:]


def double(page: bytes, chance: random.Random) -> bytes:
    """Says a page twice, or a stretch of it many times."""
    if chance.random() < 0.5:
        return page + page
    start = chance.randrange(len(page))
    end = start + chance.randrange(1, 5000)
    return page[:end] + page[start:end] * chance.randrange(1, 50) + page[end:]


def shuffle_tags(page: bytes, chance: random.Random) -> bytes:
    """Puts the tags of a page in another order, its text as it was."""
    tags = TAG.findall(page)
    chance.shuffle(tags)
    left = iter(tags)
    return TAG.sub(lambda _: next(left), page)


def drop_tags(page: bytes, chance: random.Random) -> bytes:
    """Takes away a part of the tags, or of those that close something."""
    start = chance.choice((b"<", b"</"))
    share = chance.random()
    return TAG.sub(lambda tag: b"" if tag[0].startswith(start) and chance.random() < share else tag[0], page)


def garble_charset(page: bytes, chance: random.Random) -> bytes:
    """Encodes a page in another charset than it says, or in two."""
    spoilt = page.decode("utf-8", "replace").encode(chance.choice(CHARSETS), "replace")
    return spoilt if chance.random() < 0.5 else page[: len(page) // 2] + spoilt[len(spoilt) // 2 :]


def flip_bytes(page: bytes, chance: random.Random) -> bytes:
    """Changes some bytes of a page to any other."""
    spoilt = bytearray(page)
    for _ in range(chance.randrange(1, 2 + len(page) // 50)):
        spoilt[chance.randrange(len(page))] = chance.randrange(256)
    return bytes(spoilt)


def nest(page: bytes, chance: random.Random) -> bytes:
    """Nests a page's content deep in elements that are opened and, half of the times, closed."""
    name = chance.choice(
        (b"div", b"span", b"b", b"ul><li", b"table><tr><td", b"blockquote", b"a href=x", b"font", b"x-y")
    )
    closing = b"".join(b"</" + part.split()[0] + b">" for part in reversed(name.split(b"><")))
    place = _find_content(page)
    end = closing * DEPTH if chance.random() < 0.5 else b""
    return page[:place] + (b"<" + name + b">") * DEPTH + page[place:] + end


def nest_data(page: bytes, chance: random.Random) -> bytes:
    """Puts deeply nested or otherwise hostile JSON-LD into a page."""
    data = chance.choice(
        (
            b"[" * DEPTH + b"]" * DEPTH,
            b'{"@graph":' * DEPTH + b"1" + b"}" * DEPTH,
            b'{"author":{"name":' * DEPTH,
            b'{"@type":"NewsArticle","datePublished":' + b"9" * 5000 + b"}",
            json.dumps({"@type": "NewsArticle", "headline": ["a"] * 1000, "author": {"name": {"name": 1}}}).encode(),
            b'{"@type":"NewsArticle","headline":"\\ud800 half","author":"\\udfff"}',
        )
    )
    place = _find_content(page)
    return page[:place] + b'<script type="application/ld+json">' + data + b"</script>" + page[place:]


def write_long(page: bytes, chance: random.Random) -> bytes:
    """Puts long runs into a page: attributes, names, entities, commas, open brackets, white space."""
    size = chance.randrange(10_000, 300_000)
    run = chance.choice(
        (
            b'<p class="' + b"article-body " * (size // 13) + b'">',
            b"<" + b"x" * size + b">",
            b"&amp;" * (size // 5) + b"&#x110000;&#xD800;&nosuch;",
            b"By " + b"Ann Lee, " * (size // 9),
            b"<p" * (size // 2),
            b" \n\t" * (size // 3),
            b"<!--" * (size // 4),
            b"<p>" + b"a" * size,
            b"<p>" + b"1 January 2024 " * (size // 15),
            b"<br>" * (size // 4),
        )
    )
    place = _find_content(page)
    return page[:place] + run + page[place:]


def write_big(page: bytes, chance: random.Random, size: int = BIG_BYTES) -> bytes:
    """Makes a page big by text: one paragraph, many, one word, one attribute or one script."""
    text = b"".join(SENTENCE % number for number in range(size // len(SENTENCE)))
    kinds = (
        b"<p>" + text + b"</p>",
        b"<p>" + text.replace(b". ", b".</p>\n<p>"),
        b"<p>" + b"x" * size,
        b'<p title="' + text + b'">',
        b'<script type="application/ld+json">{"articleBody":"' + text + b'"}</script>',
    )
    place = _find_content(page)
    return page[:place] + chance.choice(kinds) + page[place:]


def leave(page: bytes, _: random.Random) -> bytes:
    """Leaves a page as it is."""
    return page


#: Each mutation with how often it is made, in so many of 1,000 pages.
MUTATIONS: dict[Mutation, int] = {
    cut: 500,
    cut_out: 130,
    shuffle_tags: 80,
    drop_tags: 70,
    flip_bytes: 60,
    garble_charset: 60,
    double: 40,
    nest: 20,
    nest_data: 20,
    write_long: 15,
    leave: 5,
}


def make_page(path: Path, mutation: Mutation, chance: random.Random) -> bytes:
    """Makes a page from a file, which may be gzipped, by one mutation."""
    page = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return mutation(page, chance)


def _find_content(page: bytes) -> int:
    """Finds where the content of a page starts: after the tag that opens its article, main part or body."""
    for tag in (b"<article", b"<main", b"<body"):
        start = page.find(tag)
        if start >= 0:
            return page.find(b">", start) + 1
    return 0
