"""Texts as arrays of word hashes: the words of `normalise_text`, hashed many texts at a time.

The hash is our own, so that it may be kept: the word in UTF-8 is cut into blocks of 8 bytes, little-endian, the last
filled with zeros; from 0, each block is xored in, the result multiplied by MULTIPLIER modulo 2**64, and its upper half
xored into its lower one. Last, the lowest bit is set for a word that begins with a digit and cleared for any other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tasks.reading.text import normalise_text

Hashes = NDArray[np.uint64]
Indices = NDArray[np.int64]
Value = TypeVar("Value", bound=np.generic)

MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
BLOCK_BYTES = 8
BLOCK_MASKS: Hashes = np.array([(1 << 8 * size) - 1 for size in range(BLOCK_BYTES + 1)], dtype=np.uint64)
HALF = np.uint64(32)
NUMBER_BIT = np.uint64(1)

#: What typographers add to plain text, each no part of a word. Levelled first, most texts are plain ASCII.
TYPOGRAPHIC = "‘’“”–—…\u00a0£€•·©®¢¦«»\ufffd"
#: Letters of western alphabets that are levelled already, such as é; texts with no others but ASCII need no more.
LEVEL_LETTERS = frozenset(letter for letter in map(chr, range(0xC0, 0x250)) if normalise_text(letter) == letter)
#: Letters and digits in lower case, bytes of other alphabets as they are, everything else 0.
LEVELLED_BYTES = bytes(
    byte if byte > 127 else ord(chr(byte).lower()) if chr(byte).isalnum() else 0  # noqa: PLR2004 - the last of ASCII
    for byte in range(256)
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of several texts, one after the other.

    `hashes[offsets[i]:offsets[i + 1]]` are those of text i.
    """

    hashes: Hashes
    offsets: Indices

    def count(self) -> Indices:
        """Counts the words of each text."""
        return np.diff(self.offsets)

    def get_text(self, text: int) -> Hashes:
        """Returns the words of one text."""
        return self.hashes[self.offsets[text] : self.offsets[text + 1]]

    def split(self, values: NDArray[Value]) -> list[NDArray[Value]]:
        """Splits an array with a value for each word into those of the single texts."""
        return [values[start:end] for start, end in pairwise(self.offsets.tolist())]

    def find_texts(self, places: Indices) -> Indices:
        """Finds the texts that words belong to."""
        return np.searchsorted(self.offsets, places, side="right") - 1

    def starts_whole(self, places: Indices, size: int) -> NDArray[np.bool_]:
        """Tells at which places so many words start that are all of one text."""
        return places + size <= self.offsets[self.find_texts(places) + 1]


def hash_words(texts: Sequence[str]) -> Words:
    """Hashes every word of the texts; equal words have equal hashes, whatever their case and typography."""
    levelled = [level_letters(text).encode() for text in texts]
    joined = b"\0".join([b"", *levelled, bytes(BLOCK_BYTES)]).translate(LEVELLED_BYTES)
    starts, ends = find_words(joined)
    offsets = np.searchsorted(starts, np.cumsum([1, *(len(text) + 1 for text in levelled)]))
    is_digit = np.frombuffer(joined, np.uint8)[starts] <= ord("9")
    hashes = _hash_blocks(joined, starts, ends - starts)
    hashes &= ~NUMBER_BIT
    hashes |= is_digit
    return Words(hashes, offsets)


def find_words(levelled: bytes) -> tuple[Indices, Indices]:
    """Finds where words start and end in bytes whose every gap, the first and last byte too, is 0."""
    is_in_word = np.frombuffer(levelled, np.uint8) != 0
    edges = np.flatnonzero(is_in_word[1:] != is_in_word[:-1]) + 1
    return edges[0::2], edges[1::2]


def make_keys(words: Words) -> list[int]:
    """Makes a key of 63 bits of each text, which texts of the same words share.

    This is multilinear hashing (Lemire and Kaser, 2014): the hash of each word, times a random odd number that belongs
    to its place, all added up.
    """
    counts = words.count()
    factors = _mix(_mix(np.arange(1, counts.max(initial=0) + 1, dtype=np.uint64))) | np.uint64(1)
    products = words.hashes * np.concatenate([factors[:0], *(factors[:count] for count in counts.tolist())])
    sums, is_filled = np.zeros(len(counts), np.uint64), counts > 0
    sums[is_filled] = np.add.reduceat(products, words.offsets[:-1][is_filled])
    keys: list[int] = (sums >> np.uint64(1)).tolist()
    return keys


def level_letters(text: str) -> str:
    """Levels the letters of a text that are not ASCII; those that are may still have their case and punctuation."""
    plain = replace_typography(text)
    if plain.isascii():
        return plain
    lowered = plain.lower()
    is_level = all(letter.isascii() or letter in LEVEL_LETTERS for letter in set(lowered))
    return lowered if is_level else normalise_text(plain)


def replace_typography(text: str) -> str:
    """Replaces typographic characters by spaces, one by one: every word stays in its place."""
    if not text.isascii():
        for character in TYPOGRAPHIC:
            text = text.replace(character, " ")
    return text


def find_firsts(values: Hashes | Indices) -> NDArray[np.bool_]:
    """Finds which values differ from the one before: the first of each run."""
    is_first = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=is_first[1:])
    return is_first


def pair_equal(ordered: Hashes | Indices) -> Iterator[tuple[Indices, Indices]]:
    """Pairs the places of equal values in an ordered array, each with each: those one apart, then two, and so on."""
    firsts = np.flatnonzero(find_firsts(ordered))
    ends = np.append(firsts, len(ordered))[1:]
    left, distance = np.arange(len(ordered)), 1
    reach = np.repeat(ends, ends - firsts) - left
    while (left := left[reach[left] > distance]).size:
        yield left, left + distance
        distance += 1


def _hash_blocks(joined: bytes, starts: Indices, lengths: Indices) -> Hashes:
    blocks: Hashes = np.ndarray((len(joined) - BLOCK_BYTES + 1,), "<u8", joined, strides=(1,))
    hashes = _mix(blocks[starts] & BLOCK_MASKS[np.minimum(lengths, BLOCK_BYTES)])
    taken, longer = BLOCK_BYTES, np.flatnonzero(lengths > BLOCK_BYTES)
    while longer.size:
        left = np.minimum(lengths[longer] - taken, BLOCK_BYTES)
        hashes[longer] = _mix(hashes[longer] ^ (blocks[starts[longer] + taken] & BLOCK_MASKS[left]))
        taken += BLOCK_BYTES
        longer = longer[lengths[longer] > taken]
    return hashes


def _mix(hashes: Hashes) -> Hashes:
    multiplied = hashes * MULTIPLIER
    return multiplied ^ (multiplied >> HALF)
