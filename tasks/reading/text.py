"""Text as it is compared: levelled for typography, digested, counted."""

import hashlib
import re
import unicodedata

#: Soft hyphen, zero-width space and joiners, direction marks, word joiner, byte order mark: they print nothing.
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
LETTERS = re.compile(r"[^\W_]+")
WORD = re.compile(r"\w++(?:['’.,-]\w++)*+")


def normalise_text(text: str) -> str:
    """Levels case, quotes, dashes, punctuation and spaces: what is left are the words, one space apart."""
    levelled = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).casefold()
    return " ".join(LETTERS.findall(levelled))


def level_text(text: str) -> str:
    """Levels a text to its letters and digits, run together: for finding one in another, at less cost."""
    return "".join(LETTERS.findall(text.lower()))


def compute_text_digest(text: str) -> str:
    """Computes SHA-256 over the normalised text, as 64 hex digits."""
    return hashlib.sha256(normalise_text(text).encode("utf-8", "surrogatepass")).hexdigest()


def count_words(text: str) -> int:
    """Counts words; "children's", "12-week" and "1,200" are one word each."""
    return len(WORD.findall(INVISIBLE.sub("", text)))


def squeeze_spaces(text: str) -> str:
    """Makes one line of a text: every run of spaces is one space, what prints nothing is gone."""
    return " ".join((text if text.isascii() else INVISIBLE.sub("", text)).split())
