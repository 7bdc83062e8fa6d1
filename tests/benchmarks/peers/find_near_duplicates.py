"""Finds candidates for near duplicates with another library, in an environment of its own; see measure_duplicates.py.

    python find_near_duplicates.py TEXTS.parquet datasketch|datasketch-update|rensa|fastsketch

Each gets the texts as they are and does what its documentation shows for this job: words, word-3-shingles, 128
permutations, an index for Jaccard 0.5, and one query a text. Nothing is verified. Prints the CPU seconds, in all and
for the shingles alone, and the number of candidate pairs, as JSON.
"""

import json
import re
import sys
import time
from collections.abc import Callable, Iterable

import FastSketchLSH
import polars as pl
import rensa
from datasketch import MinHash, MinHashLSH

WORD = re.compile(r"\w+")
PERMUTATIONS = 128
THRESHOLD = 0.5
Shingles = list[list[str]]


def cut_shingles(texts: Iterable[str]) -> Shingles:
    """Cuts each text into runs of three words."""
    cut = []
    for text in texts:
        words = WORD.findall(text.lower())
        cut.append([" ".join(words[start : start + 3]) for start in range(len(words) - 2)])
    return cut


def ask_datasketch(shingles: Shingles) -> int:
    """Runs datasketch, the shingles of a text given to it at once, its fastest way."""
    return _index_datasketch(MinHash.bulk([[one.encode() for one in text] for text in shingles], num_perm=PERMUTATIONS))


def ask_datasketch_update(shingles: Shingles) -> int:
    """Runs datasketch as its first example does, one shingle after the other."""
    hashes = []
    for text in shingles:
        minhash = MinHash(num_perm=PERMUTATIONS)
        for one in text:
            minhash.update(one.encode())
        hashes.append(minhash)
    return _index_datasketch(hashes)


def _index_datasketch(hashes: list) -> int:  # type: ignore[type-arg] - of the peer's own type
    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    for text, minhash in enumerate(hashes):
        index.insert(text, minhash)
    return sum(1 for text, minhash in enumerate(hashes) for other in index.query(minhash) if other > text)


def ask_rensa(shingles: Shingles) -> int:
    """Runs rensa's objects."""
    index = rensa.RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=32)
    hashes = []
    for text, cut in enumerate(shingles):
        minhash = rensa.RMinHash(num_perm=PERMUTATIONS, seed=42)
        minhash.update(cut)
        index.insert(text, minhash)
        hashes.append(minhash)
    return sum(1 for text, minhash in enumerate(hashes) for other in index.query(minhash) if other > text)


def ask_fastsketch(shingles: Shingles) -> int:
    """Runs FastSketchLSH on one thread; it gives texts with any duplicate, no pairs."""
    digests = FastSketchLSH.FastSimilaritySketch(size=PERMUTATIONS, seed=42).batch(shingles, num_threads=1)
    index = FastSketchLSH.LSH(num_perm=PERMUTATIONS, num_bands=32)
    return sum(map(bool, index.insert_and_query_duplicates(digests)))


PEERS: dict[str, Callable[[Shingles], int]] = {
    "datasketch": ask_datasketch,
    "datasketch-update": ask_datasketch_update,
    "rensa": ask_rensa,
    "fastsketch": ask_fastsketch,
}


def main() -> None:
    """Runs one peer."""
    texts = pl.read_parquet(sys.argv[1])["text"].to_list()
    started = time.process_time()
    shingles = cut_shingles(texts)
    cut = time.process_time()
    pairs = PEERS[sys.argv[2]](shingles)
    print(json.dumps({"cpu": time.process_time() - started, "shingles": cut - started, "pairs": pairs}))


if __name__ == "__main__":
    main()
