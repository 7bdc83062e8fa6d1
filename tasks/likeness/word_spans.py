"""Where the words of a text stand in it."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from tasks.likeness.words import LEVELLED_BYTES, Indices, find_words, replace_typography
from tasks.reading.text import normalise_text

LEVELLED_WORD = re.compile(r"[^\W_]+")


def locate_words(text: str) -> Indices:
    """Locates each word of a text, as `hash_words` cuts it: its first character and the one after its last.

    Gives an array of two columns; without rows where the words cannot be told apart in the text as it stands.
    """
    plain = replace_typography(text)
    if plain.isascii():
        starts, ends = find_words(b"\0%b\0" % plain.encode().translate(LEVELLED_BYTES))
        return np.stack((starts, ends), axis=1) - 1
    levelled: list[str] = []
    origins: list[tuple[int, int]] = []
    for start, end in _split_characters(text):
        characters = _level_character(text[start:end])
        levelled.append(characters)
        origins += [(start, end)] * len(characters)
    found = [match.span() for match in LEVELLED_WORD.finditer("".join(levelled))]
    spans = [(origins[start][0], origins[end - 1][1]) for start, end in found]
    is_whole = len(spans) == len(normalise_text(text).split())
    return np.array(spans if is_whole else [], np.int64).reshape(-1, 2)


def _split_characters(text: str) -> Iterator[tuple[int, int]]:
    """Splits a text into characters, each with the accents that follow it."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not unicodedata.combining(text[end]):
            yield start, end
            start = end


@lru_cache(maxsize=4096)
def _level_character(character: str) -> str:
    """Levels one character: a word's part, a space, or nothing where it prints nothing and parts no words."""
    return normalise_text(f"a{character}a")[1:-1]
