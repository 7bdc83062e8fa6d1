"""Where the words of a text stand in it."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

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
    characters = _split_characters(text)
    levels = {character: _level_character(character) for character in set(characters)}
    words = LEVELLED_WORD.finditer("".join(map(levels.__getitem__, characters)))
    found = np.array([word.span() for word in words], np.int64).reshape(-1, 2)
    if len(found) != len(normalise_text(text).split()):
        return found[:0]
    lengths = {character: len(level) for character, level in levels.items()}
    origins = np.repeat(np.arange(len(characters)), list(map(lengths.__getitem__, characters)))
    edges = np.cumsum([0, *map(len, characters)])
    return np.stack((edges[origins[found[:, 0]]], edges[origins[found[:, 1] - 1] + 1]), axis=1)


def _split_characters(text: str) -> Sequence[str]:
    """Splits a text into characters, each with the accents that follow it."""
    accents = {character for character in set(text) if unicodedata.combining(character)}
    if not accents:
        return text
    starts = [place for place, character in enumerate(text) if place == 0 or character not in accents]
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]


@lru_cache(maxsize=4096)
def _level_character(character: str) -> str:
    """Levels one character: a word's part, a space, or nothing where it prints nothing and parts no words."""
    return normalise_text(f"a{character}a")[1:-1]
