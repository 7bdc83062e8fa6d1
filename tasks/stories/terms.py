"""What a story is told by: the words, word pairs and names of an article's beginning, each with a weight.

A term's weight follows from how common its word is in news and in inspections at large (word_shares.csv, made by
compile.py), never from the articles at hand: so it is the same in an archive of five articles and of a million.
"""

import csv
import math
import re
import unicodedata
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

from tasks.reading.text import INVISIBLE

DATA = Path(__file__).with_name("word_shares.csv")

#: Words that tell nothing, among them those of dates.
STOP_WORDS = frozenset(Path(__file__).with_name("stop_words.txt").read_text(encoding="utf-8").split())
#: News says in its first words what happened; what follows is background that other stories share.
LEAD_WORDS = 200
#: Shares below this count as this: what is rarer is told by chance.
LEAST_SHARE = 0.001
#: 1 + ln(1 / share) is taken in tenths: with whole numbers, sums over terms are exact in any order.
FREQUENCY_UNIT = 10
#: A capitalised word of more passages than this names no one and nowhere: Council, Ofsted, January.
NAME_SHARE = 0.03
FEWEST_NAME_LETTERS = 2

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Word(NamedTuple):
    """One word of a text: levelled as it is compared, and whether it stands there with a capital."""

    levelled: str
    is_capitalised: bool


class Terms(NamedTuple):
    """The terms of an article, each once: its words and word pairs by their hashes, their weights, and its names."""

    terms: list[int]
    weights: list[int]
    names: list[int]


def make_terms(title: str | None, text: str | None) -> Terms:
    """Makes the terms of an article from its title and the beginning of its text."""
    words = cut_words(_join(title, text), most=LEAD_WORDS)
    levelled = [word for word, _ in words]
    told = set(levelled) - STOP_WORDS
    pairs = {f"{left} {right}" for left, right in pairwise(levelled) if left in told and right in told}
    weights = {word: get_weight(word) for word in told} | dict.fromkeys(pairs, PAIR_WEIGHT)
    terms = sorted(weights)
    return Terms(
        list(map(hash_term, terms)), [weights[term] for term in terms], sorted(map(hash_term, find_names(words)))
    )


def cut_words(text: str, *, most: int | None = None) -> list[Word]:
    """Cuts a text into words, the first `most` of them: in lower case, with plain apostrophes, without a possessive 's.

    Letters are composed and soft hyphens left out first, as in `normalise_text`, so that none of them cuts a word.
    """
    composed = unicodedata.normalize("NFKC", INVISIBLE.sub("", text))
    found = [match.group() for match in islice(WORD.finditer(composed), most)]
    levelled = "\n".join(found).lower().replace("’", "'").split("\n") if found else []
    return [Word(word.removesuffix("'s"), written[0].isupper()) for word, written in zip(levelled, found, strict=True)]


def find_names(words: list[Word]) -> set[str]:
    """Finds what names somebody or something: written with a capital throughout, and no common word."""
    in_lower_case = {word for word, is_capitalised in words if not is_capitalised}
    return {
        word
        for word, is_capitalised in words
        if is_capitalised
        and len(word) >= FEWEST_NAME_LETTERS
        and word not in in_lower_case
        and word not in STOP_WORDS
        and load_shares().get(word, 0.0) < NAME_SHARE
    }


@lru_cache(maxsize=1 << 16)
def get_weight(word: str) -> int:
    """Gets the weight of a word, as it counts in a cosine: the square of 1 + ln(1 / share)."""
    return weigh_share(load_shares().get(word, 0.0))


def weigh_share(share: float) -> int:
    """Weighs what stands in such a share of all passages."""
    return round(FREQUENCY_UNIT * (1 - math.log(max(share, LEAST_SHARE)))) ** 2


#: A pair of words is rare.
PAIR_WEIGHT = weigh_share(0.0)


def hash_term(term: str) -> int:
    """Hashes a term to a signed whole number of 64 bits (BLAKE2b), which may be kept."""
    digest = blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


@cache
def load_shares() -> dict[str, float]:
    """Loads in which share of all passages each common word stands."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return {row["word"]: float(row["share"]) for row in csv.DictReader(file)}


def _join(title: str | None, text: str | None) -> str:
    title, text = (title or "").strip(), (text or "").strip()
    return text if text.startswith(title) else f"{title}\n{text}"
