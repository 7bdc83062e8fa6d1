"""Text as it is compared: levelled for typography, digested, counted."""

import hashlib
import re
import unicodedata

#: Soft hyphen, zero-width space and joiners, direction marks, word joiner, byte order mark: they print nothing.
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
LETTERS = re.compile(r"[^\W_]+")
WORD = re.compile(r"\w++(?:['’.,-]\w++)*+")
#: Of ASCII, which most lines are, all but letters and digits: what translating takes a third of the time for.
OTHERS = [code for code in range(128) if not chr(code).isalnum()]
OTHERS_AS_SPACES = dict.fromkeys(OTHERS, " ")
WITHOUT_OTHERS = dict.fromkeys(OTHERS)


def normalise_text(text: str) -> str:
    """Levels case, quotes, dashes, punctuation and spaces: what is left are the words, one space apart."""
    if text.isascii():
        return " ".join(text.lower().translate(OTHERS_AS_SPACES).split())
    levelled = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).casefold()
    return " ".join(LETTERS.findall(levelled))


def level_text(text: str) -> str:
    """Levels a text to its letters and digits, run together: for finding one in another, at less cost."""
    lowered = text.lower()
    return lowered.translate(WITHOUT_OTHERS) if text.isascii() else "".join(LETTERS.findall(lowered))


def compute_text_digest(text: str) -> str:
    """Computes SHA-256 over the normalised text, as 64 hex digits."""
    return hashlib.sha256(normalise_text(text).encode("utf-8", "surrogatepass")).hexdigest()


def count_words(text: str) -> int:
    """Counts words; "children's", "12-week" and "1,200" are one word each."""
    return len(WORD.findall(INVISIBLE.sub("", text)))


def squeeze_spaces(text: str) -> str:
    """Makes one line of a text: every run of spaces is one space, what prints nothing is gone."""
    return " ".join((text if text.isascii() else INVISIBLE.sub("", text)).split())
