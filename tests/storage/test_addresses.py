"""Which spellings of an address are one page, and which are surely not."""

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.addresses import make_url_key

SEGMENTS = st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=4)
PAIRS = st.lists(st.tuples(st.just("q"), st.binary(max_size=4)), max_size=3)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Post.example/News/", "post.example/News"),
        ("http://post.example:80", "post.example/"),
        ("https://post.example:8443/a", "post.example:8443/a"),
        ("https://post.example/a?utm_source=x&b=2&a=1#top", "post.example/a?a=1&b=2"),
        ("https://post.example/a?b=&fbclid=1", "post.example/a?b="),
        ("https://post.example/caf%c3%a9 au-lait", "post.example/caf%C3%A9%20au-lait"),
        ("https://post.example/a//b/%7Ec;d=1,2:3@4", "post.example/a//b/~c;d=1,2:3@4"),
        ("https://post.example/caf%e9", "post.example/caf%E9"),
        ("https://post.example/a?q=caf%c3%a9+au%20lait", "post.example/a?q=caf%C3%A9+au+lait"),
        ("https://post.example/a?q=caf%e9", "post.example/a?q=caf%E9"),
        ("https://post.example/a%2fb/", "post.example/a%2Fb"),
    ],
)
def test_spellings_of_one_page_have_one_key(url: str, key: str) -> None:
    """Scheme, www., default port, tracking, fragment, last slash and ways of escaping make no other page."""
    assert make_url_key(url) == key
    assert make_url_key(f"https://{key}") == key


@given(SEGMENTS, SEGMENTS, PAIRS, PAIRS)
def test_other_paths_and_queries_have_other_keys(
    path: list[str], other: list[str], query: list[tuple[str, bytes]], asked: list[tuple[str, bytes]]
) -> None:
    """Whatever bytes a value has, and wherever a slash is escaped: only what is equal when it is read shares a key."""
    keys = {
        make_url_key(f"https://post.example/{'/'.join(quote(part, safe='') for part in parts)}?{urlencode(pairs)}")
        for parts, pairs in ((path, query), (other, asked))
    }
    assert (len(keys) == 1) == (path == other and sorted(query) == sorted(asked))


def test_bytes_that_are_no_text_are_told_apart() -> None:
    """Old sites escape other character sets than UTF-8; an escaped slash parts nothing."""
    spelt = ("s?q=%E9", "s?q=%E8", "s?q=%EF%BF%BD", "s?%E9=q", "a/b", "a%2Fb")
    assert len({make_url_key(f"https://post.example/{rest}") for rest in spelt}) == len(spelt)
